"""A data folder and its backup."""

from pathlib import Path

import pytest

from rag.backup.writing import back_up
from tests.support.backups import made, nothing


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    made(folder / "hoidap.sqlite3", "articles", "chunks")
    made(folder / "conversations.sqlite3", "turns", rows=3)
    return folder


@pytest.fixture
def file(tmp_path: Path, data: Path) -> Path:
    back_up(data, tmp_path / "backup.tar", nothing)
    return tmp_path / "backup.tar"
