"""A confidence is fitted to what was found, each set weighing the same, and reported."""

import pytest

from eval.studies.calibrate import LabelledEvidence, fit, report
from rag.answer.broad.confidence import Features
from rag.answer.calibration import Calibration


def _asked(dense: float, *, told: bool) -> LabelledEvidence:
    return LabelledEvidence(Features(dense, 0.0, 0.0, 0.0), told, told)


def test_each_set_weighs_the_same() -> None:
    """At one cosine a set of one says told, and a set of three of four untold: (1 + 0.25) / 2 = 0.625."""
    small = [_asked(0.3, told=True)]
    large = [_asked(0.3, told=False)] * 3 + [_asked(0.3, told=True)]
    fitted = fit([small, large], "questions", 0.25)
    assert fitted.confidence(Features(0.3, 0.0, 0.0, 0.0)) == pytest.approx(0.625, abs=0.005)


def test_what_the_fit_makes_of_questions_is_told() -> None:
    seen = [_asked(0.5, told=True), _asked(0.4, told=True), _asked(0.45, told=False), _asked(0.1, told=False)]
    # 10 x - 3: 0.88, 0.73, 0.82 and 0.12, of which the first three are answered.
    said = report("news", seen, Calibration((10.0, 0.0, 0.0, 0.0), -3.0, 0.25, "questions"))
    assert said.startswith("news: 4 trials, AUC 0.750, answerable answered 1.000, withheld declined 0.500, ")
    assert "answers right 0.667" in said
