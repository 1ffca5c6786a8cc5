"""Chosen sentences as an overview, grouped by article, and as a list, a line each."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from rag.answer.broad.selection import Candidate, chosen
from rag.answer.quoting import verbatim
from rag.records.answers import Line, Statement

_MOST_SENTENCES = 7
_MOST_ITEMS = 8


def overview(ranked: Sequence[Candidate], place: Callable[[Candidate], int] | None = None) -> list[Statement]:
    """Up to seven sentences, those of one article on one line, the newest article first, undated ones last.

    With a `place` that each article has, these are their order.
    """
    of_article = place or _newest_first
    groups = sorted(by_article(chosen(ranked, _MOST_SENTENCES)), key=lambda group: of_article(group[0]))
    return [
        replace(statement(one), line=line_of(one) if place == 0 else None)
        for group in groups
        for place, one in enumerate(group)
    ]


def listed(ranked: Sequence[Candidate]) -> list[Statement]:
    """Up to eight sentences, a line each, the best first."""
    return [replace(statement(one), line=line_of(one)) for one in chosen(ranked, _MOST_ITEMS)]


def by_article(taken: Sequence[Candidate]) -> list[list[Candidate]]:
    """Candidates, best first, in groups by article, the best first; within a group by place."""
    groups: dict[str, list[Candidate]] = {}
    for one in taken:
        groups.setdefault(one.article_id, []).append(one)
    return [sorted(group, key=lambda one: one.sentence.start) for group in groups.values()]


def statement(one: Candidate) -> Statement:
    """The quoted sentence."""
    return verbatim(one.passage, one.sentence, one.score)


def line_of(one: Candidate) -> Line:
    """The line of a sentence's article."""
    return Line(day=one.passage.hit.metadata.day, article_id=one.article_id)


def _newest_first(one: Candidate) -> int:
    return -(one.passage.hit.metadata.day or date.min).toordinal()
