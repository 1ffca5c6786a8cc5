"""Percentile bootstrap over clusters (Efron 1979; Field and Welsh 2007).

Questions about one article are not independent, so articles are drawn, with replacement, and their questions with
them: a resample is how often each case was drawn. Every number is a function of such weights.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
# Two-sided 95 %.
_BOUNDS = (2.5, 97.5)
# Resamples held at once: 250 of 10,000 cases are 20 MB.
_BATCH = 250

# How often each case was drawn in each resample, of shape (resamples, cases).
DrawCounts = NDArray[np.float64]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean, or another number over `n` cases, with its 95 % bootstrap interval.

    The bounds are None where the cases are of fewer than two groups, or an interval would mislead.
    """

    mean: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Statistic:
    """A number over some of the cases. `eligible` has shape (cases,) and is true for those.

    `value` takes weights of shape (resamples, cases) and gives shape (resamples,), NaN where it is undefined.
    """

    eligible: NDArray[np.bool_]
    value: Callable[[DrawCounts], Values]
    interval: bool = True


def mean_of(values: Values, eligible: NDArray[np.bool_]) -> Statistic:
    """The weighted mean of the eligible values; both of shape (cases,)."""
    kept = np.stack([np.where(eligible, values, 0.0), eligible], axis=1)
    return Statistic(eligible, lambda weights: ratio(*(weights @ kept).T))


def ratio(over: Values, under: Values) -> Values:
    """Elementwise quotient; NaN where the divisor is 0."""
    quotient: Values = np.divide(over, under, out=np.full(over.shape, np.nan), where=under > 0)
    return quotient


def intervals(statistics: Mapping[str, Statistic], groups: Sequence[str], seed: int) -> dict[str, Interval]:
    """Each statistic with its interval; `groups` names the cluster of each case. The same seed gives the same result.

    A statistic that is undefined on the cases themselves is left out; resamples in which it is undefined are ignored.
    """
    ones = np.ones((1, len(groups)))
    points = {name: float(statistic.value(ones)[0]) for name, statistic in statistics.items()}
    defined = {name: statistic for name, statistic in statistics.items() if not np.isnan(points[name])}
    clusters = np.unique(np.asarray(groups), return_inverse=True)[1]
    drawn: dict[str, list[Values]] = {
        name: []
        for name, statistic in defined.items()
        if statistic.interval and len(np.unique(clusters[statistic.eligible])) > 1
    }
    if drawn:
        for weights in resamples(clusters, seed):
            for name, batches in drawn.items():
                batches.append(defined[name].value(weights))
    bounds = {name: np.nanpercentile(np.concatenate(batches), _BOUNDS) for name, batches in drawn.items()}
    return {
        name: Interval(points[name], *_pair(bounds.get(name)), int(statistic.eligible.sum()))
        for name, statistic in defined.items()
    }


def resamples(clusters: NDArray[np.intp], seed: int) -> Iterator[DrawCounts]:
    """DrawCounts of shape (up to 250, cases), 2,000 in all, for cases in clusters numbered from 0."""
    generator = np.random.default_rng(seed)
    count = int(clusters.max()) + 1
    for begun in range(0, RESAMPLES, _BATCH):
        rows = min(_BATCH, RESAMPLES - begun)
        drawn = generator.integers(count, size=(rows, count)) + count * np.arange(rows)[:, None]
        times = np.bincount(drawn.ravel(), minlength=rows * count).reshape(rows, count)
        yield times[:, clusters].astype(np.float64)


def _pair(bounds: Values | None) -> tuple[float | None, float | None]:
    return (None, None) if bounds is None else (float(bounds[0]), float(bounds[1]))
