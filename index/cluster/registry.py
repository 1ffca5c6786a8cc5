"""The collections of Milvus that a store is followed into, and their generations: tables beside the store's.

A collection is registered before it is filled, so that the outbox has all changes from then on; the first generation
opens it to readers, and retires the one before, which is followed for a minute more. Two releases whose layouts differ
each keep collections of their own. What another layout has is given up by itself once a change has waited for a day:
then no indexer of that release runs any more.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass

from index.clock import WALL_CLOCK, Clock
from index.cluster.generation import LAYOUT
from index.storage.database import Database

_KEPT = 2
# Longer than any replica takes to turn to the newest generation.
_RETIRING = 60.0
_FORSAKEN = 86_400.0

_LIVE = """
SELECT name, made FROM collections WHERE layout = ? AND filled_at IS NOT NULL ORDER BY retired_at IS NOT NULL, filled_at
"""
_UNFILLED = "SELECT name FROM collections WHERE layout = ? AND filled_at IS NULL"
_GIVEN_UP = """
SELECT name FROM collections WHERE (layout = :layout AND retired_at < :retired) OR (
    layout <> :layout AND EXISTS (SELECT 1 FROM outbox WHERE collection = name AND since < :forsaken)
)
"""
_FIRST = "SELECT 1 FROM collections WHERE name = ? AND filled_at IS NULL"
_WAITS = "SELECT 1 FROM outbox WHERE collection = ? LIMIT 1"
_OPEN = "UPDATE collections SET filled_at = ? WHERE name = ? AND filled_at IS NULL"
_RETIRE = """
UPDATE collections SET retired_at = ?
WHERE layout = ? AND name <> ? AND filled_at IS NOT NULL AND retired_at IS NULL
"""
_FORGET_GENERATIONS = """
DELETE FROM cluster_generations WHERE layout = :layout AND number NOT IN (
    SELECT number FROM cluster_generations WHERE layout = :layout ORDER BY number DESC LIMIT :kept
)
"""


@dataclass(frozen=True, slots=True)
class Made:
    """What a collection's vectors are made with."""

    model: str
    dimension: int
    averages: Mapping[str, float]


class Registry:
    """The collections and generations of one layout, in a store's database.

    Every method raises StoreError where it cannot be read or written.
    """

    def __init__(self, database: Database, layout: int = LAYOUT, clock: Clock = WALL_CLOCK) -> None:
        """`clock` counts seconds since 1970."""
        self._db, self._layout, self._clock = database, layout, clock

    # --- Collections -------------------------------------------------------------------------------------

    def register(self, name: str, made: Made) -> None:
        """Let the outbox have all changes from now on for a collection."""
        with self._db.writing() as db:
            db.execute(
                "INSERT INTO collections (name, layout, made) VALUES (?, ?, ?)",
                (name, self._layout, json.dumps(asdict(made))),
            )

    def live(self) -> dict[str, Made]:
        """The collections that are to be followed, those that are not retired first."""
        return {str(name): Made(**json.loads(made)) for name, made in self._db.rows(_LIVE, (self._layout,))}

    def unfilled(self) -> list[str]:
        """The collections that somebody fills, or was killed filling."""
        return [str(row[0]) for row in self._db.rows(_UNFILLED, (self._layout,))]

    def given_up(self) -> list[str]:
        """The collections that nobody reads any more."""
        now = self._clock.now()
        values = {"layout": self._layout, "retired": now - _RETIRING, "forsaken": now - _FORSAKEN}
        return [str(row[0]) for row in self._db.rows(_GIVEN_UP, values)]

    def forget(self, name: str) -> None:
        """Follow a collection no longer."""
        with self._db.writing() as db:
            db.execute("DELETE FROM collections WHERE name = ?", (name,))
        # By itself, as indexers may hold rows for a while.
        self._db.rows("DELETE FROM outbox WHERE collection NOT IN (SELECT name FROM collections)")

    # --- Generations -------------------------------------------------------------------------------------

    def generations(self) -> list[int]:
        """The numbers of the generations, newest first."""
        rows = self._db.rows("SELECT number FROM cluster_generations WHERE layout = ? ORDER BY 1 DESC", (self._layout,))
        return [int(row[0]) for row in rows]

    def content(self, number: int) -> bytes:
        """What a generation holds; nothing where it is gone."""
        rows = self._db.rows("SELECT content FROM cluster_generations WHERE number = ?", (number,))
        return bytes(rows[0][0]) if rows else b""

    def publish(self, collection: str, content: bytes) -> bool:
        """Keep a generation, which replicas turn to; those before the last go.

        False, and nothing is done, where it is the first of its collection and a change is still outstanding there:
        who found it in the one before must find it in this.
        """
        with self._db.writing() as db:
            now = self._clock.now()
            if list(db.execute(_FIRST, (collection,))) and list(db.execute(_WAITS, (collection,))):
                return False
            db.execute(_OPEN, (now, collection))
            db.execute(_RETIRE, (now, self._layout, collection))
            db.execute(
                "INSERT INTO cluster_generations (layout, collection, content) VALUES (?, ?, ?)",
                (self._layout, collection, content),
            )
            db.execute(_FORGET_GENERATIONS, {"layout": self._layout, "kept": _KEPT})
        return True

    def publishing(self) -> AbstractContextManager[bool]:
        """Whether nobody else makes a generation of this layout."""
        return self._db.alone(f"publishing {self._layout}")
