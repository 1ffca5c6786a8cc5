"""The truth: what is written is there, whole, for every connection; a full disk loses nothing."""

import multiprocessing
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import apsw
import numpy as np
import pytest

from index.records import Article, Draft, EmbeddedDraft, Filters, Metadata, Raw, Removed
from index.storage.errors import ModelError, StorageFull, StoreError
from index.store.store import Store
from tests.support import ROOT
from tests.support.encoders import DIMENSION, HashEncoder, draft, ingester

MODEL = "hash"


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


def everything(store: Store, since: int = 0, upto: int = 1_000_000) -> dict[int, str]:
    pages = store.passages(since, upto, MODEL, DIMENSION)
    return {chunk: text for page in pages for chunk, text in zip(page.ids.tolist(), page.texts, strict=True)}


# --- Articles --------------------------------------------------------------------------------------------


def test_a_draft_comes_back_whole(store: Store) -> None:
    article = Article(
        "lũ-1",
        "Nước dâng.\nDân chạy.",
        Metadata("Lũ lớn", "https://example.org/lu?a=1", "Báo Mẫu", "2025-10-21T06:00:00+07:00"),
        "vi",
        ("Ảnh một", "Ảnh “hai”"),
    )
    item = Draft(
        article,
        Raw("<p>Nước dâng.</p>\x00", "text/html", "lu.html"),
        (Removed("Đọc nhiều", "related"), Removed('"x"', "credit")),
    )
    store.put([prepared(item)], MODEL)
    assert store.draft("lũ-1") == item
    assert store.articles(10) == [article]
    assert store.text("lũ-1") == article.text
    assert store.draft("lũ-2") is None
    assert store.text("lũ-2") is None


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
    old = store.chunk_ids()
    put(store, "a", text="Mới mới.", chunks=2)
    assert store.counts() == (1, 2)
    assert store.text("a") == "Mới mới."
    assert not store.chunk_ids() & old
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
    assert store.chunk_ids() == {4, 5, 6}


def test_articles_are_paged_newest_first(store: Store) -> None:
    first, second = "2026-03-01", "2026-03-02T08:00:00+07:00"
    for name, day in {"a": first, "b": None, "c": second, "d": first, "e": None, "f": "2025-12-31"}.items():
        item = draft(name, "Một hai ba bốn.")
        store.put([prepared(replace(item, article=replace(item.article, metadata=Metadata(published_at=day))))], MODEL)
    order = ["c", "d", "a", "f", "e", "b"]
    assert [article.id for article in store.newest(10)] == order
    for size in (1, 2, 4):
        found: list[str] = []
        after = None
        while page := store.newest(size, after):
            found += [article.id for article in page]
            after = (page[-1].metadata.published_at or "", page[-1].id)
        assert found == order
    store.remove(["d"])
    assert [article.id for article in store.newest(10, ("2026-03-01", "d"))] == ["a", "f", "e", "b"]


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
        *(replace(first.article, metadata=Metadata(**{name: "Khác"})) for name in ("title", "url", "source")),
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


# --- Changes ---------------------------------------------------------------------------------------------


def test_every_change_has_the_next_number(store: Store) -> None:
    assert store.sequence() == 0
    put(store, "a", "b")
    assert store.sequence() == 1
    put(store, "a")
    store.remove(["b"])
    assert store.sequence() == 3


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


# --- Hits and filters ------------------------------------------------------------------------------------


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


DATED = [
    ("a", "2025-01-31", "Báo A"),
    ("b", "2025-02-01T23:59:59+07:00", "Báo B"),
    ("c", "2025-02-28", "Báo A"),
    ("d", None, "Báo A"),
    ("e", "2025-03-01T00:00:00+07:00", None),
    ("f", "2025-02-15", 'Báo "F", [x]'),
]


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(), "abcdef"),
        (Filters(published_from="2025-02-01"), "bcef"),
        (Filters(published_to="2025-02-01"), "ab"),
        (Filters("2025-02-01", "2025-02-28"), "bcf"),
        (Filters("2025-02-01", "2025-02-01"), "b"),
        (Filters("2025-03-01", "2025-02-01"), ""),
        (Filters(sources=("Báo A",)), "acd"),
        (Filters(sources=("Báo A", "Báo B")), "abcd"),
        (Filters(sources=('Báo "F", [x]',)), "f"),
        (Filters(sources=("báo a",)), ""),
        (Filters("2025-02-01", None, ("Báo A",)), "c"),
    ],
)
def test_matching(store: Store, filters: Filters, passing: str) -> None:
    items = [prepared(draft(name, "Chữ.", source=source, published_at=date)) for name, date, source in DATED]
    store.put(items, MODEL)
    chunk_of = {name: number for number, (name, _, _) in enumerate(DATED, start=1)}
    assert sorted(store.matching(filters).tolist()) == [chunk_of[name] for name in passing]


def test_filters_are_true_where_they_filter() -> None:
    assert not Filters()
    assert Filters(published_from="2025-01-01")
    assert Filters(published_to="2025-01-01")
    assert Filters(sources=("a",))


# --- The model -------------------------------------------------------------------------------------------


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


# --- Connections -----------------------------------------------------------------------------------------


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    first = Store(tmp_path / "truth.sqlite3")
    put(first, "a", chunks=2)
    first.close()
    again = Store(tmp_path / "truth.sqlite3")
    assert again.counts() == (1, 2)
    assert again.sequence() == 1
    assert again.check() == []
    again.close()
    assert [file.name for file in tmp_path.iterdir()] == ["truth.sqlite3"]


