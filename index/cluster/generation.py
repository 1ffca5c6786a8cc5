"""Generations of what replicas load beside a collection: statistics, syllables, and a manifest that names it.

A generation is a folder `gen-N` that all replicas read. It is written to `gen-N.tmp`, synced and renamed, so a folder
without `.tmp` is whole.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from index.cluster.statistics import Statistics
from index.derived.generations import BrokenGenerationError, check_whole
from index.language.diacritics.restore import SyllableModel
from index.storage.files import sha256, sync, write_durably

# Rises whenever rows, vectors or files are made otherwise, so that older collections are made again.
_VERSION = 1
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation belongs to, and the SHA-256 of each of its files.

    It was counted at `sequence`. `averages` are the mean lengths of the fields that the collection's vectors are made
    with, which are those of its first generation. `centring` is the digest of the model's, `store` the identity of the
    database.
    """

    collection: str
    averages: Mapping[str, float]
    model: str
    dimension: int
    centring: str
    store: str
    sequence: int
    files: Mapping[str, str] = field(default_factory=dict)
    version: int = _VERSION


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation as it is read."""

    manifest: Manifest
    statistics: Statistics
    syllables: SyllableModel


def write(folder: Path, generation: Generation) -> None:
    """Write a generation whole; `folder` must not exist, but for what a try that broke off left beside it."""
    building = folder.with_suffix(".tmp")
    building.mkdir(exist_ok=True)
    generation.statistics.save(building)
    generation.syllables.save(building)
    manifest = {**asdict(generation.manifest), "files": _checksums(building)}
    write_durably(building / _MANIFEST, json.dumps(manifest, indent=1).encode())
    building.rename(folder)
    sync(folder.parent)


def read(folder: Path) -> Generation:
    """Read a generation; BrokenGenerationError where a file is missing or changed, or another release wrote it."""
    try:
        manifest = Manifest(**json.loads((folder / _MANIFEST).read_bytes()))
        check_whole(manifest.version, _VERSION, manifest.files, _checksums(folder))
        return Generation(manifest, Statistics.load(folder), SyllableModel.load(folder))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BrokenGenerationError(f"it cannot be read: {error}") from error


def _checksums(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path) for path in sorted(folder.iterdir()) if path.name != _MANIFEST}
