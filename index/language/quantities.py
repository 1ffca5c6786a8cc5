"""Figures in a sentence: a value, what it counts, and the clause that says so."""

import re
from dataclasses import dataclass
from decimal import Decimal

from index.language.currencies import codes, currency
from index.language.numbers import Number, numbers
from index.language.text import fold, folded_tokens, lower, tokens
from index.language.units import TIMES, unit_at
from index.language.words import CAPITAL

# As well as times, seconds, points, ranks and the like say too little of what they measure to be compared.
_NOT_COMPARED = re.compile(r"(?:phan tram|giay|diem|quy|cap|hang|thu)\b|%")
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
class Figure:
    """A number with its unit in `sentence[start:end]`; `clause` is the part of the sentence around it.

    `unit` is a currency, one of `units.UNITS`, or the folded word or two behind the number; empty where nothing is
    counted. `change`: it is by how much something grew or shrank. `rough`: the sentence calls it approximate.
    """

    value: Decimal
    unit: str
    start: int
    end: int
    clause: str
    change: bool
    rough: bool

    @property
    def is_money(self) -> bool:
        """Whether the unit is a currency."""
        return self.unit in codes()


def figures(sentence: str) -> list[Figure]:
    """The figures of a sentence that can be compared, in their order."""
    folded, lowered = fold(sentence), lower(sentence)
    found = [number for number in numbers(sentence) if not number.percent]
    made: list[Figure] = []
    for place, number in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        value, unit = number.value, _unit(folded, lowered, number)
        if following is not None and _CARRIED.fullmatch(folded, number.end, following.start):
            # "Từ 4,3 lên 4,58 tỷ USD": both are billions of dollars.
            value, unit = value * _scale(sentence, number, following), _unit(folded, lowered, following)
        if unit not in TIMES and not _NOT_COMPARED.match(unit):
            start, end = _clause(sentence, number)
            before = folded[max(0, number.start - 24) : number.start]
            made.append(
                Figure(
                    value=value,
                    unit=unit,
                    start=number.start,
                    end=number.end,
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


def _unit(folded: str, lowered: str, number: Number) -> str:
    behind = folded[number.end : number.end + 40].lstrip()
    if unit := currency(behind) or unit_at(lowered[number.end : number.end + 40].lstrip()):
        return unit
    if behind[:1] == "%":
        return "%"
    clause = _CLAUSE_END.split(behind, maxsplit=1)[0]
    # Only what stands right behind the number: "48, vẫn chia ba đợt" counts nothing.
    return " ".join(folded_tokens(clause)[:2]) if behind[:1].isalpha() else ""


def _scale(sentence: str, number: Number, following: Number) -> Decimal:
    """What the scale word behind the second number multiplies the first by."""
    own = numbers(sentence[following.start : following.end].split(maxsplit=1)[0])
    if not own or len(sentence[number.start : number.end].split()) > 1 or not own[0].value:
        return Decimal(1)
    return following.value / own[0].value


def _clause(sentence: str, number: Number) -> tuple[int, int]:
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
