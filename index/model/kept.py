"""Token states of passages, kept in a file from ingestion on: half of a model that a question need not run.

They are derived, and may be lost at any time: the file is of bounded size, the oldest make room, and whatever goes
wrong with it costs no more than the time to compute them anew. They are found by the model and the text that they are
of, so that another model or a changed article meets none of them, and each has a checksum.
"""

import logging
import shutil
import threading
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import apsw

from index.storage.sqlite import connected, transaction

_log = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS states (
    id INTEGER PRIMARY KEY, text BLOB NOT NULL, model BLOB NOT NULL, content BLOB NOT NULL, UNIQUE (text, model)
)
"""
_PUT = "INSERT OR REPLACE INTO states (text, model, content) VALUES (?, ?, ?)"
_DROP_OLDEST = "DELETE FROM states WHERE id IN (SELECT id FROM states ORDER BY id LIMIT 16)"
# Rises whenever states are rounded or kept in another form, which the one before is not found in.
_FORM = 2
_DAMAGED = (apsw.CorruptError, apsw.NotADBError)
_BUSY_MS = 200  # to wait longer for another process takes as long as to compute
_SPARE = 1_000_000_000  # bytes of the disk that are left to what cannot be made again


class KeptStates:
    """A file of states as bytes. Threads may share it, and processes the file."""

    def __init__(self, path: Path, megabytes: int) -> None:
        """`megabytes` bound the file; with 0 nothing is kept, and no file made."""
        self._path = path
        self._most = megabytes * 1_000_000
        self._lock = threading.Lock()
        self._db: apsw.Connection | None = None
        self._told: set[str] = set()
        if self._most:
            self._attempt(self._open)

    def close(self) -> None:
        """Close the file; from then on nothing is found, nor kept."""
        with self._lock:
            self._shut()

    def found(self, model: str, texts: Iterable[str]) -> dict[str, bytes]:
        """Return what is kept of texts for a model, by text."""
        found: dict[str, bytes] = {}

        def read(db: apsw.Connection) -> None:
            for text in texts:
                key = _key(text, model)
                for (content,) in db.execute("SELECT content FROM states WHERE text = ? AND model = ?", key):
                    if content[:4] == _checksum(*key, content[4:]):
                        found[text] = content[4:]

        self._with_file(read)
        return found

    def keep(self, model: str, states: Mapping[str, bytes]) -> None:
        """Keep the states of texts for a model, in the place of the oldest where the file is full."""
        rows = []
        for text, content in states.items():
            key = _key(text, model)
            rows.append((*key, _checksum(*key, content) + content))

        def write(db: apsw.Connection) -> None:
            if shutil.disk_usage(self._path.parent).free > _SPARE:
                with transaction(db):
                    if _made_room(db, self._most, rows):
                        db.executemany(_PUT, rows)

        self._with_file(write)

    def forget(self, texts: Iterable[str]) -> None:
        """Remove what is kept of texts, for any model."""

        def remove(db: apsw.Connection) -> None:
            with transaction(db):
                db.executemany("DELETE FROM states WHERE text = ?", [(_digest(text),) for text in texts])

        self._with_file(remove)

    def _with_file(self, work: Callable[[apsw.Connection], None]) -> None:
        with self._lock:
            if (db := self._db) is not None:
                self._attempt(lambda: work(db))

    def _attempt(self, work: Callable[[], None]) -> None:
        """Work with the file, where that goes well; a damaged one is begun anew."""
        try:
            work()
        except _DAMAGED:
            _log.warning("%s is damaged, and begun anew", self._path.name)
            self._begin_anew()
        except apsw.BusyError:
            pass
        except (apsw.Error, OSError) as error:
            self._tell(type(error).__name__)

    def _tell(self, problem: str) -> None:
        """Log a problem, but not again with every question."""
        if problem not in self._told:
            self._told.add(problem)
            _log.warning("%s cannot be used now (%s)", self._path.name, problem)

    def _open(self) -> None:
        self._db = connected(self._path)
        self._db.set_busy_timeout(_BUSY_MS)
        self._db.pragma("synchronous", "normal")  # what a power cut takes can be computed again
        self._db.execute(_SCHEMA)
        if _pages(self._db, "page_count") > 1.1 * self._most:  # the setting was larger
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._shut()
        with suppress(apsw.Error, OSError):
            for ending in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
            self._open()

    def _shut(self) -> None:
        if self._db is not None:
            with suppress(apsw.Error):
                self._db.close(force=True)
        self._db = None


def _made_room(db: apsw.Connection, most: int, rows: list[tuple[bytes, bytes, bytes]]) -> bool:
    """Remove the oldest until the rows have room; False where they are larger than the file may be."""
    size = int(db.pragma("page_size"))
    needed = sum((len(content) // size + 2) * size for *_, content in rows)
    while needed <= most < _pages(db, "page_count") - _pages(db, "freelist_count") + needed:
        db.execute(_DROP_OLDEST)
        if not db.changes():
            break
    return needed <= most


def _pages(db: apsw.Connection, pragma: str) -> int:
    """A number of pages, in bytes."""
    return int(db.pragma(pragma)) * int(db.pragma("page_size"))


def _key(text: str, model: str) -> tuple[bytes, bytes]:
    return _digest(text), _digest(f"{_FORM} {model}")


def _digest(text: str) -> bytes:
    return sha256(text.encode(errors="surrogatepass")).digest()[:16]


def _checksum(*parts: bytes) -> bytes:
    return zlib.crc32(b"".join(parts)).to_bytes(4, "little")
