"""Where tests of stores have their database: in a file, or on a PostgreSQL server."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from index.storage.database import Where
    from tests.support.postgres import Postgres

EDITIONS = ["sqlite", "postgresql"]
# For a test whose folder has `in_a_file` for its `where`: it runs on a server too.
ON_BOTH = pytest.mark.parametrize("where", EDITIONS, indirect=True)
IN_A_FILE = pytest.mark.parametrize("where", ["sqlite"], indirect=True)


def place_of(request: pytest.FixtureRequest, folder: Path) -> "Iterator[Where]":
    """A place with nothing in it, of the edition that is the fixture's parameter."""
    if request.param == "sqlite":
        yield folder / "hoidap.sqlite3"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.schema() as schema:
        yield schema


@pytest.fixture(name="where", params=EDITIONS[:1])
def in_a_file(request: pytest.FixtureRequest, tmp_path: Path) -> "Iterator[Where]":
    """For the many tests above the stores, which take long on a server: the heavy tests run all of them there."""
    yield from place_of(request, tmp_path)


@pytest.fixture(name="where", params=EDITIONS[1:])
def on_server(request: pytest.FixtureRequest, tmp_path: Path) -> "Iterator[Where]":
    """For the same tests, on a server."""
    yield from place_of(request, tmp_path)
