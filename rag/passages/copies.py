"""Near-duplicate articles among the passages: one is kept, the others are named in its `copies`.

`index.language.shingles` tells which two are copies.
"""

import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from index.language.shingles import CONTAINED, Print, are_copies, print_of, shingles
from rag.records.search import Copy, Passage

_REMEMBERED = 512


class Articles(Protocol):
    """The stored articles."""

    def digests(self, ids: Iterable[str]) -> dict[str, str]:
        """The hex digest of each article that is stored, by id."""

    def text(self, article: str) -> str | None:
        """The text of an article, None if it is not stored."""


class Copies:
    """Collapses near-duplicates; caches the shingles of articles by their digest. Threads may share one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._prints: dict[str, Print] = {}

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

    def copied(self, articles: Iterable[str], others: Collection[str], stored: Articles) -> set[str]:
        """Which of `others` are copies of one of the articles, or it of them."""
        if not others:
            return set()
        ids = [*articles]
        prints = {one: taken for one, taken in self._taken({*ids, *others}, stored).items() if taken.is_telling}
        new = [prints[one] for one in ids if one in prints]
        return {one for one in others if one in prints and any(are_copies(prints[one], each) for each in new)}

    def _groups(self, passages: Sequence[Passage], articles: Articles) -> dict[str, list[Copy]]:
        """The articles of each group of copies, the original first, under the id of each."""
        hits = (passage.hit for passage in passages)
        found = {hit.chunk.article_id: Copy(hit.chunk.article_id, hit.metadata) for hit in hits}
        prints = {article: taken for article, taken in self._taken(found, articles).items() if taken.is_telling}
        groups: list[list[Copy]] = []
        for article in sorted(prints, key=lambda one: _seniority(found[one], prints[one])):
            group = next((g for g in groups if are_copies(prints[article], prints[g[0].article_id])), None)
            if group is None:
                groups.append([found[article]])
            else:
                group.append(found[article])
        return {copy.article_id: group for group in groups if len(group) > 1 for copy in group}

    def _taken(self, ids: Iterable[str], articles: Articles) -> dict[str, Print]:
        taken: dict[str, Print] = {}
        for article, digest in articles.digests(ids).items():
            with self._lock:
                known = self._prints.get(digest)
            text = articles.text(article) if known is None else None
            if text is not None:
                known = print_of(text)
                with self._lock:
                    if len(self._prints) >= _REMEMBERED:
                        self._prints.pop(next(iter(self._prints)))
                    self._prints[digest] = known
            if known is not None:
                taken[article] = known
        return taken


def _repeated(passage: Passage, originals: Sequence[Passage]) -> Passage:
    """The original's passage that says what this one says, or the passage itself where none does."""
    said = shingles(passage.hit.chunk.text)
    if not said or passage in originals:
        return passage
    told = [shingles(original.hit.chunk.text) for original in originals]
    if len(said.intersection(frozenset().union(*told))) < CONTAINED * len(said):
        return passage
    # The original's chunks need not end where the copy's do: the one that says most of it stands for it.
    return max(zip(told, originals, strict=True), key=lambda pair: len(said & pair[0]))[1]


def _seniority(article: Copy, taken: Print) -> tuple[bool, str, int, str]:
    published_at = article.metadata.published_at
    return published_at is None, published_at or "", -taken.length, article.article_id
