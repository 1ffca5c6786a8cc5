"""Fits the confidence of broad answers: `python -m eval.studies.broad_confidence DATA`, whose weights go into
`rag/answer/broad/confidence.py`.

DATA holds seeds/ and benchmarks/. Asked are the questions of `eval/training/broad.jsonl`, half of which the sample
articles and the seeds tell of, and our own that are broad; and every other one of `broad.dev.jsonl`, of the news that
tell of it and of the sample, which does not. Both sets weigh the same. Reported is how well the fit tells these, and
the rest of `broad.dev.jsonl`.
"""

from collections.abc import Sequence
from pathlib import Path

import click
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from eval.ablation.sets import Questions, read_set
from eval.data.files import read_lines
from eval.data.suites import Options, read_suite
from eval.runs.corpus import service_over
from eval.studies.calibrate import LabelledEvidence, fit, report
from eval.studies.shapes import LANGUAGES
from rag.answer.broad.answers import KINDS
from rag.answer.broad.confidence import FITTED, Features, features
from rag.cli.common import bar
from rag.records.search import Request
from rag.service.wiring import Service
from rag.settings import read_settings

QUESTIONS = Path(__file__).parents[1] / "training" / "broad.jsonl"


class _Line(TypedDict):
    question: str
    language: str
    told: bool


def asked(service: Service, questions: Sequence[tuple[str, bool]]) -> list[LabelledEvidence]:
    """What is found for questions, of each of which it is known whether it is told of."""
    made = []
    with bar() as progress:
        for question, told in progress.track(questions, description="Asking"):
            found = service.answerer.search(Request(question, service.settings.k))
            made.append(LabelledEvidence(features(found.query, found.passages), told, told))
    return made


@click.command()
@click.argument("shared", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--data", default=Path("data"), type=click.Path(path_type=Path), help="Data folder.")
def main(shared: Path, data: Path) -> None:
    """Fit, and tell how well it tells."""
    desk, broad = read_set("desk", shared, 1), read_set("broad", shared, 1000)
    assert isinstance(broad, Questions)
    lines = list(read_lines(QUESTIONS, TypeAdapter(_Line)))
    cases = [trial.case for trial in read_suite("own", Options()).trials]
    cases = [case for case in cases if case.kind in KINDS and not case.history]
    own = [(line["question"], line["told"]) for line in lines] + [(case.question, case.answerable) for case in cases]
    spoken = [one["language"] for one in lines] + [case.language for case in cases]
    news = [trial.case.question for trial in broad.suite.trials if trial.case.answerable]
    with service_over(desk.articles, read_settings({"data": data})) as service:
        of_own = asked(service, own)
        untold = asked(service, [(question, False) for question in news])
    with service_over(broad.articles, read_settings({"data": data})) as service:
        told = asked(service, [(question, True) for question in news])
    fitted = fit([of_own, told[::2] + untold[::2]], QUESTIONS.name, FITTED.threshold)
    click.echo(f"{Features(*fitted.weights)}, bias {fitted.bias:.2f}")
    for language in LANGUAGES:
        own_in = [one for one, own_language in zip(of_own, spoken, strict=True) if own_language == language]
        click.echo(report(language, own_in, fitted))
    click.echo(report("all languages", of_own, fitted))
    click.echo(report("news, fitted on", told[::2] + untold[::2], fitted))
    click.echo(report("news, tested on", told[1::2] + untold[1::2], fitted))


if __name__ == "__main__":
    main()
