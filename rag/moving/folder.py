"""A data folder as a place that databases are moved from or to."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import apsw

from index.storage import files
from index.storage.database import Connection, Where
from index.storage.errors import Refused
from index.storage.sqlite import BUSY_MS, translated
from rag.backup.archive import MEND
from rag.backup.restoring import refuse_databases
from rag.moving.layout import NAMES, Layout
from rag.moving.places import Found
from rag.moving.tables import Side, Table
from rag.service.data_folder import Name
from rag.service.own_socket import found_in


class Folder:
    """A folder with a file for each database. See `Place`."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._staging = data / ".moving"
        # The files in it are whole, and are put in their places.
        self._whole = self._staging / "whole"

    @contextmanager
    def held(self) -> Iterator[Mapping[Name, Side]]:
        """Its databases, while a transaction that is begun and never written keeps writers out."""
        with found_in(self._data) as running:
            if running is not None:
                raise Refused(f"A server runs on {self._data}; stop it first: what it would write now stayed here.")
        paths = {name: self._data / f"{name}.sqlite3" for name in NAMES}
        if not paths["hoidap"].exists():
            raise Refused(f"There is no database in {self._data}; name the data folder with --data.")
        with translated(f"data folder {self._data}", MEND), ExitStack() as stack:
            there = {name: path for name, path in paths.items() if path.exists()}
            yield {name: Side.of(stack.enter_context(_held(path))) for name, path in there.items()}

    def found(self, side: Side, part: str) -> Found:  # noqa: ARG002 (of the protocol)
        """What a file is."""
        names = side.rows("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
        tables = {row[0] for row in names if not row[0].startswith("sqlite_")}
        return Found(int(side.rows("PRAGMA user_version")[0][0]), tables)

    def given(self, side: Side, table: Table) -> int:
        """The highest number that a table ever gave out, where it gives none twice."""
        known = side.rows("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)) if table.once else []
        return int(known[0][0]) if known else 0

    def finish(self) -> bool:
        """Put in their places the files of a move that was whole when it was stopped; whether there was one."""
        whole = self._whole.exists()
        if whole:
            self._put_in_place()
        return whole

    def check_free(self) -> None:
        """Refused where the folder has databases."""
        refuse_databases(self._data)
        self._staging.mkdir(parents=True, exist_ok=True)

    def begun(self) -> bool:
        """Whether files are staged from before."""
        return any(self._staging.iterdir())

    def staged(self, name: Name) -> Where:
        """The file in which a database is staged."""
        return self._staging / f"{name}.sqlite3"

    def silence(self, db: Connection, layout: Layout) -> None:  # noqa: ARG002 (of the protocol)
        """Have triggers keep still, on this connection."""
        assert isinstance(db, apsw.Connection)
        db.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)

    def give(self, db: Connection, table: Table, last: int) -> None:
        """Have a table give out the numbers after `last`, where it gives none twice."""
        if table.once:
            db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
            db.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table.name, last))

    def discard(self) -> None:
        """Remove the staged files."""
        shutil.rmtree(self._staging)
        self._staging.mkdir()

    def publish(self, layouts: Mapping[Name, Layout]) -> None:
        """Put the files where programs look for them; what else the folder has of another past goes."""
        with translated(f"data folder {self._data}", MEND):
            for name in layouts:
                with closing(apsw.Connection(str(self._staging / f"{name}.sqlite3"))) as db:
                    db.execute("DROP TABLE moving")
            refuse_databases(self._data)
            files.write_durably(self._whole, b"")
            self._put_in_place()

    def _put_in_place(self) -> None:
        for path in sorted(self._staging.glob("*.sqlite3")):
            path.rename(self._data / path.name)
        files.sync(self._data)
        shutil.rmtree(self._staging)


@contextmanager
def _held(path: Path) -> Iterator[apsw.Connection]:
    with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)) as db:
        db.set_busy_timeout(BUSY_MS)
        db.execute("BEGIN IMMEDIATE")
        yield db
