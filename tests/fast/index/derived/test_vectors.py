"""The dense index against brute force: what is live, masked, filtered, and found among candidates."""

import logging
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pytest

from index.arrays import Scored, Vectors, unit
from index.derived.candidates import Choice, check_kind
from index.derived.marks import Mask
from index.derived.vectors import VectorIndex, chosen, written
from index.records import ChunkBatch, Filters
from tests.support.dense import built, page

FIRST = date(2030, 1, 1)
SOURCES = ["Báo A", "Báo B", None]

# A chunk's vector, day and source.
Row = tuple[Vectors, date | None, str | None]


def passes(row: Row, filters: Filters) -> bool:
    _, day, source = row
    if (filters.published_from or filters.published_to) and day is None:
        return False
    if filters.published_from and str(day) < filters.published_from:
        return False
    if filters.published_to and str(day) > filters.published_to:
        return False
    return not filters.sources or source in filters.sources


def brute_force(rows: dict[int, Row], asked: Vectors, k: int, filters: Filters, only: list[int] | None) -> Scored:
    scored = [
        (chunk, float(row[0].astype(np.float64) @ asked))
        for chunk, row in rows.items()
        if passes(row, filters) and (only is None or chunk in only)
    ]
    return sorted(scored, key=lambda hit: (-hit[1], hit[0]))[:k]


def page_of(rows: dict[int, Row], dimension: int = 4) -> ChunkBatch:
    vectors = np.array([row[0] for row in rows.values()], np.float32).reshape(-1, dimension)
    return page(list(rows), vectors, [row[1] for row in rows.values()], [row[2] for row in rows.values()])


def random_row(random: Random) -> Row:
    # Small whole numbers, so that sums are exact in any arithmetic, and many are equal.
    vector = np.array([random.randint(-2, 2) for _ in range(4)], np.float32)
    return vector, random.choice([None, *(FIRST + timedelta(days=n) for n in range(4))]), random.choice(SOURCES)


def random_filters(random: Random) -> Filters:
    days = [None, None, *(str(FIRST + timedelta(days=n)) for n in range(4))]
    return Filters(random.choice(days), random.choice(days), random.choice([(), (), ("Báo A",), ("Báo A", "Báo B")]))


@pytest.mark.parametrize("block", range(4))
def test_any_sequence_of_changes_equals_brute_force_and_a_rebuild(tmp_path: Path, block: int) -> None:
    for seed in range(50 * block, 50 * block + 50):
        random = Random(seed)  # noqa: S311 (a test that repeats)
        folder = tmp_path / str(seed)
        folder.mkdir()
        rows = {chunk: random_row(random) for chunk in range(random.randint(0, 30))}
        index = built(folder, [page_of(dict(list(rows.items())[n : n + 7])) for n in range(0, len(rows), 7)], 4)
        upcoming = 100
        for _ in range(random.randint(1, 6)):
            gone = [chunk for chunk in [*rows, 999] if random.random() < 0.2]
            added = {upcoming + n: random_row(random) for n in range(random.randint(0, 5))}
            before, known = index, dict(rows)
            index = index.with_changes(gone, page_of(added))
            rows = {chunk: row for chunk, row in {**rows, **added}.items() if chunk not in gone}
            upcoming += len(added)
            same_as_brute_force(before, known, random)
            same_as_brute_force(index, rows, random)
        again = tmp_path / f"{seed} again"
        again.mkdir()
        rebuilt = built(again, [page_of(rows)], 4)
        asked = random_row(random)[0]
        assert index.search(asked, 50) == rebuilt.search(asked, 50)
        assert index.ids().tolist() == rebuilt.ids().tolist() == sorted(rows)


def same_as_brute_force(index: VectorIndex, rows: dict[int, Row], random: Random) -> None:
    asked, filters, k = random_row(random)[0], random_filters(random), random.randint(0, 12)
    only = random.choice([None, [chunk for chunk in [*rows, 999] if random.random() < 0.5]])
    found = index.search(asked, k, filters, None if only is None else np.array(only, np.int64))
    assert found == brute_force(rows, asked, k, filters, only)


def test_what_was_written_is_mapped_and_shared_by_what_comes_after(tmp_path: Path) -> None:
    rows = {chunk: random_row(Random(chunk)) for chunk in range(2000)}  # noqa: S311 (a test that repeats)
    index = built(tmp_path, [page_of(rows)], 4).with_changes([3], page_of({5000: rows[7]}))
    mapped = [line for line in Path("/proc/self/maps").read_text().splitlines() if str(tmp_path) in line]
    assert sorted(Path(line.split()[-1]).name for line in mapped) == [
        "days.npy",
        "ids.npy",
        "sources.npy",
        "vectors.f32",
    ]
    assert len(index) == 2000


# --- Candidates ---------------------------------------------------------------------------------------------

MANY, DIMENSION = 12_000, 16


@pytest.fixture(scope="module")
def clustered() -> Vectors:
    random = np.random.default_rng(5)
    centres = random.normal(size=(40, DIMENSION))
    rows = centres[random.integers(40, size=MANY)] + random.normal(size=(MANY, DIMENSION)) / 3
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def pages(vectors: Vectors) -> Iterator[ChunkBatch]:
    """Every 10th chunk is of Báo A, all others of Báo B; chunk ids are twice the rows."""
    for start in range(0, len(vectors), 1000):
        rows = range(start, min(start + 1000, len(vectors)))
        sources = ["Báo A" if row % 10 == 0 else "Báo B" for row in rows]
        yield page([2 * row for row in rows], vectors[start : rows.stop], None, sources)


