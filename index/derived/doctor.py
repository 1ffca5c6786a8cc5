"""Consistency of the derived indexes with the database: what each generation should contain, and what it does."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
        held = {"vector": VectorIndex.load(folder).ids(), "term": TermIndex.load(folder).ids()}
    except (BrokenGenerationError, OSError, RuntimeError, ValueError) as error:
        return Finding(folder.name, "broken", f"{error}; the next start leaves it aside and makes another")
    if manifest.sequence > store.sequence():
        return Finding(folder.name, "newer than the database", "run `hoidap rebuild`")
    later = _ids_after(store, manifest)
    # Between the generation and now chunks came (they are replayed) and went (the log names them).
    expected = store.chunk_ids() - later
    gone = set(store.gone(manifest.sequence))
    problems = [
        f"the {name} index lacks {len(expected - ids)} chunks and holds {len(ids - expected - gone)} unknown ones; "
        "run `hoidap rebuild`"
        for name, ids in held.items()
        if expected - ids or ids - expected - gone
    ]
    state = f"{manifest.chunks} chunks up to change {manifest.sequence}, {len(later)} to replay"
    return Finding(folder.name, state, "; ".join(problems))


def _ids_after(store: Store, manifest: GenerationManifest) -> set[int]:
    pages = store.passages(manifest.sequence, store.sequence(), manifest.model, manifest.dimension)
    return {chunk for page in pages for chunk in page.ids.tolist()}
