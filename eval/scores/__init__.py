"""Scores: one case at a time, and over many.

Per-case scores come first and means last. What a case is not eligible for it has no score in, rather than 0; a case
that is eligible and came back with nothing scores 0, and is never dropped.
"""

from collections.abc import Sequence

from eval.records import Result
from eval.scores.abstention import BANDS, Bin, Curves, RiskPoint, curves
from eval.scores.answers import answer_scores
from eval.scores.bootstrap import RESAMPLES, Interval
from eval.scores.citations import citation_scores
from eval.scores.nuggets import nugget_scores
from eval.scores.patterns import pattern_scores
from eval.scores.ranking import RANKING_MEASURES, ranking_scores
from eval.scores.summaries import breakdown, summary

__all__ = [
    "BANDS",
    "RANKING_MEASURES",
    "RESAMPLES",
    "Bin",
    "Curves",
    "Interval",
    "RiskPoint",
    "breakdown",
    "curves",
    "score_case",
    "summary",
]


def score_case(result: Result, measures: Sequence[str] = RANKING_MEASURES) -> dict[str, float]:
    """Every score that the case is eligible for, each in [0, 1] but `articles_cited`.

    `measures` are names that `ir_measures` knows.

    ValueError for a name that it does not know, or needs another package for.
    """
    return {
        **ranking_scores(result, measures),
        **answer_scores(result),
        **pattern_scores(result),
        **nugget_scores(result),
        **citation_scores(result),
    }
