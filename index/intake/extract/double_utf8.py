"""UTF-8 that was read as a one-byte encoding and encoded again: `Ä‘Æ°á»ng` for "đường".

ftfy does this for one text at a time. It also turns “THỊ XÃ” into “THỊ XÔ, and words that a right sentence quotes.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from index.language.legacy import BYTES, is_right
from index.storage.errors import Refused

# Vietnamese systems read bytes as windows-1258, where 0xC3 is Ă.
_SHOWN = BYTES | {"Ă": 0xC3}


def _shown_as(first: int, last: int) -> str:
    letters = "".join(letter for letter, code in _SHOWN.items() if first <= code <= last)
    return f"[{re.escape(letters)}]"


_REST = _shown_as(0x80, 0xBF)
_UTF8 = re.compile(
    f"{_shown_as(0xC2, 0xDF)}{_REST}|{_shown_as(0xE0, 0xEF)}{_REST}{{2}}|{_shown_as(0xF0, 0xF4)}{_REST}{{3}}"
)
# Phonetic, Armenian, Syriac and Thaana letters are rarer than what is taken for them: a capital before a closing quote
# or before a space that does not break (`MARCHÉ\xa0:`).
_RARER = re.compile("[\u0250-\u02c5\u02c7-\u02db\u02dd-\u02ff\u0500-\u058f\u0700-\u08ff]")
# How many different letters are no chance beside text that is right, and where no one of them is certain.
_ENOUGH, _MANY = 3, 6
_SMALL = re.compile("[a-z]")
_PUNCTUATION = re.compile("[\u2010-\u2044]")
_MARKED_LETTER = re.compile("[^\\W\\d_\x00-\x7f]")
# First bytes of letters in UTF-8; where nothing else is left, the bytes behind them are lost.
_FIRST_BYTES = frozenset("ÂÃÄÅÆĂá")


def undo_utf8(units: Sequence[str]) -> list[str]:
    """The units (lines, or blocks of a page) with UTF-8 decoded once more, where all letters of a unit are bytes of it.

    Punctuation is put right in other units too: nobody writes `â€“`. Raises `Refused` where bytes are lost.
    """
    found = [[] if unit.isascii() else _utf8_letters(unit) for unit in units]
    if not any(found):
        return list(units)
    left = [_letters_beside(unit, matches) for unit, matches in zip(units, found, strict=True)]
    _refuse_lost_bytes(found, left)
    whole = [match for matches, letters in zip(found, left, strict=True) if not letters for match in matches]
    beside_right = any(not matches and is_right(unit) for unit, matches in zip(units, found, strict=True))
    shown = len({match[0] for match in whole})
    undone = shown >= (_ENOUGH if beside_right else 1) and (shown >= _MANY or any(map(_is_certain, whole)))
    return [
        _written(unit, matches) if (undone and not letters) or _only_punctuation(matches) else unit
        for unit, matches, letters in zip(units, found, left, strict=True)
    ]


def _utf8_letters(text: str) -> list[re.Match[str]]:
    """Where letters of `text` are the bytes of one letter in UTF-8, read as a one-byte encoding."""
    return [match for match in _UTF8.finditer(text) if _utf8_letter(match[0]) is not None]


@lru_cache(maxsize=1 << 12)
def _utf8_letter(shown: str) -> str | None:
    """The letter whose bytes in UTF-8 were read as `shown`; None where there is none."""
    try:
        letter = bytes(map(_SHOWN.__getitem__, shown)).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _RARER.match(letter) else letter


def _letters_beside(unit: str, matches: list[re.Match[str]]) -> set[str]:
    """The letters with marks that are no part of the matches."""
    ends = [0, *(match.end() for match in matches)]
    starts = [*(match.start() for match in matches), len(unit)]
    between = (unit[end:start] for end, start in zip(ends, starts, strict=True))
    return {letter for part in between for letter in _MARKED_LETTER.findall(part)} if matches else set()


def _is_certain(match: re.Match[str]) -> bool:
    """Whether nobody would write this. `XÃ…` and `CAFÉ”` are written; `cafÃ©`, `Ã©t`, `20Â°` and `â€œ` are not."""
    before = match.string[max(match.start() - 1, 0) : match.start()]
    after = match.string[match.end() : match.end() + 1]
    return (
        len(match[0]) > 2
        or _SMALL.fullmatch(before) is not None
        or _SMALL.fullmatch(after) is not None
        or (match[0][0] in "ÂÃĂ" and not before.isalpha())
    )


def _only_punctuation(matches: list[re.Match[str]]) -> bool:
    return bool(matches) and all(_PUNCTUATION.match(_utf8_letter(match[0]) or "") for match in matches)


def _written(unit: str, matches: list[re.Match[str]]) -> str:
    parts, done = [], 0
    for match in matches:
        parts += [unit[done : match.start()], _utf8_letter(match[0]) or match[0]]
        done = match.end()
    return "".join([*parts, unit[done:]])


def _refuse_lost_bytes(found: list[list[re.Match[str]]], left: list[set[str]]) -> None:
    lost = [matches for matches, letters in zip(found, left, strict=True) if letters and letters <= _FIRST_BYTES]
    if len({match[0] for matches in lost for match in matches if _is_certain(match)}) >= _ENOUGH:
        raise Refused(
            "this is UTF-8 that was encoded twice, and some of its letters are lost; take it from where it was right"
        )
