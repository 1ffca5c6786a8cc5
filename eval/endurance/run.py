"""Trials of whether anything is lost, each a table with a seed: `python -m eval.endurance.run kills --times 200`.

With `-o FILE` what came of each time is kept there, and a trial that was stopped goes on where it was. The exit code is
1 where something was lost.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console

from eval.endurance import changes as changes_
from eval.endurance import corruptions as corruptions_
from eval.endurance import disk as disk_
from eval.endurance import encodings as encodings_
from eval.endurance import kills as kills_
from eval.endurance import load as load_
from eval.endurance import sequences as sequences_
from eval.endurance import stop as stop_
from eval.endurance.outcomes import Kept, Outcome, losses, machine, table
from index.model.bundled import bundled_model
from index.model.embedder import Embedder
from index.storage.errors import IndexingError
from rag.cli.common import bar, say

# Works in a folder of its own on some of the numbers from 0, with a seed; yields one outcome for each.
Trial = Callable[[Path, range, int], Iterator[Outcome]]


@click.group()
def main() -> None:
    """Kill it, fill its disk, damage its files, crowd it: is anything lost?"""


def _trial(times: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command with the options that all have."""

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        file = click.Path(dir_okay=False, path_type=Path)
        command = click.option("-o", "file", type=file, help="Keep what came of each time there.")(command)
        command = click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))(command)
        command = click.option("--times", default=times, show_default=True, type=click.IntRange(min=1))(command)
        return main.command()(command)

    return decorated


@_trial(200)
@click.option("--database", metavar="ADDRESS", help="A PostgreSQL server instead of a file; a schema is made there.")
def kills(times: int, seed: int, file: Path | None, database: str | None) -> None:
    """Kill a process that changes articles, at any moment."""
    conduct("kills on a server" if database else "kills", partial(kills_.trial, address=database), times, seed, file)


@_trial(372)
@click.option(
    "--volume",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder on a small volume, such as a tmpfs of 24 MB, to be filled; without one, files are limited.",
)
def disk(times: int, seed: int, file: Path | None, volume: Path | None) -> None:
    """Let the disk be full at every 64 KiB."""
    conduct("disk, a volume" if volume else "disk", partial(disk_.trial, volume=volume), times, seed, file)


@_trial(1000)
def corruptions(times: int, seed: int, file: Path | None) -> None:
    """Damage files of the indexes."""
    conduct("corruptions", corruptions_.trial, times, seed, file)


@_trial(1000)
def sequences(times: int, seed: int, file: Path | None) -> None:
    """Change articles and indexes in any order, and compare with an archive made anew."""
    conduct("sequences", sequences_.trial, times, seed, file)


@_trial(50)
def changes(times: int, seed: int, file: Path | None) -> None:
    """Ask 200 questions across each of so many changes of generation."""
    conduct("changes", changes_.trial, times, seed, file)


@_trial(50)
@click.option("--data", default=Path("data"), type=click.Path(file_okay=False, path_type=Path), help="Data folder.")
def encodings(times: int, seed: int, file: Path | None, data: Path) -> None:
    """Embed with the bundled model by 16 threads, 80 texts a time."""
    embedder = Embedder.load(bundled_model(data, say))
    conduct("encodings", partial(encodings_.trial, embedder=embedder), times, seed, file)


@_trial(60)
def load(times: int, seed: int, file: Path | None) -> None:
    """Ask a server ten times too much for so many seconds."""
    conduct("load", load_.trial, times, seed, file)


@_trial(50)
def stop(times: int, seed: int, file: Path | None) -> None:
    """End a server while so many streams are open."""
    conduct("stop", stop_.trial, times, seed, file)


def conduct(name: str, trial: Trial, times: int, seed: int, file: Path | None) -> None:
    """Run what is still to be run of a trial, and print the table of all of it."""
    kept = Kept(file, {"trial": name, "seed": seed})
    done = len(kept.outcomes)
    with TemporaryDirectory(prefix="hoidap-") as folder, bar() as progress:
        task = progress.add_task(name, total=times, completed=done)
        try:
            for outcome in trial(Path(folder), range(done, times), seed) if done < times else ():
                kept.add(outcome)
                progress.advance(task)
        except IndexingError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{name}, seed {seed}; {machine()}")
    Console(width=140, highlight=False).print(table(kept.outcomes))
    for line in losses(kept.outcomes):
        click.echo(line)
    sys.exit(1 if any(outcome.lost for outcome in kept.outcomes) else 0)


if __name__ == "__main__":
    # That indexes are damaged or behind is what is tried here.
    logging.disable(logging.WARNING)
    main()
