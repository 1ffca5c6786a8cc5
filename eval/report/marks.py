"""Spans of a text that are shown marked, and what changed between two texts.

Offsets are code points, ends exclusive.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

Span = tuple[int, int, str]  # start, end, label
Segment = tuple[int, int, list[str]]  # start, end, the labels of every span that covers it
Change = tuple[str, str]  # "=", "-" or "+", and the text

# White space goes with the word before it: a changed sentence is then one change, not one a word.
_WORD = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
# The matcher takes quadratic time; an answer has a few dozen words.
_MOST_WORDS = 2000


def segments(spans: Sequence[Span], length: int) -> list[Segment]:
    """Spans that may overlap, as segments that do not, in the order of the text; clipped to `length`."""
    inside = [(max(start, 0), min(end, length), label) for start, end, label in spans]
    inside = [span for span in inside if span[0] < span[1]]
    edges = sorted({edge for start, end, _ in inside for edge in (start, end)})
    covered = [
        (left, right, sorted({label for start, end, label in inside if start <= left and right <= end}))
        for left, right in pairwise(edges)
    ]
    return [segment for segment in covered if segment[2]]


def changes(before: str, after: str) -> list[Change]:
    """Word by word, how to get from one text to the other; texts too long for that are replaced whole.

    Without what was taken out (`-`) it is `after`, letter for letter.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        return [("-", before), ("+", after)]
    matcher = SequenceMatcher(None, [word.rstrip() for word in old], [word.rstrip() for word in new], autojunk=False)
    made: list[Change] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            made.append(("=", "".join(new[j1:j2])))
        else:
            made += [(sign, "".join(words)) for sign, words in (("-", old[i1:i2]), ("+", new[j1:j2])) if words]
    return made
