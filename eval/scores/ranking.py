"""How well the articles were ranked, through `ir_measures`, whose names are used throughout (`nDCG@10`)."""

from collections.abc import Sequence
from functools import cache
from subprocess import SubprocessError

import ir_measures
from ir_measures.measures import Measure

from eval.records import Result

RANKING_MEASURES = ("R@1", "R@10", "RR@10", "nDCG@10")


def ranking_scores(result: Result, measures: Sequence[str] = RANKING_MEASURES) -> dict[str, float]:
    """The measures of one ranking, by their canonical names; nothing where the case has no gold articles.

    `R@k` is the share of the gold articles among the first k: with one gold article, the success rate. The gains of
    nDCG are the grades of the articles, 1 where there are none. An empty ranking scores 0. Ties go by (-score, id),
    whatever the order they came in.
    """
    if not result.gold.articles:
        return {}
    ordered = sorted(result.ranking, key=lambda ranked: (-ranked.score, ranked.article_id))
    # The providers break ties each in their own way, so they get scores without any.
    run = {result.id: {ranked.article_id: -float(place) for place, ranked in enumerate(ordered)}} if ordered else {}
    qrels = {result.id: {article: result.gold.grades.get(article, 1) for article in result.gold.articles}}
    asked = _parsed(tuple(measures))
    values = {metric.measure: float(metric.value) for metric in ir_measures.iter_calc(asked, qrels, run)}
    return {str(measure): values[measure] for measure in asked}


@cache
def _parsed(names: tuple[str, ...]) -> tuple[Measure, ...]:
    return tuple(dict.fromkeys(map(_measure, names)))


def _measure(name: str) -> Measure:
    # A trial: what a measure or its provider lacks comes out only when it is asked for.
    try:
        measure = ir_measures.parse_measure(name)
        # On such a cutoff trec_eval aborts the whole process.
        usable = measure.params.get("cutoff", 1) > 0
        trial = ir_measures.iter_calc([measure], {"query": {"document": 1}}, {"query": {"document": 1.0}})
        usable = usable and len(list(trial)) == 1
    except (ValueError, NameError, TypeError, AssertionError, ArithmeticError, OSError, SubprocessError) as error:
        raise _unusable(name) from error
    if not usable:
        raise _unusable(name)
    return measure


def _unusable(name: str) -> ValueError:
    return ValueError(f"{name!r} cannot be measured here; name a measure like nDCG@10, RR@10 or Success@5")
