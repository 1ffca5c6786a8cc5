"""Many scored cases -> one number a measure, with its interval."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np

from eval.records import Result
from eval.scores.abstention import abstention_statistics
from eval.scores.bootstrap import DrawCounts, Interval, Statistic, Values, intervals, mean_of

_PERCENTILES = (50, 95)


def summary(results: Sequence[Result], seed: int = 0) -> dict[str, Interval]:
    """Every measure of one suite, in the order in which a table shows them. Reads `scores` of scored results.

    The mean of each score over the cases that have it, then those of `eval.scores.abstention`, then percentiles of
    the stages in milliseconds (`search_ms_p95`; `total` is their sum). `EM` and `F1` are over all questions, as SQuAD
    2.0 reports them; where some are unanswerable, `HasAns_EM` and `HasAns_F1` are over the others (`abstain_recall`
    is what SQuAD calls `NoAns_EM`). A measure that no case is eligible for is missing.
    """
    if not results:
        return {}
    statistics = {**_means(results), **abstention_statistics(results), **_latencies(results)}
    return intervals(statistics, [result.group for result in results], seed)


def breakdown(
    results: Sequence[Result], by: Literal["kind", "language"], seed: int = 0
) -> dict[str, dict[str, Interval]]:
    """The summary of each kind of question, or of each language, by name."""
    parts: dict[str, list[Result]] = {}
    for result in results:
        parts.setdefault(result.kind if by == "kind" else result.language, []).append(result)
    return {name: summary(parts[name], seed) for name in sorted(parts)}


def _means(results: Sequence[Result]) -> dict[str, Statistic]:
    answerable = np.array([result.answerable for result in results], bool)
    names = dict.fromkeys(name for result in results for name in result.scores)
    found: dict[str, Statistic] = {}
    for name in names:
        values = np.array([result.scores.get(name, np.nan) for result in results], float)
        eligible = ~np.isnan(values)
        found[name] = mean_of(values, eligible)
        if name in ("EM", "F1") and not answerable[eligible].all():
            found[f"HasAns_{name}"] = mean_of(values, eligible & answerable)
    return found


def _latencies(results: Sequence[Result]) -> dict[str, Statistic]:
    taken: list[Mapping[str, float]] = [
        {**result.timings_ms, "total": sum(result.timings_ms.values())} if result.timings_ms else {}
        for result in results
    ]
    stages = dict.fromkeys(stage for timings in taken for stage in timings if stage != "total")
    found: dict[str, Statistic] = {}
    for stage in (*stages, *(["total"] if stages else [])):
        values = np.array([timings.get(stage, np.nan) for timings in taken], float)
        eligible = ~np.isnan(values)
        for percent in _PERCENTILES:
            found[f"{stage}_ms_p{percent}"] = Statistic(eligible, _percentile(values, eligible, percent / 100))
    return found


def _percentile(values: Values, eligible: np.ndarray, share: float) -> Callable[[DrawCounts], Values]:
    """The smallest value that at least this share of the cases do not exceed."""
    order = np.flatnonzero(eligible)[np.argsort(values[eligible], kind="stable")]

    def value(weights: DrawCounts) -> Values:
        reached = np.cumsum(weights[:, order], axis=1)
        # What is undefined is the first value of nothing; the tolerance keeps 0.95 * 20 from being more than 19.
        place = (reached < share * reached[:, -1:] - 1e-9).sum(axis=1)
        return np.where(reached[:, -1] > 0, values[order][np.minimum(place, len(order) - 1)], np.nan)

    return value
