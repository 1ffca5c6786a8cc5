"""Quantities in text, numbers with what they count, and figures: those that two articles can disagree on."""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

from index.language.currencies import codes, currency, signs
from index.language.numbers import Number, numbers
from index.language.text import fold, lower, normalised_tokens, tokens
from index.language.units import TIMES, UNITS, unit_at
from index.language.words import CAPITAL, word_set

# A sign of money that stands before its number.
MONEY_SIGN = re.compile(rf"({'|'.join(map(re.escape, sorted(signs(), key=len, reverse=True)))})\s?$")
_WORDS_AHEAD = re.compile(r"(?:[a-z][a-z-]*\s){1,2}")
# Times, shares, points, ranks and the like say too little of what they measure to be compared.
_NOT_COMPARED = TIMES | word_set("% phần giây điểm quí cấp hạng hàng thứ")
# A number after one of these is a difference, not a level.
_CHANGE = re.compile(
    r"\b(?:tang|giam|them|bot|hon kem|chenh lech|cao gap|gap|nhieu hon|it hon)\s+(?:khoang |gan |hon )?$"
)
_ROUGH = re.compile(r"\b(?:khoang|hon|gan|tren|duoi|xap xi|chung|it nhat|toi thieu|toi da|uoc)\s+$")
# A dash joins names ("Việt Nam - Trung Quốc"), except behind a dateline's agency.
_CLAUSE_END = re.compile(r"[,;:](?=\s)|[“”\"]|(?<=\))\s[-–—]\s")
_CARRIED = re.compile(r"\s*(?:len|xuong|thanh|sang|den|toi|-|–)\s*(?:con |muc )?$")
_CAPITALISED = re.compile(rf"(?<!\w){CAPITAL}[^\W\d_]*+")
_NAME = re.compile(rf"(?<=[\w,() –-][ (]){CAPITAL}[^\W\d_]*+")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts, in `text[start:end]`; with the unit `%`, `7,5%` is 7.5.

    `unit` is a currency's code (`usd`), one of `units.UNITS`, `%`, or the word behind the number in lower case; empty
    where nothing is counted.
    """

    value: Decimal
    unit: str
    start: int
    end: int

    @property
    def is_money(self) -> bool:
        """Whether the unit is a currency."""
        return self.unit in codes()

    @property
    def has_known_unit(self) -> bool:
        """Whether the unit is told apart from all others, however it is written."""
        return self.is_money or self.unit in UNITS or self.unit == "%"


@dataclass(frozen=True, slots=True)
class Figure(Quantity):
    """A quantity that can be compared with another article's; `clause` is the part of the sentence around it.

    `change`: it is by how much something grew or shrank. `rough`: the sentence calls it approximate.
    """

    clause: str
    change: bool
    rough: bool


def quantities(text: str) -> list[Quantity]:
    """The numbers of a text in NFC with what they count, in their order; dates and years are none (`numbers`).

    Of a range or a change (`từ 290 lên 315 nghìn đồng`) both ends get the scale and the unit behind the second.
    """
    lowered, folded = lower(text), fold(text)
    found = numbers(text)
    made: list[Quantity] = []
    for number, following in zip_longest(found, found[1:]):
        value, unit = number.value, unit_of(lowered, number)
        shares = number.percent or (following is not None and following.percent)
        if following and not shares and _CARRIED.fullmatch(folded, number.end, following.start):
            # "Từ 4,3 lên 4,58 tỷ USD": both are billions of dollars.
            value, unit = value * _scale(text, number, following), unit_of(lowered, following)
        made.append(Quantity(value, unit, number.start, number.end))
    return made


def unit_of(lowered: str, number: Number) -> str:
    """What a number counts, as `Quantity.unit` says it.

    `lowered` is the text that the number was found in, by `text.lower`, which keeps its offsets.
    """
    if number.percent:
        return "%"
    if signed := MONEY_SIGN.search(lowered, max(0, number.start - 4), number.start):
        return signs()[signed[1]]
    behind = lowered[number.end : number.end + 48]
    ahead = behind.lstrip(" \u00a0-")
    if money := currency(ahead):
        return money
    # "58 Vietnamese engineers": up to two words may stand before the unit.
    skipped = _WORDS_AHEAD.match(ahead)
    for place in (0, *(() if skipped is None else (ahead.find(" ") + 1, skipped.end()))):
        if unit := unit_at(ahead, place):
            return unit
    # Only what stands right behind the number: "48, vẫn chia ba đợt" counts nothing.
    return normalised_tokens(ahead[:24])[0] if behind[:1] in " \u00a0" and ahead[:1].isalpha() else ""


def figures(sentence: str) -> list[Figure]:
    """The quantities of a sentence that can be compared, in their order."""
    folded = fold(sentence)
    made: list[Figure] = []
    for quantity in quantities(sentence):
        if quantity.unit not in _NOT_COMPARED:
            start, end = _clause(sentence, quantity)
            before = folded[max(0, quantity.start - 24) : quantity.start]
            made.append(
                Figure(
                    quantity.value,
                    quantity.unit,
                    quantity.start,
                    quantity.end,
                    clause=sentence[start:end],
                    change=_CHANGE.search(before) is not None,
                    rough=_ROUGH.search(before) is not None,
                )
            )
    return made


def same_value(one: Figure, other: Figure) -> bool:
    """Whether two figures agree: equal, equal when one is rounded as the other is, or near where one is rough."""
    small, large = sorted((one.value, other.value))
    if small == large:
        return True
    if one.rough or other.rough:
        return large <= small * Decimal("1.05")
    return any(_rounded_like(fine.value, coarse.value) for fine, coarse in ((one, other), (other, one)))


def _rounded_like(fine: Decimal, coarse: Decimal) -> bool:
    """Whether `coarse`, of at least two significant digits, is `fine` rounded to as many."""
    digits = len(coarse.normalize().as_tuple().digits)
    exponent = fine.adjusted() - digits + 1
    return digits > 1 and fine.quantize(Decimal(1).scaleb(exponent)) == coarse


def _scale(sentence: str, number: Number, following: Number) -> Decimal:
    """What the scale word behind the second number multiplies the first by."""
    own = numbers(sentence[following.start : following.end].split(maxsplit=1)[0])
    if not own or len(sentence[number.start : number.end].split()) > 1 or not own[0].value:
        return Decimal(1)
    return following.value / own[0].value


def _clause(sentence: str, number: Quantity) -> tuple[int, int]:
    start = max((end.end() for end in _CLAUSE_END.finditer(sentence, 0, number.start)), default=0)
    following = _CLAUSE_END.search(sentence, number.end)
    end = following.start() if following else len(sentence)
    opened, closed = sentence.rfind("(", start, number.start), sentence.find(")", number.end, end)
    inside = opened >= 0 and closed >= 0 and ")" not in sentence[opened : number.start]
    return (opened + 1, closed) if inside else (start, end)


def capitalised_inside(text: str) -> set[str]:
    """Folded words that are written with a capital inside a sentence: names of people, places, things."""
    return {fold(word) for word in _NAME.findall(text)}


def capitalised(text: str) -> set[str]:
    """Folded words that are written with a capital, the first of a sentence too."""
    return {fold(word) for word in _CAPITALISED.findall(text)}


def words(text: str) -> set[str]:
    """Folded words of a text, without numbers."""
    return {fold(token) for token in tokens(text) if not token[0].isdigit()}
