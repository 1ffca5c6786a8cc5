"""Kneser-Ney probabilities, by hand and against an implementation with dictionaries."""

from collections import Counter

import numpy as np
import pytest

from index.language.diacritics.trigrams import Trigrams

DISCOUNT = 0.9


def test_worked_out_by_hand() -> None:
    # The ring 0 1 0 2: the triples 010, 102, 020, 201, once each; so the pairs 10, 02, 20, 01 behind one token each.
    model = Trigrams.count(np.array([0, 1, 0, 2]), 3)
    zero, one, two = np.array(0), np.array(1), np.array(2)
    # Before 0 stand 1 and 2; before 1 and before 2 only 0. One more for each of 3: P(0) = 3/7, P(1) = P(2) = 2/7.
    # P(0 | 1) = (1 - 0.9) / 1 + 0.9 * 1 / 1 * 3/7
    assert model.after_one(one, zero) == pytest.approx(0.1 + 0.9 * 3 / 7)
    # P(1 | 0) = (1 - 0.9) / 2 + 0.9 * 2 / 2 * 2/7
    assert model.after_one(zero, one) == pytest.approx(0.05 + 0.9 * 2 / 7)
    # P(0 | 0 1) = (1 - 0.9) / 1 + 0.9 * 1 / 1 * P(0 | 1)
    assert model.after_two(zero, one, zero) == pytest.approx(0.1 + 0.9 * (0.1 + 0.9 * 3 / 7))
    # 0 1 1 is not there, nor is 1 1: 0.9 * P(1 | 1) = 0.9 * 0.9 * P(1)
    assert model.after_two(zero, one, one) == pytest.approx(0.9 * 0.9 * 2 / 7)
    # The pair 1 2 is not there, so it says nothing: P(0 | 1 2) = P(0 | 2)
    assert model.after_two(one, two, zero) == pytest.approx(float(model.after_one(two, zero)))


def by_dictionaries(stream: list[int], size: int, first: int, second: int, third: int) -> float:
    ring = [*stream, stream[0], stream[1]]
    triples = Counter(zip(ring, ring[1:], ring[2:], strict=False))
    behind = Counter((b, c) for _, b, c in triples)
    singles = Counter(c for _, c in behind)

    def after_none(c: int) -> float:
        return (singles[c] + 1) / (len(behind) + size)

    def after_one(b: int, c: int) -> float:
        total = sum(count for (before, _), count in behind.items() if before == b)
        if not total:
            return after_none(c)
        kinds = sum(before == b for before, _ in behind)
        return max(behind[b, c] - DISCOUNT, 0) / total + DISCOUNT * kinds / total * after_none(c)

    total = sum(count for (a, b, _), count in triples.items() if (a, b) == (first, second))
    if not total:
        return after_one(second, third)
    kinds = sum((a, b) == (first, second) for a, b, _ in triples)
    seen = max(triples[first, second, third] - DISCOUNT, 0) / total
    return seen + DISCOUNT * kinds / total * after_one(second, third)


@pytest.mark.parametrize("seed", range(5))
def test_against_dictionaries(seed: int) -> None:
    size = 5
    stream = np.random.default_rng(seed).integers(0, size - 1, 40)  # the last token is never seen
    first, second, third = np.indices((size, size, size))
    expected = [
        by_dictionaries(stream.tolist(), size, *where)
        for where in zip(first.flat, second.flat, third.flat, strict=True)
    ]
    found = Trigrams.count(stream, size).after_two(first, second, third)
    assert found.ravel() == pytest.approx(expected, rel=1e-5)
    assert found.sum(axis=2) == pytest.approx(np.ones((size, size)), rel=1e-5)
    assert found.min() > 0


def test_one_token_is_a_ring_too() -> None:
    model = Trigrams.count(np.array([0]), 2)
    # Before 0 stands 0: P(0) = 2/3, P(0 | 0) = 0.1 + 0.9 * 2/3, P(0 | 0 0) = 0.1 + 0.9 P(0 | 0).
    assert model.after_two(np.array(0), np.array(0), np.array(0)) == pytest.approx(0.1 + 0.9 * (0.1 + 0.6))


def test_parts_that_do_not_fit_are_told() -> None:
    one, other = Trigrams.count(np.array([0, 1, 0]), 2), Trigrams.count(np.array([0, 1, 2, 0, 2]), 3)
    with pytest.raises(ValueError, match="pairs"):
        Trigrams(one.single, one.pairs, other.pair_weights, one.triples, one.triple_weights)
    with pytest.raises(ValueError, match="triples"):
        Trigrams(one.single, one.pairs, one.pair_weights, one.triples, other.triple_weights)
    with pytest.raises(ValueError, match="pairs"):
        Trigrams(one.single[0], one.pairs, one.pair_weights, one.triples, one.triple_weights)
