"""SQLite connections, transactions and errors; and databases that only their owner may read.

Private are conversations, keys, and the Slack bot's memory. What is deleted there is overwritten, also in the
write-ahead log.

SQLite comes with apsw rather than with Python, because WAL in releases before 3.51.3 can corrupt a database
that two connections write (https://www.sqlite.org/wal.html, "the WAL-reset bug").
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import apsw

from index.storage.errors import FULL, StorageFull, StoreError
from index.storage.files import exclusive, sync

_SAFE = (3, 51, 3)
BUSY_MS = 30_000  # how long another process may hold a database
_NOT_THE_OWNER = 0o077

Connection = apsw.Connection


def connected(path: Path) -> apsw.Connection:
    """Open a database in WAL mode, for threads that share the connection under a lock.

    StoreError where SQLite is a release that can corrupt it, apsw.Error where the file cannot be opened.
    """
    if tuple(map(int, apsw.sqlite_lib_version().split("."))) < _SAFE:
        raise StoreError(f"SQLite {apsw.sqlite_lib_version()} can corrupt a database; install a newer apsw.")
    db = apsw.Connection(str(path))
    db.set_busy_timeout(BUSY_MS)
    db.pragma("journal_mode", "wal")
    # FULL: what was acknowledged survives a power cut, not only a killed process.
    db.pragma("synchronous", "full")
    db.pragma("foreign_keys", True)
    return db


@contextmanager
def transaction(db: apsw.Connection, kind: Literal["IMMEDIATE", "DEFERRED"] = "IMMEDIATE") -> Iterator[None]:
    """Write all of it or none; DEFERRED reads all of it at one moment."""
    db.execute(f"BEGIN {kind}")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # After a full disk SQLite may have rolled back by itself.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextmanager
def translated(what: str, mend: str) -> Iterator[None]:
    """Raise errors of SQLite, and of a full disk, as StoreError or StorageFull.

    `what` names what cannot be used then, as "database"; `mend` is a sentence that says what helps.
    """
    try:
        yield
    except (apsw.FullError, apsw.IOError) as error:
        raise _full(what, error) from error
    except apsw.BusyError as error:
        raise StoreError(f"Another process has held the {what} for 30 s; try again when it is done.") from error
    except apsw.Error as error:
        raise StoreError(f"The {what} cannot be used: {error}. {mend}") from error
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise _full(what, error) from error


def _full(what: str, error: Exception) -> StorageFull:
    detail = f"The {what} cannot be written: the disk is full or refuses ({error})"
    return StorageFull(f"{detail}; nothing of this step was kept. Make room, or check the disk.")


class SharedDatabase:
    """One connection, shared by threads under a lock; other processes have their own.

    Every method raises StoreError, or StorageFull, where the file cannot be read or written.
    """

    def __init__(
        self,
        path: Path,
        make: Callable[[Connection], object] | None = None,
        what: str = "database",
        mend: str = "`hoidap doctor` looks into it.",
    ) -> None:
        """`make` makes the tables; `what` names the content in messages, `mend` says what helps where it is damaged."""
        self._path = path
        self._lock = threading.RLock()
        self._what, self._mend = what, mend
        with self._translated():
            self._db = connected(path)
            if make is not None:
                make(self._db)

    def close(self) -> None:
        """Close the connection; the last one folds the write-ahead log into the file."""
        with self._lock, self._translated():
            self._db.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view over several statements."""
        with self._lock, self._translated(), transaction(self._db, "DEFERRED"):
            yield self._db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of it is written, or none."""
        with self._lock, self._translated(), transaction(self._db):
            yield self._db

    @contextmanager
    def taking(self) -> Iterator["_Singly"]:
        """Statements of one who takes rows at a time, each written by itself: readers and writers need not wait."""
        with exclusive(self._path.with_name(f"{self._path.name}.taking.lock")):
            yield _Singly(self)

    def alone(self, name: str) -> AbstractContextManager[bool]:
        """Whether nobody else is within a block of this name."""
        return exclusive(self._path.with_name(f"{self._path.name}.{name}.lock"), wait=False)

    def rows(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        with self._lock, self._translated():
            return list(self._db.execute(statement, values))

    def fold(self) -> None:
        """Checkpoint the write-ahead log, which still holds deleted rows; not while another connection reads."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def damage(self) -> list[str]:
        """The problems that SQLite's integrity_check finds; empty if there are none."""
        found = [str(row[0]) for row in self.rows("PRAGMA integrity_check")]
        return [] if found == ["ok"] else found

    def _translated(self) -> AbstractContextManager[None]:
        return translated(self._what, self._mend)


class _Singly:
    """Statements that are each a transaction."""

    def __init__(self, database: SharedDatabase) -> None:
        self._db = database

    def execute(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = (), /) -> Iterator[tuple[Any, ...]]:
        return iter(self._db.rows(statement, values))

    def executemany(self, statement: str, values: Iterable[Sequence[Any] | Mapping[str, Any]], /) -> None:
        with self._db.writing() as db:
            db.executemany(statement, values)


class PrivateDatabase(SharedDatabase):
    """A file that only its owner may read, with the version of its tables."""

    def __init__(
        self, path: Path, what: str, version: int, schema: str, steps: Mapping[int, str] | None = None
    ) -> None:
        """`what` names the content in messages, in the plural; `steps` bring tables of old versions to this one."""
        path = path.resolve()
        self._file = path.name
        path.parent.mkdir(parents=True, exist_ok=True)
        _make_private(path, what)
        mend = f"See that {path.name} is yours to write; if it is damaged, restore it, or move it away."
        super().__init__(path, what=what, mend=mend)
        with self._translated():
            self._db.pragma("secure_delete", True)
        self._make(version, {0: schema, **(steps or {})})

    def _make(self, version: int, steps: Mapping[int, str]) -> None:
        with self.writing() as db:
            found = db.pragma("user_version")
            if found == version:
                return
            if found not in steps:
                raise StoreError(
                    f"{self._file} has version {found} and this program knows {version}; "
                    "install the release that wrote it, or move the file away to begin another."
                )
            db.execute(steps[found])
            db.pragma("user_version", version)


def _make_private(path: Path, what: str) -> None:
    """Let nobody but the owner read the file. SQLite gives those that it makes beside it the same permissions."""
    with suppress(FileExistsError):
        path.touch(0o600, exist_ok=False)
        sync(path.parent)
    # Not opened here: closing it again would drop the locks that this process has on it.
    for file in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm"))):
        try:
            if file.stat().st_mode & _NOT_THE_OWNER:
                file.chmod(0o600)
        except FileNotFoundError:
            continue
        except PermissionError as error:
            problem = f"{file.name} holds private {what}, others may read it, and it is not yours"
            raise StoreError(f"{problem}; let its owner run `chmod 600 {file.name}`.") from error
