"""Near-duplicate texts, told by their shingles (runs of words).

Two texts are copies where nearly all shingles of the shorter one are in the longer (containment, A. Broder, "On the
resemblance and containment of documents", 1997), and all its figures too: the same text with one figure changed is a
correction, and no copy.
"""

import re
from dataclasses import dataclass

from index.language.text import folded_tokens
from index.language.words import DATELINE

_SHINGLE = 4
# Share of the shorter text's shingles that stand in the longer one.
CONTAINED = 0.7
# A summary of a fraction of the length is a text of its own.
_LENGTH_RATIO = 0.4
# A text of fewer shingles says too little to be told from another.
_FEWEST = 20
# Texts are compared on their beginnings, which bounds the work on a very long one.
_COMPARED = 12_000
# The smallest hashes of each text: copies share some of these, so few pairs need be compared whole.
_SKETCH = 32

# A number, and the word that it counts: "120 triệu" is not "150 triệu".
_FIGURE = re.compile(r"(\d+(?:[.,/-]\d+)*+)(?: ([^\W\d_]+))?")


@dataclass(frozen=True, slots=True)
class Print:
    """What is compared of a text; hashes hold within one process."""

    shingles: frozenset[int]
    sketch: frozenset[int]
    figures: frozenset[tuple[str, str]]
    length: int

    @property
    def is_telling(self) -> bool:
        """Whether the text is long enough to be told from others."""
        return len(self.shingles) >= _FEWEST


def print_of(text: str) -> Print:
    """The print of a text, of a very long one of its beginning."""
    text = text[:_COMPARED]
    found = shingles(text)
    dateline = DATELINE.match(text)
    figures = {(number, word.lower()) for number, word in _FIGURE.findall(text, dateline.end() if dateline else 0)}
    return Print(found, frozenset(sorted(found)[:_SKETCH]), frozenset(figures), len(text))


def shingles(text: str) -> frozenset[int]:
    """The hashes of a text's runs of four words."""
    tokens = folded_tokens(text)
    return frozenset(hash(tuple(tokens[i : i + _SHINGLE])) for i in range(len(tokens) - _SHINGLE + 1))


def are_copies(one: Print, other: Print) -> bool:
    """Whether one text, of two that are telling, says what the other says in nearly the same words."""
    short, long = sorted((one, other), key=lambda taken: len(taken.shingles))
    if len(short.shingles) < _LENGTH_RATIO * len(long.shingles) or short.sketch.isdisjoint(long.sketch):
        return False
    shared = len(short.shingles & long.shingles)
    return shared >= CONTAINED * len(short.shingles) and short.figures <= long.figures
