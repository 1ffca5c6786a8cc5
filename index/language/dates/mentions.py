"""Dates and periods in text, found by rules, counted from an anchor: the day on which the text was written.

No clock is read: who asks gives the anchor, an article's day of publication or the day of a question.
"""

import re
from dataclasses import dataclass
from datetime import date

from index.language.dates.calendar import Period, usable
from index.language.dates.foreign import CHINESE_JAPANESE, ENGLISH, RUSSIAN
from index.language.dates.vietnamese import VIETNAMESE, Rule
from index.language.text import lower

_GRAMMARS = (VIETNAMESE, ENGLISH, RUSSIAN, CHINESE_JAPANESE)
_TO = re.compile(r"\s?(?:[-–—〜～~]|đến(?: hết)?|den(?: het)?|tới|toi|to|until|and|по|до|至|到|から)\s?")
_LONGEST_TO = 10


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text names a period: code points `start` to `end`, end exclusive.

    `first` and `last` are days, both included, or None where the year is unknown. `keys` are its tokens
    (`@2025-10-15`, `@10-15`, `@2025-10`, `@2025-q3`, `@2025`): a day also has those of itself in any year, and of its
    month. `assumed` says that the year was not written but taken to lie nearest to the anchor.
    """

    start: int
    end: int
    first: date | None
    last: date | None
    keys: tuple[str, ...]
    assumed: bool


@dataclass(frozen=True, slots=True)
class _Found:
    match: re.Match[str]
    rule: Rule
    period: Period


def mentions(text: str, anchor: date | None) -> list[Mention]:
    """The dates and periods that a text in NFC names, in order, none inside another. Linear; never raises."""
    anchor = usable(anchor)
    lowered = lower(text)
    joined: list[tuple[int, int, Period]] = []
    kept = _kept(lowered, anchor)
    place = 0
    while place < len(kept):
        found = kept[place]
        span = _range(lowered, found, kept[place + 1]) if place + 1 < len(kept) else None
        if span is None:
            joined.append((found.match.start(), found.match.end(), found.period))
        else:
            joined.append((found.match.start(), kept[place + 1].match.end(), span))
            place += 1
        place += 1
    return [
        Mention(start, end, period.first, period.last, period.keys, period.assumed) for start, end, period in joined
    ]


def _kept(lowered: str, anchor: date | None) -> list[_Found]:
    """What the rules match; of two that overlap the one that begins first, or the longer."""
    found = [
        _Found(match, rule, period)
        for grammar in _GRAMMARS
        if grammar.script.search(lowered)
        for opening in grammar.opens.finditer(lowered)
        for rule in grammar.rules
        if (match := rule.pattern.match(lowered, opening.start())) and (period := rule.read(match, anchor)) is not None
    ]
    found.sort(key=lambda item: (item.match.start(), -item.match.end()))
    kept: list[_Found] = []
    for item in found:
        if not kept or item.match.start() >= kept[-1].match.end():
            kept.append(item)
    return kept


def _range(lowered: str, first: _Found, last: _Found) -> Period | None:
    """`từ tháng 3 đến tháng 5/2025` as one period; a year that stands on one side holds for the other."""
    start, end = first.match.end(), last.match.start()
    if end - start > _LONGEST_TO or not _TO.fullmatch(lowered, start, end):
        return None
    begins, ends = first.period, last.period
    if begins.assumed and ends.first is not None:
        begins = first.rule.read(first.match, ends.first) or begins
    elif ends.assumed and begins.last is not None:
        ends = last.rule.read(last.match, begins.last) or ends
    if begins.first is None or ends.last is None or begins.first > ends.last:
        return None
    keys = tuple(dict.fromkeys(begins.keys + ends.keys))
    return Period(begins.first, ends.last, keys, first.period.assumed and last.period.assumed)
