"""The derived index over a collection of Milvus: `index.derived.protocol.ChangingIndex`."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from index.arrays import Ids, Scored, Vectors
from index.cluster.collection import Collection, Row
from index.cluster.expressions import expression, month_number
from index.cluster.sparse import Sparse, passage_vector
from index.cluster.statistics import Statistics
from index.derived.marks import day_number, source_number
from index.derived.protocol import Entry
from index.language.diacritics.restore import SyllableModel
from index.model.centring import Centring
from index.records import NO_FILTERS, Filters

# Twice what Milvus's "bounded" readers may lag behind, in seconds (its `gracefulTime`).
_LAG = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Chunks as rows of a collection: `index.derived.protocol.Changing`.

    `averages` are the mean lengths of the fields that the collection's vectors are made with.
    """

    collection: Collection
    averages: Mapping[str, float]
    centring: Centring | None = None

    def apply(self, removed: Sequence[int], added: Iterable[Entry]) -> None:
        """Take chunks out and put chunks in, each under its id: doing it twice changes nothing more."""
        self.collection.upsert(map(self._row, added))
        self.collection.delete(removed)

    def moved(self, vectors: Vectors) -> Vectors:
        """Vectors, (n, dimension), as they are compared."""
        return self.centring.moved(vectors) if self.centring else np.ascontiguousarray(vectors)

    def _row(self, entry: Entry) -> Row:
        return {
            "id": entry.chunk,
            "article": entry.article,
            "source": source_number(entry.source),
            "day": day_number(entry.day),
            "month": month_number(entry.day),
            "vector": self.moved(entry.vector.reshape(1, -1))[0],
            "terms": passage_vector(entry.text, self.averages),
        }


@dataclass(frozen=True, slots=True, eq=False)
class ClusterIndex:
    """Chunks in a collection, as of a sequence number; what came after it may show as well.

    `fresh_until` is when, on the clock that never goes back, all of it has reached those who read less than the latest.
    """

    sequence: int
    syllables: SyllableModel
    statistics: Statistics
    rows: Rows
    fresh_until: float = math.inf

    def dense(self, vector: Vectors, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        """The k chunks nearest to a question's vector, (dimension,), with their cosines: best first, ties by id."""
        return self._search("vector", self.rows.moved(vector.reshape(1, -1))[0], k, filters, only)

    def lexical(self, words: str, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        """The k chunks that match a question's words best, with their BM25 scores: best first, ties by id."""
        asked = self.statistics.question_vector(words)
        return self._search("terms", asked, k, filters, only) if asked else []

    def ceiling(self, words: str) -> float:
        """An upper bound of the BM25 score of any text for these words; 0 where there are none."""
        return self.statistics.ceiling(words)

    def idf(self, token: str) -> float:
        """The inverse document frequency of a token as it is written, as of the generation."""
        return self.statistics.idf(token)

    def apply(self, removed: Sequence[int], added: Iterable[Entry]) -> None:
        """Take chunks out and put chunks in, each under its id: doing it twice changes nothing more."""
        self.rows.apply(removed, added)

    def as_of(self, sequence: int) -> "ClusterIndex":
        """The same index after changes up to a sequence number were applied, by whomever."""
        return self if sequence == self.sequence else replace(self, sequence=sequence, fresh_until=lagging())

    def _search(self, field: str, asked: Vectors | Sparse, k: int, filters: Filters, only: Ids | None) -> Scored:
        if k <= 0 or (only is not None and not len(only)):
            return []
        fresh = monotonic() < self.fresh_until
        return self.rows.collection.search(field, asked, k, expression(filters, only), fresh=fresh)


def lagging() -> float:
    """When what is written by now has reached all readers."""
    return monotonic() + _LAG
