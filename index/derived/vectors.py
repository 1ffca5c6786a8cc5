"""The dense index: the chunks whose vectors have the highest cosines to a question's.

A generation's vectors lie in one file, which is mapped, not read; what came since lies in memory, and what was removed
since is masked. Small parts are searched exactly; of a large one FAISS names candidates (`index.derived.candidates`),
which are then compared exactly. So every score is the exact cosine.

A `VectorIndex` is never changed once made: `with_changes` gives a new one that shares the generation's part, so that a
search that runs on the old one is undisturbed. Where the embedding model has a `Centring`, vectors and questions are
moved by it before they are compared.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.arrays import Ids, Scored, Vectors
from index.derived.candidates import AUTO, FLAT, Candidates, Choice, choose, wanted
from index.derived.marks import Marks, Mask
from index.model.centring import Centring
from index.records import NO_FILTERS, ChunkBatch, Filters
from index.storage.files import sync

_VECTORS, _CANDIDATES = "vectors.f32", "candidates.faiss"
_COLUMNS = ("ids", "days", "sources")
# Where no more than these and this share pass, they are gathered: that costs less than passing the others over.
_FEW, _SHARE = 10_000, 0.125


def best(k: int, size: int, search: Callable[[int], Scored]) -> Scored:
    """The k best of `size` chunks, best first, ties by id.

    `search(n)` gives the n best with ties in any order, so the run of equal scores at the end is searched whole.
    """
    wide = min(k + 1, size)
    while True:
        found = sorted(search(wide), key=_rank)
        if len(found) < wide or wide == size or found[-1][1] < found[k - 1][1]:
            return found[:k]
        wide = min(2 * wide, size)


def _rank(hit: tuple[int, float]) -> tuple[float, int]:
    return -hit[1], hit[0]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Chunks by rising id: `vectors` is float32 of shape (n, dimension); those that are not `alive` were removed."""

    ids: Ids
    vectors: Vectors
    marks: Marks
    alive: Mask | None = None
    candidates: Candidates | None = None

    @classmethod
    def of(cls, page: ChunkBatch, vectors: Vectors) -> "Part":
        """The chunks of a page, in memory."""
        return cls(page.ids, vectors, Marks.of(page.days, page.sources))

    def without(self, removed: Ids) -> "Part":
        """This part with some chunks masked."""
        rows = self.rows(removed)
        if not len(rows):
            return self
        alive = np.ones(len(self.ids), np.bool_) if self.alive is None else self.alive.copy()
        alive[rows] = False
        return replace(self, alive=alive)

    def joined(self, newer: "Part") -> "Part":
        """What is alive of this part, and a newer one."""
        kept = slice(None) if self.alive is None else self.alive
        ids = np.concatenate([self.ids[kept], newer.ids])
        vectors = np.concatenate([self.vectors[kept], newer.vectors])
        marks = self.marks if self.alive is None else self.marks.at(self.alive)
        return Part(ids, vectors, marks.joined(newer.marks))

    def rows(self, ids: Ids) -> Ids:
        """The rows of those of the chunks that are here."""
        if not len(self.ids):
            return np.zeros(0, np.int64)
        rows: Ids = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        found: Ids = rows[self.ids[rows] == ids]
        return found

    def count(self, passing: Mask | None) -> int:
        """How many chunks are passing."""
        return len(self.ids) if passing is None else int(np.count_nonzero(passing))

    def passing(self, filters: Filters) -> Mask | None:
        """Which chunks are alive and pass the filters; None where all do."""
        if not filters:
            return self.alive
        passing = self.marks.passing(filters)
        return passing if self.alive is None else passing & self.alive

    def only(self, asked: Vectors, ids: Ids, filters: Filters) -> Scored:
        """The cosines of those of the chunks that are here, alive, and pass the filters."""
        rows = self.rows(ids)
        passing = self.marks.at(rows).passing(filters)
        if self.alive is not None:
            passing &= self.alive[rows]
        return self._gathered(asked, rows[passing], len(rows))

    def nearest(self, asked: Vectors, n: int, passing: Mask | None) -> Scored:
        """The n nearest of those that are passing, ties in any order."""
        count = self.count(passing)
        n = min(n, count)
        if passing is not None and count <= min(_FEW, _SHARE * len(self.ids)):
            return self._gathered(asked, np.flatnonzero(passing), n)
        if self.candidates is not None and wanted(n) < count:
            rows = self.candidates.rows(asked, wanted(n), passing)
            if len(rows) >= n:
                return self._gathered(asked, np.sort(rows), n)
        return self._scored(asked, self.vectors, self.ids, n, passing)

    def _gathered(self, asked: Vectors, rows: Ids, n: int) -> Scored:
        return self._scored(asked, self.vectors[rows], self.ids[rows], min(n, len(rows)))

    def _scored(self, asked: Vectors, vectors: Vectors, ids: Ids, n: int, passing: Mask | None = None) -> Scored:
        if not n:
            return []
        scores, rows = np.empty(n, np.float32), np.empty(n, np.int64)
        bits = None if passing is None else np.packbits(passing, bitorder="little")
        # One question has nothing to share out, and the threads that FAISS would keep for each that asks would have the
        # model's wait (see `index.model.embedder`). It holds for the calling thread alone.
        faiss.omp_set_num_threads(1)
        selector = None if bits is None else faiss.IDSelectorBitmap(bits)
        pointers = [faiss.swig_ptr(array) for array in (scores, rows)]
        # What IndexFlatIP calls; it takes the vectors where they lie.
        faiss.knn_inner_product(
            faiss.swig_ptr(asked), faiss.swig_ptr(vectors), vectors.shape[1], 1, len(vectors), n, *pointers, selector
        )
        return list(zip(ids[rows].tolist(), scores.tolist(), strict=True))


