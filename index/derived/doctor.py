"""Consistency of the derived indexes with the database: what each generation should contain, and what it does."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.arrays import Ids
from index.derived.generations import BrokenGenerationError, GenerationManifest, generations, verified
from index.derived.terms import TermIndex
from index.derived.vectors import VectorIndex
from index.store.store import Store


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one part. `problem` is empty where all is well, and otherwise says what is wrong and what to do."""

    part: str
    state: str
    problem: str = ""


def examine(store: Store, folder: Path) -> Iterator[Finding]:
    """Check the database, then each generation in the folder, oldest first."""
    articles, chunks = store.counts()
    state = f"{articles} articles, {chunks} chunks, change {store.sequence()}"
    yield Finding("database", state, "; ".join(store.check()))
    for generation in generations(folder):
        yield _examine_generation(store, generation)


def _examine_generation(store: Store, folder: Path) -> Finding:
    try:
        manifest = verified(folder)
        vectors = VectorIndex.load(folder, manifest.dimension, manifest.choice)
        held = {"vector": vectors.ids(), "term": TermIndex.load(folder).ids()}
    except (BrokenGenerationError, OSError, RuntimeError, ValueError) as error:
        return Finding(folder.name, "broken", f"{error}; the next start leaves it aside and makes another")
    if manifest.sequence > store.sequence():
        return Finding(folder.name, "newer than the database", "run `hoidap rebuild`")
    later = _ids_after(store, manifest)
    # Between the generation and now chunks came (they are replayed) and went (the log names them).
    expected = np.setdiff1d(store.chunk_ids(), later)
    known = np.append(expected, np.array(store.gone(manifest.sequence), np.int64))
    differences = {name: (np.setdiff1d(expected, ids), np.setdiff1d(ids, known)) for name, ids in held.items()}
    problems = [
        f"the {name} index lacks {len(lacking)} chunks and holds {len(unknown)} unknown ones; run `hoidap rebuild`"
        for name, (lacking, unknown) in differences.items()
        if len(lacking) or len(unknown)
    ]
    state = f"{manifest.chunks} chunks up to change {manifest.sequence}, {len(later)} to replay"
    return Finding(folder.name, state, "; ".join(problems))


def _ids_after(store: Store, manifest: GenerationManifest) -> Ids:
    pages = store.passages(manifest.sequence, store.sequence(), manifest.model, manifest.dimension)
    return np.concatenate([np.zeros(0, np.int64), *(page.ids for page in pages)])
