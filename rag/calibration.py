"""How sure an answer is: logistic regression over what speaks for it."""

import json
import math
from dataclasses import astuple, dataclass, fields
from pathlib import Path

FITTED = Path(__file__).with_name("calibration.json")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer being in the passages; the higher, the likelier.

    `dense`: the best cosine of a passage; `lexical`: the best share of the highest possible BM25 score; `margin`: the
    first passage's fused score over the second's; `closeness` and `words`: of the chosen sentence, its cosine, and
    the weighted share of the question's words in it.
    """

    dense: float
    lexical: float
    margin: float
    closeness: float
    words: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights in the order of `Evidence`'s fields, and the confidence below which an answer abstains.

    `fitted_on` names the data and the seed.
    """

    weights: tuple[float, ...]
    bias: float
    threshold: float
    fitted_on: str

    @classmethod
    def load(cls, path: Path = FITTED) -> "Calibration":
        """Read what `eval.calibrate` wrote."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        weights = tuple(stored["weights"][field.name] for field in fields(Evidence))
        return cls(weights, stored["bias"], stored["threshold"], stored["fitted_on"])

    def confidence(self, evidence: Evidence) -> float:
        """The probability, in [0, 1], that the question is answered."""
        signs = zip(self.weights, astuple(evidence), strict=True)
        return 1 / (1 + math.exp(-self.bias - math.fsum(weight * sign for weight, sign in signs)))
