"""The errors of `index`.

IndexingError
├── Refused            this article or file cannot be taken in; the others go on
├── BrokenGenerationError   (in index.derived.generations) a derived index does not pass its checks
├── ModelError         the embedding model is missing, broken, or not the one the index was built with
├── StoreError         the database or an index cannot be read or written
│   └── StorageFull    there is no room left on the disk; nothing was written
└── EncoderBusy        too much work waits for the encoder; try again later
"""

import errno

# What a system says where there is no room: on the disk, in a quota, for a file.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class IndexingError(Exception):
    """Base of the errors of `index`. The message says which value is wrong, why, and what to do."""


class Refused(IndexingError):
    """One article or file cannot be taken in."""


class ModelError(IndexingError):
    """The embedding model is missing, broken, or not the one that the index was built with."""


class StoreError(IndexingError):
    """The database or an index cannot be read or written."""


class StorageFull(StoreError):
    """There is no room left on the disk; the transaction was rolled back."""


class EncoderBusy(IndexingError):
    """The encoder's queue is full, or a request timed out in it; try again later."""
