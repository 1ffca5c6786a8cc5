"""The time that a question asks about, and passages of that time first.

A preference, never a filter: an event's year ("năm 1945") is not when an article was published, so passages that name
a date within the period count most, articles published in it next, and the others stay behind them.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index.language.dates.mentions import mentions
from index.language.text import fold
from rag.records import AskedPeriod, Passage

# What a passage's score gains where all of it speaks for the period asked: "tháng trước" asks for that time ...
_WEIGHT = 0.5
# ... and a date in figures mostly tells of an event that other words name better (XQuAD among 20,000 news articles,
# questions with a date: R@1 0.930 at 0.5, 0.965 at 0.1, 0.947 without).
_WEIGHT_OF_DATES = 0.1
_FIGURES = re.compile(r"\d")
# An article that was published in the period need not be about it.
_PUBLISHED = 0.7
# Only what scores this share of the best competes for being newest.
_RELEVANT = 0.5

_NEWEST = re.compile(
    r"\b(?:moi nhat|(?:gan|moi) day(?: nhat)?|(?:lan|ky|dot|vong|so lieu|thong tin|tin) gan nhat|hien nay|hien tai"
    r"|bay gio|hien gio|den nay|latest|newest|most recent(?:ly)?|recent(?:ly)?|current(?:ly)?|right now|nowadays"
    r"|последн\w+|новейш\w+|сейчас|недавн\w+|в настоящее время)\b"
    r"|最新|最近|目前|现在|現在|当前|いま|今のところ"
)


def understood_period(question: str, today: date) -> AskedPeriod | None:
    """The time that a question asks about, counted from `today`; None where it names none."""
    named = [mention for mention in mentions(question, today) if mention.first and mention.last]
    newest = _NEWEST.search(fold(question))
    if not named and newest is None:
        return None
    spans = [(mention.start, mention.end) for mention in named] + ([newest.span()] if newest else [])
    return AskedPeriod(
        words=", ".join(question[start:end] for start, end in sorted(spans)),
        first=min((mention.first for mention in named if mention.first), default=None),
        last=max((mention.last for mention in named if mention.last), default=None),
        newest=newest is not None,
    )


def preferred(passages: Sequence[Passage], period: AskedPeriod) -> list[Passage]:
    """The passages, those of the period first where they are nearly as good; scores stay in [0, 1]."""
    ranked = list(passages)
    if period.first is not None and period.last is not None:
        weight = _WEIGHT_OF_DATES if _FIGURES.search(period.words) else _WEIGHT
        ranked = [_raised(passage, _share(passage, period.first, period.last), weight) for passage in ranked]
    if period.newest:
        ranked = _newest_raised(ranked)
    return sorted(ranked, key=lambda passage: (-passage.hit.score, passage.hit.chunk.id))


def published(passage: Passage) -> date | None:
    """The day of an article's publication, None where it is not known."""
    value = passage.hit.published_at
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None


def _share(passage: Passage, first: date, last: date) -> float:
    day = published(passage)
    named = mentions(passage.hit.chunk.text, day)
    if any(mention.first and mention.last and first <= mention.first and mention.last <= last for mention in named):
        return 1.0
    return _PUBLISHED if day is not None and first <= day <= last else 0.0


def _newest_raised(passages: Sequence[Passage]) -> list[Passage]:
    best = max((passage.hit.score for passage in passages), default=0.0)
    days = [published(passage) for passage in passages]
    competing = [
        day
        for day, passage in zip(days, passages, strict=True)
        if day is not None and passage.hit.score >= _RELEVANT * best
    ]
    if not competing:
        return list(passages)
    oldest, spread = min(competing), (max(competing) - min(competing)).days or 1
    return [
        _raised(passage, min(1.0, max(0.0, (day - oldest).days / spread)) if day is not None else 0.0, _WEIGHT)
        for day, passage in zip(days, passages, strict=True)
    ]


def _raised(passage: Passage, share: float, weight: float) -> Passage:
    score = passage.hit.score * (1 + weight * share) / (1 + weight)
    return replace(passage, hit=replace(passage.hit, score=score))
