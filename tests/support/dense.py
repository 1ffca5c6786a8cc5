"""Dense indexes made of given vectors."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from index.arrays import Vectors
from index.derived.candidates import AUTO
from index.derived.vectors import VectorIndex, chosen, written
from index.model.centring import Centring
from index.records import ChunkBatch


def page(
    ids: Sequence[int],
    vectors: Vectors,
    days: Sequence[date | None] | None = None,
    sources: Sequence[str | None] | None = None,
) -> ChunkBatch:
    """Chunks without texts."""
    nothing, empty = [None] * len(ids), [""] * len(ids)
    return ChunkBatch(np.array(ids, np.int64), vectors, empty, empty, days or nothing, sources or nothing)


def built(
    folder: Path, pages: Iterable[ChunkBatch], dimension: int, kind: str = AUTO, centring: Centring | None = None
) -> VectorIndex:
    """The index of pages, written to a folder."""
    list(written(folder, pages, centring))
    return VectorIndex.load(folder, dimension, chosen(folder, dimension, kind), centring)
