"""Fits the confidence of broad answers: `python -m eval.studies.broad_confidence DATA`, whose weights go into
`rag/answer/broad/confidence.py`.

DATA holds seeds/ and benchmarks/. Asked are the questions of `eval/training/broad.jsonl`, half of which the sample
articles and the seeds tell of, and our own that are broad; and every other one of `broad.dev.jsonl`, of the news that
tell of it and of the sample, which does not. Both sets weigh the same. Reported is how well the fit tells these, and
the rest of `broad.dev.jsonl`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from pydantic import TypeAdapter
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from typing_extensions import TypedDict

from eval.ablation.sets import Questions, read_set
from eval.data.files import read_lines
from eval.data.suites import Options, read_suite
from eval.runs.corpus import service_over
from rag.answer.broad.answers import KINDS
from rag.answer.broad.confidence import THRESHOLD, Features, features
from rag.cli.common import bar
from rag.records.search import Request
from rag.service.wiring import Service
from rag.settings import read_settings

QUESTIONS = Path(__file__).parents[1] / "training" / "broad.jsonl"


class _Line(TypedDict):
    question: str
    language: str
    told: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What was found for a question in a language, and whether the articles tell of its matter."""

    features: Features
    language: str
    told: bool


def asked(service: Service, questions: Sequence[tuple[str, bool]]) -> list[Asked]:
    """What is found for questions, of each of which it is known whether it is told of."""
    made = []
    with bar() as progress:
        for question, told in progress.track(questions, description="Asking"):
            found = service.answerer.search(Request(question, service.settings.k))
            made.append(Asked(features(found.query, found.passages), found.query.language, told))
    return made


def fit(sets: Sequence[Sequence[Asked]]) -> tuple[Features, float]:
    """The weights of the features, and the bias; each set weighs the same."""
    seen = [one for part in sets for one in part]
    weights = [1 / len(part) for part in sets for _ in part]
    model = LogisticRegression(C=1e6, max_iter=10_000)
    model.fit([one.features for one in seen], [one.told for one in seen], sample_weight=np.array(weights) * len(seen))
    return Features(*map(float, model.coef_[0])), float(model.intercept_[0])


def report(name: str, seen: Sequence[Asked], fitted: tuple[Features, float]) -> str:
    """How well the fit tells what is told."""
    weights, bias = fitted
    sure = 1 / (1 + np.exp(-np.array([one.features for one in seen]) @ weights - bias))
    told = np.array([one.told for one in seen])
    given = sure >= THRESHOLD
    return (
        f"{name}: {len(seen)}, AUC {roc_auc_score(told, sure):.3f}, told answered {given[told].mean():.3f}, untold"
        f" declined {1 - given[~told].mean():.3f}, told of the answered {told[given].mean():.3f}"
    )


@click.command()
@click.argument("shared", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--data", default=Path("data"), type=click.Path(path_type=Path), help="Data folder.")
def main(shared: Path, data: Path) -> None:
    """Fit, and tell how well it tells."""
    desk, broad = read_set("desk", shared, 1), read_set("broad", shared, 1000)
    assert isinstance(broad, Questions)
    own = [(line["question"], line["told"]) for line in read_lines(QUESTIONS, TypeAdapter(_Line))]
    cases = [trial.case for trial in read_suite("own", Options()).trials]
    own += [(case.question, case.answerable) for case in cases if case.kind in KINDS and not case.history]
    news = [trial.case.question for trial in broad.suite.trials if trial.case.answerable]
    with service_over(desk.articles, read_settings({"data": data})) as service:
        of_own = asked(service, own)
        untold = asked(service, [(question, False) for question in news])
    with service_over(broad.articles, read_settings({"data": data})) as service:
        told = asked(service, [(question, True) for question in news])
    fitted = fit([of_own, told[::2] + untold[::2]])
    click.echo(f"{fitted[0]}, bias {fitted[1]:.2f}")
    for language in sorted({one.language for one in of_own}):
        click.echo(report(language, [one for one in of_own if one.language == language], fitted))
    click.echo(report("all languages", of_own, fitted))
    click.echo(report("news, fitted on", told[::2] + untold[::2], fitted))
    click.echo(report("news, tested on", told[1::2] + untold[1::2], fitted))


if __name__ == "__main__":
    main()
