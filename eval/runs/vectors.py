"""A cache of passage vectors, so that the same news are embedded once for all evaluations."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import apsw
import numpy as np

from index.arrays import Vectors
from index.ingest import PassageEncoder
from index.storage.sqlite import connected, translated

_WHAT = ("cache of vectors", "Make room, or delete the file.")


class CachingEncoder:
    """A `PassageEncoder` that remembers, in a SQLite file, the vector of each text.

    `precision` is part of the key: the same text has other vectors in other arithmetic. Any thread may call it.
    """

    def __init__(self, encoder: PassageEncoder, database: apsw.Connection, precision: str) -> None:
        self._encoder = encoder
        self._database = database
        self._salt = f"{encoder.fingerprint} {precision}\n".encode()
        self._lock = threading.Lock()
        self.fingerprint = encoder.fingerprint
        self.max_tokens = encoder.max_tokens
        self.passage_overhead = encoder.passage_overhead

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The length of each text in tokens, without the overhead."""
        return self._encoder.count_tokens(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One normalised vector a text, float32 of shape (len(texts), dimension), computed for new texts only."""
        keys = [sha256(self._salt + text.encode(errors="surrogatepass")).digest() for text in texts]
        with self._lock, translated(*_WHAT):
            known = self._known(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing or not texts:
            embedded = self._encoder.embed_passages(list(missing.values()))
            if not texts:
                return embedded
            known.update(zip(missing, embedded, strict=True))
            with self._lock, translated(*_WHAT), self._database:
                rows = ((key, known[key].astype("<f4").tobytes()) for key in missing)
                self._database.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
        return np.stack([known[key] for key in keys])

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        for key in keys:
            for (blob,) in self._database.execute("SELECT vector FROM vectors WHERE key = ?", (key,)):
                found[key] = np.frombuffer(blob, "<f4").astype(np.float32)
        return found


@contextmanager
def opened_cache(file: Path) -> Iterator[apsw.Connection]:
    """The SQLite file of a cache, made where there is none. StoreError where it cannot be used."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with translated(*_WHAT):
        database = connected(file)
    try:
        with translated(*_WHAT):
            database.pragma("synchronous", "normal")  # what a power cut takes can be computed again
            database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
        yield database
    finally:
        database.close()
