"""What the derived index in Milvus promises, checked: the same hits as FAISS and tantivy give over the same chunks.

Both sides hold the same chunks without pending deletions, and are asked the same: words as they are written, without
diacritics, one alone, none; vectors of chunks and between chunks; by each filter, and among given chunks. Hits must be
the same in the same order, ties by id, and scores to 1e-4; where two chunks' scores lie within 1e-5 of one another,
either may come first, as the order in which an engine adds up is its own. Scores beyond 10 are sums of hundreds of
terms in single precision: the same to 1e-5 of them.

`tests/heavy/index/cluster` runs it on the embedded edition, and `hoidap doctor --engine` on a live server.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np

from index.arrays import Ids, Scored, Vectors, unit
from index.cluster.statistics import Statistics
from index.derived.candidates import FLAT
from index.derived.doctor import Finding
from index.derived.protocol import ChangingIndex, Entry
from index.derived.terms import Document, TermIndex
from index.derived.vectors import VectorIndex, chosen, written
from index.language.text import fold
from index.records import NO_FILTERS, ChunkBatch, Filters

_SAME_SCORE = 1e-4
_ROUNDING = 1e-5
_ALL = 2**31 - 1

# Names that break expressions, requests or logs where they are not passed as what they are.
SOURCES = [
    None,
    "Báo Một",
    "Bao Mot",
    '"',
    "'",
    "\\",
    "') or id > 0 or ('",
    '"] or id > 0 or source in ["',
    "{sources}",
    "a\nb",
    "\u202eoáB",
    "nguồn " * 2000,
]
_DAYS = [None, date(1, 1, 1), date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 31), date(2025, 2, 28), date.max]
FILTERS = [
    NO_FILTERS,
    *(Filters(sources=(source,)) for source in SOURCES if source),
    Filters(sources=("nobody",)),
    Filters(sources=("Báo Một", "'", "nobody")),
    Filters("2025-01-01", "2025-01-31"),
    Filters("2024-12-31"),
    Filters(None, "2025-01-01"),
    Filters("2025-01-01", "2025-02-28", ("Bao Mot", "\\")),
    Filters("2026-01-01", "2026-01-02"),
    Filters("0001-01-01", "9999-12-31"),
]

Built = Callable[[Statistics], ChangingIndex]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question in words, and a vector, (dimension,), of length 1; the two need not have to do with one another."""

    words: str
    vector: Vectors


def batch_of(entries: Sequence[Entry]) -> ChunkBatch:
    """Entries, of which there is one at least, as FAISS takes them."""
    return ChunkBatch(
        np.array([entry.chunk for entry in entries], np.int64),
        np.stack([entry.vector for entry in entries]),
        [entry.text for entry in entries],
        [entry.article for entry in entries],
        [entry.day for entry in entries],
        [entry.source for entry in entries],
    )


