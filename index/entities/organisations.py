"""Organisations by the word that their names begin with: `Bộ`, `công ty`, `UBND`.

Such a name goes on over capitals ("Bạch Mai"), over the second syllable of a word whose first is capitalised ("Giáo
dục"), over further parts of a ministry's name ("và Đào tạo", "- thương binh"), and over words that lead to a place.
"""

from collections.abc import Iterator

from index.entities.words import DASHES, SPACES, Mention, Words, keyed
from index.language.gazetteer import kinds
from index.language.words import (
    COMPANY_HEADS,
    CONNECTED,
    MORE_HEADS,
    NAME_ENDS,
    NAME_TAILS,
    OPEN_ENDS,
    ORGANISATION_HEADS,
    PLAIN_HEADS,
    PUBLISHERS,
    SAME_HEADS,
    TITLES,
)

_HEADS = frozenset((*ORGANISATION_HEADS, *PLAIN_HEADS, *MORE_HEADS)) - {"doanh nghiệp"}
_ALSO_SMALL = frozenset(head for head in _HEADS if " " in head and head != "cơ quan") | COMPANY_HEADS | PUBLISHERS
_FIRST = frozenset(head.split()[0] for head in _HEADS)
_LONGEST_HEAD = max(len(head.split()) for head in _HEADS)
_LONGEST = 12
# "Công ty (trách nhiệm hữu hạn) ...": words before the first capital.
_MOST_BEFORE = 3


def organisations(words: Words) -> Iterator[Mention]:
    """The organisations whose names begin with such a word, and the persons named right behind them; takes words."""
    at = 0
    while at < len(words):
        begin = at + _head(words, at)
        end = _name_end(words, at, begin) if begin > at else None
        if end is None:
            at += 1
            continue
        yield from _found(words, at, begin, end)
        at = end


def _head(words: Words, at: int) -> int:
    """How many words from here a name begins with; 0 for none."""
    # "Đoàn Thị Hương" is a person.
    if words[at].low not in _FIRST or words.in_place(at) or words.full_name(at, at + 3):
        return 0
    sizes = range(min(_LONGEST_HEAD, len(words) - at - 1), 0, -1)
    return next((size for size in sizes if _begins_name(words, at, at + size)), 0)


def _begins_name(words: Words, at: int, begin: int) -> bool:
    head, first = words.low(at, begin), words[at]
    if head not in _HEADS or any(words.gap(place) not in SPACES for place in range(at, begin - 1)):
        return False
    at_once = words[begin].capital or words.low(begin, begin + 2) in NAME_TAILS
    if first.capital:
        return at_once or begin - at > 1 or first.is_acronym
    # "Nhà báo Nguyễn Văn A" works for none.
    return at_once and head in _ALSO_SMALL and not (head == "báo" and words.lead(at) == "nhà")


def _name_end(words: Words, at: int, begin: int) -> int | None:
    """The place behind the last word of the name whose head stands from `at` to `begin`; None where there is none."""
    end: int | None = None
    place, small, halved = begin, 0, False  # halved: behind the first syllable of a word of two, "Giáo(dục)"
    while place < min(len(words), at + _LONGEST) and _goes_on(words, place, end is not None, small):
        word, gap = words[place], words.gap(place - 1)
        tail = words.low(place, place + 2) in NAME_TAILS
        if word.capital:
            alone = place == begin or not words[place - 1].capital or gap not in SPACES
            halved = alone and not (word.is_foreign or word.is_acronym or words.in_place(place))
            end, small = place + 1, 0
        elif end is not None and (tail or gap not in SPACES or words[place - 1].low == "và"):
            place += 1  # two syllables in small letters: "(Kế hoạch và) đầu tư"
            end, small, halved = place + 1, 0, False
        elif halved and small == 0:
            end, halved = place + 1, False
        else:
            small, halved = small + 1, False
        place += 1
    return min(end, len(words)) if end is not None else None


