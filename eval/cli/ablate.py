"""`hoidap eval ablate`."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from eval.ablation.measure import Gain, ablated
from eval.ablation.sets import SETS, read_set
from eval.ablation.systems import SYSTEMS, System
from eval.runs.corpus import identity, opened_bench, opened_corpus
from index.storage.files import write_durably
from rag.cli.common import bar, getting_ready, settings_of

_WIDE = 160  # characters of a line of a table in a file
_GAINS = TypeAdapter(dict[str, list[Gain] | list[str]])


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--system", "names", multiple=True, type=click.Choice([one.name for one in SYSTEMS]), help="Only this.")
@click.option("--set", "sets", multiple=True, type=click.Choice(SETS), help="Only on this set.")
@click.option("--cases", type=click.IntRange(1), default=300, show_default=True, help="Most questions of a set.")
@click.option("-o", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write the gains as JSON, too.")
@click.pass_context
def ablate(
    context: click.Context, folder: Path, names: tuple[str, ...], sets: tuple[str, ...], cases: int, target: Path | None
) -> None:
    """Switch each hand-made system off and measure what is lost, on sets that it was not made on.

    FOLDER has benchmarks/ and seeds/. A gain is the score with the system less that without it, with its 95 % interval.
    """
    systems = [one for one in SYSTEMS if not names or one.name in names]
    chosen = [name for name in SETS if (not sets or name in sets) and any(name in one.sets for one in systems)]
    found: list[Gain] = []
    told = Console(highlight=False)
    if not told.is_terminal:
        told.width = _WIDE
    with getting_ready(opened_bench(settings_of(context))) as bench:
        for name in chosen:
            one = read_set(name, folder, cases)
            touching = [system for system in systems if name in system.sets]
            with opened_corpus(one.articles, identity(one.articles, bench), bench) as service, bar() as progress:
                task = progress.add_task(name, total=None)
                gains = list(ablated(name, one, touching, service, partial(progress.advance, task)))
            # A set takes up to an hour: what it gave is told before the next one begins.
            told.print(_table(gains))
            found += gains
    unmeasured = _unmeasured(systems, found)
    for name in unmeasured:
        click.echo(f"unmeasured: {name}")
    if target is not None:
        write_durably(target, _GAINS.dump_json({"gains": found, "unmeasured": unmeasured}, indent=2) + b"\n")


def _unmeasured(systems: Sequence[System], found: Sequence[Gain]) -> list[str]:
    """The systems that no case was touched by."""
    touched = {gain.system for gain in found if gain.touched}
    return [system.name for system in systems if system.name not in touched]


def _table(found: Sequence[Gain]) -> Table:
    table = Table("system", "set", "measure", title="What each system is worth")
    for column in ("cases", "touched", "with", "without", "gain", "95 %"):
        table.add_column(column, justify="right")
    table.add_column("verdict")
    for place, one in enumerate(found):
        gain = one.gain
        bounds = "" if gain.low is None or gain.high is None else f"{gain.low:+.3f} to {gain.high:+.3f}"
        numbers = (str(gain.n), str(one.touched), f"{one.on:.3f}", f"{one.off:.3f}", f"{gain.mean:+.3f}", bounds)
        ends = place + 1 == len(found) or found[place + 1].system != one.system
        table.add_row(one.system, one.set, one.measure, *numbers, one.verdict, end_section=ends)
    return table
