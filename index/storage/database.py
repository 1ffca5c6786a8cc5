"""A database, wherever it is: a file of SQLite, or a schema of a PostgreSQL server. What is read and written in it.

Statements are written once, in the SQL that both understand: as SQLite takes them, with `?`, `?1` or `:name` for
values. `index.storage.dialect` has the few words that PostgreSQL wants otherwise.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from index.storage.dialect import Tables
from index.storage.sqlite import Connection as File
from index.storage.sqlite import PrivateDatabase, SharedDatabase, transaction

Row = tuple[Any, ...]
Values = Sequence[Any] | Mapping[str, Any]


class Connection(Protocol):
    """A transaction that is under way."""

    def execute(self, statement: str, values: Values = ..., /) -> Iterator[Row]:
        """Run a statement; the rows that it gives."""

    def executemany(self, statement: str, values: Iterable[Values], /) -> object:
        """Run a statement once for each of the values."""


class Database(Protocol):
    """Any number of threads may use it, and other processes beside them.

    Every method raises StoreError, or StorageFull, where it cannot be read or written.
    """

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent view over several statements."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction: all of it is written, or none. One at a time, whoever writes: each sees what was before it."""

    def taking(self) -> AbstractContextManager[Connection]:
        """A transaction beside those that write, for taking rows by SELECT ... /* FOR UPDATE SKIP LOCKED */.

        Others pass over these rows until it ends, also by the death of this process. In a file, who takes rows waits
        for others who do, and each statement is written by itself.
        """

    def alone(self, name: str) -> AbstractContextManager[bool]:
        """Whether nobody else, in any process, is within a block of this name; it is free at once where one dies."""

    def rows(self, statement: str, values: Values = ...) -> list[Row]:
        """The rows of a statement."""

    def fold(self) -> None:
        """Have nothing left of what was deleted, as far as it is up to this program."""

    def damage(self) -> list[str]:
        """What is found wrong with how it is stored; empty where there is nothing."""

    def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True, slots=True)
class Server:
    """A schema of a PostgreSQL database; its address may hold a password, and is never shown."""

    address: str = field(repr=False)
    schema: str


Where = Path | Server


def opened_shared(
    where: Where,
    part: str,
    schema: str,
    version: int = 1,
    upgrade: Callable[[File], None] | None = None,
    steps: Mapping[int, str] | None = None,
    least: int | None = None,
) -> Database:
    """Tables that lie beside others; `part` names these.

    `schema` makes them where they are missing, and on a server `steps` bring those of an old version to this one, by
    that version. `upgrade` does both in a file, whose version is that of all parts in it. `least` is as in
    `opened_private`. StoreError where it cannot be opened, or is of a release that does not go with this one.
    """
    if isinstance(where, Server):
        return _on_server(where, "database", Tables(part, version, schema, steps or {}, least or version))

    def make(db: File) -> None:
        with transaction(db):
            db.execute(schema)

    return SharedDatabase(where, upgrade or make)


def opened_private(
    where: Where,
    what: str,
    version: int,
    schema: str,
    steps: Mapping[int, str] | None = None,
    least: int | None = None,
) -> Database:
    """Tables that only their owner may read, with a version.

    `what` names the content in messages, in the plural; `steps` bring the tables of an old version to this one, by that
    version. `least` is the oldest version whose programs may go on using the tables of this one beside others: where
    only tables, or columns that need not be given, were added, it is an older one than this.
    """
    if isinstance(where, Server):
        return _on_server(where, what, Tables(what, version, schema, steps or {}, least or version))
    return PrivateDatabase(where, what, version, schema, steps)


def storable(values: Sequence[Any]) -> list[Any]:
    """Values with half characters spelled out, which a terminal can hand over and UTF-8 has no bytes for."""
    return [value.encode(errors="backslashreplace").decode() if isinstance(value, str) else value for value in values]


def listed(texts: Iterable[str]) -> str:
    """Texts as one value, for `IN (SELECT value FROM json_each(?))`."""
    # Neither half characters nor NUL are texts to PostgreSQL, and no article is called so.
    clean = (text.encode(errors="replace").decode().replace("\0", "\ufffd") for text in texts)
    return json.dumps(list(clean), ensure_ascii=False)


def _on_server(server: Server, what: str, tables: Tables) -> Database:
    # Here, as it needs the extra `cluster`.
    from index.storage.postgres import ServerDatabase  # noqa: PLC0415

    return ServerDatabase(server.address, server.schema, what, tables)
