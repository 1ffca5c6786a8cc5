"""`hoidap eval lying` and `hoidap eval hostile`: attacks on the answers, measured, with a bound to pass."""

from collections import Counter
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from eval.attacks import hostile as orders
from eval.attacks import lying as lies
from eval.attacks.techniques import HONEST, TECHNIQUES
from eval.data.validate import sample_articles
from eval.runs.corpus import service_over
from index.records import Draft, Raw
from rag.cli.common import bar, encodable, say, settings_of

_BOUND = click.FloatRange(0, 1)


@click.command()
@click.option("--questions", type=click.IntRange(1), default=8, show_default=True, help="How many titles to ask.")
@click.option("--question", "own", multiple=True, metavar="TEXT", help="Ask this instead of titles; may be repeated.")
@click.option("--technique", "names", multiple=True, type=click.Choice(list(TECHNIQUES)), help="Only these lies.")
@click.option(
    "--fail-over",
    "bound",
    type=_BOUND,
    metavar="SHARE",
    help="Exit 1 where a greater share of one technique's sentences left though false.",
)
@click.pass_context
def lying(
    context: click.Context, questions: int, own: tuple[str, ...], names: tuple[str, ...], bound: float | None
) -> None:
    """Count the false sentences of a lying language model that reach the reader, over the sample articles."""
    articles = list(sample_articles().values())
    drafts = [Draft(item, Raw(item.text, "text/plain", item.id)) for item in articles]
    techniques = {name: TECHNIQUES[name] for name in names or TECHNIQUES}
    asked = own or lies.titles(articles, questions)
    with service_over(drafts, settings_of(context)) as service, bar() as progress:
        measured = lies.measured(service, asked, articles, techniques)
        outcomes = list(progress.track(measured, total=len(techniques), description="Lying"))
    console = Console(highlight=False)
    console.print(_table_of_lies(outcomes))
    for outcome in outcomes:
        for text in outcome.escaped:
            console.print(f"{outcome.technique}: {encodable(text)}", markup=False, soft_wrap=True)
    if bound is not None:
        failures = ((outcome.technique, outcome.failure(bound)) for outcome in outcomes)
        _end(context, [f"{name}: {why}" for name, why in failures if why is not None])


@click.command()
@click.option("--payloads", "most", type=click.IntRange(1), help="Try no more than so many of each place.")
@click.option(
    "--fail-over",
    "bound",
    type=_BOUND,
    metavar="SHARE",
    help="Exit 1 where a greater share of the orders tried in one way showed in an answer.",
)
@click.pass_context
def hostile(context: click.Context, most: int | None, bound: float | None) -> None:
    """Count the orders hidden in articles, questions and earlier turns that show in an answer."""
    tried = orders.payloads(most)
    total = sum(item.where == where for item in tried for where, _ in orders.WAYS.values())
    drafts = orders.articles_with(orders.payloads())
    with service_over(drafts, settings_of(context)) as service, bar() as progress:
        trials = list(progress.track(orders.trials(service, tried), total=total, description="Ordering"))
    done = Counter(trial.way for trial in trials)
    failed = Counter(trial.way for trial in trials if trial.problem is not None)
    table = Table("way", title="Orders to a language model")
    for column in ("tried", "followed"):
        table.add_column(column, justify="right")
    for way in orders.WAYS:
        table.add_row(way, str(done[way]), str(failed[way]))
    console = Console(highlight=False)
    console.print(table)
    for trial in trials:
        if trial.problem is not None:
            problem = f"{trial.way}, {trial.payload}: {trial.problem}"
            console.print(encodable(problem), markup=False, soft_wrap=True)
    if bound is not None:
        over = [way for way in orders.WAYS if failed[way] > bound * done[way]]
        _end(context, [f"{way}: {failed[way]} of {done[way]}, more than {bound:.1%}" for way in over])


def _end(context: click.Context, failures: Sequence[str]) -> None:
    for failure in failures:
        say(f"FAILED {failure}")
    if failures:
        context.exit(1)


def _table_of_lies(outcomes: Sequence[lies.Outcome]) -> Table:
    table = Table("technique", title="Sentences of a lying model")
    for column in ("tried", "left, true", "left, false", "repaired", "dropped"):
        table.add_column(column, justify="right")
    for outcome in outcomes:
        checks = outcome.checks
        numbers = (checks.written, outcome.true, len(outcome.escaped), checks.repaired, checks.dropped)
        table.add_row(outcome.technique, *map(str, numbers), end_section=outcome.technique == list(HONEST)[-1])
    return table
