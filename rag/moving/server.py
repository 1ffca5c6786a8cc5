"""A PostgreSQL server as a place that databases are moved from or to, and what it holds. Needs the extra `cluster`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from index.storage.database import Connection, Server, Where
from index.storage.errors import Refused
from index.storage.postgres import connected, held
from rag.moving.layout import NAMES, Layout
from rag.moving.places import Found
from rag.moving.tables import Side, Table
from rag.service.data_folder import Name, schema_of

_WHAT = "database"
_STAGED = "moving_"
_EXISTING = "SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s) ORDER BY 1"
# Of this user: what others do is shown to an administrator alone.
_SESSIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Holding:
    """A schema that is there: its size, the version of each part of its tables, and the rows of each table."""

    schema: str
    bytes: int
    versions: dict[str, int]
    rows: dict[str, int]


class OnServer:
    """A server with a schema for each database. See `Place`; `tell` is told what whoever moves should know."""

    def __init__(self, address: str, tell: Callable[[str], None]) -> None:
        self._address = address
        self._tell = tell

    @contextmanager
    def held(self) -> Iterator[Mapping[Name, Side]]:
        """Its databases as of one moment, and nobody writes them."""
        with connected(self._address, _WHAT) as connection:
            there = _existing(connection, [schema_of(name) for name in NAMES])
            (sessions,) = connection.execute(_SESSIONS).fetchone() or (0,)
        if schema_of("hoidap") not in there:
            raise Refused("There is no schema hoidap in PostgreSQL; see that HOIDAP_DATABASE names the right database.")
        if sessions:
            self._tell("Other programs are connected to the database; what they write from now on is not moved.")
        with held(self._address, there, _WHAT) as transaction:
            yield {name: Side.of(transaction, schema_of(name)) for name in NAMES if schema_of(name) in there}

    def found(self, side: Side, part: str) -> Found:
        """What a schema is."""
        versions = side.rows(f"SELECT version FROM {side.named('versions')} WHERE part = ?", (part,))  # noqa: S608
        tables = side.rows("SELECT tablename FROM pg_tables WHERE schemaname = ?", (side.schema,))
        return Found(versions[0][0] if versions else None, {row[0] for row in tables})

    def given(self, side: Side, table: Table) -> int:
        """The highest number that a table ever gave out."""
        statement = "SELECT coalesce(pg_sequence_last_value(CAST(pg_get_serial_sequence(?, ?) AS regclass)), 0)"
        return int(side.rows(statement, (side.named(table.name), table.columns[0]))[0][0])

    def finish(self) -> bool:
        """Nothing: schemas are published all at once."""
        return False

    def check_free(self) -> None:
        """Refused where the database has schemas of ours."""
        with connected(self._address, _WHAT) as connection:
            if there := _existing(connection, [schema_of(name) for name in NAMES]):
                mend = "name another database, or drop them"
                raise Refused(f"PostgreSQL has the schemas {', '.join(there)}, and nothing is written over; {mend}.")

    def begun(self) -> bool:
        """Whether schemas are staged from before."""
        with connected(self._address, _WHAT) as connection:
            return bool(_staged(connection))

    def staged(self, name: Name) -> Where:
        """The schema in which a database is staged."""
        return Server(self._address, _STAGED + schema_of(name))

    def silence(self, db: Connection, layout: Layout) -> None:
        """Have triggers of a staged schema keep still, but for those that hold references."""
        for table in layout.tables:
            db.execute(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')

    def give(self, db: Connection, table: Table, last: int) -> None:
        """Have a table give out the numbers after `last`."""
        db.execute("SELECT setval(pg_get_serial_sequence(?, ?), ?)", (f'"{table.name}"', table.columns[0], last))

    def discard(self) -> None:
        """Drop what is staged."""
        with connected(self._address, _WHAT) as connection:
            for schema in _staged(connection):
                connection.execute(f'DROP SCHEMA "{schema}" CASCADE'.encode())

    def publish(self, layouts: Mapping[Name, Layout]) -> None:
        """Give the schemas their names, all at once."""
        self.check_free()
        with connected(self._address, _WHAT) as connection, connection.transaction():
            for name, layout in layouts.items():
                schema = _STAGED + schema_of(name)
                for table in layout.tables:
                    connection.execute(f'ALTER TABLE "{schema}"."{table.name}" ENABLE TRIGGER USER'.encode())
                connection.execute(f'DROP TABLE "{schema}".moving'.encode())
                connection.execute(f"DELETE FROM \"{schema}\".versions WHERE part = 'moving'".encode())  # noqa: S608
                connection.execute(f'ALTER SCHEMA "{schema}" RENAME TO "{schema_of(name)}"'.encode())


def holdings(address: str) -> list[Holding]:
    """What a server holds of ours, schema by schema, as of one moment."""
    with connected(address, _WHAT) as connection:
        connection.execute(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return [_holding(connection, schema) for schema in _existing(connection, [schema_of(name) for name in NAMES])]


def _holding(connection: psycopg.Connection[Any], schema: str) -> Holding:
    tables = [name for (name,) in connection.execute(_TABLES, (schema,))]
    rows = {name: _number(connection, f'SELECT count(*) FROM "{schema}"."{name}"') for name in tables}  # noqa: S608
    versions = dict(connection.execute(f'SELECT part, version FROM "{schema}".versions ORDER BY 1'.encode()))  # noqa: S608
    sizes = (f'pg_total_relation_size(\'"{schema}"."{name}"\')' for name in tables)
    return Holding(schema, _number(connection, f"SELECT {' + '.join(sizes)}"), versions, rows)


def _number(connection: psycopg.Connection[Any], statement: str) -> int:
    (number,) = connection.execute(statement.encode()).fetchone() or (0,)
    return int(number)


def _existing(connection: psycopg.Connection[Any], schemas: Sequence[str]) -> list[str]:
    return [schema for (schema,) in connection.execute(_EXISTING, (list(schemas),))]


def _staged(connection: psycopg.Connection[Any]) -> list[str]:
    return _existing(connection, [_STAGED + schema_of(name) for name in NAMES])
