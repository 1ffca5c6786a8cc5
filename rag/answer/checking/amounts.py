"""Amounts in a sentence: a number with its unit, its bound (more, less than), its role in a change, its context."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from index.language.numbers import Number
from index.language.quantities import MONEY_SIGN, Quantity, unit_of
from index.language.text import Span, lower
from rag.answer.checking.polarity import Sign, signs
from rag.answer.checking.words import STOP, inside, is_content

# The words near a place, each with a weight.
Context = tuple[tuple[str, float], ...]

# How much a word near a figure says of it: one of the segment before, and one of the few next to it.
_LAST_SEGMENT = 0.4
_NEIGHBOUR = 2.0
_NEIGHBOURS = 4
_BREAK = re.compile(
    r"[,;:](?=\s)|\)|\s[-–—]\s|\s(?=(?:và|còn|nhưng|trong khi|and|while|but)\s)|[“”\"|]|\n", re.IGNORECASE
)

_OVER = re.compile(
    r"(?:\b(?:hơn|trên|vượt|vượt quá|vượt mốc|ít nhất|tối thiểu|không dưới|more than|over|at least|above"
    r"|exceed(?:s|ed|ing)?|a minimum of)|>)\s*$"
)
_UNDER = re.compile(
    r"(?:\b(?:gần|dưới|chưa tới|chưa đến|chưa đầy|tối đa|không quá|nhiều nhất|less than|fewer than|under|below|at most"
    r"|up to|nearly|almost|no more than|a maximum of)|<)\s*$"
)
_ABOUT = re.compile(
    r"\b(?:khoảng|chừng|xấp xỉ|ước|ước tính|ước đạt|độ|cỡ|about|around|approximately|roughly|some|circa|estimated)\s*$"
)
_INSTEAD = re.compile(r"\b(?:không phải|chứ không(?: phải)?|thay vì|thay cho|instead of|rather than|not)\s+(?:là\s+)?$")
_FROM = re.compile(r"\b(?:từ|so với|from|compared (?:to|with)|versus)\s+(?:mức\s+|mốc\s+)?$")
_TO = re.compile(r"\b(?:lên|lên tới|lên đến|xuống|xuống còn|còn|thành|sang|to)\s+(?:mức\s+|con số\s+)?$")
_LOOK_BACK = 28
_SMALL = {"hai": 2, "bốn": 4, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
# Words that count, or are something else: a year, a father, a private thing, an article.
_WEAK = {"một": 1, "ba": 3, "tư": 4, "năm": 5}


@dataclass(frozen=True, slots=True)
class Amount(Quantity):
    """A quantity with what bounds it.

    `bound` is 1 for more than, -1 for less than; `role` -1 where a change starts, 1 where it ends; `instead`: it is
    what is not so ("không phải 120"); `weak`: it may be no number; `context` holds the words near by with weights.
    """

    bound: int
    about: bool
    role: int
    instead: bool
    weak: bool
    word: str
    context: Context
    signs: tuple[Sign, ...]


class Surroundings:
    """The words around a place: those of its own segment, and less so those of the one before."""

    def __init__(self, text: str, words: list[str], spans: list[Span]) -> None:
        self._segments = sorted({0, *(match.end() for match in _BREAK.finditer(text))})
        self._words = words
        self._starts = [start for start, _ in spans]
        self._end = spans[-1][1] + 1 if spans else 0
        self._signs = [
            [sign for _, sign in signs([words[place] for place in self._inside(segment)])]
            for segment in range(len(self._segments))
        ]

    def at(self, start: int) -> tuple[tuple[tuple[str, float], ...], tuple[Sign, ...]]:
        """The context of a place in the text, and the directions that hold for it."""
        segment = bisect_right(self._segments, start) - 1
        here, last = self._inside(segment), len(self._segments) - 1
        context: dict[str, float] = {}
        if segment:
            context |= dict.fromkeys(self._content(segment - 1), _LAST_SEGMENT)
        if segment < last and not self._content(segment):
            # "Năm 2025, xuất khẩu đạt": what happened then follows.
            context |= dict.fromkeys(self._content(segment + 1), 1.0)
        place = bisect_right(self._starts, start) - 1
        for other in here:
            word = self._words[other]
            if is_content(word):
                near = place - _NEIGHBOURS <= other <= place + _NEIGHBOURS
                context[word] = max(_NEIGHBOUR if near else 1.0, context.get(word, 0.0))
        held = list(self._signs[segment])
        if not any(axis == "trade" for axis, _ in held):
            # "Nhập khẩu 134,7 tỷ USD, tăng 27,4%": imports grew.
            before = (
                sign for held_before in reversed(self._signs[:segment]) for sign in held_before if sign[0] == "trade"
            )
            held.extend(list(before)[:1])
        return tuple(context.items()), tuple(held)

    def _inside(self, segment: int) -> range:
        end = self._segments[segment + 1] if segment + 1 < len(self._segments) else self._end
        return range(bisect_left(self._starts, self._segments[segment]), bisect_left(self._starts, end))

    def _content(self, segment: int) -> list[str]:
        return [self._words[place] for place in self._inside(segment) if is_content(self._words[place])]


def amounts_of(text: str, found: list[Quantity], dated: list[Span], surroundings: Surroundings) -> Iterator[Amount]:
    """The quantities of a text as amounts; those inside a date are weak."""
    for quantity in found:
        # "11 tháng đầu năm" is a time here and a number elsewhere.
        yield _amount(lower(text), quantity, surroundings, weak=inside(quantity.start, dated))


def _amount(lowered: str, quantity: Quantity, surroundings: Surroundings, *, weak: bool, word: str = "") -> Amount:
    start = quantity.start
    signed = MONEY_SIGN.search(lowered, max(0, start - 4), start)
    before = lowered[max(0, start - _LOOK_BACK) : signed.start() if signed else start]
    over, under = _OVER.search(before), _UNDER.search(before)
    bound = over or under
    stripped = before[: bound.start() if bound else len(before)]
    context, held = surroundings.at(start)
    return Amount(
        quantity.value,
        quantity.unit if quantity.has_known_unit or quantity.unit not in STOP else "",
        start,
        quantity.end,
        bound=1 if over else -1 if under else 0,
        about=_ABOUT.search(before) is not None,
        role=-1 if _FROM.search(stripped) else 1 if _TO.search(stripped) else 0,
        instead=_INSTEAD.search(before) is not None,
        weak=weak,
        word=word,
        context=context,
        signs=held,
    )


def small_amounts(
    text: str, words: list[str], spans: list[Span], taken: list[Span], surroundings: Surroundings
) -> Iterator[Amount]:
    """Single number words that `numbers` leaves alone: `tám giảng viên`."""
    lowered = lower(text)
    for word, (start, end) in zip(words, spans, strict=True):
        value = _SMALL.get(word) or _WEAK.get(word)
        if value and not inside(start, taken) and not text[start].isupper():
            unit = unit_of(lowered, Number(Decimal(value), start, end))
            quantity = Quantity(Decimal(value), unit, start, end)
            yield _amount(lowered, quantity, surroundings, weak=word in _WEAK, word=word)
