"""The confidence of an answer: logistic regression over features of the passages and the chosen sentence."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

FITTED = Path(__file__).with_name("calibration.json")


class Evidence(NamedTuple):
    """The features of confidence; the higher, the likelier is an answer.

    `dense`: the best cosine of a passage; `lead`: the first passage's score less the second's; `closeness`: the late
    interaction of the chosen sentence with its title; `words`: the share of the question's words in these, weighted by
    idf; `margin`: the reader's logit of an answer in the sentence less that of none. The BM25 score is not among them:
    with it, answerable questions of XQuAD were told from withheld ones with an AUC of 0.93, without it 0.95.
    """

    dense: float
    lead: float
    closeness: float
    words: float
    margin: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted logistic regression: the weight of each feature, in order, and the threshold of abstention.

    `fitted_on` names the data and the seed.
    """

    weights: tuple[float, ...]
    bias: float
    threshold: float
    fitted_on: str

    def confidence(self, evidence: Sequence[float]) -> float:
        """The probability, in [0, 1], that the question is answered; `evidence` has a value for each weight."""
        signs = zip(self.weights, evidence, strict=True)
        return 1 / (1 + math.exp(-self.bias - math.fsum(weight * sign for weight, sign in signs)))


@dataclass(frozen=True, slots=True)
class Calibrations:
    """For questions in Vietnamese, the articles' language, and in all others; with a reader, and without one."""

    vietnamese: Calibration
    other: Calibration
    vietnamese_unread: Calibration
    other_unread: Calibration

    @classmethod
    def load(cls, path: Path = FITTED) -> "Calibrations":
        """Read what `eval.studies.calibrate` wrote."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{field.name: _calibration(stored[field.name]) for field in fields(cls)})

    def never_abstaining(self) -> "Calibrations":
        """The same with thresholds of 0, to measure what would be answered."""
        return Calibrations(**{f.name: replace(getattr(self, f.name), threshold=0.0) for f in fields(self)})

    def chosen(self, language: str, *, is_read: bool) -> Calibration:
        """The calibration for a question's language, an ISO 639-1 code, and for answers that were read or not."""
        if is_read:
            return self.vietnamese if language == "vi" else self.other
        return self.vietnamese_unread if language == "vi" else self.other_unread


def _calibration(stored: dict[str, Any]) -> Calibration:
    weights = tuple(stored["weights"][name] for name in Evidence._fields)
    return Calibration(weights, stored["bias"], stored["threshold"], stored["fitted_on"])