class VectorIndex:
    """Chunk vectors by chunk id: the `large` part of a generation, and the `live` one since.

    Scores are cosines, of vectors of length 1 or after `centring`.
    """

    def __init__(self, large: Part, live: Part, centring: Centring | None) -> None:
        self._parts = large, live
        self._centring = centring

    @classmethod
    def load(cls, folder: Path, dimension: int, choice: Choice, centring: Centring | None = None) -> "VectorIndex":
        """Map what `written` and `chosen` wrote of an index with this centring.

        OSError, ValueError or RuntimeError where a file is missing or broken.
        """
        ids, days, sources = (_mapped(folder / f"{column}.npy") for column in _COLUMNS)
        vectors = _matrix(folder / _VECTORS, dimension)
        if not len(ids) == len(days) == len(sources) == len(vectors):
            raise ValueError("its vectors, days and sources are not of the same chunks")
        if not (ids[:-1] < ids[1:]).all():
            raise ValueError("its chunks are not in order")
        candidates = None if choice.kind == FLAT else Candidates.load(folder / _CANDIDATES, choice.width)
        return cls(Part(ids, vectors, Marks(days, sources), None, candidates), _nothing(dimension), centring)

    def __len__(self) -> int:
        return sum(part.count(part.alive) for part in self._parts)

    def with_changes(self, removed: Sequence[int], added: ChunkBatch) -> "VectorIndex":
        """A new index without the removed chunks and with the added ones, whose ids rise."""
        gone = np.array(sorted(removed), np.int64)
        large, live = (part.without(gone) for part in self._parts)
        return VectorIndex(large, live.joined(Part.of(added, _moved(added.vectors, self._centring))), self._centring)

    def search(self, query: Vectors, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        """Return (chunk id, cosine) of the k chunks nearest to a query: best first, ties by id.

        `query` is float32 of shape (dimension,) and of length 1; `filters`, and `only`, int64 of shape (n,), restrict
        the search.
        """
        asked = _moved(query.reshape(1, self._parts[0].vectors.shape[1]), self._centring)
        if only is not None:
            hits = [hit for part in self._parts for hit in part.only(asked, only, filters)]
            return sorted(hits, key=_rank)[: max(k, 0)]
        parts = [(part, part.passing(filters)) for part in self._parts]
        size = sum(part.count(mask) for part, mask in parts)
        if k <= 0 or not size:
            return []

        def nearest(n: int) -> Scored:
            return sorted((hit for part, mask in parts for hit in part.nearest(asked, n, mask)), key=_rank)[:n]

        return best(k, size, nearest)

    def ids(self) -> Ids:
        """The ids of all chunks that the index holds, rising."""
        return np.concatenate([part.ids if part.alive is None else part.ids[part.alive] for part in self._parts])


def written(folder: Path, pages: Iterable[ChunkBatch], centring: Centring | None = None) -> Iterator[ChunkBatch]:
    """Write pages of chunks, whose ids rise, to a folder, synced to disk; yields each page once it is written."""
    columns: list[list[NDArray[Any]]] = [[np.zeros(0, kind)] for kind in (np.int64, np.int32, np.int64)]
    with (folder / _VECTORS).open("wb") as file:
        for page in pages:
            _moved(page.vectors, centring).astype("<f4").tofile(file)
            marks = Marks.of(page.days, page.sources)
            columns[0].append(page.ids)
            columns[1].append(marks.days)
            columns[2].append(marks.sources)
            yield page
    for name, column in zip(_COLUMNS, columns, strict=True):
        np.save(folder / f"{name}.npy", np.concatenate(column))
        sync(folder / f"{name}.npy")
    sync(folder / _VECTORS)


def chosen(folder: Path, dimension: int, asked: str = AUTO) -> Choice:
    """Choose how the vectors that were written to a folder are searched, and write what that needs beside them."""
    return choose(asked, _matrix(folder / _VECTORS, dimension), folder / _CANDIDATES)


def _nothing(dimension: int) -> Part:
    return Part.of(joined([], dimension), np.zeros((0, dimension), np.float32))


def _mapped(file: Path) -> NDArray[Any]:
    return np.asarray(np.lib.format.open_memmap(file, mode="r"))


def _matrix(file: Path, dimension: int) -> Vectors:
    if not file.stat().st_size:
        return np.zeros((0, dimension), np.float32)  # nothing cannot be mapped
    return np.asarray(np.memmap(file, "<f4", "r")).reshape(-1, dimension)


def _moved(vectors: Vectors, centring: Centring | None) -> Vectors:
    return centring.moved(vectors) if centring else np.ascontiguousarray(vectors)


def joined(batches: Sequence[ChunkBatch], dimension: int) -> ChunkBatch:
    """The chunks of several batches, or of none."""
    return ChunkBatch(
        np.concatenate([np.zeros(0, np.int64), *(batch.ids for batch in batches)]),
        np.concatenate([np.zeros((0, dimension), np.float32), *(batch.vectors for batch in batches)]),
        [text for batch in batches for text in batch.texts],
        [article for batch in batches for article in batch.articles],
        [day for batch in batches for day in batch.days],
        [source for batch in batches for source in batch.sources],
    )
