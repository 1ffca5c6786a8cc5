"""The confidence of broad answers is fitted to what was found, each set weighing the same."""

import math

import pytest

from eval.studies.broad_confidence import Asked, fit, report
from rag.answer.broad.confidence import Features


def _asked(dense: float, *, told: bool) -> Asked:
    return Asked(Features(dense, 0.0, 0.0), "vi", told)


def test_each_set_weighs_the_same() -> None:
    """At one cosine a set of one says told, and a set of three of four untold: (1 + 0.25) / 2 = 0.625."""
    small = [_asked(0.3, told=True)]
    large = [_asked(0.3, told=False)] * 3 + [_asked(0.3, told=True)]
    weights, bias = fit([small, large])
    assert 1 / (1 + math.exp(-bias - weights.dense * 0.3)) == pytest.approx(0.625, abs=0.005)


def test_what_the_fit_makes_of_questions_is_told() -> None:
    seen = [_asked(0.5, told=True), _asked(0.4, told=True), _asked(0.45, told=False), _asked(0.1, told=False)]
    # 10 x - 3: 0.88, 0.73, 0.82 and 0.12, of which the first three are answered.
    said = report("news", seen, (Features(10.0, 0.0, 0.0), -3.0))
    assert said == ("news: 4, AUC 0.750, told answered 1.000, untold declined 0.500, told of the answered 0.667")
