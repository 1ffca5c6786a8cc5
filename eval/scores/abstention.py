"""Knowing when not to answer, and how far the confidence can be believed.

A question that was declined has no answer to be right or wrong, so risk and calibration are of the answers given:
the curve ends at the share that was answered. A run that never abstains draws it whole. An answer to an
unanswerable question is wrong; otherwise one is right where it contains a gold answer, or by its patterns. Overviews
and talk, whose confidence is of another thing, are left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.records import Result
from eval.scores.bootstrap import DrawCounts, Statistic, Values, mean_of, ratio

BINS = 10
# "Four times of five": answers of about this confidence should be right about as often; and those that a reader takes
# to be right. Confidences in [low, high).
BANDS = {"right_at_0.75-0.85": (0.75, 0.85), "right_at_0.9-1": (0.9, np.inf)}

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """At this threshold, the share of all questions that is answered, and the share of those answers that is wrong."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers with a confidence in [low, high): how many, how sure on average, and the share that was right."""

    low: float
    high: float
    n: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Curves:
    """What a report draws: points by rising coverage, and the bins that hold an answer."""

    risk_coverage: tuple[RiskPoint, ...]
    reliability: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class _Outcomes:
    """Shape (cases,) each. `judged`: answered, and whether rightly is known."""

    asked: Mask
    answerable: Mask
    answered: Mask
    judged: Mask
    right: Mask
    confidence: Values


def curves(results: Sequence[Result]) -> Curves:
    """The risk-coverage curve (El-Yaniv and Wiener 2010) and the reliability bins of one suite."""
    outcomes = _outcomes_of(results)
    return Curves(tuple(_risk_points(outcomes)), tuple(_bins(outcomes)))


def abstention_statistics(results: Sequence[Result]) -> dict[str, Statistic]:
    """Those that the suite has cases for.

    `abstain_precision`, `abstain_recall` (the share of unanswerable questions declined) and `abstain_F1`;
    `answered_answerable`; `AUC` of the confidence, answerable against not; `AURC`, the mean risk (Geifman et al.
    2019); `ECE` (Guo et al. 2017), which resampling would only raise, so without an interval; `right_at_0.75-0.85` and
    `right_at_0.9-1` of as many answers as have such a confidence.
    """
    outcomes = _outcomes_of(results)
    answerable, declined = outcomes.asked & outcomes.answerable, outcomes.asked & ~outcomes.answered
    unanswerable = outcomes.asked & ~outcomes.answerable
    found: dict[str, Statistic] = {}
    if unanswerable.any():
        found["abstain_precision"] = mean_of(unanswerable.astype(float), declined)
        found["abstain_recall"] = mean_of(declined.astype(float), unanswerable)
        found["abstain_F1"] = Statistic(unanswerable | declined, _f1(unanswerable, declined))
        found["AUC"] = Statistic(outcomes.asked, _auc(outcomes.confidence, answerable, unanswerable))
    found["answered_answerable"] = mean_of(outcomes.answered.astype(float), answerable)
    if outcomes.judged.any():
        found["AURC"] = Statistic(outcomes.judged, _aurc(outcomes))
        found["ECE"] = Statistic(outcomes.judged, _ece(outcomes), interval=False)
        for name, (low, high) in BANDS.items():
            held = outcomes.judged & (outcomes.confidence >= low) & (outcomes.confidence < high)
            found[name] = mean_of(outcomes.right.astype(float), held)
    return found


def _outcomes_of(results: Sequence[Result]) -> _Outcomes:
    answers = [result.answer for result in results]
    answerable = np.array([result.answerable for result in results], bool)
    answered = np.array([answer is not None and not answer.abstained for answer in answers], bool)
    rightness = [_rightness(result) for result in results]
    return _Outcomes(
        asked=np.array([answer is not None for answer in answers], bool),
        answerable=answerable,
        answered=answered,
        judged=answered & np.array([right is not None for right in rightness], bool),
        right=np.array([right == 1 for right in rightness], bool),
        confidence=np.array([answer.confidence if answer else 0.0 for answer in answers], float),
    )


