"""Tables and their rows, read alike from a file of SQLite and from a schema of PostgreSQL."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from index.storage.database import Connection, Database, Row

_PAGE = 500  # rows of a statement, and of a transaction

# Called with the number of rows that are done since the last call.
Step = Callable[[int], None]


class Changed(Exception):
    """A copy does not go with what is in the source now, which has changed since the copy was begun."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is moved: its columns, the first `key` of which tell rows apart and have an order.

    Where `numbers` is true, that is one number, which the database gives out; with `once` never twice.
    """

    name: str
    columns: tuple[str, ...]
    key: int
    numbers: bool
    once: bool

    def page(self, named: str, after: Row | None) -> str:
        """The statement for a page of rows by rising key; its values are the key of the row before, and a limit."""
        key = _listed(self.columns[: self.key])
        where = f"WHERE ({key}) > ({_values(self.key)})" if after else ""
        return f"SELECT {_listed(self.columns)} FROM {named} {where} ORDER BY {key} LIMIT ?"  # noqa: S608

    @property
    def last(self) -> str:
        """The statement for the highest key."""
        key = self.columns[: self.key]
        return f'SELECT {_listed(key)} FROM "{self.name}" ORDER BY {_listed(key, " DESC")} LIMIT 1'  # noqa: S608

    @property
    def put(self) -> str:
        """The statement that adds a row."""
        return f'INSERT INTO "{self.name}" ({_listed(self.columns)}) VALUES ({_values(len(self.columns))})'  # noqa: S608


@dataclass(frozen=True, slots=True)
class Side:
    """Where rows are read, in a `schema` if it has any."""

    rows: Callable[..., list[Row]]
    schema: str = ""

    @classmethod
    def of(cls, connection: Connection, schema: str = "") -> "Side":
        """What a transaction reads."""
        return cls(lambda statement, values=(): list(connection.execute(statement, values)), schema)

    def named(self, table: str) -> str:
        """The name of a table in statements."""
        return f'"{self.schema}"."{table}"' if self.schema else f'"{table}"'

    def count(self, table: Table) -> int:
        """How many rows a table has."""
        return int(self.rows(f"SELECT count(*) FROM {self.named(table.name)}")[0][0])  # noqa: S608

    def highest(self, table: Table) -> int:
        """The highest number that a table has given to a row that is there."""
        return int(self.rows(f'SELECT coalesce(max("{table.columns[0]}"), 0) FROM {self.named(table.name)}')[0][0])  # noqa: S608

    def digest(self, table: Table, step: Step, upto: Row | None = None) -> str:
        """Hex SHA-256 over the rows of a table, to the one of a key: the same for the same rows on either side."""
        digest = sha256()
        for page in self.pages(table):
            for row in page:
                if upto is not None and row[: table.key] > upto:
                    return digest.hexdigest()
                digest.update(repr(row).encode())
            step(len(page))
        return digest.hexdigest()

    def pages(self, table: Table, after: Row | None = None) -> Iterator[list[Row]]:
        """The rows of a table by rising key, behind the one of a key."""
        while rows := self.rows(table.page(self.named(table.name), after), (*(after or ()), _PAGE)):
            yield [tuple(map(_storable, row)) for row in rows]
            after = rows[-1][: table.key]


def copy(table: Table, source: Side, target: Database, step: Step) -> None:
    """Add the rows that the target lacks, a page in a transaction. `Changed` where those that it has are others."""
    last = next(iter(target.rows(table.last)), None)
    if last is not None:
        there = Side(target.rows)
        if there.digest(table, step) != source.digest(table, lambda _: None, last):
            raise Changed
    for page in source.pages(table, last):
        with target.writing() as db:
            db.executemany(table.put, page)
        step(len(page))


def _storable(value: object) -> object:
    """A value as PostgreSQL can hold it too."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def _listed(columns: tuple[str, ...], ending: str = "") -> str:
    return ", ".join(f'"{column}"{ending}' for column in columns)


def _values(count: int) -> str:
    return ", ".join("?" * count)
