"""Brings the store's changes into a collection, from where the last indexer got to.

The cursor, a sequence number in a file, is moved after Milvus acknowledged the changes up to it. An indexer that is
killed before that repeats them, which changes nothing more, as rows are written under their ids. Indexers of the same
folder take turns by a lock, which the system frees when one dies.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from index.cluster.entries import entries
from index.derived.protocol import Changing
from index.storage.files import exclusive, write_durably
from index.store.store import Store

# Changes between two moves of the cursor, so that a long way is not begun anew.
_STEP = 200


@dataclass(frozen=True, slots=True)
class Cursor:
    """The sequence number up to which a collection holds the store's changes, in a file."""

    path: Path

    @classmethod
    def of(cls, folder: Path, collection: str) -> "Cursor":
        """That of a collection, beside the generations."""
        return cls(folder / f"{collection}.cursor")

    def read(self) -> int | None:
        """The number; None where no collection was begun."""
        try:
            return int(self.path.read_bytes())
        except (OSError, ValueError):
            return None

    def move(self, sequence: int) -> None:
        """Set the number, durably."""
        write_durably(self.path, str(sequence).encode())


@dataclass(frozen=True, slots=True)
class Indexer:
    """Brings a store's chunks of a `model` into an index, whose `cursor` lies beside the lock of all indexers."""

    store: Store
    index: Changing
    cursor: Cursor
    model: str
    dimension: int

    def turn(self) -> AbstractContextManager[None]:
        """One indexer at a time, in any process, changes the collections of a folder."""
        return exclusive(self.cursor.path.with_name("changes.lock"))

    def follow(self) -> None:
        """Bring in all changes; call it in an indexer's `turn`, but for a collection that nobody else knows."""
        reached, last = self.cursor.read() or 0, self.store.sequence()
        while reached < last:
            upto = min(reached + _STEP, last)
            # Nothing of before the first change is to be removed.
            removed = self.store.gone(reached) if reached else []
            self.index.apply(removed, entries(self.store, reached, upto, self.model, self.dimension))
            self.cursor.move(upto)
            reached = upto
