"""Passages and candidates of questions about a whole matter, made by hand."""

import numpy as np

from index.records import Chunk, Hit, Metadata
from rag.answer.broad.selection import Candidate
from rag.records.search import Passage

WIDE = 8


def passage(
    text: str, article: str, *, start: int = 0, day: str | None = None, title: str | None = None, fused: float = 1.0
) -> Passage:
    """A passage of an article, at `start` in its text."""
    chunk = Chunk(sum(map(ord, article)) * 1000 + start, article, start, start + len(text), text)
    return Passage(Hit(chunk, Metadata(title, published_at=day)), dense=0.8, lexical=0.4, fused=fused, score=fused)


def candidates(given: Passage, *scores: float, axis: int = 0) -> list[Candidate]:
    """The sentences of a passage with these scores; none has a word of another, from `axis` on."""
    bags = np.eye(WIDE, dtype=np.float32)[axis:]
    return [
        Candidate(given, sentence, score, bag)
        for sentence, score, bag in zip(given.sentences, scores, bags, strict=False)
    ]