def _goes_on(words: Words, place: int, named: bool, small: int) -> bool:
    word, gap = words[place], words.gap(place - 1)
    if gap in (".", ". ") and words[place - 1].low == "tp":
        return word.capital
    if gap not in SPACES:
        # "(Văn hoá,) Thể thao và Du lịch"
        listed = gap == ", " and any(word.low == "và" for word in words.all[place + 1 : place + 4])
        return named and (gap in DASHES or listed) and small == 0 and _is_part(words, place)
    if word.capital:
        # No part of an office's name is a ministry.
        return not (named and word.low == "bộ" and _head(words, place))
    if word.low == "và":
        return named and not words[place - 1].capital and _is_part(words, place + 1)
    if word.low in NAME_ENDS:
        return False
    return small == 0 or word.low in CONNECTED if named else small < _MOST_BEFORE


def _is_part(words: Words, at: int) -> bool:
    """Whether a further part of a ministry's name may begin here: "(Giáo dục và) Đào tạo", "(NN &) PTNT"."""
    pair = words.all[at : at + 2]
    if len(pair) < 2 or _head(words, at) or words.in_place(at) or (pair[0].is_foreign and not pair[0].is_acronym):
        return False
    return pair[0].capital or not any(word.capital or word.is_common for word in pair)


def _found(words: Words, at: int, begin: int, end: int) -> Iterator[Mention]:
    head = words.low(at, begin)
    person = words.full_name(begin, end) if words.lead(at) in TITLES else 0
    if person:  # "Bộ trưởng Bộ GD-ĐT Phùng Xuân Nhạ"
        words.take(end - person, end)
        yield words.mention("person", end - person, end)
        end -= person
    if head not in PUBLISHERS:  # "báo South China Morning Post"
        end = _before_person(words, begin, end)
    words.take(at, end)
    if begin == end or _says_little(words, at, begin, end):
        return
    foreign = all(word.is_foreign for word in words.all[begin:end])
    if head in PUBLISHERS or (head in COMPANY_HEADS and foreign):
        at = begin  # "tập đoàn Samsung" is Samsung
    found = words.mention("organisation", at, end)
    yield found._replace(key=_key(words, at, begin, end), goes_on=_may_go_on(words, end))


def _before_person(words: Words, begin: int, end: int) -> int:
    """Where a name ends that a place ends and a foreign person's follows: "Bộ Ngoại giao Mỹ (Heather Nauert)"."""
    placed = next((place for place in range(end, begin, -1) if words.in_place(place - 1)), end)
    return placed if end - placed > 1 and all(word.is_foreign for word in words.all[placed:end]) else end


def _says_little(words: Words, at: int, begin: int, end: int) -> bool:
    """Whether what stands behind a head is no name: "công ty Mỹ", "Sở Y", "UBND TP"."""
    last, head = words[end - 1], words.low(at, begin)
    placed = all(map(words.in_place, range(begin, end)))
    if last.capital and last.low in OPEN_ENDS:
        return True
    if placed:
        return not words[at].capital or head in COMPANY_HEADS
    # A parliament is a state's; a school has a longer name.
    school = words[at].low == "trường" and sum(word.capital for word in words.all[begin:end]) == 1
    if head == "quốc hội" or (school and not last.is_acronym):
        return True
    syllable = begin - at == 1 and not (last.is_foreign or last.is_acronym)
    return end - begin == 1 and (syllable or len(last.text) == 1)


def _may_go_on(words: Words, end: int) -> bool:
    if end == len(words) or words.gap(end - 1) not in (*SPACES, *DASHES):
        return False
    word = words[end]
    if words.gap(end - 1) in DASHES:  # "Trung tâm Việt - Hàn"
        return word.capital
    return not (word.is_common or word.capital or word.low[0].isdigit())


def _key(words: Words, at: int, begin: int, end: int) -> str:
    """What an organisation is compared by: one spelling of its head, one of each place, and no conjunctions."""
    head = words.low(at, begin)
    parts = [keyed(SAME_HEADS.get(head, head))]
    for place in range(begin, end):
        known = words.place_at.get(words[place].start)
        if known is None:
            passed = words.in_place(place) or words[place].low == "và"
            parts.append("" if passed else keyed(words[place].text))
            continue
        # A province is one with or without the word for it, and so is a city; a province's town of its name is another.
        unsaid = ("tp", "phố", "thành") if known.key in kinds() else ("tỉnh",)
        while parts[-1] in unsaid:
            parts.pop()
        parts.append(known.key)
    return " ".join(filter(None, parts))
