"""The dense index: exact inner-product search with FAISS over normalised vectors.

A `VectorIndex` is never changed once made: `with_changes` gives a new one, so that a search that runs on the old one
is undisturbed (FAISS allows concurrent searches, but no search beside a mutation). Where the embedding model has a
`Centring`, vectors and questions are moved by it before they are compared.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import faiss
import numpy as np

from index.arrays import Ids, Scored, Vectors
from index.model.centring import Centring
from index.storage.files import write_durably

# A flat index parallelises over queries only, and each search here has one.
faiss.omp_set_num_threads(1)


def best(k: int, size: int, search: Callable[[int], Scored]) -> Scored:
    """The k best of `size` chunks, best first, ties by id.

    `search(n)` gives the n best with ties in any order, so the run of equal scores at the end is searched whole.
    """
    wide = min(k + 1, size)
    while True:
        found = sorted(search(wide), key=lambda hit: (-hit[1], hit[0]))
        if len(found) < wide or wide == size or found[-1][1] < found[k - 1][1]:
            return found[:k]
        wide = min(2 * wide, size)


class VectorIndex:
    """Chunk vectors by chunk id; scores are cosines, of vectors of length 1 or after `centring`.

    Vectors are float32 of shape (n, dimension), ids int64 of shape (n,).
    """

    def __init__(self, flat: faiss.IndexIDMap, centring: Centring | None) -> None:
        self._faiss = flat
        self._centring = centring

    @classmethod
    def build(
        cls, dimension: int, pages: Iterable[tuple[Ids, Vectors]], centring: Centring | None = None
    ) -> "VectorIndex":
        """Index pages of chunk ids and their vectors."""
        made = cls(faiss.IndexIDMap(faiss.IndexFlatIP(dimension)), centring)
        for ids, vectors in pages:
            made._faiss.add_with_ids(made._moved(vectors), ids)
        return made

    @classmethod
    def load(cls, folder: Path, centring: Centring | None = None) -> "VectorIndex":
        """Read what `save` wrote of an index with this centring.

        OSError or RuntimeError where the file is missing or broken.
        """
        stored = np.fromfile(folder / "vectors.faiss", dtype=np.uint8)
        return cls(faiss.deserialize_index(stored), centring)

    def save(self, folder: Path) -> None:
        """Write the index to a folder, synced to disk (FAISS's own writer does not sync)."""
        write_durably(folder / "vectors.faiss", faiss.serialize_index(self._faiss).tobytes())

    def with_changes(self, removed: Sequence[int], ids: Ids, vectors: Vectors) -> "VectorIndex":
        """A new index without the removed chunks and with the added ones."""
        changed = faiss.clone_index(self._faiss)
        if len(removed):
            changed.remove_ids(np.asarray(removed, dtype=np.int64))
        if len(ids):
            changed.add_with_ids(self._moved(vectors), ids)
        return VectorIndex(changed, self._centring)

    def search(self, query: Vectors, k: int, within: Ids | None = None) -> Scored:
        """Return (chunk id, cosine) of the k chunks nearest to a query: best first, ties by id.

        `query` is float32 of shape (dimension,) and of length 1; `within`, int64 of shape (n,), restricts the search
        to those ids.
        """
        if k <= 0 or not self._faiss.ntotal:
            return []
        parameters = None
        if within is not None:
            # Made for this search alone: search parameters may not be shared between threads.
            selector = faiss.IDSelectorBatch(within)
            parameters = faiss.SearchParameters(sel=selector)

        asked = self._moved(query.reshape(1, -1))

        def nearest(n: int) -> Scored:
            scores, ids = self._faiss.search(asked, n, params=parameters)
            return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]

        return best(k, self._faiss.ntotal, nearest)

    def ids(self) -> set[int]:
        """The ids of all chunks that the index holds."""
        return set(faiss.vector_to_array(self._faiss.id_map).tolist())

    def _moved(self, vectors: Vectors) -> Vectors:
        return self._centring.moved(vectors) if self._centring else np.ascontiguousarray(vectors)
