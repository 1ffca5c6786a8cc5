"""What was most likely meant, where each piece of a text may have been one of several tokens.

A noisy channel: trigrams say what is written elsewhere, and the text is what remains of that when some share of its
marks is lost. The share is estimated for each text, so that one with all its marks keeps them, one without any gets
all, and one that is half typed gets the rest. Each piece becomes what is likeliest in the whole text, by the
forward-backward algorithm (Rabiner, "A Tutorial on Hidden Markov Models", 1989): over pairs first, which narrows the
choice, then over triples.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.language.diacritics.trigrams import Ids, Probabilities, Trigrams

# The token that stands before and behind every text.
END = 0
# So many tokens, at most, are left to a piece after the pairs; none that is this much less likely than the best.
_NARROWED = 5
_UNLIKELY = 0.01
# Shares of the marks that are lost, and how likely each is before the text is read: most texts have all of them.
_LOST = np.array([0.002, 0.1, 0.3, 0.5, 0.7, 0.9])
_LOST_PRIOR = np.array([0.5, 0.1, 0.1, 0.1, 0.1, 0.1])


@dataclass(frozen=True, slots=True)
class Lattice:
    """The tokens, at most K, that each of L pieces may be.

    `tokens` has shape (L, K); `weights` of the same shape say how well each fits what was typed, marks aside, and are
    0 where there is no such token; `lost` is true where a token has marks that were not typed. `marked` counts the
    pieces that were typed with marks.
    """

    tokens: Ids
    weights: Probabilities
    lost: NDArray[np.bool_]
    marked: int


def likeliest(lattice: Lattice, trigrams: Trigrams) -> Ids:
    """The token of each piece, shape (L,). Where no piece is marked, all marks count as lost."""
    tokens, weights = lattice.tokens, lattice.weights
    pairs = _pairs(tokens, weights, trigrams)
    if lattice.marked:
        weights = weights * np.where(lattice.lost, _share_lost(pairs, lattice), 1.0)
    likely = _pair_posteriors(pairs, weights)
    width = min(_NARROWED, int((likely >= _UNLIKELY).sum(axis=1).max()))
    best = np.argsort(-likely, axis=1, kind="stable")[:, :width]
    tokens = np.take_along_axis(tokens, best, 1)
    weights = np.take_along_axis(weights * (likely >= _UNLIKELY), best, 1)
    start = trigrams.after_one(np.array(END), tokens[0]) * weights[0]
    likely = _triple_posteriors(start, _triples(tokens, weights, trigrams), weights)
    chosen: Ids = tokens[np.arange(len(tokens)), likely.argmax(axis=1)]
    return chosen


def _between_ends(rows: NDArray[Any], end: float) -> NDArray[Any]:
    """The rows of a lattice with the end, which is one token only, before and behind."""
    row = np.zeros_like(rows[:1])
    row[0, 0] = end
    return np.concatenate([row, rows, row])


def _pairs(tokens: Ids, weights: Probabilities, trigrams: Trigrams) -> Probabilities:
    """P(token of piece i | token of piece i - 1), the ends being pieces too; shape (L + 1, K, K)."""
    steps, fits = _between_ends(tokens, END), _between_ends(weights, 1) > 0
    wanted = fits[:-1, :, None] & fits[1:, None, :]
    at, first, second = np.nonzero(wanted)
    found = np.zeros(wanted.shape)
    found[wanted] = trigrams.after_one(steps[at, first], steps[at + 1, second])
    return found


def _triples(tokens: Ids, weights: Probabilities, trigrams: Trigrams) -> Probabilities:
    """P(token of piece i + 1 | tokens of pieces i - 1 and i), the ends being pieces too; shape (L, K, K, K)."""
    steps, fits = _between_ends(tokens, END), _between_ends(weights, 1) > 0
    wanted = fits[:-2, :, None, None] & fits[1:-1, None, :, None] & fits[2:, None, None, :]
    at, first, second, third = np.nonzero(wanted)
    found = np.zeros(wanted.shape)
    found[wanted] = trigrams.after_two(steps[at, first], steps[at + 1, second], steps[at + 2, third])
    return found


def _share_lost(pairs: Probabilities, lattice: Lattice) -> float:
    """The share of the marks that are lost: of those in `_LOST`, the one that makes the text likeliest."""
    # One row for each share, all at once.
    weights = lattice.weights[:, None, :] * np.where(lattice.lost[:, None, :], _LOST[:, None], 1.0)
    likelihood = np.log(_LOST_PRIOR) + lattice.marked * np.log(1 - _LOST)
    forward = np.zeros((len(_LOST), weights.shape[2]))
    forward[:, 0] = 1.0
    for pair, weight in zip(pairs[:-1], weights, strict=True):
        forward = (forward @ pair) * weight
        reached = forward.sum(axis=1)
        likelihood += np.log(reached)
        forward /= reached[:, None]
    return float(_LOST[likelihood.argmax()])


def _pair_posteriors(pairs: Probabilities, weights: Probabilities) -> Probabilities:
    """How likely each token is, as a share of the likeliest for the same piece; shape (L, K)."""
    forward = [pairs[0, 0] * weights[0]]
    for pair, weight in zip(pairs[1:-1], weights[1:], strict=True):
        reached = (forward[-1] @ pair) * weight
        forward.append(reached / reached.sum())
    backward = [pairs[-1, :, 0]]
    for pair, weight in zip(pairs[-2:0:-1], weights[:0:-1], strict=True):
        reached = pair @ (weight * backward[-1])
        backward.append(reached / reached.sum())
    likely = np.stack(forward) * np.stack(backward[::-1])
    shares: Probabilities = likely / likely.max(axis=1, keepdims=True)
    return shares


def _triple_posteriors(start: Probabilities, triples: Probabilities, weights: Probabilities) -> Probabilities:
    """How likely each token is, up to a factor for each piece; shape (L, K). `start` is for piece 0, shape (K,)."""
    end = np.eye(1, len(start))
    triples = triples * np.concatenate([weights[1:], end])[:, None, None, :]
    # forward[i][a, b]: of all that leads to token a of piece i - 1 and token b of piece i.
    forward = [np.outer(end[0], start / start.sum())]
    for triple in triples[:-1]:
        reached = (forward[-1][:, :, None] * triple).sum(axis=0)
        forward.append(reached / reached.sum())
    backward = [triples[-1, :, :, 0]]
    for triple in triples[-2::-1]:
        reached = (triple * backward[-1]).sum(axis=2)
        backward.append(reached / reached.sum())
    likely: Probabilities = (np.stack(forward) * np.stack(backward[::-1])).sum(axis=1)
    return likely
