"""An empty database for a trial, of either edition."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

from index.storage.database import Server, Where
from index.store.store import Store


@contextmanager
def empty_database(folder: Path, address: str | None) -> Iterator[Where]:
    """A file in the folder; or, at the address of a PostgreSQL server, a schema of its own that goes afterwards.

    Refused or StoreError where the address leads to no server.
    """
    if address is None:
        yield folder / "truth.sqlite3"
        return
    # Here, as it needs the extra `cluster`.
    import psycopg  # noqa: PLC0415

    schema = f"hoidap_trial_{uuid4().hex}"
    where = Server(address, schema)
    Store(where).close()
    try:
        yield where
    finally:
        with closing(psycopg.connect(address, autocommit=True)) as db:
            db.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE'.encode())
