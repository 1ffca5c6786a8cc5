"""Articles into chunks: runs of whole sentences that fit the embedding model.

`article.text[chunk.start:chunk.end]` is the chunk's text. Chunks never overlap, so that a sentence is in one only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.language.sentences import sentences
from index.language.text import Span
from index.records import Article

# A title is carried by every chunk of its article; one longer than this share of a chunk is cut for embedding.
_TITLE_SHARE = 0.25


class TokenCounter(Protocol):
    """The embedding model's tokenizer."""

    @property
    def max_tokens(self) -> int:
        """The longest input of the model, in tokens."""

    @property
    def passage_overhead(self) -> int:
        """Tokens that a passage has beside its text's: the prompt and the special tokens."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The length of each text in tokens, without the overhead."""


@dataclass(frozen=True, slots=True)
class Chunking:
    """`max_tokens` bounds a passage: its title, its text and the model's overhead."""

    max_tokens: int = 256


def chunk_spans(article: Article, counter: TokenCounter, chunking: Chunking) -> tuple[str | None, list[Span]]:
    """The title as embedded with each chunk (a long one is cut), and the span of each chunk in `article.text`.

    Chunks are of about equal length. Only a sentence that is too long for a chunk is cut inside, at white space where
    it has some.
    """
    limit = min(chunking.max_tokens, counter.max_tokens) - counter.passage_overhead
    title, title_tokens = _carried_title(article.metadata.title, counter, int(limit * _TITLE_SHARE))
    room = limit - title_tokens
    pieces = _pieces(article.text, counter, room)
    return title, _packed(pieces, room)


def _carried_title(title: str | None, counter: TokenCounter, room: int) -> tuple[str | None, int]:
    if not title:
        return None, 0
    words = title.split()
    while words:
        carried = " ".join(words)
        cost = counter.count_tokens([carried])[0]
        if cost <= room:
            return carried, cost
        words = words[: min(len(words) - 1, max(1, len(words) * room // cost))]
    return None, 0


def _pieces(text: str, counter: TokenCounter, room: int) -> list[tuple[Span, int]]:
    spans = sentences(text)
    counts = counter.count_tokens([text[start:end] for start, end in spans])
    pieces: list[tuple[Span, int]] = []
    for span, count in zip(spans, counts, strict=True):
        pieces.extend([(span, count)] if count <= room else _cut(text, span, count, counter, room))
    return pieces


def _cut(text: str, span: Span, count: int, counter: TokenCounter, room: int) -> list[tuple[Span, int]]:
    """Halve an oversized sentence, near white space, until each part fits."""
    start, end = span
    if count <= room or end - start < 2:
        return [(span, count)]
    middle = (start + end) // 2
    space = text.rfind(" ", start + 1, middle)
    first_end = second_start = space if space > start else middle
    while text[first_end - 1].isspace():
        first_end -= 1
    while text[second_start].isspace():
        second_start += 1
    halves = ((start, first_end), (second_start, end))
    counts = counter.count_tokens([text[a:b] for a, b in halves])
    return [
        piece
        for half, half_count in zip(halves, counts, strict=True)
        for piece in _cut(text, half, half_count, counter, room)
    ]


def _packed(pieces: list[tuple[Span, int]], room: int) -> list[Span]:
    total = sum(count for _, count in pieces)
    chunks: list[Span] = []
    filled = 0
    remaining = total
    for (start, end), count in pieces:
        # What is left, spread over as few chunks as can hold it.
        target = (remaining + filled) / max(1, -(-(remaining + filled) // room))
        if chunks and filled and filled + count <= room and filled + count / 2 <= target:
            chunks[-1] = (chunks[-1][0], end)
            filled += count
        else:
            chunks.append((start, end))
            filled = count
        remaining -= count
    return chunks
