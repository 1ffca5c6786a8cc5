from collections.abc import Iterator
from pathlib import Path

import pytest

from index.derived.generations import Catalogue
from index.records import Filters
from index.store.store import Store
from rag.passages.fusion import Fusion, fuse, retrieve
from rag.records.search import Passage, Query
from tests.support.encoders import HashEncoder, catalogue, draft, ingester

ENCODER = HashEncoder()
ARTICLES = [
    draft("cau", "Cầu qua sông thông xe.", source="Báo Sông", published_at="2026-05-03"),
    draft("pha", "Bến phà mở lại.", source="Báo Núi", published_at="2026-05-04T08:00:00+07:00"),
    draft("cho", "Chợ nổi họp sớm bên sông.", source="Báo Sông"),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "truth.sqlite3")
    assert [outcome.status for outcome in ingester(store, ENCODER).ingest(ARTICLES)] == ["added"] * 3
    yield store
    store.close()


@pytest.fixture
def indexes(store: Store, tmp_path: Path) -> Iterator[Catalogue]:
    indexes = catalogue(store, tmp_path / "generations", ENCODER)
    yield indexes
    indexes.close()


def found(store: Store, indexes: Catalogue, text: str, k: int = 10, filters: Filters | None = None) -> list[Passage]:
    query = Query(text, text, "vi")
    vector = ENCODER.embed_passages([text])[0]
    snapshot = indexes.snapshot
    return retrieve(query, vector, k, filters or Filters(), store=store, snapshot=snapshot, fusion=Fusion())


def ids(passages: list[Passage]) -> list[str]:
    return [passage.hit.chunk.article_id for passage in passages]


def test_scores_are_scaled_and_weighed() -> None:
    dense = {1: 1.0, 2: 0.5, 3: 0.75}
    lexical = {2: 10.0, 3: 4.0, 4: 2.0}

    # Scaled: dense 1, 0, 0.5; lexical 1, 0.25, 0. 1 and 2 both have 0.5: the lower id goes first.
    assert fuse(dense, lexical, 0.5) == [(1, 0.5), (2, 0.5), (3, 0.375), (4, 0.0)]
    assert fuse(dense, lexical, 1.0) == [(1, 1.0), (3, 0.5), (2, 0.0), (4, 0.0)]
    assert fuse(dense, lexical, 0.0) == [(2, 1.0), (3, 0.25), (1, 0.0), (4, 0.0)]


def test_one_side_may_be_silent() -> None:
    assert fuse({5: 0.2, 6: 0.4}, {}, 0.75) == [(6, 0.75), (5, 0.0)]
    assert fuse({}, {5: 2.0, 6: 4.0}, 0.75) == [(6, 0.25), (5, 0.0)]
    assert fuse({}, {}, 0.75) == []


def test_equal_scores_are_all_the_best() -> None:
    assert fuse({9: 0.3, 8: 0.3}, {9: 1.0}, 0.5) == [(9, 1.0), (8, 0.5)]


def test_the_passage_with_the_words_is_first(store: Store, indexes: Catalogue) -> None:
    passages = found(store, indexes, "bến phà mở lại")

    assert ids(passages)[0] == "pha"
    first = passages[0]
    assert first.fused == 1.0
    assert first.dense == pytest.approx(1.0, abs=1e-6)
    assert 0 < first.lexical <= 1
    assert first.hit.metadata.published_at == "2026-05-04T08:00:00+07:00"
    assert ids(found(store, indexes, "bến phà mở lại", k=1)) == ["pha"]


def test_every_passage_has_both_scores(store: Store, indexes: Catalogue) -> None:
    passages = {passage.hit.chunk.article_id: passage for passage in found(store, indexes, "chợ gần sông")}

    assert set(passages) == {"cau", "pha", "cho"}
    assert passages["cho"].lexical > passages["cau"].lexical > passages["pha"].lexical == 0
    assert passages["cho"].dense > 0
    assert passages["cau"].dense > 0


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {"cau", "pha", "cho"}),
        (Filters(published_from="2026-05-03"), {"cau", "pha"}),
        (Filters(published_from="2026-05-04"), {"pha"}),
        (Filters(published_to="2026-05-03"), {"cau"}),
        (Filters(published_to="2026-05-04"), {"cau", "pha"}),
        (Filters("2026-05-05", "2026-05-06"), set()),
        (Filters(sources=("Báo Sông",)), {"cau", "cho"}),
        (Filters(sources=("Báo Sông", "Báo Núi")), {"cau", "pha", "cho"}),
        (Filters(published_from="2026-01-01", sources=("Báo Sông",)), {"cau"}),
        (Filters(sources=("Báo Khác",)), set()),
    ],
)
def test_filters(store: Store, indexes: Catalogue, filters: Filters, expected: set[str]) -> None:
    assert set(ids(found(store, indexes, "sông", filters=filters))) == expected


def test_a_removed_article_is_dropped_before_the_indexes_know(store: Store, indexes: Catalogue) -> None:
    store.remove(["pha"])

    assert ids(found(store, indexes, "bến phà mở lại", k=2)) != []
    assert "pha" not in ids(found(store, indexes, "bến phà mở lại"))
    assert len(found(store, indexes, "bến phà mở lại", k=2)) == 2
    assert store.unknown > 0


def test_nothing_to_search(tmp_path: Path) -> None:
    store = Store(tmp_path / "empty.sqlite3")
    indexes = catalogue(store, tmp_path / "empty", ENCODER)

    assert found(store, indexes, "bến phà") == []
    indexes.close()
    store.close()
