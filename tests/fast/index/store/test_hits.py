"""Chunks joined with their articles, and the filters on them."""

import numpy as np

from index.records import EmbeddedDraft, Filters, Metadata
from index.store.store import Store
from tests.support.encoders import DIMENSION, draft
from tests.support.stores import MODEL, prepared, put


def test_hits_join_chunks_with_their_articles(store: Store) -> None:
    item = draft("a", "Đầu. Giữa.", title="Tên", url="u", source="s", published_at="2025-01-02")
    store.put([EmbeddedDraft(item, None, [(0, 4), (5, 10)], np.zeros((2, DIMENSION), np.float32))], MODEL)
    hits = store.hits([2, 1], 10)
    assert [(hit.chunk.id, hit.chunk.text, hit.chunk.start, hit.chunk.end) for hit in hits] == [
        (2, "Giữa.", 5, 10),
        (1, "Đầu.", 0, 4),
    ]
    assert {hit.metadata for hit in hits} == {Metadata("Tên", "u", "s", "2025-01-02")}


def test_offsets_are_code_points(store: Store) -> None:
    text = "Hẹn 😀 𠮷野 nhé. Vâng ạ."
    start = text.index("Vâng")
    item = EmbeddedDraft(
        draft("a", text), None, [(0, start - 1), (start, len(text))], np.zeros((2, DIMENSION), np.float32)
    )
    store.put([item], MODEL)
    for hit in store.hits([1, 2], 2):
        assert hit.chunk.text == text[hit.chunk.start : hit.chunk.end] != ""


def test_unknown_hits_are_dropped_and_counted(store: Store) -> None:
    put(store, "a", "b", "c")
    store.remove(["b"])
    hits = store.hits([2, 3, 99, 1], 10)
    assert [hit.chunk.id for hit in hits] == [3, 1]
    assert store.unknown == 2


def test_hits_stop_at_the_limit(store: Store) -> None:
    put(store, "a", "b", "c")
    assert [hit.chunk.id for hit in store.hits([99, 1, 2, 98], 2)] == [1, 2]
    assert store.unknown == 1
    assert store.hits([1], 0) == []


def test_filters_are_true_where_they_filter() -> None:
    assert not Filters()
    assert Filters(published_from="2025-01-01")
    assert Filters(published_to="2025-01-01")
    assert Filters(sources=("a",))


def test_an_article_without_a_title_tells_how_it_begins(store: Store) -> None:
    put(store, "a", text="Chợ nổi họp sớm. Thuyền về.", chunks=2)
    store.put([prepared(draft("b", "Chợ tan.", title="Chợ nổi"))], MODEL)
    assert [hit.metadata.opening for hit in store.hits([2, 3], 2)] == ["Chợ nổi họp sớm. Thuyền về.", None]
    assert [hit.metadata.opening for hit in store.openings(Filters(), 9)] == [None, "Chợ nổi họp sớm. Thuyền về."]
    assert [article.metadata.opening for article in store.articles(9)] == ["Chợ nổi họp sớm. Thuyền về.", None]
