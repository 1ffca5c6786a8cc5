"""Generations of what replicas load beside a collection: statistics, syllables, and a manifest that names it.

A generation lies in the database, packed as the ZIP of its files.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from index.cluster.statistics import Statistics
from index.derived.generations import BrokenGenerationError, check_whole
from index.language.diacritics.restore import SyllableModel
from index.storage.files import sha256

# Rises whenever rows, vectors or files are made otherwise. Each layout has collections and generations of its own.
LAYOUT = 1
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation belongs to, and the SHA-256 of each of its files.

    It was counted at `sequence`. `averages` are the mean lengths of the fields that the collection's vectors are made
    with, which are those of its first generation. `centring` is the digest of the model's.
    """

    collection: str
    averages: Mapping[str, float]
    model: str
    dimension: int
    centring: str
    sequence: int
    files: Mapping[str, str] = field(default_factory=dict)
    version: int = LAYOUT


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation as it is read."""

    manifest: Manifest
    statistics: Statistics
    syllables: SyllableModel


def packed(generation: Generation) -> bytes:
    """A generation as the database holds it."""
    content = BytesIO()
    with TemporaryDirectory() as made, ZipFile(content, "w", ZIP_DEFLATED) as archive:
        folder = Path(made)
        generation.statistics.save(folder)
        generation.syllables.save(folder)
        manifest = {**asdict(generation.manifest), "files": _checksums(folder)}
        archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
        for path in folder.iterdir():
            archive.write(path, path.name)
    return content.getvalue()


def unpacked(content: bytes) -> Generation:
    """Read a generation; BrokenGenerationError where a file is missing or changed, or another release wrote it."""
    try:
        # What is mapped stays mapped when its file goes.
        with TemporaryDirectory() as made, ZipFile(BytesIO(content)) as archive:
            folder = Path(made)
            archive.extractall(folder)
            manifest = Manifest(**json.loads((folder / _MANIFEST).read_bytes()))
            check_whole(manifest.version, LAYOUT, manifest.files, _checksums(folder))
            return Generation(manifest, Statistics.load(folder), SyllableModel.load(folder))
    except (OSError, ValueError, TypeError, AttributeError, BadZipFile) as error:
        raise BrokenGenerationError(f"it cannot be read: {error}") from error


def _checksums(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path) for path in sorted(folder.iterdir()) if path.name != _MANIFEST}
