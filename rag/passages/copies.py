"""Near-duplicate articles among the passages: one is kept, the others are named in its `copies`.

Two articles are copies where nearly all shingles (runs of words) of the shorter one are in the longer (containment,
A. Broder, "On the resemblance and containment of documents", 1997), and all its figures too: the same text with one
figure changed is a correction, and no copy.
"""

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from index.language.countries import with_one_name
from index.language.text import folded_tokens
from index.language.words import DATELINE
from rag.records.search import Copy, Passage

_SHINGLE = 4
# Share of the shorter article's shingles that stand in the longer one.
_CONTAINED = 0.7
# A summary of a fraction of the length is an article of its own.
_LENGTH_RATIO = 0.4
# A text of fewer shingles says too little to be told from another.
_FEWEST = 20
# Articles are compared on their beginnings, which bounds the work on a very long one.
_COMPARED = 12_000
_REMEMBERED = 512
# The smallest hashes of each article: copies share some of these, so few pairs need be compared whole.
_SKETCH = 32

# A number, and the word that it counts: "120 triệu" is not "150 triệu".
_FIGURE = re.compile(r"(\d+(?:[.,/-]\d+)*+)(?: ([^\W\d_]+))?")


class Articles(Protocol):
    """The stored articles."""

    def digests(self, ids: Iterable[str]) -> dict[str, str]:
        """The hex digest of each article that is stored, by id."""

    def text(self, article: str) -> str | None:
        """The text of an article, None if it is not stored."""


@dataclass(frozen=True, slots=True)
class _Print:
    """What is compared of an article."""

    shingles: frozenset[int]
    sketch: frozenset[int]
    figures: frozenset[tuple[str, str]]
    length: int


class Copies:
    """Collapses near-duplicates; caches the shingles of articles by their digest. Threads may share one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._prints: dict[str, _Print] = {}

    def collapsed(self, passages: Sequence[Passage], articles: Articles) -> list[Passage]:
        """The passages, best first, without those that repeat a passage of their article's original.

        The original of a group of copies is the article published first (undated ones last, then the longer). Its
        passage takes the best rank among those it replaces. Each remaining passage lists its group in `copies`.
        """
        groups = self._groups(passages, articles)
        if not groups:
            return list(passages)
        own: dict[str, list[Passage]] = {}
        for passage in passages:
            own.setdefault(passage.hit.chunk.article_id, []).append(passage)
        kept: dict[int, Passage] = {}
        for passage in passages:
            group = groups.get(passage.hit.chunk.article_id)
            shown = _repeated(passage, own[group[0].article_id]) if group else passage
            if shown.hit.chunk.id in kept:
                continue
            copies = tuple(copy for copy in group or () if copy.article_id != shown.hit.chunk.article_id)
            kept[shown.hit.chunk.id] = replace(
                shown,
                dense=max(shown.dense, passage.dense),
                lexical=max(shown.lexical, passage.lexical),
                fused=passage.fused,
                timeliness=passage.timeliness,
                score=passage.score,
                copies=copies,
            )
        return list(kept.values())

    def _groups(self, passages: Sequence[Passage], articles: Articles) -> dict[str, list[Copy]]:
        """The articles of each group of copies, the original first, under the id of each."""
        hits = (passage.hit for passage in passages)
        found = {hit.chunk.article_id: Copy(hit.chunk.article_id, hit.metadata) for hit in hits}
        prints = {article: taken for article, taken in self._taken(found, articles).items() if _is_telling(taken)}
        groups: list[list[Copy]] = []
        for article in sorted(prints, key=lambda one: _seniority(found[one], prints[one])):
            group = next((g for g in groups if _are_copies(prints[article], prints[g[0].article_id])), None)
            if group is None:
                groups.append([found[article]])
            else:
                group.append(found[article])
        return {copy.article_id: group for group in groups if len(group) > 1 for copy in group}

    def _taken(self, ids: Iterable[str], articles: Articles) -> dict[str, _Print]:
        taken: dict[str, _Print] = {}
        for article, digest in articles.digests(ids).items():
            with self._lock:
                known = self._prints.get(digest)
            text = articles.text(article) if known is None else None
            if text is not None:
                known = _print(text[:_COMPARED])
                with self._lock:
                    if len(self._prints) >= _REMEMBERED:
                        self._prints.pop(next(iter(self._prints)))
                    self._prints[digest] = known
            if known is not None:
                taken[article] = known
        return taken


def _repeated(passage: Passage, originals: Sequence[Passage]) -> Passage:
    """The original's passage that says what this one says, or the passage itself where none does."""
    said = _shingles(folded_tokens(with_one_name(passage.hit.chunk.text)))
    if not said or passage in originals:
        return passage
    told = [_shingles(folded_tokens(with_one_name(original.hit.chunk.text))) for original in originals]
    if len(said.intersection(frozenset().union(*told))) < _CONTAINED * len(said):
        return passage
    # The original's chunks need not end where the copy's do: the one that says most of it stands for it.
    return max(zip(told, originals, strict=True), key=lambda pair: len(said & pair[0]))[1]


def _print(text: str) -> _Print:
    tokens = folded_tokens(with_one_name(text))
    shingles = _shingles(tokens)
    dateline = DATELINE.match(text)
    figures = {(number, word.lower()) for number, word in _FIGURE.findall(text, dateline.end() if dateline else 0)}
    return _Print(shingles, frozenset(sorted(shingles)[:_SKETCH]), frozenset(figures), len(text))


def _shingles(tokens: Sequence[str]) -> frozenset[int]:
    return frozenset(hash(tuple(tokens[i : i + _SHINGLE])) for i in range(len(tokens) - _SHINGLE + 1))


def _is_telling(taken: _Print) -> bool:
    return len(taken.shingles) >= _FEWEST


def _are_copies(one: _Print, other: _Print) -> bool:
    short, long = sorted((one, other), key=lambda taken: len(taken.shingles))
    if len(short.shingles) < _LENGTH_RATIO * len(long.shingles) or short.sketch.isdisjoint(long.sketch):
        return False
    shared = len(short.shingles & long.shingles)
    return shared >= _CONTAINED * len(short.shingles) and short.figures <= long.figures


def _seniority(article: Copy, taken: _Print) -> tuple[bool, str, int, str]:
    published_at = article.metadata.published_at
    return published_at is None, published_at or "", -taken.length, article.article_id
