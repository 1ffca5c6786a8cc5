"""The shape of a language's cues: question words, pronouns, and the phrases that begin a follow-up."""

from dataclasses import dataclass
from typing import Literal

from index.language.cues import Cue

Wanted = Literal["man", "woman", "people", "country", "city", "organisation", "date", "thing"]


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
