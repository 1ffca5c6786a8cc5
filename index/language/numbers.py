"""Numbers in text: `1,5 tỷ`, `1.500 triệu`, `một tỷ rưỡi`, `1.5 billion`, `15亿` have one value.

A separator before groups of three digits groups (`1.500` and `1,500` are 1500, whatever the language); any other
separates decimals. Years, telephone numbers, parts of dates, times and designations (`A321`, `12h30`, `15/10`) are no
numbers here. A single number word counts before a classifier only (`ba người`): `năm` is a year too, `ba` a father.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from index.language import numerals
from index.language.currencies import currency

_CJK = "\u3040-\u30ff\u3400-\u9fff"
_PIECE = re.compile(
    r"(?:\d{1,3}(?:[ ]\d{3}(?!\d))++|\d++(?:[.,\u00a0\u202f]\d++)*+)"
    rf"|[{numerals.CJK_NUMERALS}]++|[%％]|パーセント|[{_CJK}]|[^\W\d_{_CJK}]++"
)
_SEPARATOR = re.compile("[.,\u00a0\u202f ]")
# More digits than these are an account or a code.
_MAX_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Number:
    """A number in `text[start:end]`, scale words included: `1,5 tỷ` is 1500000000; with `percent`, `7,5%` is 7.5."""

    value: Decimal
    start: int
    end: int
    percent: bool = False


class _Piece(NamedTuple):
    start: int
    end: int
    word: str
    is_digits: bool
    # Nothing, one blank or a hyphen stands between this and the piece before.
    joined: bool
    # Most words begin no number.
    may_begin: bool


class _Read(NamedTuple):
    """A value and the place of the piece after it. `plain`: no scale word helped to tell that it is a number."""

    value: Decimal
    after: int
    plain: bool = True


def numbers(text: str) -> list[Number]:
    """The numbers of a text in their order; they never overlap. Linear in the length of the text."""
    pieces = _pieces(text)
    found: list[Number] = []
    place = 0
    while place < len(pieces):
        if not pieces[place].may_begin:
            place += 1
            continue
        number, place = _number(text, pieces, place)
        if number:
            found.append(number)
    return found


def _pieces(text: str) -> list[_Piece]:
    pieces = []
    before = 0
    for match in _PIECE.finditer(text):
        start, end = match.span()
        joined = start == before or (start - before == 1 and text[before] in " -\u00a0")
        word = match[0].lower()
        is_digits = word[0].isdecimal()
        may_begin = is_digits or word in numerals.BEGINNINGS or word[0] in numerals.CJK_NUMERALS
        pieces.append(_Piece(start, end, word, is_digits, joined, may_begin))
        before = end
    return pieces


def _number(text: str, pieces: list[_Piece], place: int) -> tuple[Number | None, int]:
    """The number that begins at a piece, if one does, and where to read on."""
    in_hundred = [_word(pieces, place + ahead) for ahead in range(3)] == ["百", "分", "之"]
    read = _amount(pieces, place + 3 * in_hundred)
    if read is None:
        return None, place + 1
    after = _after_percent(pieces, read.after)
    percent = in_hundred or after > read.after
    plain = read.plain and not percent
    first = pieces[place]
    if (first.is_digits and not _is_free(text, pieces, place, plain=plain)) or (
        plain and not _stands_alone(pieces, place, after)
    ):
        return None, read.after
    return Number(read.value, first.start, pieces[after - 1].end, percent), after


def _word(pieces: list[_Piece], place: int) -> str:
    return pieces[place].word if place < len(pieces) else ""


def _next(pieces: list[_Piece], place: int) -> str:
    """The word at a place if it is joined to the one before; else, and beyond the end, nothing."""
    return pieces[place].word if place < len(pieces) and pieces[place].joined else ""


# --- Reading -------------------------------------------------------------------------------------------


def _amount(pieces: list[_Piece], place: int) -> _Read | None:
    """Parts of falling scales: `1 tỷ 500 triệu`, `hai nghìn ba trăm linh năm`."""
    half = _half(pieces, place)
    part = half or _part(pieces, place)
    if part is None or part is half:
        return part
    scale, after = _scale(pieces, part.after)
    total, plain = part.value * scale, part.plain and scale == 1
    while scale >= 1000:
        if _next(pieces, after) == "rưỡi":
            return _Read(total + Decimal(scale) / 2, after + 1, plain)
        further = _further(pieces, after, scale)
        if further is None:
            break
        value, after, scale = further
        total += value
    return _Read(total, after, plain)


def _further(pieces: list[_Piece], place: int, limit: int) -> tuple[Decimal, int, int] | None:
    """One more part below `limit`: its value, the place after it, its scale."""
    start = place + (_next(pieces, place) in numerals.LINKS)
    part = _part(pieces, start) if _next(pieces, start) else None
    if part is None:
        return None
    scale, after = _scale(pieces, part.after)
    # Digits and single words are a number of their own: "3 triệu, 50 người", "một triệu năm trước".
    alone = pieces[start].is_digits or (part.after == start + 1 == place + 1 and pieces[start].word in numerals.UNITS)
    if part.value * scale >= limit or (scale == 1 and alone):
        return None
    return part.value * scale, after, scale


def _half(pieces: list[_Piece], place: int) -> _Read | None:
    """`nửa triệu`, `half a million`, `a million`, `tỷ rưỡi`."""
    word, following = _word(pieces, place), _next(pieces, place + 1)
    if word in ("nửa", "half", "a"):
        scale, after = _scale(pieces, place + 1 + (word == "half" and following == "a"))
        share = Decimal(1 if word == "a" else "0.5")
        return _Read(share * scale, after, plain=False) if scale >= 1000 else None
    if following == "rưỡi" and numerals.SCALES.get(word, 0) >= 1000:
        vague = place > 0 and pieces[place].joined and pieces[place - 1].word in numerals.VAGUE
        return None if vague else _Read(Decimal(numerals.SCALES[word]) * 3 / 2, place + 2, plain=False)
    return None


def _part(pieces: list[_Piece], place: int) -> _Read | None:
    if place >= len(pieces):
        return None
    piece = pieces[place]
    if piece.is_digits:
        value = _digits(piece.word)
        return None if value is None else _Read(value, place + 1)
    if piece.word in numerals.ONE_AND_A_HALF:
        return _Read(Decimal("1.5"), place + 1)
    if piece.word[0] in numerals.CJK_NUMERALS:
        value = _cjk(piece.word)
        return None if value is None else _Read(value, place + 1, plain=_next(pieces, place + 1) in numerals.CJK_DATES)
    read = _below_thousand(pieces, place)
    decimals = _below_thousand(pieces, read.after + 1) if read and _next(pieces, read.after) == "phẩy" else None
    if read and decimals:
        return _Read(read.value + decimals.value.scaleb(-len(str(decimals.value))), decimals.after)
    return read


def _below_thousand(pieces: list[_Piece], place: int) -> _Read | None:
    word = _word(pieces, place)
    if word not in numerals.UNITS or _next(pieces, place + 1) not in numerals.HUNDRED:
        return _below_hundred(pieces, place)
    hundreds, after = Decimal(100 * numerals.UNITS[word]), place + 2
    following = _next(pieces, after)
    if following == "rưỡi":
        return _Read(hundreds + 50, after + 1)
    linked = following in numerals.LINKS
    rest = _below_hundred(pieces, after + linked) if _next(pieces, after + linked) else None
    # "Hai trăm năm" is two hundred years; 205 is "hai trăm linh năm".
    if rest is None or (rest.after == after + 1 and following in numerals.VIETNAMESE_UNITS):
        return _Read(hundreds, after)
    return _Read(hundreds + rest.value, rest.after)


def _below_hundred(pieces: list[_Piece], place: int) -> _Read | None:
    word, following = _word(pieces, place), _next(pieces, place + 1)
    if word in numerals.TEENS:
        return _Read(Decimal(numerals.TEENS[word]), place + 1)
    if word in numerals.UNITS and following in numerals.SHORT_TENS:
        return _Read(Decimal(10 * numerals.UNITS[word] + numerals.SHORT_TENS[following]), place + 2)
    if word in numerals.TENS or (word in numerals.UNITS and following == "mươi"):
        tens, after = (
            (numerals.TENS[word], place + 1) if word in numerals.TENS else (10 * numerals.UNITS[word], place + 2)
        )
        unit = numerals.AFTER_TENS.get(_next(pieces, after), 0)
        return _Read(Decimal(tens + unit), after + bool(unit))
    return _Read(Decimal(numerals.UNITS[word]), place + 1) if word in numerals.UNITS else None


def _scale(pieces: list[_Piece], place: int) -> tuple[int, int]:
    """The product of rising scale words (`nghìn tỷ`), 1 if there are none, and the place after them."""
    scale = last = 1
    while word := _next(pieces, place):
        value = _scale_of(word)
        if value <= last or _next(pieces, place + 1) in numerals.OTHER_WORDS.get(word, ()):
            break
        scale, last = scale * value, value
        place += 1
    return scale, place


def _scale_of(word: str) -> int:
    if word[0] not in numerals.CJK_SCALES:
        return numerals.SCALES.get(word, 0)
    product = 1
    for sign in word[:3]:
        product *= numerals.CJK_SCALES.get(sign, 0)
    return product if len(word) <= 3 else 0


def _cjk(word: str) -> Decimal | None:
    """`一千五百万`, `二十一`. None without a multiplier, and for a single sign: those stand in other words too."""
    is_one = not 1 < len(word) <= _MAX_DIGITS
    # "万一" is "in case".
    if is_one or word[0] in numerals.CJK_LARGE or not any(sign in numerals.CJK_SCALES for sign in word):
        return None
    total = section = digit = 0
    for sign in word:
        if sign in numerals.CJK_DIGITS:
            digit = numerals.CJK_DIGITS[sign]
        elif sign in numerals.CJK_SMALL:
            section, digit = section + (digit or 1) * numerals.CJK_SMALL[sign], 0
        else:
            total += (section + digit or 1) * numerals.CJK_LARGE[sign]
            section = digit = 0
    return Decimal(total + section + digit)


def _digits(word: str) -> Decimal | None:
    """The value of digits with separators; None where they are no number (telephone, date, address)."""
    groups, signs = _SEPARATOR.split(word), _SEPARATOR.findall(word)
    if sum(map(len, groups)) > _MAX_DIGITS or (groups[0][0] == "0" and len(groups[0]) > 1):
        return None
    whole, last = groups[:-1], groups[-1]
    is_grouped = not whole or (len(groups[0]) <= 3 and groups[0] != "0" and all(len(g) == 3 for g in groups[1:]))
    if is_grouped and len(set(signs)) <= 1:
        return Decimal("".join(groups))
    grouped_before = len(groups[0]) <= 3 and all(len(group) == 3 for group in whole[1:])
    of_one_kind = all(first == second for first, second in pairwise(signs[:-1]))
    if len(signs) == 1 or (grouped_before and of_one_kind and signs[-1] != signs[0]):
        return Decimal(f"{''.join(whole)}.{last}")
    return None


def _after_percent(pieces: list[_Piece], place: int) -> int:
    word, following = _next(pieces, place), _next(pieces, place + 1)
    if word in ("%", "％", "パーセント", "percent") or word.startswith("процент"):
        return place + 1
    return place + 2 if (word, following) in (("phần", "trăm"), ("per", "cent")) else place


# --- What is no number ---------------------------------------------------------------------------------


def _stands_alone(pieces: list[_Piece], place: int, after: int) -> bool:
    """Whether a number without a scale is one: no part of a date, no year, no ambiguous single word."""
    piece = pieces[place]
    following = _next(pieces, after)
    if following[:1] in numerals.CJK_DATES or (
        place and piece.joined and pieces[place - 1].word in numerals.BEFORE_DATES
    ):
        return False
    if piece.is_digits:
        return len(piece.word) != 4 or piece.word[:2] not in ("19", "20")
    if after > place + 1 or piece.word in numerals.TENS or piece.word in numerals.TEENS:
        return True
    if piece.word in numerals.ENGLISH_UNITS:
        return piece.word != "one"
    return numerals.UNITS.get(piece.word, 0) > 1 and (following in numerals.CLASSIFIERS or currency(following) != "")


def _is_free(text: str, pieces: list[_Piece], place: int, *, plain: bool) -> bool:
    """Whether digits are not part of a designation, a time, a score or a date."""
    piece = pieces[place]
    before, behind = text[max(0, piece.start - 2) : piece.start], text[piece.end : piece.end + 2]
    if before and (before[-1].isalnum() or before[-1] in "_/:+.,"):
        return before[-1] in numerals.CJK_NUMERALS or "\u3040" <= before[-1] <= "\u9fff"
    if place and pieces[place - 1].is_digits and piece.joined and before[-1:] != "-":
        # The rest of a telephone number.
        return False
    if before[-1:] in ("-", "–"):
        # The end of a range keeps its scale ("10-15 triệu"); otherwise F-16, 2-1.
        return not before[0].isalnum() or (before[0].isdigit() and not plain)
    if behind[:1] in ("/", ":", "-", "–", "_") and (behind[:1] == "_" or behind[1:].isdigit()):
        return False
    following = pieces[place + 1] if place + 1 < len(pieces) else None
    if (
        following is None
        or following.start > piece.end
        or following.word in numerals.ATTACHED
        or currency(following.word)
        or following.word in numerals.SCALES
    ):
        return True
    return not following.word[0].isalpha() or not following.word.isascii()
