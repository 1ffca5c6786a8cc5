"""A trigram language model over numbered tokens, small enough to keep beside an index.

Interpolated Kneser-Ney smoothing with one discount (Chen and Goodman, "An Empirical Study of Smoothing Techniques
for Language Modeling", 1999): shorter contexts count in how many different ones a token was seen, not how often.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Weights = NDArray[np.float32]
Probabilities = NDArray[np.float64]

# Taken from every count for what was never seen. On held-out news and questions 0.7 to 0.9 did nearly as well.
_DISCOUNT = 0.9
# Three numbers of tokens make one key of 63 bits.
MAX_SIZE = 2_000_000


@dataclass(frozen=True, slots=True)
class Trigrams:
    """Discounted probabilities of n tokens after none, one and two others, ready to be looked up.

    `single` has shape (2, n): the probability of a token after none, and what its followers leave to that.
    `pairs` are sorted keys `first * n + second`, shape (m,); `pair_weights` of shape (2, m) likewise. `triples` are
    sorted keys `(first * n + second) * n + third`, shape (k,), `triple_weights` their probabilities, shape (k,).
    ValueError where the shapes do not fit.
    """

    single: Weights
    pairs: Ids
    pair_weights: Weights
    triples: Ids
    triple_weights: Weights

    def __post_init__(self) -> None:
        fits = self.single.ndim == 2 and len(self.single) == 2
        if not (fits and self.pair_weights.shape == (2, len(self.pairs)) and len(self.pairs)):
            raise ValueError("The counts of pairs do not fit each other; rebuild them.")
        if not (self.triples.shape == self.triple_weights.shape and len(self.triples)):
            raise ValueError("The counts of triples do not fit each other; rebuild them.")

    @classmethod
    def count(cls, stream: NDArray[np.integer[Any]], size: int) -> "Trigrams":
        """Count a stream of at least one token, each below `size`, which is at most `MAX_SIZE`.

        The stream is read as a ring, so that every pair in it stands before and behind a third token.
        """
        ring = np.concatenate([stream, stream[:1], stream[:2][-1:]])
        keys = ring[:-2].astype(np.int64)
        for others in (ring[1:-1], ring[2:]):
            # In place: the stream may fill much of the memory.
            keys *= size
            keys += others
        triples, triple_counts = np.unique(keys, return_counts=True)
        pairs, pair_counts = np.unique(triples % (size * size), return_counts=True)
        singles = np.bincount(pairs % size, minlength=size)
        # One more for each, so that what was never seen is possible.
        probability = (singles + 1) / (len(pairs) + size)
        pair_weights, single_left = _discounted(pairs // size, pair_counts, size)
        contexts = np.searchsorted(pairs, triples // size)
        triple_weights, pair_left = _discounted(contexts, triple_counts, len(pairs))
        return cls(
            np.stack([probability, single_left]).astype(np.float32),
            pairs,
            np.stack([pair_weights, pair_left]).astype(np.float32),
            triples,
            triple_weights.astype(np.float32),
        )

    @property
    def size(self) -> int:
        """How many different tokens there are."""
        return len(self.single[0])

    def after_one(self, first: Ids, second: Ids) -> Probabilities:
        """P(second | first), of the shape that the two broadcast to."""
        places, known = _find(self.pairs, first * self.size + second)
        seen = np.where(known, self.pair_weights[0][places], 0.0)
        probabilities: Probabilities = seen + self.single[1][first] * self.single[0][second].astype(np.float64)
        return probabilities

    def after_two(self, first: Ids, second: Ids, third: Ids) -> Probabilities:
        """P(third | first, second), of the shape that the three broadcast to."""
        contexts = first * self.size + second
        places, known = _find(self.pairs, contexts)
        left = np.where(known, self.pair_weights[1][places], 1.0)
        places, known = _find(self.triples, contexts * self.size + third)
        seen = np.where(known, self.triple_weights[places], 0.0)
        probabilities: Probabilities = seen + left * self.after_one(second, third)
        return probabilities


def _discounted(contexts: Ids, counts: Ids, size: int) -> tuple[Probabilities, Probabilities]:
    """For each count its share of its context's, discounted; for each of `size` contexts what that leaves over."""
    totals = np.bincount(contexts, weights=counts, minlength=size)
    followers = np.bincount(contexts, minlength=size)
    left = np.where(totals > 0, _DISCOUNT * followers / np.maximum(totals, 1), 1.0)
    return (counts - _DISCOUNT) / totals[contexts], left


def _find(keys: Ids, wanted: Ids) -> tuple[Ids, NDArray[np.bool_]]:
    """Where each wanted key would stand among the sorted keys (some place if nowhere), and whether it does."""
    places = np.searchsorted(keys, wanted).clip(max=len(keys) - 1)
    return places, keys[places] == wanted
