"""A disk that is full at every 64 KiB, through ingestion, the making of a generation, and the start of a service.

Each time a process (`eval.endurance.filling`) has room for 64 KiB more. What it acknowledged must be there when there
is room again, nothing else, and what was found before must be found while there is none.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.endurance.filling import ENCODER, FIRST, LATER, articles, ballast, found
from eval.endurance.outcomes import Outcome
from eval.endurance.stand_ins import catalogue, ingester, whole
from index.store.store import Store

STEP = 64 * 1024
_STAGES = ("ingestion", "generation", "start")
_FIRST, _LATER = ({item.article.id for item in articles(numbers)} for numbers in (FIRST, LATER))


def trial(folder: Path, numbers: range, seed: int, volume: Path | None = None) -> Iterator[Outcome]:  # noqa: ARG001
    """Room for `number // 3 + 1` steps, by turns for each stage. There is nothing for the seed to choose.

    `volume` is an empty folder on a volume that is small enough to be filled; without one, files are limited.
    """
    for stage in _STAGES:
        _prepare(folder / stage, stage)
    before = _found(folder / "ingestion")
    for number in numbers:
        stage, room = _STAGES[number % 3], (number // 3 + 1) * STEP
        with TemporaryDirectory(dir=volume or folder) as name:
            place = shutil.copytree(folder / stage, Path(name) / "data")
            said, faults = _run(place, stage, room, "volume" if volume else "file")
            faults += [*wrong(said, stage, before), *lost(place, before)]
        counts = {"acknowledged": sum(line.startswith("in ") for line in said)}
        kind = f"{stage}, {'full' if 'full' in said else 'it fits'}"
        yield Outcome(kind, counts, {"MiB": room / 2**20}, "; ".join(faults))


def _prepare(place: Path, stage: str) -> None:
    """A folder with a generation of the first articles; to be started with, with all of the articles."""
    place.mkdir()
    with closing(Store(place / "truth.sqlite3")) as store:
        taking = ingester(store, ENCODER)
        list(taking.ingest(articles(FIRST)))
        catalogue(store, place / "generations", ENCODER).close()
        if stage == "start":
            list(taking.ingest(articles(LATER)))


def _found(place: Path) -> int:
    with TemporaryDirectory() as name:
        copy = shutil.copytree(place, Path(name) / "data")
        with (
            closing(Store(copy / "truth.sqlite3")) as store,
            closing(catalogue(store, copy / "generations", ENCODER)) as indexes,
        ):
            return found(store, indexes)


def _run(place: Path, stage: str, room: int, limit: str) -> tuple[list[str], list[str]]:
    """What the process said, and what is wrong about its end."""
    child = subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, "-m", "eval.endurance.filling", str(place), stage, str(room), limit],
        capture_output=True,
        text=True,
        check=False,
    )
    ballast(place).unlink(missing_ok=True)
    failed = [f"it ended with {child.returncode}: {child.stderr.strip()[-300:]}"] if child.returncode else []
    return child.stdout.splitlines(), failed


def wrong(said: Sequence[str], stage: str, before: int) -> Iterator[str]:
    """What is wrong about what was there and found while the disk was full, and about how the process went on."""
    if list(said) == ["full"] and stage == "start":
        return  # it could not even open what is there, and said why
    told = {line.partition(" ")[0]: line.partition(" ")[2] for line in said}
    taken = {line.removeprefix("in ") for line in said if line.startswith("in ")}
    if {*told.get("there", "").split()} != _FIRST | (taken if stage == "ingestion" else _LATER):
        yield "other articles are there than were acknowledged"
    if told.get("found") != str(before):
        yield f"{told.get('found', 'nothing')} of {before} chunks are found while the disk is full"
    if "goes on" not in said:
        yield "it does not go on once there is room"


def lost(place: Path, before: int) -> Iterator[str]:
    """What is wrong with what the process left, and with how the next one goes on."""
    with closing(Store(place / "truth.sqlite3")) as store:
        yield from store.check()
        if {article.id for article in store.articles(1000)} != _FIRST | _LATER:
            yield "other articles are there than were sent"
        with closing(catalogue(store, place / "generations", ENCODER)) as indexes:
            indexes.publish()
            if not whole(store, indexes) or found(store, indexes) != before:
                yield "the next does not find what is there"
