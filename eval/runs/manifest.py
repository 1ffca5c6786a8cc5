"""What a run was made with, so that another can be compared with it, or go on where it stopped."""

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pydantic import JsonValue, TypeAdapter

from eval.data.files import read_json
from eval.data.suites import Options
from eval.scores import Interval
from index.storage.files import sha256, write_durably
from prompts import Prompts
from rag.answer.calibration import FITTED
from rag.settings import Settings

FILE = "manifest.json"
_PACKAGES = ("faiss-cpu", "sentence-transformers", "tantivy", "torch")
# Where things lie and who may reach them: no answer hangs on these.
_PLACES = {"data", "host", "port", "queue", "body_megabytes", "states_megabytes"}


@dataclass(frozen=True, slots=True)
class SuiteEntry:
    """A suite of the run: `given` as on the command line, and the identity of its index (see `eval.runs.corpus`)."""

    name: str
    given: str
    cases: int
    articles: int
    corpus: str
    options: Options


@dataclass(frozen=True, slots=True)
class RunManifest:
    """Everything that results hang on. `commit` is None outside of git; `finished` until the run is."""

    version: str
    commit: str | None
    dirty: bool | None
    started: str
    finished: str | None
    settings: Mapping[str, JsonValue]
    model: Mapping[str, str]
    chunking: Mapping[str, int]
    k: int
    prompts: Mapping[str, str]
    calibration: str
    packages: Mapping[str, str]
    suites: tuple[SuiteEntry, ...]
    summary: Mapping[str, Mapping[str, Interval]]

    def ended(self, summary: Mapping[str, Mapping[str, Interval]]) -> "RunManifest":
        """The same, with its results."""
        return replace(self, finished=_now(), summary=summary)


_MANIFEST = TypeAdapter(RunManifest)


def manifest_of(settings: Settings, precision: str, fingerprint: str, suites: tuple[SuiteEntry, ...]) -> RunManifest:
    """The manifest of a run that starts now, with the model of a fingerprint in an arithmetic."""
    commit, dirty = version_of_code(Path(__file__).parents[2])
    return RunManifest(
        version("hoidap"),
        commit,
        dirty,
        _now(),
        None,
        {**settings.model_dump(mode="json", exclude=_PLACES), "precision": precision},
        {"name": settings.embedding_model, "fingerprint": fingerprint},
        {"max_tokens": settings.chunk_tokens},
        settings.k,
        Prompts(settings.prompts).hashes(),
        sha256(FITTED),
        {package: version(package) for package in _PACKAGES},
        suites,
        {},
    )


def write_manifest(folder: Path, manifest: RunManifest) -> None:
    """Replace the manifest of a run."""
    write_durably(folder / FILE, _MANIFEST.dump_json(manifest, indent=2) + b"\n")


def read_manifest(folder: Path) -> RunManifest:
    """The manifest of a run. Refused where there is none, or it is of another form."""
    return read_json(folder / FILE, _MANIFEST)


def difference(before: RunManifest, now: RunManifest) -> str | None:
    """The first thing other than time in which two manifests differ, named with both values."""
    ours, theirs = (
        _MANIFEST.dump_python(replace(m, started="", finished=None, summary={}), mode="json") for m in (now, before)
    )
    return next(_differences(theirs, ours, ""), None)


def _differences(before: JsonValue, now: JsonValue, place: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*before, *now)):
            yield from _differences(before.get(key), now.get(key), f"{place}.{key}" if place else key)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for number, (old, new) in enumerate(zip(before, now, strict=True)):
            yield from _differences(old, new, f"{place}.{number}")
    elif before != now:
        yield f"{place} was {before!r} and is {now!r} now"


def version_of_code(root: Path) -> tuple[str | None, bool | None]:
    """The commit of our own repository, and whether the code differs from it. None where this is no checkout."""
    try:
        asked = subprocess.run(
            ["/usr/bin/env", "git", "rev-parse", "--show-toplevel", "HEAD"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
        changed = subprocess.run(
            ["/usr/bin/env", "git", "status", "--porcelain", "--", "index", "rag", "prompts", "eval"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None, None
    top, commit = asked.stdout.splitlines()
    return (commit, bool(changed.stdout)) if Path(top).resolve() == root.resolve() else (None, None)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
