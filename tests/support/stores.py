"""What the tests of the store share: an empty truth, and drafts made ready for it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.records import Draft, EmbeddedDraft
from index.storage.database import Server, Where
from index.store.store import Store
from tests.support.encoders import DIMENSION, draft

MODEL = "hash"


def placed(where: Where, name: str = "hoidap.sqlite3") -> Where:
    """A database, or the file of this name where a folder is given."""
    return where / name if isinstance(where, Path) and where.is_dir() else where


def beside(where: Where, name: str) -> Where:
    """Another database of the same edition."""
    if isinstance(where, Server):
        return Server(where.address, f"{where.schema}_{name}")
    return where.with_name(f"{name}.sqlite3")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "truth.sqlite3")
    yield opened
    opened.close()


def prepared(item: Draft, chunks: int = 1, title: str | None = None) -> EmbeddedDraft:
    """The draft cut into so many equal parts, the vectors numbered from 1 in their first place."""
    step = len(item.article.text) // chunks
    vectors = np.zeros((chunks, DIMENSION), np.float32)
    vectors[:, 0] = np.arange(1, chunks + 1)
    return EmbeddedDraft(item, title, [(n * step, (n + 1) * step) for n in range(chunks)], vectors)


def put(store: Store, *ids: str, text: str = "Một hai ba bốn.", chunks: int = 1) -> None:
    store.put([prepared(draft(article, text), chunks) for article in ids], MODEL)