class Reference:
    """FAISS and tantivy over chunks, by rising id; filters are worked out from the chunks' own sources and days."""

    def __init__(self, entries: Sequence[Entry], folder: Path) -> None:
        self._entries = entries
        batch = batch_of(entries)
        dimension = batch.vectors.shape[1]
        list(written(folder, [batch]))
        self._vectors = VectorIndex.load(folder, dimension, chosen(folder, dimension, FLAT))
        self._terms = TermIndex.build(folder, [Document(entry.chunk, entry.text) for entry in entries])

    def dense(self, vector: Vectors, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        """As `index.derived.protocol.DerivedIndex`."""
        return self._vectors.search(vector, k, only=self._within(filters, only))

    def lexical(self, words: str, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        """As `index.derived.protocol.DerivedIndex`."""
        return self._terms.search(words, k, only=self._within(filters, only))

    def ceiling(self, words: str) -> float:
        """As `index.derived.protocol.DerivedIndex`."""
        return self._terms.ceiling(words)

    def idf(self, token: str) -> float:
        """As `index.derived.protocol.DerivedIndex`."""
        return self._terms.idf(token)

    def _within(self, filters: Filters, only: Ids | None) -> Ids:
        named = None if only is None else set(only.tolist())
        passing = [e.chunk for e in self._entries if _passes(e, filters) and (named is None or e.chunk in named)]
        return np.array(passing, np.int64)


def checked(entries: Sequence[Entry], built: Built, seed: int = 0) -> Iterator[Finding]:
    """Check an index over chunks, whose sources and days are replaced by ones that are hard to filter by.

    `built` gives an empty index for the statistics of the chunks; it is changed. The chunks must be at least 50.
    """
    entries = _archive(entries)
    random = Random(seed)  # noqa: S311 (the same each time)
    asked = _questions(entries, random)
    index = built(Statistics.count(entry.text for entry in entries))
    index.apply([], entries)
    yield _finding("hits", _compared(index, entries, asked))
    yield _finding("words", _words(index, entries, asked))
    yield _finding("given chunks", _given(index, entries, asked, random))
    index.apply([], entries[::3])
    yield _finding("written twice", _compared(index, entries, asked[:3]))
    entries = _stored_anew(index, entries, entries[::4])
    yield _finding("stored anew", _compared(index, entries, asked[:10]))
    yield _finding("came and went", _changed(index, entries, asked))


def _finding(part: str, problems: Iterable[str]) -> Finding:
    found = list(problems)
    if not found:
        return Finding(part, "the same")
    return Finding(part, "not the same", f"{found[0]}" + (f"; and {len(found) - 1} more" if len(found) > 1 else ""))


def _compared(index: ChangingIndex, entries: Sequence[Entry], asked: Sequence[Asked]) -> Iterator[str]:
    """Each question: all hits, in their order; the first ten; and those by one of the filters."""
    whole = len(entries) + 1
    with _reference(entries) as reference:
        for number, question in enumerate(asked):
            filtered = FILTERS[number % len(FILTERS)]
            for filters, k in ((NO_FILTERS, whole), (NO_FILTERS, 10), (filtered, 10)):
                what = f"{k} hits {_shown(filters)}"
                yield from _different(
                    f"dense {number}, {what}",
                    partial(reference.dense, question.vector, filters=filters),
                    index.dense(question.vector, k, filters),
                    k,
                )
                yield from _different(
                    f"lexical {question.words[:40]!r}, {what}",
                    partial(reference.lexical, question.words, filters=filters),
                    index.lexical(question.words, k, filters),
                    k,
                )


def _different(what: str, expected: Callable[..., Scored], found: Scored, k: int) -> Iterator[str]:
    """Where hits differ from the k that are expected; `expected(k=...)` gives them."""
    right = expected(k=k)
    if len(right) != len(found):
        yield f"{what}: {len(found)} hits, not {len(right)}"
        return
    for (_, score), (chunk, given) in zip(right, found, strict=True):
        if abs(score - given) > max(_SAME_SCORE, _ROUNDING * score):
            yield f"{what}: chunk {chunk} scores {given:.6f} where {score:.6f} is due"
    if [chunk for chunk, _ in right] != [chunk for chunk, _ in found]:
        yield from (f"{what}: {problem}" for problem in _misplaced(right, found, expected(k=_ALL)))


def _misplaced(right: Scored, found: Scored, everything: Scored) -> Iterator[str]:
    scores, tied = dict(everything), defaultdict[float, list[int]](list)
    for (chunk, score), (other, _) in zip(right, found, strict=True):
        if abs(scores.get(other, -1.0) - score) > _ROUNDING * max(1.0, score):
            yield f"chunk {other} stands where {chunk} belongs"
        tied[scores.get(other, -1.0)].append(other)
    for score, chunks in tied.items():
        if chunks != [chunk for chunk, own in everything if own == score][: len(chunks)]:
            yield f"chunks with the score {score:.6f} stand as {chunks[:9]}"


def _words(index: ChangingIndex, entries: Sequence[Entry], asked: Sequence[Asked]) -> Iterator[str]:
    with _reference(entries) as reference:
        for question in asked:
            if abs(index.ceiling(question.words) - reference.ceiling(question.words)) > _SAME_SCORE:
                yield f"the ceiling of {question.words[:40]!r}"
            yield from (
                f"the idf of {token!r}"
                for token in question.words.lower().split()[:5]
                if abs(index.idf(token) - reference.idf(token)) > _SAME_SCORE
            )


def _given(index: ChangingIndex, entries: Sequence[Entry], asked: Sequence[Asked], random: Random) -> Iterator[str]:
    with _reference(entries) as reference:
        for question in asked[:5]:
            some = random.sample([entry.chunk for entry in entries], 40)
            for only in (np.array([*some, 2**50], np.int64), np.array(some[:1], np.int64), np.zeros(0, np.int64)):
                yield from _different(
                    f"dense among {len(only)}",
                    partial(reference.dense, question.vector, filters=NO_FILTERS, only=only),
                    index.dense(question.vector, 100, NO_FILTERS, only),
                    100,
                )
                yield from _different(
                    f"lexical among {len(only)}",
                    partial(reference.lexical, question.words, filters=NO_FILTERS, only=only),
                    index.lexical(question.words, 100, NO_FILTERS, only),
                    100,
                )


def _stored_anew(index: ChangingIndex, entries: Sequence[Entry], some: Sequence[Entry]) -> list[Entry]:
    """Take some out, and put them in under new ids, as an article's chunks are that is stored anew; twice."""
    removed = {entry.chunk for entry in some}
    first = max(entry.chunk for entry in entries) + 2**33
    added = [replace(entry, chunk=first + number) for number, entry in enumerate(some)]
    for _ in range(2):
        index.apply(sorted(removed), added)
    return [*(entry for entry in entries if entry.chunk not in removed), *added]


def _changed(index: ChangingIndex, entries: Sequence[Entry], asked: Sequence[Asked]) -> Iterator[str]:
    """What came is found by its own word, what went by none; cosines go by nothing else than what is there."""
    came = [replace(entry, chunk=entry.chunk + 2**40, text="xyzzyx đổi thay") for entry in entries[:3]]
    went = [entry.chunk for entry in entries[3:8]]
    index.apply([*went, 2**51], came)
    found = [chunk for chunk, _ in index.lexical("xyzzyx", 10, NO_FILTERS)]
    if found != [entry.chunk for entry in came]:
        yield f"of {len(came)} chunks with a word of their own {len(found)} are found"
    left = [entry for entry in entries if entry.chunk not in set(went)] + came
    with _reference(left) as reference:
        for number, question in enumerate(asked[:10]):
            yield from _different(
                f"dense {number} after a change",
                partial(reference.dense, question.vector, filters=NO_FILTERS),
                index.dense(question.vector, len(left), NO_FILTERS),
                len(left),
            )


# --- What is asked, about what --------------------------------------------------------------------------------


def _archive(entries: Sequence[Entry]) -> list[Entry]:
    """The chunks by rising id, each with a source and a day, and twenty copies of one and a chunk without words."""
    last = max(entry.chunk for entry in entries)
    copied = [replace(entries[0], chunk=last + 7 * number) for number in range(20, 0, -1)]
    wordless = replace(entries[1], chunk=last + 1000, text="… — !")
    marked = [
        replace(entry, source=SOURCES[number % len(SOURCES)], day=_DAYS[number % len(_DAYS)])
        for number, entry in enumerate([*entries, *copied, wordless])
    ]
    return sorted(marked, key=lambda entry: entry.chunk)


def _questions(entries: Sequence[Entry], random: Random) -> list[Asked]:
    words = [entries[0].text, entries[0].text.split()[0], "", "… — !", "việt nam", "x" * 100_000, "nghiêng " * 300]
    for entry in random.sample(entries, 9):
        own = entry.text.split()
        begin = random.randrange(max(1, len(own) - 8))
        part = " ".join(own[begin : begin + random.randrange(1, 9)])
        words += [part, fold(part)]
    chunks = [entries[0], *random.choices(entries, k=len(words) - 1)]
    others = [random.choice(entries).vector for _ in words]
    between = unit(np.stack([chunk.vector + 0.3 * other for chunk, other in zip(chunks, others, strict=True)]))
    vectors = [chunk.vector if number % 2 == 0 else between[number] for number, chunk in enumerate(chunks)]
    return [Asked(text, vector) for text, vector in zip(words, vectors, strict=True)]


def _passes(entry: Entry, filters: Filters) -> bool:
    day = entry.day.isoformat() if entry.day else None
    dated = bool(filters.published_from or filters.published_to)
    return (not filters.sources or entry.source in filters.sources) and (
        not dated
        or (day is not None and (filters.published_from or "") <= day <= (filters.published_to or "9999-12-31"))
    )


def _shown(filters: Filters) -> str:
    sources = ", ".join(repr(source[:40]) for source in filters.sources)
    return f"from {filters.published_from} to {filters.published_to} of [{sources}]"


@contextmanager
def _reference(entries: Sequence[Entry]) -> Iterator[Reference]:
    with TemporaryDirectory() as folder:
        yield Reference(entries, Path(folder))
