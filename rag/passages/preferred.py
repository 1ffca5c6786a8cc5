"""The timeliness of passages: those of the period that a question asks about are preferred.

A preference, never a filter: the year of an event ("năm 1945") is not when its articles were published. Passages that
name a date within the period count most, articles published in it next.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index.language.dates.mentions import mentions
from rag.passages.fusion import fused_score
from rag.records.search import AskedPeriod, Passage

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


def preferred(passages: Sequence[Passage], period: AskedPeriod) -> list[Passage]:
    """The passages in the same order, with `timeliness` set: for the period, or for recency if that is asked."""
    if period.first is not None and period.last is not None:
        weight = _WEIGHT_OF_DATES if _FIGURES.search(period.words) else _WEIGHT
        passages = [_weighed(passage, _share(passage, period.first, period.last), weight) for passage in passages]
    return _newest_preferred(passages) if period.newest else list(passages)


def _share(passage: Passage, first: date, last: date) -> float:
    day = passage.hit.metadata.day
    named = mentions(passage.hit.chunk.text, day)
    if any(mention.first and mention.last and first <= mention.first and mention.last <= last for mention in named):
        return 1.0
    return _PUBLISHED if day is not None and first <= day <= last else 0.0


def _newest_preferred(passages: Sequence[Passage]) -> list[Passage]:
    best = max(map(fused_score, passages), default=0.0)
    relevant = (passage for passage in passages if fused_score(passage) >= _RELEVANT * best)
    competing = [day for passage in relevant if (day := passage.hit.metadata.day)]
    if not competing:
        return list(passages)
    oldest, spread = min(competing), (max(competing) - min(competing)).days or 1
    return [
        _weighed(passage, min(1.0, max(0.0, (day - oldest).days / spread)) if day else 0.0, _WEIGHT)
        for passage in passages
        for day in (passage.hit.metadata.day,)
    ]


def _weighed(passage: Passage, share: float, weight: float) -> Passage:
    return replace(passage, timeliness=passage.timeliness * (1 + weight * share) / (1 + weight))
