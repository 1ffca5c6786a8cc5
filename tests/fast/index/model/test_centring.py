"""Centring: what vectors of languages share is taken off, worked out by hand, and what was fitted fits its model."""

from pathlib import Path

import numpy as np
import pytest

from eval.studies.centring import fit
from index.model.centring import FITTED, Centring, centring_of
from tests.support.dense import built, page

# Off with the mean, and with what lies along the first axis: (3, 4, 1) -> (2, 3, 0) -> (0, 3, 0).
BY_HAND = Centring(np.array([1, 1, 1], np.float32), np.array([[1, 0, 0]], np.float32))


def test_vectors_are_centred_and_of_length_1() -> None:
    moved = BY_HAND.moved(np.array([[3, 4, 1], [-7, 4, 5], [1, 1, 1]], np.float32))
    assert moved == pytest.approx(np.array([[0, 1, 0], [0, 0.6, 0.8], [0, 0, 0]]))
    assert moved.dtype == np.float32


def test_a_search_compares_what_is_centred(tmp_path: Path) -> None:
    index = built(tmp_path, [page([1, 2], np.array([[3, 4, 1], [-7, 4, 5]], np.float32))], 3, centring=BY_HAND)
    asked = np.array([9, 2, 1], np.float32)
    assert dict(index.search(asked, 2)) == pytest.approx({1: 1.0, 2: 0.6})

    changed = index.with_changes([1], page([3], np.array([[0, 1, 2]], np.float32)))
    assert dict(changed.search(asked, 2)) == pytest.approx({2: 0.6, 3: 0.0})


def test_questions_in_two_languages_meet_what_answers_them() -> None:
    """Three matters along the first axes, and what tells a language, or a passage, along the others."""
    matters = np.eye(6, dtype=np.float32)[:3]
    vietnamese, chinese, told = (matters + 4 * np.eye(6, dtype=np.float32)[axis] for axis in (3, 4, 5))
    centring = fit([vietnamese, chinese], told)
    for asked in (vietnamese, chinese):
        likeness = centring.moved(asked) @ centring.moved(told).T
        assert np.diag(likeness) == pytest.approx(np.ones(3))


def test_other_models_have_none() -> None:
    with np.load(FITTED) as stored:
        fitted = centring_of(str(stored["model"]))
    assert fitted is not None
    assert fitted.removed @ fitted.removed.T == pytest.approx(np.eye(len(fitted.removed)), abs=1e-5)
    assert centring_of("another") is None
