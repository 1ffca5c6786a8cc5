"""The likeliest token of each piece, against a sum over every path."""

from itertools import pairwise, product

import numpy as np
import pytest

from index.language.diacritics.lattice import END, Lattice, likeliest
from index.language.diacritics.trigrams import Trigrams

SHARES = {0.002: 0.5, 0.1: 0.1, 0.3: 0.1, 0.5: 0.1, 0.7: 0.1, 0.9: 0.1}


def random_model(seed: int) -> Trigrams:
    chance = np.random.default_rng(seed)
    return Trigrams.count(np.concatenate([chance.choice(7, 200, p=[0.1, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1])]), 7)


def by_every_path(lattice: Lattice, trigrams: Trigrams) -> list[int]:
    choices = [np.flatnonzero(row).tolist() for row in lattice.weights]
    share = max(SHARES, key=lambda share: SHARES[share] * pair_likelihood(lattice, trigrams, choices, share))
    marginal = np.zeros(lattice.tokens.shape)
    for path in product(*choices):
        rows = range(len(path))
        lost = int(lattice.lost[rows, path].sum()) if lattice.marked else 0
        tokens = [END, *lattice.tokens[rows, path], END]
        chance = trigrams.after_one(np.array(END), tokens[1]) * lattice.weights[rows, path].prod() * share**lost
        for at in range(2, len(tokens)):
            chance = chance * trigrams.after_two(*tokens[at - 2 : at + 1])
        for row, column in enumerate(path):
            marginal[row, column] += chance
    return [int(lattice.tokens[row, column]) for row, column in enumerate(marginal.argmax(axis=1))]


def pair_likelihood(lattice: Lattice, trigrams: Trigrams, choices: list[list[int]], share: float) -> float:
    total = 0.0
    for path in product(*choices):
        rows = range(len(path))
        tokens = [END, *lattice.tokens[rows, path]]
        chance = lattice.weights[rows, path].prod() * share ** lattice.lost[rows, path].sum()
        for before, token in pairwise(tokens):
            chance *= trigrams.after_one(before, token)
        total += chance
    return total * (1 - share) ** lattice.marked


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("marked", [0, 2])
def test_against_every_path(seed: int, marked: int) -> None:
    chance = np.random.default_rng(seed)
    model = random_model(seed)
    tokens = np.stack([chance.permutation(np.arange(1, 7))[:3] for _ in range(5)])
    weights = chance.choice([0.0, 0.5, 1.0], tokens.shape)
    weights[:, 0] = 1.0
    lattice = Lattice(tokens, weights, tokens > 3, marked)
    assert likeliest(lattice, model).tolist() == by_every_path(lattice, model)


def typed_with(marked: int) -> Lattice:
    """Token 1 as typed, or token 2 having lost its marks, before as many of token 3 as are marked (at least one)."""
    tokens = np.array([[1, 2], *[[3, 0]] * max(1, marked)])
    return Lattice(tokens, (tokens > 0).astype(np.float64), tokens == 2, marked)


def test_marks_are_lost_where_none_is_left_and_kept_where_most_are_there() -> None:
    # Token 2 stands at the start ten times as often as token 1, and goes on as it does here as often.
    model = Trigrams.count(np.array([0, 2, 3] * 20 + [0, 1, 3] * 2 + [0, 3, 3, 3]), 4)
    assert likeliest(typed_with(marked=0), model).tolist() == [2, 3]
    assert likeliest(typed_with(marked=8), model).tolist() == [1] + [3] * 8


def test_a_piece_without_a_choice() -> None:
    model = Trigrams.count(np.array([0, 1, 2]), 3)
    assert likeliest(Lattice(np.array([[2]]), np.ones((1, 1)), np.zeros((1, 1), np.bool_), 0), model).tolist() == [2]
