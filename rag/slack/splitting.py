"""Long text in pieces that Slack takes."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from index.language.sentences import sentences

# Slack's limit for the text of a block.
BLOCK = 3000


def pieces(text: str, moved: Mapping[int, int] | None = None, limit: int = BLOCK) -> list[tuple[int, int]]:
    """Spans of at most `limit` characters that hold all of a text, each ending with a sentence where one ends there.

    `moved`: ends of sentences that what follows, such as the number of a source, belongs to, and where that ends.
    """
    spans = sentences(text)
    ends = {max((moved or {}).get(end, 0), following) for (_, end), (following, _) in pairwise(spans)}
    return list(_packed(text, sorted(ends | {len(text)}), limit))


def _packed(text: str, ends: list[int], limit: int) -> Iterator[tuple[int, int]]:
    start, last = 0, 0
    for end in ends:
        if end - start > limit and last > start:
            yield start, last
            start = last
        while end - start > limit:
            cut = _cut(text, start, start + limit)
            yield start, cut
            start = cut
        last = end
    if start < last:
        yield start, last


def _cut(text: str, start: int, end: int) -> int:
    """Behind the last space before `end`, or at `end` where there is none in the second half."""
    space = text.rfind(" ", start + (end - start) // 2, end)
    return space + 1 if space >= 0 else end
