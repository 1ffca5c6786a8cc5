"""Candidates for the nearest vectors of a large archive, by an approximate FAISS index that is chosen by measuring.

The index is trained on a sample of the archive itself, and its search is widened until it finds enough of what exact
search finds (see `choose`). It gives rows, not scores: who asks compares the vectors themselves.

By itself it is an inverted file of product codes, 4 bits for two dimensions, which are compared in registers (André,
Kermarrec and Le Scouarnec 2015). Passages lie so scattered that many lists must be looked through: at the same share of
the nearest, 8-bit codes took eight times as long.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np

from index.arrays import Ids, Vectors
from index.derived.marks import Mask
from index.storage.files import sync

_log = logging.getLogger(__name__)

AUTO, FLAT = "auto", "Flat"
# The kinds whose parameters for one search are known here.
_SEARCHED = faiss.IndexIVF | faiss.IndexHNSW | faiss.IndexScalarQuantizer
# Up to here exact search takes some 15 ms on one core.
_FLAT_UP_TO = 100_000
# At least this share of the nearest 10 is found, of so many vectors of the archive.
_RECALL, _NEAREST, _ASKED = 0.985, 10, 300
# The widest search of a graph.
_WIDEST = 4096
# Vectors that each list's centre is fitted on, and that are added at once.
_A_LIST, _AT_ONCE = 50, 50_000


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of index as FAISS's factory names it, how wide it searches, and the share of the nearest that it finds.

    `width` is `nprobe` of an inverted file, `efSearch` of a graph, and 0 where there is nothing to set.
    """

    kind: str = FLAT
    width: int = 0
    recall: float = 1.0


def wanted(n: int) -> int:
    """How many candidates are compared exactly for the n nearest."""
    # Of 1,000,000 chunks 3, 5 and 10 for each led to 0.90, 0.95 and 0.99 of the nearest 100, in 5.9, 5.5 and 7.7 ms.
    return 10 * max(n, 100)


class Candidates:
    """An approximate index over the rows of a matrix."""

    def __init__(self, index: faiss.Index, width: int) -> None:
        self._index = index
        self._width = width

    @classmethod
    def load(cls, file: Path, width: int) -> "Candidates":
        """Map what `choose` wrote; FAISS copies lists of 4-bit codes. RuntimeError where it is missing or broken."""
        return cls(faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC), width)

    def rows(self, asked: Vectors, n: int, passing: Mask | None = None) -> Ids:
        """Up to n rows near to a vector, float32 of shape (1, dimension), of those that are passing."""
        selector, share = None, 1.0
        if passing is not None:
            bits = np.packbits(passing, bitorder="little")
            selector, share = faiss.IDSelectorBitmap(bits), float(passing.mean())
        # What is near and passes lies the more scattered, the fewer do.
        width = min(_most(self._index), int(self._width / share))
        _, found = self._index.search(asked, n, params=_parameters(self._index, width, selector))
        rows: Ids = found[0][found[0] >= 0]
        return rows


def choose(asked: str, vectors: Vectors, file: Path) -> Choice:
    """Choose a kind of index for vectors, (n, dimension), and write it to a file, unless exact search serves best.

    `asked` is `auto`, by the number of vectors, or a kind as FAISS's factory names it.
    """
    faiss.omp_set_num_threads(1)  # as where it is searched
    kind = _by_size(*vectors.shape) if asked == AUTO else asked
    if kind == FLAT or len(vectors) <= wanted(_NEAREST):
        return Choice()
    try:
        index = _filled(kind, vectors)
    except RuntimeError as error:
        _log.warning("%s cannot be trained on %d vectors: searches will be exact (%s)", kind, len(vectors), error)
        return Choice()
    choice = _measured(kind, index, vectors)
    if choice.recall < _RECALL:
        _log.warning(
            "%s finds %.3f of the nearest, not %.3f, with %d: searches will be exact",
            kind, choice.recall, _RECALL, choice.width,
        )  # fmt: skip
        return Choice()
    faiss.write_index(index, str(file))
    sync(file)
    return choice


def check_kind(kind: str, dimension: int) -> None:
    """ValueError where a kind of index cannot be made, or cannot be filtered."""
    if kind in (AUTO, FLAT):
        return
    try:
        index = faiss.index_factory(dimension, kind, faiss.METRIC_INNER_PRODUCT)
    except RuntimeError as error:
        raise ValueError(f"FAISS's factory does not know {kind!r}") from error
    if not isinstance(index, _SEARCHED):
        raise ValueError(f"{kind!r} is neither flat, an inverted file, a graph, nor scalar codes")  # noqa: TRY004 (a setting)


def _by_size(size: int, dimension: int) -> str:
    if size <= _FLAT_UP_TO:
        return FLAT
    codes = "SQ8" if dimension % 2 else f"PQ{dimension // 2}x4fs"
    return f"IVF{2 ** round(np.log2(2 * np.sqrt(size)))},{codes}"


def _filled(kind: str, vectors: Vectors) -> faiss.Index:
    index = faiss.index_factory(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    lists = index.nlist if isinstance(index, faiss.IndexIVF) else 1000
    sample = np.random.default_rng(1).choice(len(vectors), min(len(vectors), _A_LIST * lists), replace=False)
    index.train(vectors[np.sort(sample)])
    for start in range(0, len(vectors), _AT_ONCE):
        index.add(vectors[start : start + _AT_ONCE])
    return index


def _measured(kind: str, index: faiss.Index, vectors: Vectors) -> Choice:
    """The smallest width that finds enough, or the widest that was tried."""
    sample = np.random.default_rng(2).choice(len(vectors), min(_ASKED, len(vectors)), replace=False)
    asked = vectors[np.sort(sample)]
    # Each vector is its own nearest, which tells nothing.
    nearest = faiss.knn(asked, vectors, _NEAREST + 1, metric=faiss.METRIC_INNER_PRODUCT)[1][:, 1:]
    choice = Choice(kind)
    for width in _widths(index):
        candidates = Candidates(index, width)
        found = [
            np.isin(truth, candidates.rows(one[None], wanted(_NEAREST))).mean()
            for one, truth in zip(asked, nearest, strict=True)
        ]
        choice = Choice(kind, width, round(float(np.mean(found)), 4))
        if choice.recall >= _RECALL:
            break
    return choice


def _widths(index: faiss.Index) -> list[int]:
    return [2**power for power in range(_most(index).bit_length())] or [0]


def _most(index: faiss.Index) -> int:
    if isinstance(index, faiss.IndexIVF):
        return int(index.nlist)
    return _WIDEST if isinstance(index, faiss.IndexHNSW) else 0


def _parameters(index: faiss.Index, width: int, selector: faiss.IDSelector | None) -> faiss.SearchParameters:
    # Made for one search alone: search parameters may not be shared between threads.
    if isinstance(index, faiss.IndexIVF):
        return faiss.SearchParametersIVF(sel=selector, nprobe=width)
    if isinstance(index, faiss.IndexHNSW):
        return faiss.SearchParametersHNSW(sel=selector, efSearch=width)
    return faiss.SearchParameters(sel=selector)
