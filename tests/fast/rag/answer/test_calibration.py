import json
import math
from pathlib import Path

import pytest

from rag.answer.calibration import Calibration, Calibrations, Evidence


def test_confidence_is_the_logistic_function_of_the_weighted_sum() -> None:
    calibration = Calibration((1.0, 2.0, 3.0, 4.0, 5.0), bias=-1.0, threshold=0.5, fitted_on="nothing")

    # -1 + 0.1 + 0.4 + 0.9 + 1.6 + 2.5 = 4.5
    assert calibration.confidence(Evidence(0.1, 0.2, 0.3, 0.4, 0.5)) == pytest.approx(1 / (1 + math.exp(-4.5)))
    # -1 + 1 = 0, halfway.
    assert calibration.confidence(Evidence(1, 0, 0, 0, 0)) == 0.5


def test_the_file_names_its_weights_and_languages(tmp_path: Path) -> None:
    file = tmp_path / "calibration.json"
    weights = {"words": 5, "dense": 1, "margin": 3, "lexical": 2, "closeness": 4}
    vietnamese = {"weights": weights, "bias": -1, "threshold": 0.25, "fitted_on": "hand"}
    file.write_text(json.dumps({"vietnamese": vietnamese, "other": {**vietnamese, "bias": -2}}))

    read = Calibrations.load(file)
    assert read.for_language("vi") == Calibration((1, 2, 3, 4, 5), -1, 0.25, "hand")
    assert read.for_language("ru") == Calibration((1, 2, 3, 4, 5), -2, 0.25, "hand")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_shipped_calibrations_prefer_better_evidence(language: str) -> None:
    shipped = Calibrations.load().for_language(language)
    poor, good = Evidence(0.75, 0.05, 0.0, 0.3, 0.0), Evidence(0.95, 0.9, 0.5, 0.95, 1.0)

    assert 0 < shipped.threshold < 1
    assert 0 <= shipped.confidence(poor) < shipped.threshold < shipped.confidence(good) <= 1
