"""`hoidap eval`: compare, report, judge and validate; the other commands have modules of their own."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import click
from rich.console import Console

from eval.data.validate import counts_by_kind, problems_in, shipped_files
from eval.report import write_report
from eval.runs import compare as comparing
from eval.runs import judge as judging
from rag.cli import LazyGroup
from rag.cli.common import bar, encodable, say

_RUN = click.Path(path_type=Path)


class _Commands(LazyGroup):
    # It needs the embedding model, whose libraries take seconds to load.
    lazy: ClassVar[Mapping[str, str]] = {
        "run": "eval.cli.run:run",
        "lying": "eval.cli.attacks:lying",
        "hostile": "eval.cli.attacks:hostile",
        "ablate": "eval.cli.ablate:ablate",
        "feedback": "eval.data.feedback:feedback",
        "train-reader": "eval.cli.training:train_reader",
    }


@click.group(cls=_Commands)
def evaluation() -> None:
    """Measure search and answers: run suites of questions, compare runs, report them."""


@evaluation.command()
@click.argument("before", type=_RUN)
@click.argument("after", type=_RUN)
def compare(before: Path, after: Path) -> None:
    """Compare two runs case by case: what was different, which is better, and whether that can be chance."""
    comparing.print_comparison(comparing.compare(before, after), Console(highlight=False))


@evaluation.command()
@click.argument("runs", nargs=-1, required=True, type=_RUN)
@click.option("-o", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The HTML file.")
def report(runs: tuple[Path, ...], target: Path) -> None:
    """Write a page about runs, the first of which the others are compared with."""
    write_report(runs, target)
    click.echo(encodable(str(target)))


@evaluation.command()
@click.argument("folder", metavar="RUN", type=_RUN)
@click.option("--url", help="Base URL of the endpoint.  [default: HOIDAP_JUDGE_URL]")
@click.option("--model", help="The model's name there.  [default: HOIDAP_JUDGE_MODEL]")
def judge(folder: Path, url: str | None, model: str | None) -> None:
    """Ask a language model behind an OpenAI-compatible endpoint about a run's answers; HOIDAP_JUDGE_KEY is its key.

    Its opinion lies beside the run and is in none of the scores.
    """
    with bar() as shown:
        task = shown.add_task("Judging")

        def progress(suite: str, done: int, cases: int) -> None:
            shown.update(task, description=suite, completed=done, total=cases)

        opinions = judging.judge_run(folder, judging.endpoint_of(url, model), progress=progress)
    for opinion in opinions:
        right, supported, kappa = map(_or_dash, (opinion.right, opinion.supported, opinion.kappa))
        click.echo(f"{opinion.suite}: {opinion.judged} judged, right {right}, supported {supported}, kappa {kappa}")
        for case, reason in opinion.failed.items():
            say(f"  {case}: no verdict, {reason}")


@evaluation.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.pass_context
def validate(context: click.Context, files: tuple[Path, ...]) -> None:
    """Check files of questions about the sample articles; without FILE, the project's own."""
    problems = problems_in(files)
    for problem in problems:
        click.echo(encodable(problem))
    if problems:
        context.exit(1)
    counts = counts_by_kind(files or shipped_files())
    click.echo(f"{sum(counts.values())} questions: " + ", ".join(f"{count} {kind}" for kind, count in counts.items()))


def _or_dash(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"
