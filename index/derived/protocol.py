"""What readers ask of a derived index, wherever it lies: beside the store, or in a cluster."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from index.arrays import Ids, Scored, Vectors
from index.language.diacritics.restore import SyllableModel
from index.records import NO_FILTERS, Filters


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A chunk to be indexed: its id, its article's id, source and day, its vector (dimension,), float32, and its text.

    The text is the one that was embedded (see `index.records.passage_text`).
    """

    chunk: int
    article: str
    source: str | None
    day: date | None
    vector: Vectors
    text: str


class DerivedIndex(Protocol):
    """Dense and lexical search over all chunks, as of one sequence number of the store.

    `filters` restrict a search to articles that pass them, and `only`, int64 of shape (n,), to those chunks: it is for
    scoring some hundred known chunks.
    """

    @property
    def sequence(self) -> int:
        """The store's sequence number up to which changes are in the index."""
        ...

    @property
    def syllables(self) -> SyllableModel:
        """What restores diacritics, counted over the texts."""
        ...

    def dense(self, vector: Vectors, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        """The k chunks nearest to a question's vector, (dimension,), with their cosines: best first, ties by id."""
        ...

    def lexical(self, words: str, k: int, filters: Filters = NO_FILTERS, only: Ids | None = None) -> Scored:
        """The k chunks that match a question's words best, with their BM25 scores: best first, ties by id."""
        ...

    def ceiling(self, words: str) -> float:
        """An upper bound of the BM25 score of any text for these words; 0 where there are none."""
        ...

    def idf(self, token: str) -> float:
        """The inverse document frequency of a token as it is written."""
        ...


class Changing(Protocol):
    """What is changed in place as chunks come and go."""

    def apply(self, removed: Sequence[int], added: Iterable[Entry]) -> None:
        """Take chunks out and put chunks in, each under its id: doing it twice changes nothing more."""
        ...


class ChangingIndex(DerivedIndex, Changing, Protocol):
    """A derived index that is changed in place."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How many changes are not in an index yet, and how many seconds the oldest of them has waited."""

    changes: int = 0
    seconds: float = 0.0


class Indexes(Protocol):
    """A derived index that is kept up with the store."""

    @property
    def model(self) -> str:
        """The fingerprint of the model whose vectors it holds."""
        ...

    @property
    def snapshot(self) -> DerivedIndex:
        """The current index; take it once a request, as it may be replaced at any time."""
        ...

    def refresh(self) -> None:
        """Bring in the store's changes since, but for those that another process is bringing in."""
        ...

    def catch_up(self) -> None:
        """Have all of the store's changes so far in the index. StoreError where others do not bring them in in time."""
        ...

    def lag(self) -> Lag:
        """How far the index is behind the store, where another process keeps it up."""
        ...

    def publish(self) -> None:
        """Count anew over the whole store, and go on with that."""
        ...

    def publish_if_worth(self) -> bool:
        """Publish if enough has changed since the last time; returns whether it did."""
        ...
