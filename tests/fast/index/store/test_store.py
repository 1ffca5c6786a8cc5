"""The truth: articles, their changes, the model that they belong to."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.records import Article, Coverage, Draft, EmbeddedDraft, Filters, Metadata, Raw, Removed
from index.storage.errors import ModelError
from index.store.store import Store
from tests.support.clock import FakeClock
from tests.support.encoders import DIMENSION, draft
from tests.support.stores import MODEL, prepared, put


def everything(store: Store, since: int = 0, upto: int = 1_000_000) -> dict[int, str]:
    pages = store.passages(since, upto, MODEL, DIMENSION)
    return {chunk: text for page in pages for chunk, text in zip(page.ids.tolist(), page.texts, strict=True)}


# --- Articles -----------------------------------------------------------------------------------------------


def test_a_draft_comes_back_whole(store: Store) -> None:
    article = Article(
        "lũ-1",
        "Nước dâng.\nDân chạy.",
        Metadata("Lũ lớn", "https://example.org/lu?a=1", "Báo Mẫu", "2025-10-21T06:00:00+07:00"),
        "vi",
        ("Ảnh một", "Ảnh “hai”"),
        (0, 11),
    )
    item = Draft(
        article,
        Raw("<p>Nước dâng.</p>\x00", "text/html", "lu.html"),
        (Removed("Đọc nhiều", "related"), Removed('"x"', "credit")),
        "url:https://example.org/lu?a=1",
        (("title", "Lũ lớn"),),
        Metadata("Lũ", None, "Báo Mẫu", "2025-10-21", date_inferred=True),
    )
    store.put([prepared(item)], MODEL)
    assert store.draft("lũ-1") == item
    assert store.articles(10) == [article]
    assert store.text("lũ-1") == article.text
    assert store.draft("lũ-2") is None
    assert store.text("lũ-2") is None


def test_an_id_that_led_to_another_article_is_its_own_when_it_comes_again(store: Store) -> None:
    known_by = "url:https://example.org/lu"
    put_as = [replace(draft(article, "Nước dâng."), identity=known_by) for article in ("a", "b")]
    store.put([prepared(item) for item in put_as], MODEL)
    assert [article.id for article in store.articles(10)] == ["a"]
    assert store.text("b") == "Nước dâng."
    assert store.remove(["a"]) == ["a"]
    assert store.text("b") is None

    put(store, "b", text="Nước rút.")
    assert store.text("b") == "Nước rút."
    assert store.remove(["b"]) == ["b"]
    assert store.counts() == (0, 0)


def test_half_a_surrogate_pair_in_the_input_is_kept(store: Store) -> None:
    item = draft("a", "Sạch.", raw='{"text": "Sạch.", "x": "\ud800"}', origin="b\udce1o.txt")
    store.put([prepared(item)], MODEL)
    kept = store.draft("a")
    assert kept is not None
    assert kept.raw.content == item.raw.content
    assert kept.raw.origin == "b\\udce1o.txt"
    assert store.same_raw(item.raw) == "a"


def test_a_second_put_replaces_the_first(store: Store) -> None:
    put(store, "a", text="Cũ cũ cũ.", chunks=3)
    old = set(store.chunk_ids().tolist())
    put(store, "a", text="Mới mới.", chunks=2)
    assert store.counts() == (1, 2)
    assert store.text("a") == "Mới mới."
    assert not old & set(store.chunk_ids().tolist())
    assert set(store.gone(1)) == old


def test_remove(store: Store) -> None:
    put(store, "a", "b", "c")
    assert store.remove(["b", "nobody", "a"]) == ["b", "a"]
    assert [article.id for article in store.articles(10)] == ["c"]
    assert store.counts() == (1, 1)
    assert store.remove([]) == []


def test_chunk_ids_are_never_used_twice(store: Store) -> None:
    put(store, "a", chunks=3)
    store.remove(["a"])
    put(store, "b", chunks=3)
    assert store.chunk_ids().tolist() == [4, 5, 6]


def test_an_article_knows_when_it_was_added_and_when_it_changed(tmp_path: Path) -> None:
    clock = FakeClock()
    store = Store(tmp_path / "truth.sqlite3", clock)

    def moments() -> tuple[str | None, str | None]:
        article = store.article("a")
        assert article is not None
        return article.added_at, article.changed_at

    put(store, "a")
    assert moments() == ("1970-01-01T00:00:00.000000+00:00", None)
    clock.pass_(60)
    put(store, "a")  # embedded anew, and the same
    assert moments() == ("1970-01-01T00:00:00.000000+00:00", None)
    clock.pass_(60)
    put(store, "a", text="Năm sáu bảy tám.")
    assert moments() == ("1970-01-01T00:00:00.000000+00:00", "1970-01-01T00:02:00.000000+00:00")
    clock.pass_(60)
    put(store, "a", text="Năm sáu bảy tám.")
    assert moments()[1] == "1970-01-01T00:02:00.000000+00:00"
    store.remove(["a"])
    put(store, "a")
    assert moments() == ("1970-01-01T00:03:00.000000+00:00", None)
    store.close()


def test_a_chunk_is_found_by_where_it_stands(store: Store) -> None:
    put(store, "a", text="0123456789", chunks=2)
    assert [store.chunk_at("a", *span) for span in [(0, 5), (5, 10), (6, 7), (4, 6)]] == [1, 2, 2, None]
    assert store.chunk_at("b", 0, 1) is None


def test_articles_are_paged_by_id(store: Store) -> None:
    put(store, *(f"a{number:02}" for number in range(7)))
    seen, after = [], None
    while page := store.articles(3, after):
        assert len(page) <= 3
        seen += [article.id for article in page]
        after = page[-1].id
    assert seen == [f"a{number:02}" for number in range(7)]


def test_digests_tell_what_a_reader_sees(store: Store) -> None:
    first = draft("a", "Chữ.", title="Tên")
    store.put([prepared(first)], MODEL)
    before = store.digests(["a", "b"])
    assert list(before) == ["a"]
    store.put([prepared(replace(first, raw=Raw("khác", "text/html", "x")))], MODEL)
    assert store.digests(["a"]) == before
    for changed in (
        *(replace(first.article, metadata=one) for one in (Metadata("Khác"), Metadata(url="K"), Metadata(source="K"))),
        replace(first.article, text="Khác"),
        replace(first.article, captions=("c",)),
    ):
        store.put([prepared(replace(first, article=changed))], MODEL)
        assert store.digests(["a"]) != before


def test_same_raw(store: Store) -> None:
    item = draft("a", "Chữ.", raw="nguyên bản")
    store.put([prepared(item)], MODEL)
    assert store.same_raw(Raw("nguyên bản", "text/plain", "another.txt")) == "a"
    assert store.same_raw(Raw("khác", "text/plain", "a.txt")) is None
    store.remove(["a"])
    assert store.same_raw(item.raw) is None


def test_texts_give_every_article_once(store: Store) -> None:
    items = [prepared(draft(f"a{n}", f"Bài {n}.", title="Tên" if n % 2 else None)) for n in range(5)]
    store.put(items, MODEL)
    assert list(store.texts()) == ["\nBài 0.", "Tên\nBài 1.", "\nBài 2.", "Tên\nBài 3.", "\nBài 4."]


# --- Changes ------------------------------------------------------------------------------------------------


def test_every_change_has_the_next_number(store: Store) -> None:
    assert store.sequence() == 0
    put(store, "a", "b")
    assert store.sequence() == 1
    put(store, "a")
    store.remove(["b"])
    assert store.sequence() == 3


def test_changed_names_articles_in_the_order_of_their_changes(store: Store) -> None:
    store.put([prepared(draft("b", "Hai.")), prepared(draft("a", "Một."))], MODEL)
    put(store, "c", text="Ba.")
    put(store, "b", text="Bốn.")
    assert store.changed(0, 100) == [(1, "a"), (2, "c"), (3, "b")]
    assert store.changed(0, 1) == [(1, "a")]
    assert store.changed(2, 100) == [(3, "b")]
    assert store.changed(3, 100) == []

    store.put([prepared(draft("d", "Năm.")), prepared(draft("e", "Sáu."))], MODEL)
    assert store.changed(3, 1) == [(4, "d"), (4, "e")]


def test_gone_names_what_was_removed_after_a_change(store: Store) -> None:
    put(store, "a", chunks=2)  # change 1: chunks 1, 2
    put(store, "b")  # change 2: chunk 3
    put(store, "a")  # change 3: chunk 4 for 1, 2
    store.remove(["b"])  # change 4: 3 goes
    assert sorted(store.gone(0)) == [1, 2, 3]
    assert sorted(store.gone(2)) == [1, 2, 3]
    assert store.gone(3) == [3]
    assert store.gone(4) == []


def test_passages_between_two_changes(store: Store) -> None:
    put(store, "a", text="Một.Hai.", chunks=2)
    put(store, "b", text="Ba.")
    put(store, "c", text="Bốn.")
    assert everything(store) == {1: "Một.", 2: "Hai.", 3: "Ba.", 4: "Bốn."}
    assert everything(store, 1) == {3: "Ba.", 4: "Bốn."}
    assert everything(store, 1, 2) == {3: "Ba."}
    assert everything(store, 3) == {}
    store.remove(["b"])
    assert everything(store, 1, 2) == {}


def test_passages_carry_title_and_vector(store: Store) -> None:
    store.put([prepared(draft("a", "Một.Hai.", title="Tên dài"), 2, title="Tên")], MODEL)
    [page] = store.passages(0, 1, MODEL, DIMENSION)
    assert list(page.texts) == ["Tên\nMột.", "Tên\nHai."]
    assert page.ids.tolist() == [1, 2]
    assert page.vectors.dtype == np.float32
    assert page.vectors.shape == (2, DIMENSION)
    assert page.vectors[:, 0].tolist() == [1.0, 2.0]


def test_passages_come_in_pages_while_others_write(store: Store) -> None:
    put(store, "a", text="x" * 2500, chunks=2500)
    pages = store.passages(0, store.sequence(), MODEL, DIMENSION)
    seen = set(next(pages).ids.tolist())
    assert len(seen) == 1000
    put(store, "b")
    store.remove(["a"])
    for page in pages:
        seen |= set(page.ids.tolist())
    assert seen == set(range(1, 1001))
    assert seen <= set(store.gone(1))


def test_passages_of_another_model_are_left_out(store: Store) -> None:
    put(store, "a")
    other = np.ones((1, 8), np.float32)
    store.put([EmbeddedDraft(draft("b", "Hai."), None, [(0, 4)], other)], "other")
    assert everything(store) == {1: "Một hai ba bốn."}
    [page] = store.passages(0, 2, "other", 8)
    assert page.ids.tolist() == [2]


# --- The model ----------------------------------------------------------------------------------------------


def test_another_model_is_refused(store: Store) -> None:
    store.claim_model("f1", "first-model")
    store.claim_model("f1", "first-model")
    with pytest.raises(ModelError, match=r"first-model.*second-model.*rebuild --embed"):
        store.claim_model("f2", "second-model")
    store.claim_model("f1", "the same under another name")


def test_a_change_of_model_leaves_articles_stale(store: Store) -> None:
    store.claim_model(MODEL, "first-model")
    put(store, "a", "b")
    assert store.stale(MODEL) == []
    store.change_model("f2", "second-model")
    store.claim_model("f2", "second-model")
    assert sorted(store.stale("f2")) == ["a", "b"]
    store.put([prepared(draft("a", "Chữ."))], "f2")
    assert store.stale("f2") == ["b"]


# --- What there is --------------------------------------------------------------------------------------------


def put_dated(store: Store, *rows: tuple[str, str | None, str | None]) -> None:
    for name, source, day in rows:
        item = draft(name, "Một hai. Ba bốn.")
        metadata = Metadata(f"Tựa {name}", source=source, published_at=day)
        store.put([prepared(replace(item, article=replace(item.article, metadata=metadata)), chunks=2)], MODEL)


def test_coverage_counts_the_articles_that_pass(store: Store) -> None:
    put_dated(
        store,
        ("a", "Báo Một", "2026-03-01"),
        ("b", "Báo Hai", "2026-03-02T08:00:00+07:00"),
        ("c", "Báo Một", None),
        ("d", None, "2026-05-09"),
    )
    assert store.coverage(Filters()) == Coverage(
        4, 1, date(2026, 3, 1), date(2026, 5, 9), (("Báo Một", 2), ("Báo Hai", 1))
    )
    assert store.coverage(Filters(published_to="2026-03-02")) == Coverage(
        2, 0, date(2026, 3, 1), date(2026, 3, 2), (("Báo Hai", 1), ("Báo Một", 1))
    )
    assert store.coverage(Filters(sources=("Báo Ba",))) == Coverage(0, 0, None, None, ())


def test_openings_are_the_first_chunks_newest_article_first(store: Store) -> None:
    put_dated(
        store, ("a", "Báo Một", "2026-03-01"), ("b", None, None), ("c", "Báo Hai", "2026-03-02"), ("d", "Báo Một", None)
    )
    found = store.openings(Filters(), 10)
    assert [(hit.chunk.article_id, hit.chunk.start, hit.chunk.text) for hit in found] == [
        (article, 0, "Một hai.") for article in ("c", "a", "d", "b")
    ]
    assert found[0].metadata == Metadata("Tựa c", source="Báo Hai", published_at="2026-03-02")
    assert [hit.chunk.article_id for hit in store.openings(Filters(sources=("Báo Một",)), 1)] == ["a"]
