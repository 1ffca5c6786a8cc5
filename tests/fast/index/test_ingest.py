"""Articles in: what becomes of each, and what is found afterwards."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from index.arrays import Vectors
from index.chunking import Chunking
from index.ingest import Ingester, Outcome
from index.intake.files import Refusal
from index.records import Draft, Metadata, Raw
from index.store.store import Store
from tests.support.encoders import DIMENSION, HashEncoder, catalogue, draft, ingester, whole


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "truth.sqlite3")
    yield opened
    opened.close()


def statuses(
    store: Store, *inputs: Draft | Refusal, encoder: HashEncoder | None = None
) -> list[tuple[str | None, str]]:
    outcomes = ingester(store, encoder or HashEncoder()).ingest(inputs)
    return [(outcome.id, outcome.status) for outcome in outcomes]


def test_added_updated_unchanged(store: Store) -> None:
    assert statuses(store, draft("a", "Một."), draft("b", "Hai.")) == [("a", "added"), ("b", "added")]
    assert statuses(store, draft("a", "Một."), draft("b", "Hai hai.")) == [("a", "unchanged"), ("b", "updated")]
    assert store.text("b") == "Hai hai."
    assert store.counts() == (2, 2)


def test_what_is_unchanged_is_not_embedded_again(store: Store) -> None:
    encoder = HashEncoder()
    statuses(store, draft("a", "Một."), encoder=encoder)
    sequence, embedded = store.sequence(), encoder.embedded
    assert embedded == 1
    statuses(store, draft("a", "Một."), encoder=encoder)
    assert (store.sequence(), encoder.embedded) == (sequence, embedded)


@pytest.mark.parametrize(
    "metadata",
    [
        Metadata("T"),
        Metadata(url="u"),
        Metadata(source="s"),
        Metadata(published_at="2025-01-01"),
        Metadata(date_inferred=True),
    ],
)
def test_new_metadata_are_an_update(store: Store, metadata: Metadata) -> None:
    item = draft("a", "Một.")
    statuses(store, item)
    changed = Draft(replace(item.article, metadata=metadata), Raw("another page", "text/plain", "a.txt"))
    assert statuses(store, changed) == [("a", "updated")]
    assert store.articles(1) == [changed.article]


def test_the_same_page_is_unchanged_where_its_extraction_differs(store: Store) -> None:
    statuses(store, draft("a", "Một.\nĐọc nhiều.", raw="<p>Một.<p>Đọc nhiều."))
    assert statuses(store, draft("a", "Một.", raw="<p>Một.<p>Đọc nhiều.")) == [("a", "unchanged")]


def test_refusals_pass_through_in_order(store: Store) -> None:
    outcomes = list(
        ingester(store, HashEncoder()).ingest(
            [Refusal("x.pdf", "not read"), draft("a", "Một."), Refusal("line 3", "no text"), draft("b", "Hai.")]
        )
    )
    assert outcomes == [
        Outcome("refused", "x.pdf", reason="not read"),
        Outcome("added", "a.txt", "a"),
        Outcome("refused", "line 3", reason="no text"),
        Outcome("added", "b.txt", "b"),
    ]
    assert store.counts()[0] == 2


def test_only_refusals(store: Store) -> None:
    assert statuses(store, Refusal("x", "y")) == [(None, "refused")]
    assert statuses(store) == []
    assert store.sequence() == 0


def test_one_id_twice_in_a_run_is_an_update(store: Store) -> None:
    run = [draft("a", "Một."), draft("b", "Hai."), draft("a", "Một mới."), draft("a", "Một mới.", raw="x")]
    assert statuses(store, *run) == [("a", "added"), ("b", "added"), ("a", "updated"), ("a", "unchanged")]
    assert store.text("a") == "Một mới."


def test_the_same_page_under_another_name_is_unchanged(store: Store) -> None:
    first = draft("a", "Một.", raw="<p>Một.</p>")
    second = draft("b", "Một.", raw="<p>Một.</p>")
    [outcome] = ingester(store, HashEncoder()).ingest([first])
    assert outcome == Outcome("added", "a.txt", "a")
    [outcome] = ingester(store, HashEncoder()).ingest([second])
    assert outcome == Outcome("unchanged", "b.txt", "a", "the same page as a")
    assert store.counts()[0] == 1


def test_the_same_page_twice_in_a_run_is_stored_once(store: Store) -> None:
    pages = [draft(name, "Một.", raw="<p>Một.</p>") for name in "abc"]
    assert statuses(store, *pages) == [("a", "added"), ("a", "unchanged"), ("a", "unchanged")]


def test_what_has_a_url_or_an_id_goes_by_it(store: Store) -> None:
    first = draft("a", "Một.", raw="x")
    with_url = draft("b", "Một.", url="https://example.org/b", raw="x")
    record = replace(draft("c", "Một.", raw="x"), identity="id:c")
    assert statuses(store, first, with_url, record) == [("a", "added"), ("b", "added"), ("c", "added")]


def test_a_changed_article_replaces_its_old_self_everywhere(store: Store, tmp_path: Path) -> None:
    encoder = HashEncoder()
    statuses(store, draft("a", "Mèo đen ngủ. " * 40), draft("b", "Chó sủa."))
    old = {hit.chunk.id for hit in store.hits(store.chunk_ids().tolist(), 99)} - {store.chunk_ids()[-1]}
    assert len(old) > 1
    indexes = catalogue(store, tmp_path / "generations", encoder)
    statuses(store, draft("a", "Hổ trắng gầm."))
    indexes.refresh()
    snapshot = indexes.snapshot
    assert not old & {*snapshot.vectors.ids(), *snapshot.terms.ids(), *store.chunk_ids()}
    assert whole(store, indexes)
    assert snapshot.lexical("mèo", 5) == []
    [hit] = store.hits(dict(snapshot.lexical("hổ trắng", 5)), 5)
    assert (hit.chunk.article_id, hit.chunk.text) == ("a", "Hổ trắng gầm.")
    indexes.close()


def test_chunks_are_slices_with_the_vectors_of_their_own_words(store: Store) -> None:
    encoder = HashEncoder()
    items = [draft(f"a{n}", f"Bài {n} nói về mưa. " * (n * 9 + 1), title=f"Tên {n}") for n in range(6)]
    assert {status for _, status in statuses(store, *items, encoder=encoder)} == {"added"}
    chunks = 0
    for page in store.passages(0, store.sequence(), "hash", DIMENSION):
        chunks += len(page.ids)
        assert np.allclose(page.vectors, encoder.embed_passages(page.texts))
        for hit, text in zip(store.hits(page.ids.tolist(), 999), page.texts, strict=True):
            article = store.text(hit.chunk.article_id)
            assert article is not None
            assert article[hit.chunk.start : hit.chunk.end] == hit.chunk.text
            assert text == f"{hit.metadata.title}\n{hit.chunk.text}"
    assert chunks == store.counts()[1] > 6


def test_an_outcome_is_given_out_after_its_commit(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "truth.sqlite3")
    items = (draft(f"a{number:03}", "Một.") for number in range(100))
    for outcome in ingester(store, HashEncoder()).ingest(items):
        assert outcome.id is not None
        assert other.text(outcome.id) == "Một."
    other.close()


def test_outcomes_come_while_inputs_are_still_read(store: Store) -> None:
    read: list[int] = []

    def inputs() -> Iterator[Draft]:
        for number in range(100):
            read.append(number)
            yield draft(f"a{number}", "Một.")

    outcomes = ingester(store, HashEncoder()).ingest(inputs())
    next(outcomes)
    assert len(read) < 50


def test_long_articles_are_written_in_smaller_batches(store: Store) -> None:
    items = [draft(f"a{number}", "Một hai ba. " * 2000) for number in range(4)]
    outcomes = ingester(store, HashEncoder()).ingest(items)
    next(outcomes)
    assert store.counts()[0] == 2  # 2 * 24,000 characters
    list(outcomes)
    assert store.counts()[0] == 4


def test_an_article_without_words_for_the_model_is_kept(store: Store) -> None:
    assert statuses(store, draft("a", " \n "), draft("b", "…")) == [("a", "added"), ("b", "added")]
    assert store.counts() == (2, 1)


# --- What an article is known by ----------------------------------------------------------------------------


def test_a_new_headline_at_the_same_address_is_an_update(store: Store) -> None:
    assert statuses(store, draft("chay-cho-1", "12 gian cháy.", url="https://bao.example/chay")) == [
        ("chay-cho-1", "added")
    ]
    again = draft("chay-lon-2", "31 gian cháy.", title="Cháy lớn", url="http://www.bao.example/chay/?utm_source=zalo")
    assert statuses(store, again) == [("chay-cho-1", "updated")]
    assert (store.counts()[0], store.text("chay-cho-1")) == (1, "31 gian cháy.")


def test_one_address_twice_in_a_run_is_an_update(store: Store) -> None:
    run = [draft(f"a{n}", f"{n} gian.", url="https://bao.example/chay#" + "x" * n) for n in range(3)]
    assert statuses(store, *run) == [("a0", "added"), ("a0", "updated"), ("a0", "updated")]
    assert store.text("a0") == "2 gian."


def test_an_id_that_is_given_is_the_article_that_has_it(store: Store) -> None:
    statuses(store, draft("chay-1", "Một.", url="https://bao.example/chay"))
    assert statuses(store, replace(draft("chay-1", "Hai."), identity="id:chay-1")) == [("chay-1", "updated")]
    assert statuses(store, replace(draft("chay-2", "Hai."), identity="id:chay-2")) == [("chay-2", "added")]


# --- Put right by hand --------------------------------------------------------------------------------------


def test_an_edit_outlives_the_next_state_of_its_article(store: Store) -> None:
    encoder = HashEncoder()
    old = draft("a", "Mèo ngủ.", title="Meo ngu", source="Báo", published_at="2025-01-01")
    statuses(store, old, encoder=encoder)
    assert ingester(store, encoder).edit("a", {"title": "Mèo ngủ", "published_at": "2025-01-02"})
    edited = Metadata("Mèo ngủ", None, "Báo", "2025-01-02")
    assert store.articles(1)[0].metadata == edited
    assert statuses(store, old) == [("a", "unchanged")]
    assert statuses(store, draft("a", "Mèo dậy.", title="Meo day", source="Báo mới")) == [("a", "updated")]
    assert store.articles(1)[0].metadata == replace(edited, source="Báo mới")
    # The title is embedded and indexed with each passage.
    [page] = store.passages(0, store.sequence(), "hash", DIMENSION)
    assert page.texts == ["Mèo ngủ\nMèo dậy."]


def test_an_edit_is_taken_back_to_what_the_article_states(store: Store) -> None:
    stated = Metadata("Tên", None, "Báo", "2025-01-01", date_inferred=True)
    item = replace(draft("a", "Mèo."), article=replace(draft("a", "Mèo.").article, metadata=stated))
    statuses(store, item)
    work = ingester(store, HashEncoder())
    work.edit("a", {"published_at": "2024-12-31", "source": "Đài"})
    assert store.articles(1)[0].metadata == Metadata("Tên", None, "Đài", "2024-12-31")
    work.edit("a", {"published_at": None})
    assert store.articles(1)[0].metadata == replace(stated, source="Đài")
    work.edit("a", {"source": None})
    assert store.draft("a") == item


def test_there_is_nothing_to_edit(store: Store) -> None:
    assert not ingester(store, HashEncoder()).edit("a", {"title": "Tên"})


# --- Another model ---------------------------------------------------------------------------------------


def test_embed_stale_embeds_everything_again(store: Store, tmp_path: Path) -> None:
    statuses(store, draft("a", "Mèo đen.", title="Tên"), draft("b", "Chó."))
    new = HashEncoder("new", 16)
    before = [store.draft("a"), store.draft("b")]
    store.change_model("new", "new")
    assert sorted(ingester(store, new).embed_stale()) == ["a", "b"]
    assert list(ingester(store, new).embed_stale()) == []
    assert [store.draft("a"), store.draft("b")] == before
    indexes = catalogue(store, tmp_path / "generations", new)
    assert whole(store, indexes)
    assert len(indexes.snapshot.dense(new.embed_query("mèo"), 5)) == 2
    indexes.close()


class Breaking(HashEncoder):
    """An encoder that breaks after some texts, as a cut session does."""

    def __init__(self, texts: int) -> None:
        super().__init__("new", 16)
        self._texts = texts

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if self.embedded + len(texts) > self._texts:
            raise KeyboardInterrupt
        return super().embed_passages(texts)


def test_an_interrupted_change_of_model_goes_on_where_it_stopped(store: Store, tmp_path: Path) -> None:
    statuses(store, *(draft(f"a{number}", f"Mèo số {number}.") for number in range(40)))
    store.change_model("new", "new")
    with pytest.raises(KeyboardInterrupt):
        list(ingester(store, Breaking(20)).embed_stale())
    left = store.stale("new")
    assert 0 < len(left) < 40
    # Meanwhile nothing of the old model is among the new vectors, and what is done can be searched.
    new = HashEncoder("new", 16)
    indexes = catalogue(store, tmp_path / "generations", new)
    assert len(indexes.snapshot.vectors) == 40 - len(left)
    assert indexes.snapshot.vectors.ids().tolist() == indexes.snapshot.terms.ids().tolist()
    assert sorted(ingester(store, new).embed_stale()) == sorted(left)
    assert new.embedded == len(left)
    indexes.refresh()
    assert whole(store, indexes)
    assert store.counts()[0] == 40
    indexes.close()


def test_an_old_process_takes_in_nothing_of_the_new_model(store: Store, tmp_path: Path) -> None:
    statuses(store, *(draft(f"a{number}", f"Mèo số {number}.") for number in range(20)))
    old = catalogue(store, tmp_path / "generations", HashEncoder())
    store.change_model("new", "new")
    done = list(islice(ingester(store, HashEncoder("new")).embed_stale(), 1))
    old.refresh()
    assert done
    assert len(old.snapshot.vectors) == 4
    assert old.snapshot.vectors.ids().tolist() == old.snapshot.terms.ids().tolist()
    old.close()


def test_the_chunking_of_the_settings_is_used(store: Store) -> None:
    text = "Một hai ba bốn năm sáu. " * 4
    list(Ingester(store, HashEncoder(), Chunking(10)).ingest([draft("a", text)]))
    assert store.counts() == (1, 4)
    list(Ingester(store, HashEncoder(), Chunking(1000)).ingest([draft("b", text)]))
    assert store.counts() == (2, 5)
