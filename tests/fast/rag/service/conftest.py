from collections.abc import Iterator
from pathlib import Path

import pytest

from index.storage.database import Where
from rag.service.conversations import FILE, Conversations, opened_conversations


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE


@pytest.fixture
def in_file(path: Path) -> Iterator[Conversations]:
    with opened_conversations(path) as opened:
        yield opened


@pytest.fixture
def conversations(where: Where) -> Iterator[Conversations]:
    with opened_conversations(where) as opened:
        yield opened