def test_two_connections_see_each_other(tmp_path: Path) -> None:
    one, two = Store(tmp_path / "truth.sqlite3"), Store(tmp_path / "truth.sqlite3")
    for number in range(10):
        put(one if number % 2 else two, f"a{number}")
        assert one.sequence() == two.sequence() == number + 1
    one.remove(["a3"])
    assert two.text("a3") is None
    assert one.counts() == two.counts() == (9, 9)
    one.close()
    two.close()


def test_a_reader_sees_one_state(tmp_path: Path) -> None:
    """Each change replaces both articles with the same text; no read may find two texts."""
    path = tmp_path / "truth.sqlite3"
    writer, reader = Store(path), Store(path)
    put(writer, "a", "b", text="lần 0")
    done = threading.Event()

    def write() -> None:
        for number in range(1, 60):
            put(writer, "a", "b", text=f"lần {number}", chunks=2)
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    reads = 0
    while not done.is_set() or not reads:
        assert len({article.text for article in reader.articles(2)}) == 1
        assert reader.counts() in ((2, 2), (2, 4))
        assert len(reader.chunk_ids()) in (2, 4)
        reads += 1
    thread.join()
    assert reader.text("a") == "lần 59"
    writer.close()
    reader.close()


def _write_alone(path: Path, name: str, count: int) -> None:
    store = Store(path)
    for number in range(count):
        put(store, f"{name}-{number}", chunks=2)
    store.remove([f"{name}-0"])
    store.close()


def test_processes_create_and_write_one_file_together(tmp_path: Path) -> None:
    path = tmp_path / "truth.sqlite3"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_write_alone, args=(path, f"p{number}", 20)) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    store = Store(path)
    assert store.counts() == (3 * 19, 3 * 19 * 2)
    assert store.sequence() == 3 * 21
    assert store.check() == []
    store.close()


def test_a_failed_change_leaves_nothing(store: Store) -> None:
    put(store, "a")
    broken = EmbeddedDraft(draft("b", "Chữ."), None, [(0, 2), (2, 4)], np.zeros((1, DIMENSION), np.float32))
    with pytest.raises(ValueError, match="zip"):
        store.put([prepared(draft("c", "Chữ.")), broken], MODEL)
    assert store.counts() == (1, 1)
    assert store.sequence() == 1
    put(store, "d")
    assert store.sequence() == 2


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "truth.sqlite3").write_text("Đây không phải cơ sở dữ liệu. " * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store(tmp_path / "truth.sqlite3")
    with pytest.raises(StoreError, match="unable to open"):
        Store(tmp_path / "no" / "folder" / "truth.sqlite3")


def test_check_finds_damage(tmp_path: Path) -> None:
    path = tmp_path / "truth.sqlite3"
    store = Store(path)
    put(store, "a", "b")
    store.close()
    # The index over sources is emptied behind SQLite's back, as a bad disk might.
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET sql = replace(sql, '(source)', '(url)') WHERE name = 'articles_by_source'")
        db.execute("UPDATE articles SET url = 'x'")
    db.close()
    store = Store(path)
    assert store.check() != []
    store.close()


# --- A full disk -----------------------------------------------------------------------------------------


def test_a_full_database_keeps_what_was_acknowledged(store: Store) -> None:
    put(store, "a")
    pages = next(iter(store._db.execute("PRAGMA page_count")))[0]
    store._db.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(StorageFull, match="Make room"):
        put(store, "b", text="x" * 200_000)
    assert store.counts() == (1, 1)
    assert store.check() == []
    store._db.execute("PRAGMA max_page_count = 100000")
    put(store, "b", text="x" * 200_000)
    assert store.counts() == (2, 2)


# Files of this process may not grow beyond the limit: for SQLite, what a full disk is (EFBIG for ENOSPC).
_UNTIL_FULL = """
import resource, signal, sys
from pathlib import Path
from index.storage.errors import StorageFull
from index.store.store import Store
from tests.support.encoders import HashEncoder, draft, ingester

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
drafts = (draft(f"a{n}", f"Bài số {n}. " + f"Câu {n} khá dài. " * 200) for n in range(10_000))
try:
    for outcome in ingester(store, HashEncoder()).ingest(drafts):
        print(outcome.id, flush=True)
except StorageFull as error:
    print("full", error, flush=True)
print("readable", store.counts()[0], flush=True)
"""


def test_a_full_disk_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "truth.sqlite3"
    for limit in (1_500_000, 3_000_000):
        run = subprocess.run(
            [sys.executable, "-c", _UNTIL_FULL, str(path), str(limit)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        *acknowledged, full, readable = run.stdout.splitlines()
        assert full.startswith("full The disk")
        assert acknowledged
        assert readable == f"readable {len(acknowledged)}"
        store = Store(path)
        assert [article.id for article in store.articles(100_000)] == sorted(acknowledged)
        assert store.check() == []
        for article in store.articles(100_000):
            assert _sliced(store, article) == article.text
        list(ingester(store, HashEncoder()).ingest([draft("zz", "Còn chỗ rồi.")]))
        assert store.remove(["zz"]) == ["zz"]
        store.close()


def _sliced(store: Store, article: Article) -> str:
    rows = store._db.execute("SELECT start, end FROM chunks WHERE article = ? ORDER BY start", (article.id,))
    spans: Sequence[tuple[int, int]] = [(int(start), int(end)) for start, end in rows]
    return " ".join(article.text[start:end] for start, end in spans) + " "


def test_sqlite_is_one_without_the_wal_reset_bug() -> None:
    assert tuple(map(int, apsw.sqlite_lib_version().split("."))) >= (3, 51, 3)
