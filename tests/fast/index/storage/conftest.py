"""What the tests of databases share: a schema on a server."""

from collections.abc import Iterator

import pytest

from index.storage.database import Server
from tests.support.postgres import Postgres


@pytest.fixture
def server(postgres: Postgres) -> Iterator[Server]:
    with postgres.schema() as schema:
        yield schema
