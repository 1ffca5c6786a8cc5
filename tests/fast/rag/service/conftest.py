from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.service.conversations import FILE, Conversations, opened_conversations


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE


@pytest.fixture
def conversations(path: Path) -> Iterator[Conversations]:
    with opened_conversations(path) as opened:
        yield opened
