"""A text as the finding of names reads it: words, what stands between them, and the places that it names."""

import re
from bisect import bisect_left, bisect_right
from typing import Literal, NamedTuple

from index.language.entities import SURNAMES, places
from index.language.text import fold, is_syllable, normalised_tokens
from index.language.words import NAME_ENDS, STOP_WORDS

Kind = Literal["country", "city", "person", "organisation"]

SPACES = (" ", "\u00a0")
DASHES = ("-", " - ", " – ", "–", " -", "- ", " & ", "&")
_WORD = re.compile(r"[^\W_]+(?:[-'’&][^\W_]+)*")
_SENTENCE_STARTS = frozenset(".!?…:;\"“”'‘\n([•-–—*")


class Mention(NamedTuple):
    """A name in `text[start:end]`; `kind` is None where nothing around it tells what is named.

    `goes_on`: the word behind it may belong to it.
    """

    kind: Kind | None
    key: str
    name: str
    start: int
    end: int
    goes_on: bool = False


class Word(NamedTuple):
    """A word, and how it is written in small letters."""

    text: str
    low: str
    start: int
    end: int
    capital: bool

    @property
    def is_foreign(self) -> bool:
        """Whether it is no Vietnamese syllable."""
        return not all(is_syllable(part) for part in self.text.split("-"))

    @property
    def is_acronym(self) -> bool:
        """Whether it is in capitals, of which there are several."""
        return len(self.text) > 1 and self.text.isupper()

    @property
    def is_common(self) -> bool:
        """Whether no name goes on with it."""
        return self.low in NAME_ENDS or self.low in STOP_WORDS["vi"]


def keyed(name: str) -> str:
    """What names are compared by: tokens in one spelling, Vietnamese syllables with their marks, others without."""
    return " ".join(token if is_syllable(token) else fold(token) for token in normalised_tokens(name))


class Words:
    """The words of a text. `taken` are those that names were found in."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.all = [
            Word(found[0], found[0].lower(), *found.span(), found[0][0].isupper()) for found in _WORD.finditer(text)
        ]
        self.taken = [False] * len(self.all)
        self.places = places(text)
        self.place_at = {place.start: place for place in self.places}
        starts = [word.start for word in self.all]
        placed = [
            range(max(0, bisect_right(starts, place.start) - 1), bisect_left(starts, place.end))
            for place in self.places
        ]
        self._placed = {at for span in placed for at in span}

    def __len__(self) -> int:
        return len(self.all)

    def __getitem__(self, at: int) -> Word:
        return self.all[at]

    def gap(self, at: int) -> str:
        """What stands between a word and the next one; a line break where there is none."""
        return self.text[self.all[at].end : self.all[at + 1].start] if 0 <= at < len(self.all) - 1 else "\n"

    def lead(self, at: int) -> str:
        """The word before, in small letters; empty where something else stands between."""
        return self.all[at - 1].low if at and self.gap(at - 1) in (*SPACES, ". ") else ""

    def begins_sentence(self, at: int) -> bool:
        """Whether a word owes its capital to its place."""
        start = self.all[at].start
        before = self.text[max(0, start - 4) : start].rstrip(" \u00a0")
        return not before or before[-1] in _SENTENCE_STARTS

    def in_place(self, at: int) -> bool:
        """Whether a word belongs to the name of a place."""
        return at in self._placed

    def low(self, start: int, end: int) -> str:
        """The words from `start` to `end` in small letters, a space apart."""
        return " ".join(word.low for word in self.all[start:end])

    def take(self, start: int, end: int) -> None:
        """Note that the words from `start` to `end` are part of a name."""
        self.taken[start:end] = [True] * (end - start)

    def mention(self, kind: Kind | None, start: int, end: int) -> Mention:
        """The words from `start` to `end` as a mention."""
        first, last = self.all[start].start, self.all[end - 1].end
        return Mention(kind, keyed(self.text[first:last]), self.text[first:last], first, last)

    def full_name(self, start: int, end: int) -> int:
        """How many of the words up to `end` are a Vietnamese full name, of three or four; 0 where none is."""
        for size in (4, 3):
            first = end - size
            if first >= start and self.all[first].text in SURNAMES:
                words = self.all[first:end]
                if all(word.capital and not word.is_foreign for word in words):
                    return size
        return 0
