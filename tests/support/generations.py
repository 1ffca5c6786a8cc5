"""What the tests of generations share: a truth, its generations, and what ingests into it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.derived.generations import Catalogue, generations
from index.ingest import Ingester
from index.store.store import Store
from tests.support.encoders import HashEncoder, catalogue, draft, ingester

FILES = [
    *("vectors.f32", "ids.npy", "days.npy", "sources.npy"),
    *("syllables.npy", "pairs.npy", "terms/meta.json", "manifest.json"),
]


class World:
    """A truth, its generations, and what ingests into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "generations"
        self.path = folder / "truth.sqlite3"
        self.store = Store(self.path)
        self.encoder = HashEncoder()
        self.ingester: Ingester = ingester(self.store, self.encoder)
        self._opened: list[Catalogue] = []

    def add(self, *numbers: int, text: str = "Bài số {} kể chuyện mèo đen. Hết.") -> None:
        list(self.ingester.ingest([draft(f"a{number}", text.format(number)) for number in numbers]))

    def open(self) -> Catalogue:
        self._opened.append(catalogue(self.store, self.folder, self.encoder))
        return self._opened[-1]

    def kept(self) -> list[str]:
        return [path.name for path in generations(self.folder)]

    def close(self) -> None:
        for opened in self._opened:
            opened.close()
        self.store.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def found(world: World, indexes: Catalogue, words: str) -> set[str]:
    """Ids of the articles that each index finds; both must agree on the best."""
    lexical = world.store.hits(dict(indexes.snapshot.lexical(words, 5)), 5)
    dense = world.store.hits(dict(indexes.snapshot.dense(world.encoder.embed_query(words), 1)), 1)
    assert not lexical or dense[0].chunk.article_id in {hit.chunk.article_id for hit in lexical}
    return {hit.chunk.article_id for hit in lexical}
