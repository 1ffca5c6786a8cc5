"""Passages for a question: the dense and the lexical index, fused; and the one place where signals become a score.

Fusion is a weighted sum of both scores, each scaled to [0, 1] over the candidates (min-max; for Vietnamese
measured in ViRE over 140 pairs of model and data set to be the safest of the common ways).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from index.arrays import Ids, Scored, Vectors
from index.derived.protocol import DerivedIndex
from index.records import Filters
from index.store.store import Store
from rag.records.search import Passage, Query


@dataclass(frozen=True, slots=True)
class PassageWeights:
    """The weights of late interaction and of the reader's verdict beside the fused score, which weighs 1.

    Late interaction weighs more for other languages than Vietnamese: such questions share few words with the articles,
    so that the lexical part of the fused score says little. The bundled reader is better at sentences than at
    passages (XQuAD-vi among 300 news, R@1 0.977 with weight 0, 0.954 with 1): its verdict counts for nothing here, a
    cross-encoder's does.
    """

    closeness: float = 0.5
    closeness_other: float = 5.0
    relevance: float = 0.0


@dataclass(frozen=True, slots=True)
class Fusion:
    """How many candidates each index gives (`depth`), and the weight of the dense score, in [0, 1]."""

    depth: int = 100
    dense_weight: float = 0.5


def retrieve(
    query: Query, vector: Vectors, k: int, filters: Filters, *, store: Store, snapshot: DerivedIndex, fusion: Fusion
) -> list[Passage]:
    """The k best passages by hybrid search, best first, ties by chunk id, with `dense`, `lexical` and `fused` set.

    `vector` is the question's embedding, float32 of shape (dimension,), of length 1.
    """
    depth = max(fusion.depth, k)
    dense = snapshot.dense(vector, depth, filters)
    lexical = snapshot.lexical(query.whole, depth, filters)
    # What only one index found is scored by the other too, rather than counted as nothing.
    dense += snapshot.dense(vector, depth, only=_missing(lexical, dense))
    lexical += snapshot.lexical(query.whole, depth, only=_missing(dense, lexical))
    ceiling = snapshot.ceiling(query.whole)
    cosines, matches = dict(dense), {chunk: score / ceiling for chunk, score in lexical}
    fused = fuse(cosines, matches, fusion.dense_weight)
    scores = dict(fused)
    return [
        Passage(hit, cosines.get(hit.chunk.id, 0.0), matches.get(hit.chunk.id, 0.0), scores[hit.chunk.id])
        for hit in store.hits(scores, k)
    ]


def ranked(passages: Iterable[Passage], weights: PassageWeights, language: str) -> list[Passage]:
    """The passages with `score` set, best first, ties by chunk id; those without a `reading` come last.

    `language` is the question's, an ISO 639-1 code.
    """
    closeness = weights.closeness if language == "vi" else weights.closeness_other
    scored = [replace(passage, score=_score(passage, closeness, weights.relevance)) for passage in passages]
    return sorted(scored, key=lambda passage: (passage.reading is None, -passage.score, passage.hit.chunk.id))


def fused_score(passage: Passage) -> float:
    """The fused score times the timeliness, in [0, 1]: what is known of a passage before it is read."""
    return passage.fused * passage.timeliness


def article_scores(passages: Iterable[Passage]) -> dict[str, float]:
    """The fused score of each article's best passage, by article id."""
    best: dict[str, float] = {}
    for passage in passages:
        article = passage.hit.chunk.article_id
        best[article] = max(best.get(article, 0.0), fused_score(passage))
    return best


def _score(passage: Passage, closeness: float, relevance: float) -> float:
    """The weighted mean, in [0, 1], of the fused score (weight 1) and of what reading told."""
    reading = passage.reading
    if reading is None:
        return fused_score(passage)
    total, weight = fused_score(passage) + closeness * max(0.0, reading.closeness()), 1 + closeness
    if reading.joint is not None:
        total, weight = total + relevance / (1 + math.exp(-reading.joint.relevance)), weight + relevance
    return total / weight


def fuse(dense: dict[int, float], lexical: dict[int, float], dense_weight: float) -> Scored:
    """Weighted sum of min-max scaled scores by chunk id, best first, ties by id; a missing score is the lowest."""
    scaled_dense, scaled_lexical = _scaled(dense), _scaled(lexical)
    fused = [
        (
            chunk,
            dense_weight * scaled_dense.get(chunk, 0.0) + (1 - dense_weight) * scaled_lexical.get(chunk, 0.0),
        )
        for chunk in dense.keys() | lexical.keys()
    ]
    return sorted(fused, key=lambda hit: (-hit[1], hit[0]))


def _scaled(scores: dict[int, float]) -> dict[int, float]:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    spread = high - low
    return {chunk: (score - low) / spread if spread else 1.0 for chunk, score in scores.items()}


def _missing(found: Scored, known: Scored) -> Ids:
    return np.array(sorted(dict(found).keys() - dict(known).keys()), np.int64)
