"""Passages for a question: the dense and the lexical index, fused.

Fusion is a weighted sum of both scores, each scaled to [0, 1] over the candidates (min-max; for Vietnamese
measured in ViRE over 140 pairs of model and data set to be the safest of the common ways).
"""

from dataclasses import dataclass

from index.arrays import Ids, Scored, Vectors, as_ids
from index.derived.generations import Snapshot
from index.derived.terms import Wording
from index.records import Filters
from index.store.store import Store
from rag.records import Passage, Query


@dataclass(frozen=True, slots=True)
class Fusion:
    """How deep each index is asked, and what the dense score weighs against the lexical one.

    A question in another language than the articles' shares names and numbers with them, and hardly a word.
    """

    depth: int = 100
    dense_weight: float = 0.6
    dense_weight_other: float = 0.9


def retrieve(
    query: Query, vector: Vectors, k: int, filters: Filters, *, store: Store, snapshot: Snapshot, fusion: Fusion
) -> list[Passage]:
    """The k best passages, best first, ties by chunk id. `vector` is the question's, of shape (dimension,)."""
    within = store.matching(filters) if filters else None
    depth = max(fusion.depth, k)
    words = Wording(query.understood, snapshot.acronyms.expansions(query.understood), query.asked_on)
    dense = snapshot.vectors.search(vector, depth, within)
    lexical = snapshot.terms.search(words, depth, within)
    # What only one index found is scored by the other too, rather than counted as nothing.
    dense += snapshot.vectors.search(vector, depth, _missing(lexical, dense))
    lexical += snapshot.terms.search(words, depth, _missing(dense, lexical))
    ceiling = snapshot.terms.ceiling(words)
    cosines, matches = dict(dense), {chunk: score / ceiling for chunk, score in lexical}
    weight = fusion.dense_weight if query.language == "vi" else fusion.dense_weight_other
    fused = fuse(cosines, matches, weight)
    scores = dict(fused)
    return [
        Passage(hit, cosines.get(hit.chunk.id, 0.0), matches.get(hit.chunk.id, 0.0), scores[hit.chunk.id])
        for hit in store.hits(scores, k)
    ]


def fuse(dense: dict[int, float], lexical: dict[int, float], dense_weight: float) -> Scored:
    """Weighted sum of min-max scaled scores, best first, ties by id. A missing score counts as the lowest."""
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
    return as_ids(sorted({chunk for chunk, _ in found} - {chunk for chunk, _ in known}))
