"""An archive taken in by shards is what ordinary ingestion makes of it, wherever the steps are stopped."""

import resource
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from index.bulk.shards import Shard, begin, prepared
from index.bulk.steps import embedding, pieces, preparing
from index.bulk.workers import worked
from index.intake.files import Refusal
from index.records import Draft, Hit
from index.storage.errors import Refused, StoreError
from index.store.store import Store
from tests.support.bulk import CHUNKING, SETTINGS, SlowEncoder, all_readings, archive, embed, killing, prepare
from tests.support.encoders import HashEncoder, ingester

Content = list[tuple[Draft | None, list[Hit], bytes]]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return archive(tmp_path / "archive", 34)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "truth.sqlite3")
    yield opened
    opened.close()


def content(store: Store) -> Content:
    """Everything of the articles, their chunks and their vectors."""
    found: Content = []
    for article in store.articles(1000):
        embedded = store.embedded(article.id)
        assert embedded is not None
        found.append((store.draft(article.id), list(embedded.hits), embedded.vectors.tobytes()))
    return found


def load(store: Store, folder: Path, shards: slice = slice(None)) -> list[str]:
    taker = ingester(store, HashEncoder())
    return [one.status for shard in prepared(folder)[shards] for one in taker.load(shard.embedded("hash"))]


@pytest.fixture
def ordinary(files: list[Path], tmp_path: Path) -> Content:
    """What ordinary ingestion makes of the archive."""
    store = Store(tmp_path / "ordinary.sqlite3")
    statuses = [one.status for one in ingester(store, HashEncoder()).ingest(make() for make in all_readings(files))]
    # Of the 34 one comes again as it was and one as another; a page, a text with half characters, and one without text.
    assert sorted(statuses) == ["added"] * 36 + ["refused", "unchanged", "updated"]
    found = content(store)
    store.close()
    return found


def test_all_is_as_ordinary_ingestion_makes_it(
    store: Store, files: list[Path], ordinary: Content, tmp_path: Path
) -> None:
    prepare(tmp_path / "bulk", files)
    embed(tmp_path / "bulk")

    assert sorted(load(store, tmp_path / "bulk")) == ["added"] * 36 + ["unchanged", "updated"]
    assert content(store) == ordinary
    assert [shard.number for shard in prepared(tmp_path / "bulk")] == [0, 1, 2, 3]


def test_killed_processes_cost_time_alone(store: Store, files: list[Path], ordinary: Content, tmp_path: Path) -> None:
    prepare(tmp_path / "bulk", files)
    with killing(1, seed=1) as killed:
        done = list(worked(prepared(tmp_path / "bulk"), partial(embedding, SlowEncoder), 2))
    load(store, tmp_path / "bulk")

    assert (len(killed), len(done)) == (1, 4)
    # The article that came twice has one chunk, and the one that was replaced had one.
    assert sum(done) == store.counts()[1] + 2
    assert content(store) == ordinary


def test_steps_go_on_where_they_were_stopped(
    store: Store, files: list[Path], ordinary: Content, tmp_path: Path
) -> None:
    folder = tmp_path / "bulk"
    folder.mkdir()
    begin(folder, files, SETTINGS)
    work = preparing(HashEncoder, CHUNKING)
    for piece in islice(pieces(folder, all_readings(files), 10), 2):
        work(piece)
    with pytest.raises(Refused, match="not all prepared; give the same `hoidap bulk prepare` again"):
        prepared(folder)
    before = [shard.articles.stat().st_mtime_ns for shard in (Shard(folder, 0), Shard(folder, 1))]
    prepare(folder, files)
    assert [shard.articles.stat().st_mtime_ns for shard in prepared(folder)[:2]] == before

    embedding(HashEncoder)(prepared(folder)[1])
    assert [shard.is_embedded() for shard in prepared(folder)] == [False, True, False, False]
    embed(folder)
    assert all(shard.is_embedded() for shard in prepared(folder))

    load(store, folder, slice(2))
    load(store, folder)
    assert content(store) == ordinary
    assert set(load(store, folder, slice(0, 1))) == {
        "unchanged",
        "updated",
    }  # an earlier state of one, as files give it


def test_what_is_refused_is_told_by_its_place(files: list[Path], tmp_path: Path) -> None:
    prepare(tmp_path / "bulk", files)

    refusals = [refusal for shard in prepared(tmp_path / "bulk") for refusal in shard.refusals()]
    (path,) = (path for path in files if path.suffix == ".jsonl")
    assert refusals == [
        Refusal(f"{path}, line 6", "no article text found; give the article's text, or a page that holds one")
    ]


@pytest.mark.parametrize("kept", [0, 4, 100, -1])
def test_a_torn_shard_is_made_again(files: list[Path], tmp_path: Path, kept: int) -> None:
    folder = tmp_path / "bulk"
    prepare(folder, files)
    embed(folder)
    whole = prepared(folder)[1]
    wanted = [path.read_bytes() for path in (whole.articles, whole.vectors)]
    for path, content in zip((whole.articles, whole.vectors), wanted, strict=True):
        path.write_bytes(content[:kept])

    assert (whole.is_prepared(), whole.is_embedded()) == (False, False)
    prepare(folder, files)
    embed(folder)
    assert [path.read_bytes() for path in (whole.articles, whole.vectors)] == wanted


