"""Words of two syllables in which one syllable does not mean what it means alone: `compounds.txt` lists them."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from index.language.text import normalised_tokens


def compounded(words: Sequence[str]) -> list[str]:
    """The words with each compound of the table as one, and an empty string in the place of its second syllable.

    `words` are `text.normalised_tokens`; places stay as they are.
    """
    found = list(words)
    for place, pair in enumerate(pairwise(words)):
        if pair in _compounds() and found[place]:
            found[place : place + 2] = [" ".join(pair), ""]
    return found


@cache
def _compounds() -> frozenset[tuple[str, ...]]:
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    return frozenset(tuple(normalised_tokens(line)) for line in lines if not line.startswith("#"))
