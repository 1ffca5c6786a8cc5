"""A clock that stands, and keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.http.access.keys import FILE, Keys, opened_keys
from tests.support.gate import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[Keys]:
    with opened_keys(tmp_path / FILE) as opened:
        yield opened
