"""Fits `rag/answer/calibration.json`: `python -m eval.studies.calibrate SQUAD --other SQUAD... --among NEWS --write`.

Every question is asked twice: with its passage among the articles, and with it withheld. The logistic regression
learns whether the chosen sentences hold a right answer. It is fitted on the questions of every other article
of the SQuAD-form file, and tested on the rest; and likewise for the same questions in other languages.
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

from eval.data.squad import SquadQuestion, contains_answer, from_source, read_articles, read_squad
from eval.runs.corpus import service_over
from index.records import Filters
from rag.answer.calibration import FITTED, Calibration, Evidence
from rag.answer.extractive import chosen, evidence
from rag.answer.ranking import SentenceWeights, rank
from rag.cli.common import bar
from rag.records import Request
from rag.service.wiring import Service
from rag.settings import read_settings

# The share of answerable questions that the threshold lets through ...
ANSWERED = 0.92
# ... unless it then lies below this: in other languages the evidence is weaker, and half of such answers would be
# wrong.
LEAST_SURE = 0.0
LEAST_SURE_OTHER = 0.35
HALVES = ("first half", "second half")
NEWS = "news"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class LabelledEvidence:
    """One question asked once: the evidence, whether it could be answered, and whether it was answered rightly."""

    evidence: Evidence
    answerable: bool
    right: bool


def trials(service: Service, cases: Sequence[SquadQuestion], halves: dict[str, str]) -> list[LabelledEvidence]:
    """Ask each question among the half of the passages that holds its own, and among the other half."""
    with bar() as progress:
        return [
            _trial(service, case, half, half == halves[case.article_id])
            for case in progress.track(cases, description="Asking")
            for half in HALVES
        ]


def _trial(service: Service, case: SquadQuestion, half: str, answerable: bool) -> LabelledEvidence:
    found = service.answerer.search(Request(case.question, service.settings.k, Filters(sources=(half, NEWS))))
    ranked = rank(found.query, found.passages, service.catalogue.snapshot.terms, SentenceWeights())
    text = " ".join(item.sentence.text for item in chosen(found.query, ranked))
    right = answerable and contains_answer(text, case.answers)
    return LabelledEvidence(evidence(found.passages, ranked), answerable, right)


def fit(seen: Sequence[LabelledEvidence], least_sure: float, fitted_on: str) -> Calibration:
    """Logistic regression of being right on the evidence; `ANSWERED` of what is answerable passes the threshold."""
    model = LogisticRegression(C=100.0, max_iter=10_000).fit(_signs(seen), [trial.right for trial in seen])
    fitted = Calibration(tuple(map(float, model.coef_[0])), float(model.intercept_[0]), 0.0, fitted_on)
    answerable = [fitted.confidence(trial.evidence) for trial in seen if trial.answerable]
    passed = float(np.quantile(answerable, 1 - ANSWERED))
    return replace(fitted, threshold=round(max(passed, least_sure), 4))


def report(name: str, seen: Sequence[LabelledEvidence], calibration: Calibration) -> str:
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


def _signs(seen: Sequence[LabelledEvidence]) -> NDArray[np.float64]:
    return np.array([astuple(trial.evidence) for trial in seen])


def _stored(calibration: Calibration) -> dict[str, object]:
    weights = {
        field.name: round(weight, 4) for field, weight in zip(fields(Evidence), calibration.weights, strict=True)
    }
    return {**asdict(calibration), "weights": weights, "bias": round(calibration.bias, 4)}


def _fitted(
    service: Service, cases: Sequence[SquadQuestion], halves: dict[str, str], least_sure: float, data: str
) -> Calibration:
    """Fit on the questions of every other article, and report on those and on the rest."""
    asked = [case for case in cases for _ in HALVES]
    seen = trials(service, cases, halves)
    ours = [trial for trial, case in zip(seen, asked, strict=True) if case.group % 2 == 0]
    rest = [trial for trial, case in zip(seen, asked, strict=True) if case.group % 2 == 1]
    calibration = fit(ours, least_sure, f"every other article of {data}")
    click.echo(report("fitted on", ours, calibration))
    click.echo(report("tested on", rest, calibration))
    return calibration


def _in_turn(files: Sequence[Path], cases: Sequence[SquadQuestion]) -> list[SquadQuestion]:
    """The same cases, each with its question from the next of the files, in which it has the same id."""
    asked = [{case.id: case.question for case in read_squad(file)[1]} for file in files]
    return [replace(case, question=asked[place % len(asked)][case.id]) for place, case in enumerate(cases)]


@click.command()
@click.argument("file", type=_FILE)
@click.option("--other", "others", multiple=True, required=True, type=_FILE, help="The questions in another language.")
@click.option("--among", required=True, type=_FILE, help="News to hide the passages among.")
@click.option("--articles", default=500, show_default=True, help="How many of the news articles.")
@click.option("--data", default=Path("data"), type=click.Path(path_type=Path), help="Data folder.")
@click.option("--write", is_flag=True, help="Write what was fitted.")
def main(file: Path, others: tuple[Path, ...], among: Path, articles: int, data: Path, write: bool) -> None:
    """Fit on every other article of a SQuAD-form file in Vietnamese, and on its questions in other languages."""
    news = [from_source(draft, NEWS) for draft, _ in islice(read_articles(among), articles)]
    drafts, cases = read_squad(file)
    halves = {draft.article.id: HALVES[number % 2] for number, draft in enumerate(drafts)}
    place = f"asked among {articles} articles of {among.name}"
    articles_in_halves = [from_source(draft, halves[draft.article.id]) for draft in drafts]
    with service_over([*articles_in_halves, *news], read_settings({"data": data})) as service:
        vietnamese = _fitted(service, cases, halves, LEAST_SURE, f"{file.name}, {place}")
        names = ", ".join(other.name for other in others)
        other = _fitted(service, _in_turn(others, cases), halves, LEAST_SURE_OTHER, f"{names} in turn, {place}")
    if write:
        stored = {"vietnamese": _stored(vietnamese), "other": _stored(other)}
        FITTED.write_text(json.dumps(stored, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
