"""Vietnamese syllables that are a country's name and part of other words: Đức, Nhật, Lào, Pháp, Mỹ, Nga.

Capitals decide where there are any: next to another capitalised syllable the name is a longer one ("Thủ Đức", "Nam
Mỹ", "Mỹ Đình"). A sentence's first word is capitalised anyway, so there it has to be one that stands before countries:
`homographs.txt` lists those. Compounds as in "Pháp luật" and in text of small letters come from `homographs.tsv`.
"""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from index.language.text import same_i, token_spans, tokens
from index.language.words import word_set

_BEHIND = re.compile(r"([^\s(]+)(?:\(([^)]+)\))?")


class _Compounds(NamedTuple):
    """The syllables that make a word with one before it; and behind it, each with those that undo that.

    `alone`: the syllable is a country's name alone, not only beside Việt.
    """

    alone: bool
    before: frozenset[str]
    behind: dict[str, frozenset[str]]


def is_head(word: str) -> bool:
    """Whether a sentence's first word may stand before a country's name: `Tại Đức`, `Báo Nga`, not `Thủ Đức`."""
    return word in _heads()


def begins_compound(words: list[str], *, capital: bool = False) -> bool:
    """Whether the first of lower-case words makes one word with the second: `pháp luật`, not `pháp quy định`.

    `capital`: it is capitalised inside a sentence, so of compounds only those count that are nothing else.
    """
    compounds = _compounds().get(words[0]) if len(words) > 1 else None
    undone = compounds.behind.get(words[1]) if compounds else None
    return undone is not None and not undone.intersection(words[2:3]) and not (capital and undone)


def raised(text: str) -> str:
    """A text without capitals, with those of its countries of one syllable; any other text as it is."""
    if any(map(str.isupper, text[1:])):
        return text
    spans = token_spans(text.replace("İ", "i"))
    words = [same_i(word) for word in tokens(text)]
    letters = list(text)
    for place, (start, end) in enumerate(spans):
        compounds = _compounds().get(words[place])
        if compounds is None or not compounds.alone:
            continue
        ends_compound = place and text[start - 1] == " " and words[place - 1] in compounds.before
        begins = text[end : end + 1] == " " and begins_compound(words[place : place + 3])
        if not (ends_compound or begins):
            letters[start] = letters[start].upper()
    return "".join(letters)


@cache
def _heads() -> frozenset[str]:
    return frozenset(map(same_i, word_set(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8"))))


@cache
def _compounds() -> dict[str, _Compounds]:
    _, *lines = Path(__file__).with_suffix(".tsv").read_text(encoding="utf-8").splitlines()
    return {
        same_i(syllable.removeprefix("~")): _Compounds(
            not syllable.startswith("~"),
            frozenset(map(same_i, before.split())),
            {
                same_i(word): frozenset(map(same_i, filter(None, undone.split(","))))
                for word, undone in _BEHIND.findall(behind)
            },
        )
        for syllable, before, behind in (line.split("\t") for line in lines)
    }
