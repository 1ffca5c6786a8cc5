"""What every database of ours does alike.

SQLite comes with apsw rather than with Python, because WAL in releases before 3.51.3 can corrupt a database
that two connections write (https://www.sqlite.org/wal.html, "the WAL-reset bug").
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from index.storage.errors import StorageFull, StoreError

_SAFE = (3, 51, 3)
_BUSY_MS = 30_000


def connected(path: Path) -> apsw.Connection:
    """A connection for threads that share it under a lock, beside other processes. StoreError, apsw.Error."""
    if tuple(map(int, apsw.sqlite_lib_version().split("."))) < _SAFE:
        raise StoreError(f"SQLite {apsw.sqlite_lib_version()} can corrupt a database; install a newer apsw.")
    db = apsw.Connection(str(path))
    db.set_busy_timeout(_BUSY_MS)
    db.pragma("journal_mode", "wal")
    # FULL: what was acknowledged survives a power cut, not only a killed process.
    db.pragma("synchronous", "full")
    db.pragma("foreign_keys", True)
    return db


@contextmanager
def transaction(db: apsw.Connection) -> Iterator[None]:
    """Write all of it or none."""
    db.execute("BEGIN IMMEDIATE")
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
    """Errors of SQLite as ours. `what` cannot be used then, as "database"; `mend` is a sentence."""
    try:
        yield
    except apsw.FullError as error:
        raise StorageFull(f"The disk is full ({error}); nothing of this step was kept. Make room.") from error
    except apsw.IOError as error:
        raise StorageFull(f"The disk refused a write or a read ({error}); make room, check it.") from error
    except apsw.BusyError as error:
        raise StoreError(f"Another process has held the {what} for 30 s; try again when it is done.") from error
    except apsw.Error as error:
        raise StoreError(f"The {what} cannot be used: {error}. {mend}") from error
