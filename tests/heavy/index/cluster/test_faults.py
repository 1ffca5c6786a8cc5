"""The contract holds for the snapshot of one machine, and finds what is wrong: the reference with one fault each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.arrays import Ids, Scored, Vectors, unit
from index.cluster.contract import Reference, batch_of, checked
from index.derived.candidates import FLAT
from index.derived.generations import Snapshot
from index.derived.protocol import Entry
from index.derived.terms import Document, TermIndex
from index.language.diacritics.restore import SyllableModel
from index.records import NO_FILTERS, Filters
from tests.support.dense import built


class Changed:
    """The reference itself, made anew at each change. What is overridden is a fault."""

    sequence = 0
    syllables = SyllableModel.count([])

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        self.held: dict[int, Entry] = {}
        self.index: Reference | None = None

    def apply(self, removed: Sequence[int], added: Iterable[Entry]) -> None:
        self.held.update((entry.chunk, entry) for entry in added)
        for chunk in removed:
            self.held.pop(chunk, None)
        self._made += 1
        folder = self._folder / str(self._made)
        folder.mkdir()
        self.index = Reference(sorted(self.held.values(), key=lambda entry: entry.chunk), folder)

    def dense(self, vector: Vectors, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        assert self.index
        return self.index.dense(vector, k, filters, only)

    def lexical(self, words: str, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        assert self.index
        return self.index.lexical(words, k, filters, only)

    def ceiling(self, words: str) -> float:
        assert self.index
        return self.index.ceiling(words)

    def idf(self, token: str) -> float:
        assert self.index
        return self.index.idf(token)


class Local(Changed):
    """The snapshot of one machine, with its own filters, and without pending deletions."""

    def apply(self, removed: Sequence[int], added: Iterable[Entry]) -> None:
        super().apply(removed, added)
        folder = self._folder / f"{self._made} local"
        folder.mkdir()
        entries = sorted(self.held.values(), key=lambda entry: entry.chunk)
        batch = batch_of(entries)
        vectors = built(folder, [batch], batch.vectors.shape[1], FLAT)
        terms = TermIndex.build(folder, [Document(e.chunk, e.text, e.day, e.source) for e in entries])
        self.snapshot = Snapshot(self._made, vectors, terms, self.syllables)

    def dense(self, vector: Vectors, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        return self.snapshot.dense(vector, k, filters, only)

    def lexical(self, words: str, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        return self.snapshot.lexical(words, k, filters, only)


class WrongScores(Changed):
    def lexical(self, words: str, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        return [(chunk, score + 2e-4) for chunk, score in super().lexical(words, k, filters, only)]


class TiesByChance(Changed):
    def dense(self, vector: Vectors, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        return sorted(super().dense(vector, k, filters, only), key=lambda hit: (-hit[1], -hit[0]))


class NoFilters(Changed):
    def dense(self, vector: Vectors, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        return super().dense(vector, k, NO_FILTERS, only)


class AllIsGiven(Changed):
    def lexical(self, words: str, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        return super().lexical(words, k, filters)


class LowCeiling(Changed):
    def ceiling(self, words: str) -> float:
        return super().ceiling(words) / 2.2


class KeepsWhatWent(Changed):
    def apply(self, removed: Sequence[int], added: Iterable[Entry]) -> None:
        super().apply([], added)


class Doubles(Changed):
    def apply(self, removed: Sequence[int], added: Iterable[Entry]) -> None:
        entries = list(added)
        again = [replace(e, chunk=e.chunk + 2**45) for e in entries if e.chunk in self.held]
        super().apply(removed, [*entries, *again])


def chunks() -> list[Entry]:
    vectors = unit(np.random.default_rng(3).normal(size=(60, 16)).astype(np.float32))
    texts = [f"Bài số {n} kể chuyện {'mèo' if n % 3 else 'hổ'} {'đen ' * (n % 4)}ở làng {n % 7}" for n in range(60)]
    return [
        Entry(10 + n, f"a{n}", None, None, vector, text)
        for n, (vector, text) in enumerate(zip(vectors, texts, strict=True))
    ]


@pytest.mark.parametrize(
    ("index", "wrong"),
    [
        (Changed, set()),
        (Local, set()),
        (WrongScores, {"hits", "given chunks", "written twice", "stored anew"}),
        (TiesByChance, {"hits", "given chunks", "written twice", "stored anew", "came and went"}),
        (NoFilters, {"hits", "written twice", "stored anew"}),
        (AllIsGiven, {"given chunks"}),
        (LowCeiling, {"words"}),
        (KeepsWhatWent, {"stored anew", "came and went"}),
        (Doubles, {"written twice", "stored anew", "came and went"}),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_faults_are_found(tmp_path: Path, index: Callable[[Path], Changed], wrong: set[str]) -> None:
    findings = list(checked(chunks(), lambda _: index(tmp_path)))
    assert {finding.part for finding in findings if finding.problem} == wrong
