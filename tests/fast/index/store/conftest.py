"""The store in a file and on a server: every test of it runs in both."""

from collections.abc import Iterator

import pytest

from index.storage.database import Where
from index.store.store import Store


@pytest.fixture
def store(where: Where) -> Iterator[Store]:
    opened = Store(where)
    yield opened
    opened.close()
