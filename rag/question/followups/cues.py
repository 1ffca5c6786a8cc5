"""The shape of a language's cues: question words, pronouns, and the phrases that begin a follow-up.

Vietnamese cues match with their diacritics, and without them where a question was typed without (`bare`). Patterns are
matched against lower-case text that keeps every offset.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from index.language.text import fold

Wanted = Literal["man", "woman", "people", "country", "city", "organisation", "date", "thing"]


@dataclass(frozen=True)
class Cue:
    """A pattern in small letters, without classes written in capitals (`\\W`), so that it can be folded."""

    pattern: str

    @cached_property
    def _exact(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @cached_property
    def _bare(self) -> re.Pattern[str]:
        return re.compile(fold(self.pattern).replace("(?p<", "(?P<"))

    def search(self, text: str, *, bare: bool) -> re.Match[str] | None:
        """The first match in the text; `bare` also matches without diacritics."""
        return next(iter(self.readings(text, bare=bare)), None)

    def readings(self, text: str, *, bare: bool) -> list[re.Match[str]]:
        """The first match with diacritics, and the first without."""
        exact = self._exact.search(text.replace("İ", "i").lower())
        folded = self._bare.search(fold(text)) if bare else None
        return [match for match in (exact, folded) if match]

    def finditer(self, text: str, *, bare: bool) -> list[re.Match[str]]:
        """All matches in the text."""
        found = list(self._exact.finditer(text.replace("İ", "i").lower()))
        return found or (list(self._bare.finditer(fold(text))) if bare else [])


@dataclass(frozen=True)
class Cues:
    """The cues of one language.

    `asks`: question words. `leads`: what a follow-up begins with ("thế còn"). `about`: a new name or phrase, the group
    `x`, for the same question, marked by the groups `lead` or `tail`. `points`: pronouns, by what they refer to.
    `noun`: a noun `n` with `this` or `that`. `why`: a question word that stands before the sentence.
    """

    asks: Cue
    leads: Cue
    about: Cue
    more: Cue
    points: tuple[tuple[Wanted, Cue], ...]
    noun: Cue | None
    attributes: Cue
    self_standing: Cue
    prepositions: Cue
    copulas: Cue
    function: frozenset[str]
    few: int
    colon: str = ": "


def without(cue: Cue, text: str, *, bare: bool) -> str:
    """The text without the matches of the cue; a capitalised word inside the text is a name and stays."""
    kept: list[str] = []
    place = 0
    for match in cue.finditer(text, bare=bare):
        if match.start() and text[match.start()].isupper():
            continue
        kept.append(text[place : match.start()])
        place = match.end()
    joined = "".join([*kept, text[place:]])
    return " ".join(joined.split()).strip(" ?？!.。,，、:：")
