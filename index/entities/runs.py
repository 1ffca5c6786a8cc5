"""Names without a word that says what they are: runs of capitals, and what their surroundings tell.

A form of address or an office before a name, or an age behind it, makes it a person's. Of other foreign names and
acronyms nothing is told here; of other Vietnamese ones only full names are taken.
"""

import re
from collections.abc import Iterator
from typing import Literal

from index.entities.words import DASHES, SPACES, Mention, Words
from index.language.entities import SURNAMES
from index.language.text import has_marks, is_syllable
from index.language.words import (
    ADDRESS,
    COMPANY_WORDS,
    DEGREES,
    NOT_OF_A_PERSON,
    PERSONS,
    RANKS,
    ROLES,
    STOP_WORDS,
)

_TITLES = PERSONS | ROLES | RANKS
# A foreign name behind another office may be the company's: "giám đốc Samsung".
_OWN_TITLES = _TITLES - {"đốc", "tịch", "viên", "ngôn"}
_AGE = re.compile(r"\s?[(,]\s?(?:\d{1,2} tuổi|SN|sinh năm|sinh ngày)")
_LONGEST = 4
_Told = Literal["person", "organisation", "unknown", "none"]


def runs(words: Words) -> Iterator[Mention]:
    """The names among the words that are not taken."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        if not _may_name(words, at):
            at += 1
            continue
        end = at + 1
        while end < len(words) and _may_name(words, end) and _runs_on(words, end):
            end += 1
        if end - at > 1 and _ends_korean(words, end):
            end += 1
        spans.append((at, end))
        at = end
    alone = {words.mention(None, *span).key for span in spans}
    for at, end in spans:
        yield from _named(words, at, end, alone)


def _may_name(words: Words, at: int) -> bool:
    return words[at].capital and not words.taken[at] and not words.says_nothing(at)


def _runs_on(words: Words, at: int) -> bool:
    gap = words.gap(at - 1)
    if gap in SPACES:
        return True
    # "George W. Bush"
    initial = len(words[at - 1].text) == 1 and at > 1 and words.gap(at - 2) in SPACES
    return initial and gap in (".", ". ") and words[at].is_foreign


def _ends_korean(words: Words, at: int) -> bool:
    """Whether the last syllable of a name stands here: "Moon Jae - in"."""
    if at == len(words) or words.gap(at - 1) not in DASHES or words[at].capital or words[at].is_common:
        return False
    plain = not any(has_marks(word.text) for word in words.all[at - 2 : at + 1])
    return plain and 1 < len(words[at].text) < 5 and words[at].text.isalpha()


def _named(words: Words, at: int, end: int, alone: set[str]) -> Iterator[Mention]:
    lead = words.lead(at)
    if end - at > 1 and (words[at].low in ADDRESS or (words.begins_sentence(at) and _is_small(words, at))):
        lead, at = words[at].low, at + 1
    start = _behind_place(words, at, end, lead)
    start = _behind_house(words, start, end, alone)
    person = words.full_name(start, end)
    if person:
        start = end - person
    if start < end and (kind := _kind(words, start, end, lead)) != "none":
        yield words.mention(None if kind == "unknown" else kind, start, end)


def _is_small(words: Words, at: int) -> bool:
    """Whether the first of several words in a sentence owes its capital to that: "Theo Reuters", "Giá Samtronic"."""
    low = words[at].low
    if low in STOP_WORDS["vi"] or (is_syllable(low) and low in words.small):
        return True
    return has_marks(low) and is_syllable(low) and words[at + 1].is_foreign


def _behind_place(words: Words, at: int, end: int, lead: str) -> int:
    """Where a name begins behind a country's: "Tổng thống Mỹ Donald Trump"; `end` where only a place is named."""
    place = words.place_at.get(words[at].start)
    if place is None:
        return at
    behind = at
    while behind < end and words[behind].start < place.end:
        behind += 1
    several = end - behind > 1 and any(word.is_foreign for word in words.all[behind:end])
    whole = words.full_name(behind, end) == end - behind
    return behind if lead in _TITLES or several or whole else at


def _behind_house(words: Words, at: int, end: int, alone: set[str]) -> int:
    """Where a foreign name begins behind another: "Nhà Trắng Sarah Sanders", "Điện Kremlin Dmitry Peskov"."""
    if end - at > 3 and words.mention(None, at, at + 2).key in alone:
        return at + 2
    foreign = next((place for place in range(at, end) if words[place].is_foreign), end)
    return foreign if foreign - at > 1 and end - foreign > 1 else at


def _kind(words: Words, at: int, end: int, lead: str) -> _Told:
    """The kind of a name; `unknown` where nothing tells it, `none` where it is none."""
    name = words.all[at:end]
    last = name[-1]
    if len(last.text) == 1 or last.low in ADDRESS | DEGREES or _is_scrap(words, at, end, lead):
        return "none"
    if any(word.low in COMPANY_WORDS for word in name[1:]):
        return "organisation"
    if any(word.is_acronym for word in name):
        return "unknown" if len(name) == 1 else "none"
    if words.full_name(at, end) == len(name):
        told = lead in _TITLES or _AGE.match(words.text, last.end)
        return "person" if told and lead not in NOT_OF_A_PERSON else "unknown"
    return _kind_of_other(words, at, end, lead)


def _is_scrap(words: Words, at: int, end: int, lead: str) -> bool:
    """Whether a name is too short, or but a place."""
    name = words.all[at:end]
    if len(name) == 1 and len(name[0].text) < 3 and not name[0].is_acronym:
        return True
    foreign = any(word.is_foreign for word in name)
    return lead not in _TITLES and not foreign and any(map(words.in_place, range(at, end)))


def _kind_of_other(words: Words, at: int, end: int, lead: str) -> _Told:
    name = words.all[at:end]
    foreign = any(word.is_foreign for word in name)
    if len(name) > _LONGEST:
        return "none"
    if lead in ADDRESS:
        return "person"
    if lead in _OWN_TITLES and len(name) > 1 and (foreign or name[0].text in SURNAMES):
        return "person"
    return "unknown" if foreign else "none"
