"""What both indexes promise, in one suite that both pass.

The texts are chosen so that both rank them alike: a question of one word matches the text that is short and
repeats it best, for BM25 and for the cosine of hashed bags of words.
"""

from collections.abc import Callable, Sequence
from itertools import starmap
from pathlib import Path
from random import Random
from typing import Protocol

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.arrays import Ids, Scored
from index.derived.candidates import Choice
from index.derived.terms import Document, TermIndex
from index.derived.vectors import VectorIndex, best
from index.records import ChunkBatch
from tests.support.dense import built, page
from tests.support.encoders import DIMENSION, HashEncoder

ENCODER = HashEncoder()
Documents = Sequence[tuple[int, str]]


class Searchable(Protocol):
    """Either index, asked in words."""

    def search(self, query: str, k: int, only: Ids | None = None) -> Scored: ...

    def ids(self) -> list[int]: ...

    def with_changes(self, removed: Sequence[int], added: Documents) -> "Searchable": ...

    def reloaded(self) -> "Searchable": ...


class Dense:
    def __init__(self, index: VectorIndex, folder: Path) -> None:
        self._index = index
        self._folder = folder

    @classmethod
    def build(cls, folder: Path, documents: Documents) -> "Dense":
        return cls(built(folder, [_page(documents[n : n + 3]) for n in range(0, len(documents), 3)], DIMENSION), folder)

    def search(self, query: str, k: int, only: Ids | None = None) -> Scored:
        return self._index.search(ENCODER.embed_query(query), k, only=only)

    def ids(self) -> list[int]:
        assert len(self._index) == len(self._index.ids())
        return list(map(int, self._index.ids()))

    def with_changes(self, removed: Sequence[int], added: Documents) -> "Dense":
        return Dense(self._index.with_changes(removed, _page(added)), self._folder)

    def reloaded(self) -> "Dense":
        return Dense(VectorIndex.load(self._folder, DIMENSION, Choice()), self._folder)


class Lexical:
    def __init__(self, index: TermIndex, folder: Path) -> None:
        self._index = index
        self._folder = folder

    @classmethod
    def build(cls, folder: Path, documents: Documents) -> "Lexical":
        return cls(TermIndex.build(folder, starmap(Document, documents)), folder)

    def search(self, query: str, k: int, only: Ids | None = None) -> Scored:
        return self._index.search(query, k, only=only)

    def ids(self) -> list[int]:
        assert len(self._index) == len(self._index.ids())
        return list(map(int, self._index.ids()))

    def with_changes(self, removed: Sequence[int], added: Documents) -> "Lexical":
        return Lexical(self._index.with_changes(removed, starmap(Document, added), self._folder), self._folder)

    def reloaded(self) -> "Lexical":
        return Lexical(TermIndex.load(self._folder), self._folder)


def _page(documents: Documents) -> ChunkBatch:
    texts = [text for _, text in documents]
    return page([chunk for chunk, _ in documents], ENCODER.embed_passages(texts))


Build = Callable[[Documents], Searchable]


@pytest.fixture(params=[Dense, Lexical])
def build(request: pytest.FixtureRequest, tmp_path: Path) -> Build:
    return lambda documents: request.param.build(tmp_path, documents)


def found(index: Searchable, query: str, k: int, only: Sequence[int] | None = None) -> list[int]:
    return [chunk for chunk, _ in index.search(query, k, None if only is None else np.array(list(only), np.int64))]


CATS = [
    (10, "mèo chó gà vịt lợn"),
    (11, "mèo"),
    (12, "mèo chó"),
    (13, "sông núi biển hồ"),
    (14, "mèo chó gà"),
]


def test_the_best_come_first(build: Build) -> None:
    index = build(CATS)
    hits = index.search("mèo", 4)
    assert [chunk for chunk, _ in hits] == [11, 12, 14, 10]
    scores = [score for _, score in hits]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4


def test_k_cuts_the_list(build: Build) -> None:
    index = build(CATS)
    assert found(index, "mèo", 2) == [11, 12]
    assert found(index, "mèo", 0) == []
    assert found(index, "mèo", -1) == []


def test_more_than_there_is_may_be_asked_for(build: Build) -> None:
    index = build(CATS)
    for k in (5, 100, 10**12):
        assert found(index, "mèo", k)[:4] == [11, 12, 14, 10]


def test_ties_go_by_id_wherever_they_are_cut(build: Build) -> None:
    index = build([(chunk, "mèo chó") for chunk in range(100, 130)])
    for k in range(1, 31):
        assert found(index, "mèo", k) == list(range(100, 100 + k))


def test_ties_go_by_id_across_changes(build: Build) -> None:
    index = build([(chunk, "mèo chó") for chunk in range(10)])
    for first in range(10, 50, 4):
        index = index.with_changes([first - 9], [(chunk, "mèo chó") for chunk in range(first, first + 4)])
    left = index.ids()
    assert len(left) == 10 + 40 - 10
    for k in (1, 7, 11, 20, 40):
        assert found(index, "mèo", k) == left[:k]


