"""PostgreSQL through psycopg: a schema of a server, used by any number of threads, processes and machines.

Who writes holds an advisory lock of the schema until the commit, as a file of SQLite has one writer at a time. So
each sees all that was written before, and numbers rise in the order in which they can be read: with them alone, who
reads what is later than the last would pass over what is committed late.

Tables have a version, which a newer program raises when it opens them, while older ones may still run. Each version
says which programs it lets go on; the others cannot write any more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from typing import Any

import psycopg
from psycopg import RawCursor, errors
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.string import StrDumperUnknown
from psycopg_pool import ConnectionPool, PoolTimeout
from typing_extensions import override

from index.storage.dialect import Tables, statement_of, tables_of
from index.storage.errors import Refused, StorageFull, StoreError

Row = tuple[Any, ...]

_CONNECTIONS = 8  # of a store at most, at once
_BUSY_S = 30  # how long others may hold what is to be written
_CONNECT_S = 10  # how long to wait for a connection, as while the server is started again
_READING = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_CHANGING = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_LOCK = "SELECT pg_advisory_xact_lock({})"
_VERSION = "SELECT version, least FROM versions WHERE part = '{}'"
# Who is gone or hangs within a transaction would hold up all others.
_SESSION = """
SET search_path TO "{}"; SET lock_timeout = '{}s'; SET idle_in_transaction_session_timeout = '120s';
SET client_min_messages = 'warning'
"""
# Of the tables of each part: their version, and the oldest one whose programs may use them.
_VERSIONS = """
CREATE TABLE IF NOT EXISTS versions (
    part TEXT COLLATE "C" PRIMARY KEY, version BIGINT NOT NULL, least BIGINT NOT NULL
)
"""
_PUT_VERSION = """
INSERT INTO versions VALUES (%s, %s, %s)
ON CONFLICT (part) DO UPDATE SET version = excluded.version, least = excluded.least
"""
_MEND = "See that PostgreSQL runs, and that HOIDAP_DATABASE is its address."
# What the server says when it lets nobody in, and how we say it: its own words may hold parts of an address that was
# read otherwise than it was meant, a password among them.
_REFUSALS = {
    "authentication failed": "it refuses the user or the password",
    "no password supplied": "it wants a password",
    "does not exist": "it has no such database or user",
    "too many": "it has no connection left",
    "starting up": "it is starting",
    "permission denied": "the user may not use it",
}


class _TextDumper(StrDumperUnknown):
    """PostgreSQL's texts hold no NUL: the sign for what cannot be shown stands in its place."""

    @override
    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "\ufffd"))


class _TruthDumper(Dumper):
    """What is true or false is kept as 1 or 0, as SQLite has it."""

    oid = psycopg.adapters.types["int4"].oid

    @override
    def dump(self, obj: bool) -> Buffer | None:
        return b"1" if obj else b"0"


