"""Every database of one place into another, in pages, so that a move that was stopped goes on where it was.

A database is copied under another name, with the tables of this release, and shown to programs with all others once
each table has the same rows in both places: as many, and the same digest over them. The source is left as it was.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from pydantic import BaseModel

from index.entities.tables import EntityTables
from index.language.showing import shorten
from index.storage.database import Database, opened_shared
from index.storage.errors import Refused, StoreError
from rag.backup.archive import OnProgress, counting
from rag.moving.layout import NOT_MOVED, Layout, layouts, make
from rag.moving.places import Place
from rag.moving.tables import Changed, Side, Step, Table, copy
from rag.service.data_folder import Name

# Its row says that what this program itself puts into new tables is gone from them.
_MARK = "CREATE TABLE IF NOT EXISTS moving (cleared BIGINT PRIMARY KEY);"
_WORDS = 200  # articles in a transaction
# What is done to each row: it is copied, and read for the digest on either side.
_TIMES = 3


class Moved(BaseModel):
    """A table that was moved: how many rows it has in either place, and the hex SHA-256 over them."""

    database: str
    table: str
    rows: int
    sha256: str


def move(source: Place, target: Place, on_progress: OnProgress, take_along: Callable[[], object]) -> list[Moved]:
    """Move every database; what was moved, table by table, or nothing where an earlier move is brought to its end.

    `take_along` is called once all is whole, before programs can see it.

    Refused where a server uses the source, it is of another release, or the target has databases; StoreError or
    StorageFull where one of them cannot be used, and then the next call goes on from there.
    """
    if target.finish():
        return []
    target.check_free()
    known = layouts()
    with source.held() as sides:
        tables = {name: _moved_of(source, name, side, known[name]) for name, side in sides.items()}
        rows = sum(sides[name].count(table) for name, each in tables.items() for table in each)
        moved = None
        while moved is None:
            step, begun = counting(on_progress, _TIMES * rows), target.begun()
            try:
                moved = [
                    each
                    for name, side in sides.items()
                    for each in _copied(source, target, name, side, known[name], tables[name], step)
                ]
            except Changed as error:
                if not begun:
                    problem = "The copy is not what was read"
                    raise StoreError(f"{problem}; check disk and memory, and try again.") from error
                # The source has changed since the earlier try.
                target.discard()
        take_along()
        target.publish({name: known[name] for name in sides})
    return moved


def _moved_of(source: Place, name: Name, side: Side, layout: Layout) -> list[Table]:
    """The tables that a database has. Refused where they are not those of this release."""
    found = source.found(side, layout.part)
    if found.version != layout.version:
        raise Refused(
            f"{name} has version {found.version} and this program knows {layout.version}; start the newer of the two "
            "releases on it, and move it with that."
        )
    if unknown := sorted(found.tables - {table.name for table in layout.tables} - NOT_MOVED):
        raise Refused(f"{name} has tables that are not of this program, {shorten(unknown)}; remove them first.")
    return [table for table in layout.tables if table.name in found.tables]


def _copied(
    source: Place, target: Place, name: Name, side: Side, layout: Layout, tables: list[Table], step: Step
) -> Iterator[Moved]:
    """Copy a database, and compare the copy. `Changed` where they are not the same."""
    with _opened(target, name, layout) as database:
        for table in tables:
            copy(table, side, database, step)
            if table.numbers and (last := max(source.given(side, table), side.highest(table))):
                with database.writing() as db:
                    target.give(db, table, last)
        copied = Side(database.rows)
        for table in tables:
            digest = side.digest(table, step)
            if copied.digest(table, step) != digest:
                raise Changed
            yield Moved(database=name, table=table.name, rows=copied.count(table), sha256=digest)
    if name == "hoidap":
        with closing(EntityTables(target.staged(name))) as entities:
            while entities.fill_words(_WORDS):
                pass


@contextmanager
def _opened(target: Place, name: Name, layout: Layout) -> Iterator[Database]:
    """A staged database, ready to take rows as they are: its triggers silent, and empty at first."""
    with closing(opened_shared(target.staged(name), "moving", _MARK)) as database:
        fresh = not database.rows("SELECT cleared FROM moving")
        if fresh:
            make(name, target.staged(name))
        with database.writing() as db:
            target.silence(db, layout)
            if fresh:
                for table in reversed(layout.tables):
                    db.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 (of our own making)
                db.execute("INSERT INTO moving VALUES (1)")
        yield database