def _rightness(result: Result) -> float | None:
    """1 for a right answer, 0 for a wrong one, None where nothing tells."""
    patterns = result.gold.patterns
    if patterns is not None:
        return result.scores.get("right") if patterns.expect in ("answer", "decline") else None
    return result.scores.get("contained") if result.answerable else 0.0


def _f1(positive: Mask, chosen: Mask) -> Callable[[DrawCounts], Values]:
    both, sizes = (positive & chosen).astype(float), positive.astype(float) + chosen
    return lambda weights: ratio(2 * (weights @ both), weights @ sizes)


def _auc(confidence: Values, positive: Mask, negative: Mask) -> Callable[[DrawCounts], Values]:
    """The chance that a positive case has the higher confidence than a negative one; ties count half."""
    levels = _levels(confidence)

    def value(weights: DrawCounts) -> Values:
        ups, downs = _by_level(weights * positive, levels), _by_level(weights * negative, levels)
        won: Values = (ups * (np.cumsum(downs, axis=1) - downs / 2)).sum(axis=1)
        return ratio(won, ups.sum(axis=1) * downs.sum(axis=1))

    return value


def _aurc(outcomes: _Outcomes) -> Callable[[DrawCounts], Values]:
    """The mean over answers of the risk at the threshold that just lets each through."""
    levels = _levels(-outcomes.confidence)

    def value(weights: DrawCounts) -> Values:
        given = _by_level(weights * outcomes.judged, levels)
        wrong = _by_level(weights * (outcomes.judged & ~outcomes.right), levels)
        total = np.cumsum(given, axis=1)
        # Levels that hold no answer yet have no risk, and no weight either.
        risk = np.cumsum(wrong, axis=1) / np.maximum(total, 1.0)
        return ratio((given * risk).sum(axis=1), given.sum(axis=1))

    return value


def _ece(outcomes: _Outcomes) -> Callable[[DrawCounts], Values]:
    """The mean over bins, weighed by their answers, of how far the confidence lies from the share that is right."""
    places = _bin_of(outcomes.confidence)
    surplus = outcomes.confidence - outcomes.right

    def value(weights: DrawCounts) -> Values:
        kept = weights * outcomes.judged
        gaps = [np.abs((kept * surplus)[:, places == place].sum(axis=1)) for place in range(BINS)]
        return ratio(np.sum(gaps, axis=0), kept.sum(axis=1))

    return value


def _levels(order_by: Values) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The order of the cases, and where in it each different value begins."""
    order = np.argsort(order_by, kind="stable")
    return order, np.flatnonzero(np.diff(order_by[order], prepend=-np.inf))


def _by_level(weights: DrawCounts, levels: tuple[NDArray[np.intp], NDArray[np.intp]]) -> Values:
    order, begins = levels
    summed: Values = np.add.reduceat(weights[:, order], begins, axis=1)
    return summed


def _bin_of(confidence: Values) -> NDArray[np.intp]:
    # A confidence of 1 belongs to the last bin.
    return np.minimum((confidence * BINS).astype(np.intp), BINS - 1)


def _risk_points(outcomes: _Outcomes) -> list[RiskPoint]:
    asked = int(outcomes.asked.sum())
    points = []
    for threshold in sorted(set(outcomes.confidence[outcomes.judged].tolist()), reverse=True):
        kept = outcomes.judged & (outcomes.confidence >= threshold)
        points.append(RiskPoint(threshold, float(kept.sum() / asked), float(1 - outcomes.right[kept].mean())))
    return points


def _bins(outcomes: _Outcomes) -> list[Bin]:
    places = _bin_of(outcomes.confidence)
    return [
        Bin(
            place / BINS,
            (place + 1) / BINS,
            int(held.sum()),
            float(outcomes.confidence[held].mean()),
            float(outcomes.right[held].mean()),
        )
        for place in range(BINS)
        if (held := outcomes.judged & (places == place)).any()
    ]