class _Transaction:
    """A transaction that is under way, on a connection."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = (), /) -> Iterator[Row]:
        """Run a statement; the rows that it gives."""
        known = statement_of(statement)
        cursor = self._connection.execute(known.text.encode(), known.bound(values) or None)
        return iter(cursor.fetchall() if cursor.description else ())

    def executemany(self, statement: str, values: Iterable[Sequence[Any] | Mapping[str, Any]], /) -> None:
        """Run a statement once for each of the values."""
        known = statement_of(statement)
        with self._connection.cursor() as cursor:
            cursor.executemany(known.text.encode(), [known.bound(each) for each in values])


class ServerDatabase:
    """A schema of a PostgreSQL database.

    Every method raises StoreError, or StorageFull, where the server cannot be reached, or cannot read or write it.
    """

    def __init__(self, address: str, schema: str, what: str, tables: Tables) -> None:
        """`tables` are made where they are missing, or brought to their version; `what` names them in messages.

        Refused where the address is none; StoreError where it cannot be used, or the tables are of a release that does
        not go with this one.
        """
        self._what, self._schema, self._tables = what, schema, tables
        self._lock, self._version = _LOCK.format(_lock_number(schema)), _VERSION.format(tables.part)
        with connected(address, what) as connection:
            self._make(connection)
        self._pool = ConnectionPool(
            address,
            kwargs={"autocommit": True, "cursor_factory": RawCursor, "connect_timeout": _CONNECT_S},
            configure=self._configure,
            check=ConnectionPool.check_connection,
            min_size=1,
            max_size=_CONNECTIONS,
            timeout=_CONNECT_S,
            num_workers=1,
            open=True,
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    @contextmanager
    def reading(self) -> Iterator[_Transaction]:
        """One consistent view over several statements."""
        with self._transaction() as connection:
            connection.execute(_READING)
            yield _Transaction(connection)

    @contextmanager
    def writing(self) -> Iterator[_Transaction]:
        """A transaction: all of it is written, or none; one at a time of all that write this schema."""
        with self._changing(self._lock) as under_way:
            yield under_way

    @contextmanager
    def taking(self) -> Iterator[_Transaction]:
        """A transaction beside those that write; rows that it locks are passed over by others."""
        with self._changing() as under_way:
            yield under_way

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        """Whether nobody else is within a block of this name. No transaction is open meanwhile, which may be long."""
        lock = _lock_number(f"{self._schema} {name}")
        with self._translated(), self._pool.connection() as connection:
            (mine,) = connection.execute(f"SELECT pg_try_advisory_lock({lock})".encode()).fetchone() or (False,)
            try:
                yield bool(mine)
            finally:
                if mine:
                    connection.execute(f"SELECT pg_advisory_unlock({lock})".encode())

    def rows(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """The rows of a statement."""
        with self._translated(), self._pool.connection() as connection:
            return list(_Transaction(connection).execute(statement, values))

    def fold(self) -> None:
        """Nothing: what was deleted is overwritten when the server vacuums, and leaves its log in time."""

    def damage(self) -> list[str]:
        """Nothing: looking for damage is up to the server's own tools."""
        return []

    @contextmanager
    def _changing(self, *locks: str) -> Iterator[_Transaction]:
        with self._transaction() as connection:
            begun = connection.execute("; ".join((_CHANGING, *locks, self._version)).encode())
            while begun.nextset():
                pass
            self._check_version(begun.fetchone())
            yield _Transaction(connection)

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection[Row]]:
        with self._translated(), self._pool.connection() as connection:
            # The pool rolls back what is left open, and throws away what is broken.
            yield connection
            if connection.execute(b"COMMIT").statusmessage != "COMMIT":
                raise StoreError(f"The {self._what} did not take what was to be written; try again.")

    def _configure(self, connection: psycopg.Connection[Any]) -> None:
        connection.adapters.register_dumper(str, _TextDumper)
        connection.adapters.register_dumper(bool, _TruthDumper)
        connection.execute(_SESSION.format(self._schema, _BUSY_S).encode())

    def _make(self, connection: psycopg.Connection[Any]) -> None:
        """Make the tables where they are missing, or bring them to this version."""
        self._configure(connection)
        (encoding,) = connection.execute("SHOW server_encoding").fetchone() or ("",)
        if encoding != "UTF8":
            raise StoreError(f"The PostgreSQL database is in {encoding}; make one with ENCODING 'UTF8'.")
        with connection.transaction():
            connection.execute(self._lock.encode())
            connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{self._schema}"'.encode())
            connection.execute(_VERSIONS.encode())
            row = connection.execute(self._version.encode()).fetchone()
            known = self._tables
            statements = known.schema if row is None else known.steps.get(row[0])
            if statements is None:
                self._check_version(row)
            else:
                connection.execute(tables_of(statements).encode())
                connection.execute(_PUT_VERSION, (known.part, known.version, known.least))

    def _check_version(self, row: Row | None) -> None:
        """StoreError where a program of this version may not use tables of that one."""
        version, least = row or (0, 0)
        known = self._tables
        if not least <= known.version <= version:
            raise StoreError(
                f"The tables of {known.part} in PostgreSQL have version {version} and this program knows "
                f"{known.version}; install the release that wrote them."
            )

    def _translated(self) -> AbstractContextManager[None]:
        return _translated(self._what)


@contextmanager
def connected(address: str, what: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own, which commits each statement; `what` names in messages what it is for.

    Refused where the address is none; StoreError or StorageFull where the server cannot be used.
    """
    _check(address)
    with _translated(what), psycopg.connect(address, autocommit=True, connect_timeout=_CONNECT_S) as connection:
        yield connection


@contextmanager
def held(address: str, schemas: Sequence[str], what: str) -> Iterator[_Transaction]:
    """The content of schemas at one moment; within the block nobody writes it who asks `ServerDatabase`."""
    with connected(address, what) as connection:
        connection.execute(f"SET lock_timeout = '{_BUSY_S}s'".encode())
        for schema in schemas:
            connection.execute(f"SELECT pg_advisory_lock({_lock_number(schema)})".encode())
        connection.cursor_factory = RawCursor
        connection.execute(_READING)
        yield _Transaction(connection)


def _lock_number(name: str) -> int:
    return int.from_bytes(sha256(f"hoidap {name}".encode()).digest()[:8], signed=True)


@contextmanager
def _translated(what: str) -> Iterator[None]:
    """Raise errors of PostgreSQL as StoreError or StorageFull, without what the server says of an address."""
    try:
        yield
    except psycopg.Error as error:
        raise _said(what, error) from None


def _said(what: str, error: psycopg.Error) -> StoreError:
    if isinstance(error, errors.DiskFull):
        detail = f"The {what} cannot be written: PostgreSQL's disk is full"
        return StorageFull(f"{detail}; nothing of this step was kept. Make room there.")
    if isinstance(error, errors.LockNotAvailable):
        return StoreError(f"Another process has held the {what} for {_BUSY_S} s; try again when it is done.")
    said = error.diag.message_primary
    if error.sqlstate is None or said is None:
        known = (ours for theirs, ours in _REFUSALS.items() if theirs in str(error))
        why = "no connection came free" if isinstance(error, PoolTimeout) else "nobody answers, or it broke off"
        said = next(known, why)
    return StoreError(f"The {what} in PostgreSQL cannot be used: {said}. {_MEND}")


def _check(address: str) -> None:
    """Refuse what is no address, without a word of it."""
    try:
        fits = address.startswith(("postgresql://", "postgres://")) and bool(conninfo_to_dict(address))
    except psycopg.Error:
        fits = False
    if not fits:
        raise Refused("HOIDAP_DATABASE is no address of PostgreSQL; write it as postgresql://USER:PASSWORD@HOST/NAME.")
