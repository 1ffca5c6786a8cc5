"""Databases to back up, and what is in them."""

from contextlib import closing
from pathlib import Path

import apsw

from rag.backup.archive import Manifest
from rag.backup.restoring import restore as put_back

ROWS = 40


def nothing(done: int, total: int) -> None:
    """Tell nobody how far it is."""


def made(path: Path, *tables: str, rows: int = ROWS) -> Path:
    """A database of 16 kB rows in a write-ahead log, as the program's own are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(apsw.Connection(str(path))) as db:
        db.pragma("journal_mode", "wal")
        for table in tables:
            db.execute(f"CREATE TABLE {table} (number INTEGER PRIMARY KEY, content TEXT)")
        insert_rows(db, tables, 1, rows)
    return path


def insert_rows(db: apsw.Connection, tables: tuple[str, ...], first: int, last: int) -> None:
    rows = [(number, f"Bờ sông {number} " * 1000) for number in range(first, last + 1)]
    with db:
        for table in tables:
            db.executemany(" ".join(("INSERT INTO", table, "VALUES (?, ?)")), rows)


def content(path: Path, table: str) -> list[tuple[int, str]]:
    with closing(apsw.Connection(str(path))) as db:
        assert db.pragma("integrity_check") == "ok"
        rows = db.execute(" ".join(("SELECT * FROM", table, "ORDER BY number")))
        return [(int(number), str(text)) for number, text in rows]


def restored(file: Path, folder: Path) -> Manifest:
    return put_back(file, folder, folder / "generations", nothing)


def there(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()
