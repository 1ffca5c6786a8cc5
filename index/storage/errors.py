"""The errors of `index`.

IndexingError
├── Refused            this article or file cannot be taken in; the others go on
├── BrokenGenerationError   (in index.derived.generations) a derived index does not pass its checks
├── ModelError         the embedding model is missing, broken, or not the one the index was built with
├── StoreError         the truth cannot be read or written
│   └── StorageFull    there is no room left on the disk; nothing was written
└── EncoderBusy        too much work waits for the encoder; try again later
"""


class IndexingError(Exception):
    """Base of everything that `index` raises on purpose. The message says the value and the mend."""


class Refused(IndexingError):
    """One article or file cannot be taken in."""


class ModelError(IndexingError):
    """The embedding model is missing, broken, or not the one that the index was built with."""


class StoreError(IndexingError):
    """The truth cannot be read or written."""


class StorageFull(StoreError):
    """There is no room left on the disk; the transaction was rolled back."""


class EncoderBusy(IndexingError):
    """More work waits for the encoder than its queue may hold."""