def test_vectors_of_articles_that_were_made_anew_are_made_anew(files: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    prepare(folder, files)
    embed(folder)
    shard = prepared(folder)[0]
    # As another release may extract them: as many chunks, with other words.
    first, *others = shard.read_articles("hash")
    changed = replace(first.draft.article, text=first.draft.article.text.replace("Vân Sa", "Vân An"))
    shard.write_articles([replace(first, draft=replace(first.draft, article=changed)), *others], [], "hash")

    assert not shard.is_embedded()
    embed(folder)
    wanted = HashEncoder().embed_passages([text for item in shard.read_articles("hash") for text in item.passages()])
    assert np.array_equal(shard.read_vectors(), wanted)


def test_what_was_not_written_to_its_end_is_cleared_away(files: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    folder.mkdir()
    (folder / "000001.articles.parquet.0a1b2c3d.tmp").write_bytes(b"PAR1")
    prepare(folder, files)

    assert list(folder.glob("*.tmp")) == []


def test_a_disk_that_fills_up(files: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    prepare(folder, files)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(StoreError, match=r"000000\.vectors\.parquet cannot be written"):
            embedding(HashEncoder)(prepared(folder)[0])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert list(folder.glob("*.tmp")) == []
    embed(folder)
    assert all(shard.is_embedded() for shard in prepared(folder))


@pytest.mark.parametrize("kind", ["articles", "vectors"])
def test_a_flipped_bit_is_found_or_changes_nothing(files: list[Path], tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "bulk"
    prepare(folder, files)
    embed(folder)
    shard = prepared(folder)[0]
    wanted = [(item.draft, item.spans, item.vectors.tobytes()) for item in shard.embedded("hash")]
    path = getattr(shard, kind)
    whole = path.read_bytes()
    found = 0
    for place in np.linspace(0, len(whole) - 1, 150, dtype=int).tolist():
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        try:
            now = [(item.draft, item.spans, item.vectors.tobytes()) for item in shard.embedded("hash")]
        except StoreError:
            found += 1
        else:
            assert now == wanted, f"byte {place} of {len(whole)}"
    assert found > 75


def test_other_articles_or_settings_need_another_folder(files: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    prepare(folder, files)

    begin(folder, files, SETTINGS)
    with pytest.raises(Refused, match="begun with other articles or settings"):
        begin(folder, files[:-1], SETTINGS)
    with pytest.raises(Refused, match="begun with other articles or settings"):
        begin(folder, files, {**SETTINGS, "chunk_tokens": 64})
    files[0].write_text(files[0].read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(Refused, match="give a new folder"):
        begin(folder, files, SETTINGS)


def test_vectors_of_another_model_are_not_taken(files: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    prepare(folder, files)
    embed(folder)

    with pytest.raises(StoreError, match="made for another embedding model"):
        list(prepared(folder)[0].embedded("another"))
    with pytest.raises(StoreError, match="made for another embedding model"):
        embedding(lambda: HashEncoder("another"))(prepared(folder)[0])


def test_a_folder_of_something_else_is_refused(files: list[Path], tmp_path: Path) -> None:
    with pytest.raises(Refused, match="holds no prepared articles"):
        prepared(tmp_path)
    (tmp_path / "sales.parquet").touch()
    with pytest.raises(Refused, match="holds files of others"):
        begin(tmp_path, files, SETTINGS)
    (tmp_path / "bulk.json").write_text('{"inputs": "", "shards": 1, "version": 2}')
    with pytest.raises(StoreError, match="has version 2, and this release reads 1"):
        prepared(tmp_path)
    for broken in ('["inputs"]', "{", '{"inputs": "", "shards": "1"}', '{"inputs": "", "pieces": 1}', "\udcff"):
        (tmp_path / "bulk.json").write_text(broken, errors="surrogateescape")
        with pytest.raises(StoreError, match=r"bulk\.json cannot be read"):
            prepared(tmp_path)


def test_a_title_that_was_put_right_by_hand_is_embedded(store: Store, files: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    prepare(folder, files)
    embed(folder)
    load(store, folder, slice(1))
    ingester(store, HashEncoder()).edit("tin-4", {"title": "Bến Hạ Lân mở lại"})
    # The article's next state comes in bulk too.
    (path,) = (path for path in files if path.suffix == ".jsonl")
    path.write_text(path.read_text(encoding="utf-8").replace("28 lượt", "29 lượt"), encoding="utf-8")
    prepare(tmp_path / "next", files)
    embed(tmp_path / "next")
    load(store, tmp_path / "next", slice(1))

    stored = store.embedded("tin-4")
    assert stored is not None
    assert (stored.article.metadata.title, "29 lượt" in stored.article.text) == ("Bến Hạ Lân mở lại", True)
    texts = [f"Bến Hạ Lân mở lại\n{hit.chunk.text}" for hit in stored.hits]
    assert np.array_equal(stored.vectors, HashEncoder().embed_passages(texts))
