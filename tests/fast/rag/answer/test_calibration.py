import json
import math
from pathlib import Path

import pytest

from rag.answer.calibration import Calibration, Calibrations, Evidence


def test_confidence_is_the_logistic_function_of_the_weighted_sum() -> None:
    calibration = Calibration((1.0, 2.0, 3.0, 4.0, 5.0), bias=-1.0, threshold=0.5, fitted_on="nothing")

    # -1 + 0.1 + 0.4 + 0.9 + 1.6 + 1.0 = 3
    assert calibration.confidence(Evidence(0.1, 0.2, 0.3, 0.4, 0.2)) == pytest.approx(1 / (1 + math.exp(-3)))
    # -1 + 1 = 0, halfway.
    assert calibration.confidence(Evidence(1, 0, 0, 0, 0)) == 0.5


def test_the_file_names_its_weights_and_languages(tmp_path: Path) -> None:
    file = tmp_path / "calibration.json"
    weights = {"words": 4, "dense": 1, "lead": 2, "margin": 5, "closeness": 3}
    vietnamese = {"weights": weights, "bias": -1, "threshold": 0.25, "fitted_on": "hand"}
    names = ("vietnamese", "other", "vietnamese_unread", "other_unread")
    file.write_text(json.dumps({name: {**vietnamese, "bias": -place} for place, name in enumerate(names)}))

    read = Calibrations.load(file)
    assert read.chosen("vi", is_read=True) == Calibration((1, 2, 3, 4, 5), 0, 0.25, "hand")
    assert read.chosen("ru", is_read=True) == Calibration((1, 2, 3, 4, 5), -1, 0.25, "hand")
    assert read.chosen("vi", is_read=False).bias == -2
    assert read.chosen("ru", is_read=False).bias == -3


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_shipped_calibrations_prefer_better_evidence(language: str) -> None:
    shipped = Calibrations.load().chosen(language, is_read=True)
    poor, good = Evidence(0.1, 0.0, 0.3, 0.0, -8.0), Evidence(0.7, 0.5, 0.95, 1.0, 8.0)

    assert 0 < shipped.threshold < 1
    assert 0 <= shipped.confidence(poor) < shipped.threshold < shipped.confidence(good) <= 1
