"""Chosen sentences as a timeline: a line an event, in order of the events' dates."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.language.dates.mentions import mentions
from rag.answer.broad.overview import statement
from rag.answer.broad.selection import Candidate, chosen
from rag.records.answers import Line, Statement
from rag.records.search import Query

_MOST_EVENTS = 8
_LOOKED_AT = 30
# What a date adds to the score of a sentence: an event has one.
_DATED = 0.2
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class _Time:
    """When an event was: `first` for its place in the order, and `day` where it is known to be that one."""

    first: date
    day: date | None


def timeline(query: Query, ranked: Sequence[Candidate]) -> list[Statement]:
    """Up to eight sentences, a line each with the day of its event, oldest first; those without a date last.

    Where the question names several years, one sentence a year.

    Where neither the sentence nor its article tells the year, it is taken to lie nearest to the time asked about, for
    the order only.
    """
    asked = query.period.last if query.period else None
    if len(years := list(dict.fromkeys(_YEAR.findall(query.understood)))) > 1:
        ranked = _by_year(ranked, years) or ranked
    weighed = [replace(one, score=one.score + (_DATED if _time(one, asked) else 0.0)) for one in ranked[:_LOOKED_AT]]
    taken = chosen(sorted(weighed, key=lambda one: -one.score), _MOST_EVENTS)
    events = sorted(((_time(one, asked), one) for one in taken), key=_oldest_first)
    return [
        replace(statement(one), line=Line(day=time.day if time else None, article_id=one.article_id))
        for time, one in events
    ]


def _by_year(ranked: Sequence[Candidate], years: Sequence[str]) -> list[Candidate]:
    """For each year the best candidate that names it before any other year, else the best that names it at all."""
    named = [(one, _YEAR.findall(one.sentence.text)) for one in ranked]
    told = (
        next((one for one, own in named if own[:1] == [year]), None)
        or next((one for one, own in named if year in own), None)
        for year in years
    )
    return [one for one in told if one is not None]


def _time(one: Candidate, asked: date | None) -> _Time | None:
    """The first date that a sentence names; that of its article where it names none and opens the article."""
    published = one.passage.hit.metadata.day
    for mention in mentions(one.sentence.text, published or asked):
        if mention.first is not None:
            sure = mention.first == mention.last and (published is not None or not mention.assumed)
            return _Time(mention.first, mention.first if sure else None)
    opens = one.sentence.start <= one.passage.sentences[0].start == 0
    return _Time(published, published) if published is not None and opens else None


def _oldest_first(event: tuple[_Time | None, Candidate]) -> tuple[date, str, int]:
    time, one = event
    return (time.first if time else date.max, one.article_id, one.sentence.start)
