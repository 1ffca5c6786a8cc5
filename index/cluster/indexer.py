"""Brings the store's changes into a collection, as the outbox names them.

To do a change twice, or after later ones, changes nothing more: rows are written under their chunks' ids, as the store
has the chunks then, and what it has no longer is taken out again. So any number of indexers may work at once, and what
one has taken that is killed is done by another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from index.cluster.entries import entries
from index.derived.protocol import Changing
from index.store.outbox import Change, Outbox
from index.store.store import Store


@dataclass(frozen=True, slots=True)
class Indexer:
    """Brings a store's chunks of a `model` into an index, which is the `collection` of the outbox.

    It takes `at_once` changes at a time, which others do where it is killed.
    """

    store: Store
    outbox: Outbox
    index: Changing
    collection: str
    model: str
    dimension: int
    at_once: int = 50

    def fill(self, upto: int) -> None:
        """Bring in all chunks of changes up to a sequence number; what goes meanwhile is in the outbox."""
        self.index.apply([], entries(self.store, 0, upto, self.model, self.dimension))

    def follow(self) -> None:
        """Bring in all changes so far but those that others have taken."""
        upto = self.store.sequence()
        while self._some(upto):
            pass

    def _some(self, upto: int) -> bool:
        with self.outbox.taken(self.collection, upto, self.at_once) as changes:
            for run in _runs(changes):
                self._bring_in(run)
        return bool(changes)

    def _bring_in(self, run: Sequence[Change]) -> None:
        since, upto = run[0].sequence - 1, run[-1].sequence
        removed = self.store.gone(since, upto)
        self.index.apply(removed, entries(self.store, since, upto, self.model, self.dimension))
        # Looked at anew: what another has taken out before it arrived here, or a killed one has left, is to go again.
        added = [change for change in run if change.first <= change.last]
        if added:
            first, last = added[0].first, added[-1].last
            gone = np.setdiff1d(np.arange(first, last + 1), self.store.chunk_ids(first, last))
            self.index.apply(gone.tolist(), [])


def _runs(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Changes, by rising number, parted where numbers are missing."""
    for _, run in groupby(enumerate(changes), key=lambda placed: placed[1].sequence - placed[0]):
        yield [change for _, change in run]
