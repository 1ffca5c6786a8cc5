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
    PERSONS,
    PLAIN_HEADS,
    PUBLISHERS,
    RANKS,
    ROLES,
    SAME_HEADS,
    STATE_HEADS,
)

_HEADS = frozenset((*ORGANISATION_HEADS, *PLAIN_HEADS, *MORE_HEADS)) - {"doanh nghiệp"}
_ALSO_SMALL = frozenset(head for head in _HEADS if " " in head and head != "cơ quan") | COMPANY_HEADS | PUBLISHERS
_FIRST = frozenset(head.split()[0] for head in _HEADS)
_LONGEST_HEAD = max(len(head.split()) for head in _HEADS)
_LONGEST = 12
# "Công ty (trách nhiệm hữu hạn) ...": words before the first capital.
_MOST_BEFORE = 3
_TITLES = PERSONS | ROLES | RANKS


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
    if words[at].low not in _FIRST or words.says_nothing(at) or words.in_place(at) or _is_person(words, at):
        return 0
    for size in range(min(_LONGEST_HEAD, len(words) - at - 1), 0, -1):
        head = " ".join(words[at + n].low for n in range(size))
        joined = all(words.gap(at + n) in SPACES for n in range(size - 1))
        if head in _HEADS and joined and _begins_name(words, at, size, head):
            return size
    return 0


def _is_person(words: Words, at: int) -> bool:
    """Whether the capitals from here are a person's full name: "Đoàn Thị Hương"."""
    end = at
    while end < len(words) and end - at < 5 and words[end].capital and (end == at or words.gap(end - 1) in SPACES):
        end += 1
    return words.full_name(at, end) == end - at > 0


def _begins_name(words: Words, at: int, size: int, head: str) -> bool:
    first = words[at]
    at_once = words[at + size].capital or _is_tail(words, at + size)
    if first.capital:
        return at_once or size > 1 or first.is_acronym
    # "Nhà báo Nguyễn Văn A" works for none.
    return at_once and head in _ALSO_SMALL and not (head == "báo" and words.lead(at) == "nhà")


def _is_tail(words: Words, at: int) -> bool:
    return " ".join(word.low for word in words.all[at : at + 2]) in NAME_TAILS


def _name_end(words: Words, at: int, begin: int) -> int | None:
    """The place behind the last word of the name whose head stands from `at` to `begin`; None where there is none."""
    end: int | None = None
    place, small = begin, 0
    halved = False  # the word before is the first syllable of a word of two: "Giáo(dục)"
    while place < min(len(words), at + _LONGEST) and _goes_on(words, place, end is not None, small):
        word, gap = words[place], words.gap(place - 1)
        if word.capital:
            alone = place == begin or not words[place - 1].capital or gap not in SPACES
            halved = alone and not (word.is_foreign or word.text.isupper() or words.in_place(place))
            end, small = place + 1, 0
        elif end is not None and (_is_tail(words, place) or gap not in SPACES or words[place - 1].low == "và"):
            place += 1  # two syllables in small letters: "(Kế hoạch và) đầu tư"
            end, small, halved = place + 1, 0, False
        elif halved and small == 0 and word.low not in NAME_ENDS:
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
        joined = gap in DASHES or (gap == ", " and _is_listed(words, place))
        return named and joined and small == 0 and _is_part(words, place)
    if word.capital:
        return not (named and word.low in STATE_HEADS and _head(words, place))
    if word.low == "và":
        after_word = not words[place - 1].capital
        return named and after_word and words.gap(place) in SPACES and _is_part(words, place + 1)
    if word.low in NAME_ENDS:
        return False
    return small == 0 or word.low in CONNECTED if named else small < _MOST_BEFORE


def _is_part(words: Words, at: int) -> bool:
    """Whether a further part of a ministry's name may begin here: "(Giáo dục và) Đào tạo", "(NN &) PTNT"."""
    pair = words.all[at : at + 2]
    if not pair or _head(words, at) or words.in_place(at) or (pair[0].is_foreign and not pair[0].is_acronym):
        return False
    return pair[0].capital or (len(pair) == 2 and not any(word.capital or word.is_common for word in pair))


def _is_listed(words: Words, at: int) -> bool:
    """Whether the part that begins here is followed by the last one: "(Văn hoá,) Thể thao và Du lịch"."""
    return any(word.low == "và" for word in words.all[at + 1 : at + 4])


def _found(words: Words, at: int, begin: int, end: int) -> Iterator[Mention]:
    head = " ".join(word.low for word in words.all[at:begin])
    person = words.full_name(begin, end) if words.lead(at) in _TITLES else 0
    if person:  # "Bộ trưởng Bộ GD-ĐT Phùng Xuân Nhạ"
        words.take(end - person, end)
        yield words.mention("person", end - person, end)
        end -= person
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
    placed = next((place for place in range(end - 1, begin - 1, -1) if words.in_place(place)), None)
    if placed is None:
        return end
    behind = words.all[placed + 1 : end]
    return placed + 1 if len(behind) > 1 and all(word.is_foreign for word in behind) else end


def _says_little(words: Words, at: int, begin: int, end: int) -> bool:
    """Whether what stands behind a head is no name: "công ty Mỹ", "Trường Sa", "UBND TP"."""
    last = words[end - 1]
    placed = all(map(words.in_place, range(begin, end)))
    head = " ".join(word.low for word in words.all[at:begin])
    if (last.capital and last.low in OPEN_ENDS) or (placed and (not words[at].capital or head in COMPANY_HEADS)):
        return True
    if words[at].low == "quốc" and not placed:  # a parliament is a state's
        return True
    if words[at].low == "trường" and sum(word.capital for word in words.all[begin:end]) == 1 and not last.is_acronym:
        return True
    one = end - begin == 1
    syllable = not (last.is_foreign or last.is_acronym or placed)
    return one and (len(last.text) < 2 or (begin - at == 1 and syllable))


def _may_go_on(words: Words, end: int) -> bool:
    if end == len(words) or words.gap(end - 1) not in SPACES:
        return False
    word = words[end]
    return not (word.is_common or word.capital or word.low[0].isdigit())


def _key(words: Words, at: int, begin: int, end: int) -> str:
    """What an organisation is compared by: one spelling of its head, one of each place, and no conjunctions."""
    head = " ".join(word.low for word in words.all[at:begin])
    parts = [keyed(SAME_HEADS.get(head, head))]
    place = begin
    while place < end:
        known = words.place_at.get(words[place].start)
        if known is None:
            parts.append("" if words[place].low == "và" else keyed(words[place].text))
            place += 1
            continue
        # A province is one with or without the word for it, and so is a city; a province's town of its name is another.
        unsaid = ("tp", "phố", "thành") if known.key in kinds() else ("tỉnh",)
        while parts[-1] in unsaid:
            parts.pop()
        parts.append(known.key)
        while place < end and words[place].start < known.end:
            place += 1
    return " ".join(filter(None, parts))