def nearest(vectors: Vectors, asked: Vectors, k: int, rows: Mask | None = None) -> list[int]:
    scores = vectors.astype(np.float64) @ asked
    if rows is not None:
        scores[~rows] = -2
    return [2 * int(row) for row in np.argsort(-scores)[:k]]


@pytest.mark.parametrize("kind", ["IVF32,SQ8", "IVF32,PQ8x4fs", "HNSW16,SQ8", "SQ8"])
def test_candidates_lead_to_what_is_nearest(tmp_path: Path, clustered: Vectors, kind: str) -> None:
    list(written(tmp_path, pages(clustered)))
    choice = chosen(tmp_path, DIMENSION, kind)
    assert choice.kind == kind
    assert choice.recall >= 0.985
    assert (choice.width == 0) == (kind == "SQ8")
    index = VectorIndex.load(tmp_path, DIMENSION, choice)
    questions = clustered[::600] + np.float32(0.02)
    found = [index.search(asked, 10) for asked in questions]
    shares = [
        len({chunk for chunk, _ in hits} & set(nearest(clustered, asked, 10))) / 10
        for hits, asked in zip(found, questions, strict=True)
    ]
    assert np.mean(shares) >= 0.95
    for hits, asked in zip(found, questions, strict=True):
        assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
        for chunk, score in hits:
            assert score == pytest.approx(float(clustered[chunk // 2] @ asked), rel=1e-5)


@pytest.mark.parametrize("kind", ["IVF32,PQ8x4fs", "HNSW16,SQ8"])
def test_candidates_with_filters_and_changes(tmp_path: Path, clustered: Vectors, kind: str) -> None:
    index = built(tmp_path, pages(clustered), DIMENSION, kind)
    asked = clustered[7]
    tenth = np.arange(MANY) % 10 == 0
    # What few chunks pass is compared with all of them.
    few = index.search(asked, 20, Filters(sources=("Báo A",)))
    assert [chunk for chunk, _ in few] == nearest(clustered, asked, 20, tenth)
    many = [chunk for chunk, _ in index.search(asked, 20, Filters(sources=("Báo B",)))]
    assert not any(chunk % 20 == 0 for chunk in many)
    assert len(set(many) & set(nearest(clustered, asked, 20, ~tenth))) >= 18
    gone = [chunk for chunk, _ in index.search(asked, 5)]
    changed = index.with_changes(gone, page([99_999], asked[None], None, ["Báo B"]))
    assert changed.search(asked, 1)[0][0] == 99_999
    assert not set(gone) & {chunk for chunk, _ in changed.search(asked, 40)}
    assert [chunk for chunk, _ in index.search(asked, 5)] == gone


def test_more_than_candidates_give_is_found_exactly(tmp_path: Path, clustered: Vectors) -> None:
    index = built(tmp_path, pages(clustered), DIMENSION, "IVF32,SQ8")
    found = [chunk for chunk, _ in index.search(clustered[3], 6000)]
    assert set(found) == set(nearest(clustered, clustered[3], 6000))


def test_a_kind_that_finds_too_little_is_not_taken(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    # Nothing that 4 bits could tell: each chunk lies anywhere.
    list(written(tmp_path, pages(unit(np.random.default_rng(6).normal(size=(MANY, DIMENSION)).astype(np.float32)))))
    with caplog.at_level(logging.WARNING):
        assert chosen(tmp_path, DIMENSION, "IVF32,PQ1x4fs") == Choice("Flat", 0, 1.0)
    assert "IVF32,PQ1x4fs finds 0." in caplog.text
    assert not (tmp_path / "candidates.faiss").exists()


def test_a_kind_that_needs_more_vectors_is_not_taken(tmp_path: Path, clustered: Vectors) -> None:
    list(written(tmp_path, pages(clustered[:500])))
    assert chosen(tmp_path, DIMENSION, "IVF4096,SQ8") == Choice("Flat", 0, 1.0)


def test_the_same_vectors_give_the_same_index(tmp_path: Path, clustered: Vectors) -> None:
    list(written(tmp_path, pages(clustered)))
    made = []
    for _ in range(2):
        choice = chosen(tmp_path, DIMENSION, "IVF32,PQ8x4fs")
        made.append((choice, (tmp_path / "candidates.faiss").read_bytes()))
    assert made[0] == made[1]


def test_a_small_archive_is_searched_exactly(tmp_path: Path, clustered: Vectors) -> None:
    list(written(tmp_path, pages(clustered[:500])))
    assert chosen(tmp_path, DIMENSION) == Choice("Flat", 0, 1.0)


@pytest.mark.parametrize("kind", ["", "flat", "IVF", "nonsense", "PQ8", "OPQ8,IVF16,PQ8", "IVF16,", "\0", "IVF-1,SQ8"])
def test_kinds_that_cannot_be_used_are_told(kind: str) -> None:
    with pytest.raises(ValueError, match=r"FAISS|neither"):
        check_kind(kind, DIMENSION)


@pytest.mark.parametrize("kind", ["auto", "Flat", "HNSW32,SQ8", "IVF4096,SQ8", "IVF64,PQ8x4fs", "SQ8"])
def test_kinds_that_can(kind: str) -> None:
    check_kind(kind, DIMENSION)
