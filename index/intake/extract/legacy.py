"""Vietnamese in an encoding before Unicode -> Unicode.

The evidence is words: which of them conversion makes Vietnamese syllables that were none, and which it makes none. All
units of a text together decide whether it is in an encoding, each unit by itself whether it is, since a page may hold
right text beside. A unit with letters that these encodings lack is right, even where it quotes broken words. Of 530,000
short runs of common words in a hundred other languages two were taken for Vietnamese, and no news article was changed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from index.language.legacy import LEGACY, TCVN3, Legacy, is_right, same_case
from index.language.spelling import is_spelled
from index.language.text import nfc
from index.storage.errors import Refused

# Words as all of the encodings write them: letters, and signs that stand for letters there.
_CHUNK = re.compile("[A-Za-z\x80-\U0010ffff]+")
# Longer runs are no words.
_LONGEST_CHUNK = 40
_BEFORE_HORN = re.compile("(?<!ư)(?=[ơờớởỡợ])")
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_BETWEEN_WORDS = re.compile("[–—‘’“”…\xa0]+")
# How many different words are no chance: in a text that has none right, beside right text, and in one unit of many.
_ENOUGH, _ENOUGH_BESIDE_RIGHT, _ENOUGH_IN_ONE = 3, 4, 6
# Words with one letter in common may be those of another language: `så`, `gå` and `må` are Norwegian.
_ENOUGH_LETTERS = 3
_ASCII = frozenset(map(chr, range(128)))
# As many words must become syllables for each that becomes none.
_TIMES_OVER = 4
# One word is enough in a text of so many with such a share of syllables, and two in one line, as a headline.
_NOTICE = (6, 0.8)
_ENOUGH_IN_HEADLINE, _HEADLINE = 2, (3, 1.0)
_WORD = re.compile(r"[^\W\d_]+")


def convert_legacy(units: Sequence[str]) -> list[str]:
    """The units (lines, or blocks of a page) that are in a legacy encoding, converted.

    Raises `Refused` where they seem to be, but what they become is not Vietnamese enough.
    """
    if all(map(str.isascii, units)):
        return list(units)
    evidence = _weigh(units)
    if not _proves(evidence, units):
        if evidence.total.proves(_ENOUGH_IN_ONE, times=1):
            raise Refused(
                f"this looks like {evidence.legacy.name}, but not all of it can be made out; save its source as UTF-8"
            )
        return list(units)
    _refuse_lost_horn(evidence, units)
    verdicts = [
        False if right else None if count.surplus == 0 else count.surplus > 0
        for right, count in zip(evidence.right, evidence.counts, strict=True)
    ]
    return [
        _convert(unit, evidence.legacy) if verdict and not unit.isascii() else unit
        for unit, verdict in zip(units, _as_beside(verdicts), strict=True)
    ]


def is_legacy(text: str) -> bool:
    """Whether `text`, read as windows-1252, is in a legacy encoding, all or in part."""
    lines = text.split("\n")
    return _proves(_weigh(lines), lines)


@dataclass(frozen=True, slots=True)
class _Count:
    """Words that conversion makes syllables, and words that it makes none."""

    become: frozenset[str]
    spoil: frozenset[str]

    @property
    def surplus(self) -> int:
        return len(self.become) - len(self.spoil)

    def proves(self, enough: int, times: int = _TIMES_OVER) -> bool:
        """Whether enough words become syllables, so many times more than become none, and not by one letter alone."""
        become, letters = len(self.become), len(set("".join(self.become)) - _ASCII)
        return become >= max(enough, times * len(self.spoil)) and letters >= min(become, _ENOUGH_LETTERS)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """For the likeliest encoding what it does to the words of each unit, and whether the unit is right as it is."""

    legacy: Legacy
    right: list[bool]
    counts: list[_Count]
    total: _Count


def _weigh(units: Sequence[str]) -> _Evidence:
    right = list(map(is_right, units))
    chunks = [frozenset() if known else _chunks(unit) for unit, known in zip(units, right, strict=True)]
    found = []
    for legacy in LEGACY:
        counts = [_count(legacy, words) for words in chunks]
        found.append(_Evidence(legacy, right, counts, _sum(counts)))
    return max(found, key=lambda evidence: evidence.total.surplus)


def _proves(evidence: _Evidence, units: Sequence[str]) -> bool:
    some_right = any(evidence.right)
    return (
        evidence.total.proves(_ENOUGH_BESIDE_RIGHT if some_right else _ENOUGH)
        or any(_proves_unit(unit, count, evidence.legacy) for unit, count in zip(units, evidence.counts, strict=True))
        or (evidence.total.proves(1) and not some_right and _is_vietnamese(units, evidence.legacy, *_NOTICE))
    )


def _proves_unit(unit: str, count: _Count, legacy: Legacy) -> bool:
    if count.proves(_ENOUGH_IN_ONE):
        return True
    return count.proves(_ENOUGH_IN_HEADLINE) and not count.spoil and _is_vietnamese([unit], legacy, *_HEADLINE)


def _is_vietnamese(units: Sequence[str], legacy: Legacy, enough: int, share: float) -> bool:
    """Whether there are enough words, and such a share of them is syllables when converted."""
    words = [word for unit in units for word in _WORD.findall(_convert(unit, legacy))]
    return len(words) >= enough and sum(map(is_spelled, words)) >= share * len(words)


def _refuse_lost_horn(evidence: _Evidence, units: Sequence[str]) -> None:
    """Refuse TCVN3 whose ư, the soft hyphen of other encodings, somebody took for one: `®êng` is no word, `cha` is."""
    if evidence.legacy is not TCVN3 or any("\xad" in unit for unit in units):
        return
    for word in evidence.total.spoil:
        if _spelled(_BEFORE_HORN.sub("ư", evidence.legacy.convert(word) or "")):
            raise Refused("this is TCVN3 (ABC) whose letter ư is lost; take it from where soft hyphens are kept")


def _chunks(unit: str) -> frozenset[str]:
    return frozenset(chunk for chunk in _CHUNK.findall(nfc(unit)) if not chunk.isascii())


def _count(legacy: Legacy, chunks: frozenset[str]) -> _Count:
    judged = {chunk: _judge(legacy, chunk) for chunk in chunks}
    return _Count(
        frozenset(chunk for chunk, gain in judged.items() if gain > 0),
        frozenset(chunk for chunk, gain in judged.items() if gain < 0),
    )


def _sum(counts: Sequence[_Count]) -> _Count:
    return _Count(
        frozenset(chain.from_iterable(count.become for count in counts)),
        frozenset(chain.from_iterable(count.spoil for count in counts)),
    )


@lru_cache(maxsize=1 << 16)
def _judge(legacy: Legacy, chunk: str) -> int:
    """1 where conversion makes a syllable of what was none, -1 where what it makes is none, 0 elsewhere."""
    written = legacy.convert(chunk) if len(chunk) <= _LONGEST_CHUNK else None
    after = _spelled(written) if written is not None else False
    if after is None or (len(chunk) == 1 and not chunk.isalpha()):
        return 0
    if not after:
        return -1
    return 0 if _spelled(chunk) else 1


def _spelled(chunk: str) -> bool | None:
    """Whether the words with marks in `chunk` are syllables; None where it has none, but for a single Đ."""
    words = [_EDGES.sub("", part) for part in _BETWEEN_WORDS.split(chunk)]
    marked = [word for word in words if not word.isascii() and word not in {"đ", "Đ"}]
    return all(map(is_spelled, marked)) if marked else None


def _as_beside(verdicts: Sequence[bool | None]) -> Iterator[bool | None]:
    """The verdicts, and where there is none, that before it; at the beginning, the first."""
    last = next((verdict for verdict in verdicts if verdict is not None), None)
    for verdict in verdicts:
        last = last if verdict is None else verdict
        yield last


def _convert(unit: str, legacy: Legacy) -> str:
    text = _CHUNK.sub(lambda chunk: legacy.convert(chunk[0]) or chunk[0], nfc(unit))
    return same_case(text) if legacy is TCVN3 else text