def test_only_restricts_the_search(build: Build) -> None:
    index = build(CATS)
    assert found(index, "mèo", 3, only=[10, 12, 14]) == [12, 14, 10]
    assert found(index, "mèo", 1, only=[10, 14]) == [14]
    assert found(index, "mèo", 5, only=[12, 999]) == [12]
    assert found(index, "mèo", 5, only=[]) == []
    assert found(index, "mèo", 5, only=[999]) == []


def test_only_does_not_change_scores(build: Build) -> None:
    index = build(CATS)
    everywhere = dict(index.search("mèo", 5))
    for chunk, score in index.search("mèo", 5, np.array([10, 14], np.int64)):
        assert score == pytest.approx(everywhere[chunk], rel=1e-6)


def test_ids(build: Build) -> None:
    assert build(CATS).ids() == [10, 11, 12, 13, 14]


def test_changes_make_a_new_index_and_leave_the_old(build: Build) -> None:
    old = build(CATS)
    before = old.search("mèo", 4)
    new = old.with_changes([11, 13], [(20, "mèo"), (21, "hổ")])
    assert new.ids() == [10, 12, 14, 20, 21]
    assert found(new, "mèo", 3) == [20, 12, 14]
    assert found(new, "hổ", 1) == [21]
    assert old.ids() == [10, 11, 12, 13, 14]
    assert old.search("mèo", 4) == before
    newest = new.with_changes([20], [(30, "mèo mèo")])
    assert found(newest, "mèo", 2) == [30, 12]
    assert found(new, "mèo", 1) == [20]
    assert old.search("mèo", 4) == before


def test_removing_what_is_not_there_changes_nothing(build: Build) -> None:
    index = build(CATS).with_changes([999], [])
    assert index.ids() == [10, 11, 12, 13, 14]
    assert found(index, "mèo", 2) == [11, 12]


def test_everything_may_be_removed_and_come_again(build: Build) -> None:
    index = build(CATS).with_changes([10, 11, 12, 13, 14], [])
    assert index.ids() == []
    assert found(index, "mèo", 3) == []
    assert found(index.with_changes([], [(50, "mèo")]), "mèo", 3) == [50]


def test_nothing_in_it(build: Build) -> None:
    index = build([])
    assert index.ids() == []
    assert found(index, "mèo", 3) == []
    assert found(index, "mèo", 3, only=[1]) == []
    assert found(index.reloaded(), "mèo", 3) == []
    assert found(index.with_changes([], CATS), "mèo", 2) == [11, 12]


def test_what_was_written_is_read_again(build: Build) -> None:
    index = build(CATS)
    again = index.reloaded()
    assert again.ids() == index.ids()
    assert again.search("mèo", 5) == index.search("mèo", 5)


def test_changes_do_not_touch_what_was_written(build: Build) -> None:
    index = build(CATS)
    index.with_changes([11], [(20, "mèo mèo")]).with_changes([12], [])
    again = index.reloaded()
    assert again.ids() == [10, 11, 12, 13, 14]
    assert found(again, "mèo", 2) == [11, 12]


def test_ids_beyond_32_bits(build: Build) -> None:
    index = build([(2**40, "mèo"), (2**40 + 1, "chó")])
    assert found(index, "chó", 1) == [2**40 + 1]
    assert found(index, "mèo", 2, only=[2**40]) == [2**40]


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=40), st.integers(-1, 50), st.randoms())
def test_best_is_the_sorted_list_cut_at_k(scores: list[float], k: int, random: Random) -> None:
    everything = list(enumerate(scores))

    def unstable(n: int) -> Scored:
        shuffled = sorted(everything, key=lambda hit: (-hit[1], random.random()))
        return shuffled[:n]

    expected = sorted(everything, key=lambda hit: (-hit[1], hit[0]))[: max(k, 0)]
    assert (best(k, len(everything), unstable) if k > 0 and everything else []) == expected


def test_dense_scores_are_cosines(tmp_path: Path) -> None:
    index = built(tmp_path, [page([1, 2], np.array([[1, 0], [0.6, 0.8]], np.float32))], 2)
    hits = index.search(np.array([0.8, 0.6], np.float32), 2)
    assert [chunk for chunk, _ in hits] == [2, 1]
    assert [score for _, score in hits] == pytest.approx([0.6 * 0.8 + 0.8 * 0.6, 0.8])


@pytest.mark.parametrize("name", ["vectors.f32", "ids.npy", "days.npy", "sources.npy"])
def test_a_broken_dense_file_is_told(tmp_path: Path, name: str) -> None:
    built(tmp_path, [page([1, 2, 3], np.eye(3, 2, dtype=np.float32))], 2)
    file = tmp_path / name
    whole = file.read_bytes()
    for broken in (b"", whole[: len(whole) // 2], whole[:-1], b"xxxx" + whole):
        file.write_bytes(broken)
        with pytest.raises((OSError, ValueError)):
            VectorIndex.load(tmp_path, 2, Choice())
    file.unlink()
    with pytest.raises(OSError, match=name):
        VectorIndex.load(tmp_path, 2, Choice())


def test_a_missing_lexical_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        TermIndex.load(tmp_path)
