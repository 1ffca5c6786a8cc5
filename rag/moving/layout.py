"""The databases as this release makes them: what opens each, its version, and its tables."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw

from index.entities.tables import EntityTables
from index.fetching.feed_store import FeedStore
from index.storage.database import Where
from index.store.store import Store
from index.stories.story_store import StoryStore
from rag.http.access.keys import Keys
from rag.moving.tables import Side, Table
from rag.service.conversations import opened_conversations
from rag.service.data_folder import Name
from rag.slack.memory import Memory
from rag.topics.desk import opened_desk

# What follows a database to Milvus goes on with the original: a copy has its own.
_LEFT = {"collections", "outbox", "cluster_generations"}
# Tables that only a server has, and those whose rows are made of others.
NOT_MOVED = _LEFT | {"versions", "rates", "browsed_words"}


@dataclass(frozen=True, slots=True)
class Layout:
    """A database in this release: the part of it whose version on a server is that of a file, the version, its tables.

    Each table stands behind those that it refers to.
    """

    part: str
    version: int
    tables: tuple[Table, ...]


@contextmanager
def _archive(where: Where) -> Iterator[None]:
    with ExitStack() as stack:
        for owner in (Store, FeedStore, StoryStore, EntityTables):
            stack.enter_context(closing(owner(where)))
        yield


_Open = Callable[[Where], AbstractContextManager[object]]
# The large one last.
_PARTS: Mapping[Name, tuple[str, _Open]] = {
    "keys": ("keys", lambda where: closing(Keys(where))),
    "slack": ("memories of the Slack bot", Memory),
    "desk": ("topics", opened_desk),
    "conversations": ("conversations", opened_conversations),
    "hoidap": ("articles", _archive),
}
NAMES = tuple(_PARTS)


def make(name: Name, where: Where) -> None:
    """Make the tables of a database where they are missing, as its first use does."""
    with _PARTS[name][1](where):
        pass


@cache
def layouts() -> Mapping[Name, Layout]:
    """Every database in this release, looked up in empty files."""
    with TemporaryDirectory() as folder:
        return {name: _layout(name, Path(folder) / name) for name in NAMES}


def _layout(name: Name, path: Path) -> Layout:
    make(name, path)
    with closing(apsw.Connection(str(path))) as db:
        file = Side.of(db)
        statement = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name"
        names = [name for (name,) in file.rows(statement) if not name.startswith("sqlite_") and name not in NOT_MOVED]
        refers = 'SELECT "table" FROM pragma_foreign_key_list(?)'
        parents = {name: [row[0] for row in file.rows(refers, (name,))] for name in names}
        tables = tuple(_table(file, name) for name in TopologicalSorter(parents).static_order())
        return Layout(_PARTS[name][0], int(db.pragma("user_version")), tables)


def _table(file: Side, name: str) -> Table:
    columns = file.rows("SELECT pk, name, type FROM pragma_table_xinfo(?) WHERE hidden = 0", (name,))
    key = sorted(column for column in columns if column[0])
    in_order = tuple(column[1] for column in (*key, *(column for column in columns if not column[0])))
    ((made,),) = file.rows("SELECT sql FROM sqlite_schema WHERE name = ?", (name,))
    numbers = [column[2] for column in key] == ["INTEGER"]
    # Of the few tables without a key each row is one.
    return Table(name, in_order, len(key) or len(in_order), numbers, "AUTOINCREMENT" in made)
