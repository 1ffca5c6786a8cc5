"""How many chunks hold each term, and how long the fields are: what BM25 knows of a whole archive.

The table is counted over the chunks of one sequence number, when a generation is made, and read by every replica from a
file of 8 bytes a term. It is not moved by the changes that come after:

- Document frequencies weigh questions. A term that came since counts as one that no chunk had, the rarest; a common
  term's idf is off by what the archive grew. The next generation has them right, without a chunk being touched.
- Mean lengths are in the chunks' vectors. All vectors of a collection must be of the same, so a collection keeps
  those that it was begun with; another is made when they have moved (see `index.cluster.catalogue`).

The ceiling of a question comes of the same table as its vector, so no score exceeds it, however old the table is.
"""

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.cluster.sparse import K1, Sparse, dimension_of
from index.derived.terms import WEIGHTS, fields, inverse_frequency, query_terms, term_of
from index.storage.files import write_durably

Counts = NDArray[np.uint32]

_LENGTHS, _FREQUENCIES = "lengths.json", "frequencies.npy"
# Dimensions are gathered up to this many before they are folded into the table.
_GATHERED = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """The number of chunks, the mean number of terms by field, and how many chunks hold each dimension.

    `frequencies`, (2, n), has the dimensions, rising, over their counts.
    """

    documents: int
    averages: Mapping[str, float]
    frequencies: Counts

    @classmethod
    def count(cls, texts: Iterable[str], gathered: int = _GATHERED) -> "Statistics":
        """Count over the texts of all chunks, `gathered` dimensions at a time."""
        documents, lengths, table = 0, dict.fromkeys(WEIGHTS, 0), _Table(gathered)
        for text in texts:
            documents += 1
            held: set[int] = set()
            for name, terms in fields(text).items():
                lengths[name] += len(terms)
                held.update(dimension_of(name, term) for term in terms)
            table.add(held)
        averages = {name: length / documents if documents else 0.0 for name, length in lengths.items()}
        return cls(documents, averages, table.whole())

    def save(self, folder: Path) -> None:
        """Write the statistics to a folder and wait until the disk has them."""
        stored = io.BytesIO()
        np.save(stored, self.frequencies, allow_pickle=False)
        write_durably(folder / _FREQUENCIES, stored.getvalue())
        lengths = {"documents": self.documents, "averages": dict(self.averages)}
        write_durably(folder / _LENGTHS, json.dumps(lengths).encode())

    @classmethod
    def load(cls, folder: Path) -> "Statistics":
        """Read what `save` wrote, the table by mapping it. OSError or ValueError where a file is missing or broken."""
        try:
            frequencies = np.load(folder / _FREQUENCIES, mmap_mode="r", allow_pickle=False)
        except EOFError as error:
            raise ValueError(f"{_FREQUENCIES} is cut short") from error
        lengths = json.loads((folder / _LENGTHS).read_bytes())
        return cls(lengths["documents"], lengths["averages"], frequencies)

    def question_vector(self, words: str) -> Sparse:
        """A question's vector, whose inner product with a chunk's is the BM25 score; empty where it has no words."""
        vector: Sparse = {}
        for (name, term), weight in query_terms(words).items():
            dimension = dimension_of(name, term)
            vector[dimension] = vector.get(dimension, 0.0) + weight * self._idf(name, term)
        return vector

    def ceiling(self, words: str) -> float:
        """An upper bound of the score of any text for these words; 0 where there are none."""
        return (K1 + 1) * sum(self.question_vector(words).values())

    def idf(self, token: str) -> float:
        """The inverse document frequency of a token as it is written."""
        return self._idf(*term_of(token))

    def _idf(self, name: str, term: str) -> float:
        dimensions, counts = self.frequencies
        wanted = np.array(dimension_of(name, term), np.uint32)
        place = int(np.searchsorted(dimensions, wanted))
        known = place < len(dimensions) and dimensions[place] == wanted
        return inverse_frequency(self.documents, int(counts[place]) if known else 0)


@dataclass(slots=True)
class _Table:
    """Counts dimensions a few million at a time, so that the table alone is held, not a Python object a term."""

    _at_once: int
    _table: Counts = field(default_factory=lambda: np.zeros((2, 0), np.uint32))
    _gathered: list[NDArray[np.uint32]] = field(default_factory=list)
    _waiting: int = 0

    def add(self, dimensions: set[int]) -> None:
        self._gathered.append(np.fromiter(dimensions, np.uint32, len(dimensions)))
        self._waiting += len(dimensions)
        if self._waiting >= self._at_once:
            self._table, self._gathered, self._waiting = self.whole(), [], 0

    def whole(self) -> Counts:
        fresh = np.concatenate([np.zeros(0, np.uint32), *self._gathered])
        dimensions, places = np.unique(np.concatenate([self._table[0], fresh]), return_inverse=True)
        weights = np.concatenate([self._table[1], np.ones(len(fresh), np.uint32)])
        return np.stack([dimensions, np.bincount(places, weights, len(dimensions)).astype(np.uint32)])
