"""Chosen sentences as a timeline: a line a day on which something happened, in the order of the days."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.language.dates.mentions import Mention, mentions
from rag.answer.broad.overview import statement
from rag.answer.broad.selection import Candidate, chosen
from rag.records.answers import Line, Statement
from rag.records.search import Copy, Query

_MOST_EVENTS = 8
# Sentences looked at: at least so many, and so many for each event wanted.
_LOOKED_AT, _LOOKED_AT_EACH = 30, 4
# The cosine of two sentences' words, by idf, from which they tell the same of a day.
_SAME_EVENT = 0.4
# What a date adds to the score of a sentence: an event has one.
_DATED = 0.2
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class _Time:
    """When an event was: `first` for its place in the order, and `day` where it is known to be that one.

    `key` is the same for all that was on that day; None where a longer time is named. Of a day whose year nobody tells
    it is all that is known.
    """

    first: date | None
    day: date | None
    key: str | None


_Event = tuple[_Time | None, Candidate]


def timeline(query: Query, ranked: Sequence[Candidate], most: int = _MOST_EVENTS) -> list[Statement]:
    """Up to `most` sentences, a line each with the day of its event, oldest first; those without a date last.

    Of a day the best sentence stands for all; other articles that tell the same are named as its copies. Where the
    question names several years, one sentence a year.

    Where neither the sentence nor its article tells the year, it is taken to lie nearest to the time asked about, for
    the order only.
    """
    asked = query.period.last if query.period else None
    if len(years := list(dict.fromkeys(_YEAR.findall(query.understood)))) > 1:
        ranked = _by_year(ranked, years) or ranked
    begins = query.period.first if query.period else None
    timed = [(_time(one, asked), one) for one in ranked[: max(_LOOKED_AT, _LOOKED_AT_EACH * most)]]
    weighed = [(time, replace(one, score=one.score + _bonus(time, begins))) for time, one in timed]
    days = _by_day(sorted(weighed, key=lambda event: -event[1].score))
    time_of = {id(own[0][1]): own for own in days}
    taken = [time_of[id(one)] for one in chosen([own[0][1] for own in days], most)]
    events = sorted(_mostly_days(taken), key=lambda own: _oldest_first(own[0]))
    return [_line(time, one, [other for _, other in rest]) for (time, one), *rest in events]


def _by_day(events: Sequence[_Event]) -> list[list[_Event]]:
    """Events, best first, in groups by their day, those of no one day by themselves."""
    days: dict[str, list[_Event]] = {}
    for number, event in enumerate(events):
        time = event[0]
        days.setdefault(time.key if time and time.key else f"{number}", []).append(event)
    return list(days.values())


def _mostly_days(taken: Sequence[list[_Event]]) -> list[list[_Event]]:
    """Those taken, with no more of no one day than of days, where there are days enough."""
    of_day = [own for own in taken if (time := own[0][0]) and time.key]
    others = [own for own in taken if own not in of_day]
    return [*of_day, *others[: max(_MOST_EVENTS - len(of_day), len(of_day))]]


def _line(time: _Time | None, one: Candidate, rest: Sequence[Candidate]) -> Statement:
    said = statement(one)
    hits = [other.passage.hit for other in rest if other.article_id != one.article_id and _tells_same(one, other)]
    also = {hit.chunk.article_id: Copy(hit.chunk.article_id, hit.metadata) for hit in hits}
    quotes = tuple(replace(quote, also=tuple(also.values())) for quote in said.quotes)
    line = Line(day=time.day if time else None, article_id=one.article_id)
    return replace(said, quotes=quotes, line=line)


def _tells_same(one: Candidate, other: Candidate) -> bool:
    return float(one.words @ other.words) >= _SAME_EVENT


def _bonus(time: _Time | None, begins: date | None) -> float:
    """What the date of an event adds to its score; nothing where it lies before the time asked about."""
    before = time is not None and time.first is not None and begins is not None and time.first < begins
    return _DATED if time is not None and not before else 0.0


def _by_year(ranked: Sequence[Candidate], years: Sequence[str]) -> list[Candidate]:
    """For each year the best candidate that names it before any other year, else the best that names it at all."""
    named = [(one, _YEAR.findall(one.sentence.text)) for one in ranked]
    told = (
        next((one for one, own in named if own[:1] == [year]), None)
        or next((one for one, own in named if year in own), None)
        for year in years
    )
    return [one for one in told if one is not None]


def first_date(text: str, published: date | None) -> Mention | None:
    """The first date that a sentence names, if only as "16/7" of no known year.

    What counts from an unknown day, as "hôm nay" in an undated article, tells nothing.
    """
    return next((one for one in mentions(text, published) if one.first is not None or one.keys), None)


def _time(one: Candidate, asked: date | None) -> _Time | None:
    """The first date that a sentence names; that of its article where it names none and opens the article."""
    text, published = one.sentence.text, one.passage.hit.metadata.day
    if (mention := first_date(text, published)) and mention.first is not None:
        day = mention.first if mention.first == mention.last else None
        return _Time(mention.first, day, day.isoformat() if day else None)
    if mention:
        guessed = {other.start: other.first for other in mentions(text, published or asked)}
        return _Time(guessed.get(mention.start), None, mention.keys[0])
    opens = one.sentence.start <= one.passage.sentences[0].start == 0
    return _Time(published, published, published.isoformat()) if published is not None and opens else None


def _oldest_first(event: _Event) -> tuple[date, str, int]:
    time, one = event
    return ((time.first if time else None) or date.max, one.article_id, one.sentence.start)
