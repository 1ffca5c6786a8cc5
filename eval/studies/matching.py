"""Fits which topics an article is about: `python -m eval.studies.matching SHARED`, whose weights go into
`rag/topics/matching.py`.

SHARED holds benchmarks/. Topics are the questions of `broad.dev.jsonl`, which ask of one matter, and the themes of
`eval/training/themes.jsonl`, which somebody follows for years ("Quan hệ Việt Nam - Nhật Bản"); of the same articles it
is known which they are about (grade 2) and which touch them (grade 1), of the themes among the 70 likeliest. Fitted is
on every other topic, the threshold where precision (of grade 2 or 1) and recall (of grade 2) are best together;
reported are these, and the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from eval.ablation.sets import Questions, read_set
from eval.data.suites import read_suite
from eval.records import Case
from eval.runs.corpus import service_over
from index.model.centring import centring_of
from index.records import Filters
from rag.answer.calibration import Calibration
from rag.question.understanding import understand
from rag.service.wiring import Service
from rag.settings import read_settings
from rag.topics.matching import FITTED, Features, Matcher, incoming
from rag.topics.records import Profile, Topic

_THEMES = Path(__file__).parents[1] / "training" / "themes.jsonl"
_ANSWERS, _TOUCHES = 2, 1
# An article that touches a question may be told of or not: it counts half.
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Judged:
    """A topic: the `features` of all articles (n, 4), and the grade of each (n,)."""

    features: NDArray[np.float32]
    grades: NDArray[np.int64]


def judged(service: Service, cases: Sequence[Case]) -> list[Judged]:
    """Each question as a topic, with every article."""
    snapshot, model = service.catalogue.snapshot, service.catalogue.model
    queries = [understand(case.question, snapshot.syllables) for case in cases]
    vectors = service.encoder.embed_queries([query.understood for query in queries])
    profiles = [
        Profile(Topic(case.id, "", case.id, query, Filters(), False, 0.0), vector, 0)
        for case, query, vector in zip(cases, queries, vectors, strict=True)
    ]
    ids = [article.id for article in service.store.articles(1_000_000)]
    articles = [one for article in ids if (one := incoming(service.store, article, model))]
    features = Matcher(profiles, centring_of(model)).features(articles, snapshot.idf)
    return [
        Judged(features[:, place], np.array([case.grades.get(one.article_id, 0) for one in articles]))
        for place, case in enumerate(cases)
    ]


def fit(topics: Sequence[Judged]) -> Calibration:
    """The weights, and the threshold at which precision and recall are best together."""
    features = np.concatenate([topic.features for topic in topics])
    grades = np.concatenate([topic.grades for topic in topics])
    weights = np.where(grades == _TOUCHES, _HALF, 1.0)
    made = LogisticRegression(C=1000, solver="newton-cholesky", max_iter=1000).fit(
        features, grades > 0, sample_weight=weights
    )
    fitted = Calibration(tuple(made.coef_[0]), float(made.intercept_[0]), 0.0, "")
    sure = np.array([fitted.confidence(row) for row in features])
    thresholds = np.round(np.arange(0.05, 0.95, 0.01), 2)
    best = max(thresholds, key=lambda threshold: _together(sure >= threshold, grades))
    return Calibration(fitted.weights, fitted.bias, float(best), "")


def _rates(matched: NDArray[np.bool_], grades: NDArray[np.int64]) -> tuple[float, float, float, float]:
    """Precision of grade 2, and of 2 or 1; recall of grade 2, and of 2 or 1."""
    count = max(1, int(matched.sum()))
    answers, touches = grades == _ANSWERS, grades > 0
    right, near = int((matched & answers).sum()), int((matched & touches).sum())
    return right / count, near / count, right / max(1, int(answers.sum())), near / max(1, int(touches.sum()))


def _together(matched: NDArray[np.bool_], grades: NDArray[np.int64]) -> float:
    _, precision, recall, _ = _rates(matched, grades)
    return 2 * precision * recall / max(1e-9, precision + recall)


def report(name: str, topics: Sequence[Judged], fitted: Calibration) -> str:
    """How well topics and articles are matched."""
    sure = np.array([fitted.confidence(row) for topic in topics for row in topic.features])
    grades = np.concatenate([topic.grades for topic in topics])
    matched = sure >= fitted.threshold
    exact, precision, recall, all_of = _rates(matched, grades)
    return (
        f"{name}: {len(topics)} topics, {matched.sum()} matches; precision of grade 2 {exact:.3f}, of 2 or 1 "
        f"{precision:.3f}; recall of grade 2 {recall:.3f}, of 2 or 1 {all_of:.3f}"
    )


@click.command()
@click.argument("shared", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--data", default=Path("data"), type=click.Path(path_type=Path), help="Data folder.")
@click.option("--misses", is_flag=True, help="Print what is missed and wrongly matched, as the program has it.")
def main(shared: Path, data: Path, misses: bool) -> None:
    """Fit, and tell how well it matches."""
    broad = read_set("broad", shared, 1000)
    assert isinstance(broad, Questions)
    themes = read_suite(str(_THEMES), broad.suite.options)
    cases = {suite.name: [trial.case for trial in suite.trials] for suite in (broad.suite, themes)}
    with service_over(broad.articles, read_settings({"data": data})) as service:
        topics = {name: judged(service, own) for name, own in cases.items()}
        fitted = fit([topic for own in topics.values() for topic in own[::2]])
        weights = ", ".join(
            f"{name} {weight:.2f}" for name, weight in zip(Features._fields, fitted.weights, strict=True)
        )
        click.echo(f"{weights}, bias {fitted.bias:.2f}, threshold {fitted.threshold:.2f}")
        for made, given in (("fitted", fitted), ("in the program", FITTED)):
            for name, own in topics.items():
                click.echo(report(f"{made}, {name}, even", own[::2], given))
                click.echo(report(f"{made}, {name}, odd", own[1::2], given))
        if misses:
            titles = {one.id: one.metadata.title for one in service.store.articles(1_000_000)}
            for name, own in topics.items():
                for case, topic in zip(cases[name], own, strict=True):
                    _print_misses(case, topic, titles)


def _print_misses(case: Case, topic: Judged, titles: dict[str, str | None]) -> None:
    click.echo(f"\n{case.question}")
    for (article, title), row, grade in zip(titles.items(), topic.features, topic.grades, strict=True):
        sure = FITTED.confidence(row)
        if (sure >= FITTED.threshold) != (grade > 0):
            click.echo(f"  {'wrong' if grade == 0 else 'missed'} grade {grade} {sure:.2f} {article} {title}")


if __name__ == "__main__":
    main()
