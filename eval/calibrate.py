"""Fits `rag/calibration.json`: `python -m eval.calibrate SQUAD... --among NEWS --write`.

Every question is asked twice: with its passage among the articles, and with it withheld. The logistic regression
learns whether the chosen sentences hold a right answer. It is fitted on the questions of every other article
of the SQuAD-form file, and tested on the rest and on any further files, which are measured only.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, fields, replace
from itertools import islice
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.service import service_over
from eval.squad import Case, contains_answer, from_source, read_articles, read_squad
from index.store import Filters
from rag.calibration import FITTED, Calibration, Evidence
from rag.cli.common import bar
from rag.extractive import Asked, Weights, chosen, evidence, rank
from rag.query import understand
from rag.retrieval import retrieve
from rag.wiring import Service

# The share of answerable questions that the threshold lets through.
ANSWERED = 0.92
HALVES = ("first half", "second half")
NEWS = "news"


@dataclass(frozen=True, slots=True)
class Trial:
    """One question asked once: the evidence, whether it could be answered, and whether it was answered rightly."""

    evidence: Evidence
    answerable: bool
    right: bool


def trials(service: Service, cases: Sequence[Case], halves: dict[str, str]) -> list[Trial]:
    """Ask each question among the half of the passages that holds its own, and among the other half."""
    with bar() as progress:
        return [
            _trial(service, case, half, half == halves[case.article_id])
            for case in progress.track(cases, description="Asking")
            for half in HALVES
        ]


def _trial(service: Service, case: Case, half: str, answerable: bool) -> Trial:
    snapshot = service.catalogue.snapshot
    query = understand(case.question, snapshot.syllables)
    vector = service.encoder.embed_queries([query.understood])[0]
    passages = retrieve(
        query,
        vector,
        service.settings.k,
        Filters(sources=(half, NEWS)),
        store=service.store,
        snapshot=snapshot,
        fusion=service.answerer.fusion,
    )
    ranked = rank(Asked(query, snapshot.terms), vector, passages, service.encoder, Weights())
    text = " ".join(item.sentence.text for item in chosen(ranked))
    right = answerable and contains_answer(text, case.answers)
    return Trial(evidence(passages, ranked), answerable, right)


def fit(seen: Sequence[Trial], fitted_on: str) -> Calibration:
    """Logistic regression of being right on the evidence, and the threshold that answers `ANSWERED` of what can be."""
    model = LogisticRegression(C=100.0, max_iter=10_000).fit(_signs(seen), [trial.right for trial in seen])
    fitted = Calibration(tuple(map(float, model.coef_[0])), float(model.intercept_[0]), 0.0, fitted_on)
    answerable = [fitted.confidence(trial.evidence) for trial in seen if trial.answerable]
    return replace(fitted, threshold=round(float(np.quantile(answerable, 1 - ANSWERED)), 4))


def report(name: str, seen: Sequence[Trial], calibration: Calibration) -> str:
    """How well the confidence tells answerable from withheld, and how far it can be taken at its word."""
    confidences = np.array([calibration.confidence(trial.evidence) for trial in seen])
    answerable = np.array([trial.answerable for trial in seen])
    right = np.array([trial.right for trial in seen])
    answered = confidences >= calibration.threshold
    sure = (confidences >= 0.75) & (confidences < 0.85)
    return (
        f"{name}: {len(seen)} trials, AUC {roc_auc_score(answerable, confidences):.3f}, answerable answered "
        f"{answered[answerable].mean():.3f}, withheld declined {1 - answered[~answerable].mean():.3f}, answers right "
        f"{right[answered].mean():.3f}, right at 0.75 to 0.85 {right[sure].mean():.3f} (of {sure.sum()}), "
        f"answer in the chosen sentences {right[answerable].mean():.3f}"
    )


def _signs(seen: Sequence[Trial]) -> NDArray[np.float64]:
    return np.array([astuple(trial.evidence) for trial in seen])


def _write(calibration: Calibration) -> None:
    weights = {
        field.name: round(weight, 4) for field, weight in zip(fields(Evidence), calibration.weights, strict=True)
    }
    stored = {**asdict(calibration), "weights": weights, "bias": round(calibration.bias, 4)}
    FITTED.write_text(json.dumps(stored, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--among", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="News.")
@click.option("--articles", default=1000, show_default=True, help="How many of the news articles.")
@click.option("--data", default=Path("data"), type=click.Path(path_type=Path), help="Where the model is unpacked.")
@click.option("--write", is_flag=True, help="Write what was fitted.")
def main(files: tuple[Path, ...], among: Path, articles: int, data: Path, write: bool) -> None:
    """Fit on every other article of the first file; test on the rest of it, and on the other files."""
    news = [from_source(draft, NEWS) for draft, _ in islice(read_articles(among), articles)]
    calibration: Calibration | None = None
    for file in files:
        drafts, cases = read_squad(file)
        halves = {draft.article.id: HALVES[number % 2] for number, draft in enumerate(drafts)}
        with service_over(
            [*(from_source(draft, halves[draft.article.id]) for draft in drafts), *news], data
        ) as service:
            seen = trials(service, cases, halves)
        if calibration is None:
            groups = [case.group % 2 for case in cases for _ in HALVES]
            ours = [trial for trial, group in zip(seen, groups, strict=True) if group == 0]
            seen = [trial for trial, group in zip(seen, groups, strict=True) if group == 1]
            calibration = fit(
                ours, f"every other article of {file.name}, asked among {articles} articles of {among.name}"
            )
            click.echo(report("fitted on", ours, calibration))
        click.echo(report(f"tested on {file.name}", seen, calibration))
    if write and calibration:
        _write(calibration)


if __name__ == "__main__":
    main()
