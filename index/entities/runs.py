"""Names without a word that says what they are: runs of capitals, and what their surroundings tell.

A form of address or an office before a name, or an age behind it, makes it a person's. Of other foreign names and
acronyms nothing is told here; of other Vietnamese ones only full names are taken.
"""

import re
from collections.abc import Iterator

from index.entities.words import DASHES, SPACES, Kind, Mention, Words
from index.language.entities import SURNAMES
from index.language.text import has_marks, is_syllable
from index.language.words import ADDRESS, COMPANY_WORDS, DEGREES, STOP_WORDS, TITLES

# A foreign name behind another office may be the company's: "giám đốc Samsung".
_OWN_TITLES = TITLES - {"đốc", "tịch", "viên", "ngôn"}
_AGE = re.compile(r"\s?[(,]\s?(?:\d{1,2} tuổi|SN|sinh năm|sinh ngày)")


def runs(words: Words) -> Iterator[Mention]:
    """The names among the words that are not taken."""
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and _may_name(words, end) and (end == at or _runs_on(words, end)):
            end += 1
        if end - at > 1 and _ends_korean(words, end):
            end += 1
        if end > at:
            yield from _named(words, at, end)
        at = max(end, at + 1)


def _may_name(words: Words, at: int) -> bool:
    return words[at].capital and not words.taken[at]


def _runs_on(words: Words, at: int) -> bool:
    gap = words.gap(at - 1)
    if gap in SPACES:
        return True
    # "George W. Bush"
    initial = len(words[at - 1].text) == 1 and words.gap(at - 2) in SPACES
    return initial and gap in (".", ". ") and words[at].is_foreign


def _ends_korean(words: Words, at: int) -> bool:
    """Whether the last syllable of a name stands here: "Moon Jae - in"."""
    if at == len(words) or words.gap(at - 1) not in DASHES or words[at].capital:
        return False
    plain = not any(has_marks(word.text) for word in words.all[at - 2 : at + 1])
    return plain and words[at].text.isalpha()


def _named(words: Words, at: int, end: int) -> Iterator[Mention]:
    lead, first = words.lead(at), words[at].low
    if end - at > 1 and (first in ADDRESS or (words.begins_sentence(at) and _is_small(words, at))):
        lead, at = first, at + 1
    at = _behind_house(words, _behind_place(words, at, end, lead), end)
    at = end - (words.full_name(at, end) or end - at)
    if at < end and not _is_scrap(words, at, end, lead):
        kind = _kind(words, at, end, lead)
        if kind or _is_name(words, at, end):
            yield words.mention(kind, at, end)


def _is_small(words: Words, at: int) -> bool:
    """Whether the first of several words in a sentence owes its capital to that: "Theo Reuters", "Giá Samtronic"."""
    low = words[at].low
    return low in STOP_WORDS["vi"] or (has_marks(low) and is_syllable(low) and words[at + 1].is_foreign)


def _behind_place(words: Words, at: int, end: int, lead: str) -> int:
    """Where a name begins behind a country's: "Tổng thống Mỹ Donald Trump"; `end` where only a place is named."""
    place = words.place_at.get(words[at].start)
    behind = next((behind for behind in range(at, end) if not place or words[behind].start >= place.end), end)
    return behind if lead in TITLES or end - behind != 1 else at


def _behind_house(words: Words, at: int, end: int) -> int:
    """Where a foreign name begins behind another: "Nhà Trắng Sarah Sanders", "Điện Kremlin Dmitry Peskov"."""
    foreign = all(word.is_foreign for word in words.all[end - 2 : end])
    return end - 2 if end - at > 3 and foreign and not words[at].is_foreign else at


def _is_scrap(words: Words, at: int, end: int, lead: str) -> bool:
    """Whether a name is too short, or but a place, or ends with a title."""
    last = words[end - 1]
    if last.low in ADDRESS | DEGREES or len(last.text) < (3 if end - at == 1 and not last.is_acronym else 2):
        return True
    placed = [words.in_place(place) for place in range(at, end)]
    foreign = any(word.is_foreign for word in words.all[at:end])
    return lead not in TITLES and (all(placed) or (any(placed) and not foreign))


def _kind(words: Words, at: int, end: int, lead: str) -> Kind | None:
    """The kind of a name, where something tells it."""
    name = words.all[at:end]
    if any(word.low in COMPANY_WORDS for word in name[1:]):
        return "organisation"
    if any(word.is_acronym for word in name):
        return None
    if words.full_name(at, end):
        return "person" if lead in TITLES or _AGE.match(words.text, name[-1].end) else None
    several = len(name) > 1 and (name[0].text in SURNAMES or any(word.is_foreign for word in name))
    return "person" if lead in ADDRESS or (lead in _OWN_TITLES and several) else None


def _is_name(words: Words, at: int, end: int) -> bool:
    """Whether a name that nothing tells of may be one: a Vietnamese full name, a foreign one, an acronym alone."""
    name = words.all[at:end]
    if any(word.is_acronym for word in name):
        return len(name) == 1
    return words.full_name(at, end) > 0 or any(word.is_foreign for word in name)
