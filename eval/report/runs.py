"""Runs as they lie on the disk: finished, unfinished, or empty."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

from pydantic import JsonValue, TypeAdapter

from eval.data.files import parsed
from eval.records import Result
from eval.report.measures import NONE
from eval.runs.compare import Paired, compare
from eval.runs.manifest import RunManifest, read_manifest
from index.storage.errors import Refused

# More would neither fit beside each other nor have colours that tell them apart.
MOST_RUNS = 4
_RESULT = TypeAdapter(Result)
_MANIFEST = TypeAdapter(RunManifest)
# Shown in places of their own.
_SHOWN_ELSEWHERE = {"summary", "started", "finished", "commit", "dirty"}


@dataclass(frozen=True, slots=True)
class Run:
    """A run under a letter by which the page calls it. `suites` holds results in the order they came."""

    letter: str
    name: str
    folder: Path
    manifest: RunManifest
    suites: Mapping[str, tuple[Result, ...]]

    def planned(self, suite: str) -> int | None:
        """How many cases the suite has by the manifest, which may not name it."""
        return next((entry.cases for entry in self.manifest.suites if entry.name == suite), None)


@dataclass(frozen=True, slots=True)
class Against:
    """A run compared with the first: by suite and measure, or a note that says why not."""

    measures: Mapping[str, Mapping[str, Paired]]
    note: str = ""


def read_runs(folders: Sequence[Path]) -> list[Run]:
    """The runs, as A, B and so on. Refused where a folder is no run, or there are none or too many."""
    if not 1 <= len(folders) <= MOST_RUNS:
        raise Refused(f"{len(folders)} runs were given, and a report takes 1 to {MOST_RUNS}; name so many")
    return [_read(folder, letter) for folder, letter in zip(folders, ascii_uppercase, strict=False)]


def against(first: Run, run: Run) -> Against:
    """What `eval.runs.compare` finds; nothing while a run goes on, when what is missing would look like a change."""
    both = f"{run.letter} is not compared with {first.letter}"
    if not (first.manifest.finished and run.manifest.finished):
        return Against({}, f"{both} before both runs are finished.")
    try:
        suites = compare(first.folder, run.folder).suites
    except Refused as refused:
        return Against({}, f"{both}: {refused}")
    return Against({suite.name: {paired.measure: paired for paired in suite.measures} for suite in suites})


def settings_of(runs: Sequence[Run]) -> dict[str, list[str]]:
    """Everything that results hang on, by dotted name: its value in each run, and a dash where it has none."""
    flat = [dict(_flat(_MANIFEST.dump_python(run.manifest, mode="json", exclude=_SHOWN_ELSEWHERE))) for run in runs]
    return {name: [one.get(name, NONE) for one in flat] for name in dict.fromkeys(name for one in flat for name in one)}


def _flat(value: JsonValue, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            # Suites are known by their names, whatever their order.
            known = inner.get("name", number) if isinstance(inner, dict) else number
            yield from _flat(inner, f"{place}.{known}")
    else:
        yield place, NONE if value is None else str(value)


def _read(folder: Path, letter: str) -> Run:
    manifest = read_manifest(folder)
    files = {path.stem: path for path in sorted(folder.glob("*.jsonl")) if not path.stem.endswith(".judged")}
    names = dict.fromkeys([*(entry.name for entry in manifest.suites), *files])
    whole = manifest.finished is not None
    suites = {name: tuple(_results(files[name], whole)) if name in files else () for name in names}
    # A folder's name may hold bytes that are not UTF-8, which no page can.
    shown = os.fsencode(folder.resolve().name).decode("utf-8", "replace")
    return Run(letter, shown, folder, manifest, suites)


def _results(path: Path, whole: bool) -> Iterator[Result]:
    lines = path.read_bytes().split(b"\n")
    # What stands behind the last line break of an unfinished run is still being written.
    for number, line in enumerate(lines if whole else lines[:-1], start=1):
        if line.strip():
            yield parsed(line, _RESULT, f"{path}, line {number}")
