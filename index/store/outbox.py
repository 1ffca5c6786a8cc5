"""What an index beside the database is still to be told: a row for each change of the store and live collection.

The rows are written in the transaction of the change, so that none is missing ("transactional outbox",
https://microservices.io/patterns/data/transactional-outbox.html), and deleted by who has brought the change into the
collection. Where no collection is live there are none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from index.storage.database import Connection, Database

# Version 2 -> 3 of the store. `made` says what a collection's vectors are made with. Rows are taken once it is filled;
# retired, it is followed until those who read it have turned to the next. What stands in `content` is packed by
# `index.cluster.generation`.
TABLES = """
CREATE TABLE IF NOT EXISTS collections (
    name TEXT PRIMARY KEY, layout BIGINT NOT NULL, made TEXT NOT NULL,
    filled_at DOUBLE PRECISION, retired_at DOUBLE PRECISION
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (
    collection TEXT NOT NULL, sequence BIGINT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL,
    since DOUBLE PRECISION NOT NULL, PRIMARY KEY (collection, sequence)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cluster_generations (
    number INTEGER PRIMARY KEY AUTOINCREMENT, layout BIGINT NOT NULL, collection TEXT NOT NULL, content BLOB NOT NULL
);
"""

# Numbers of chunks rise, and one change after the other is written: all between the first and the last are of this one.
_NOTE = """
INSERT INTO outbox (collection, sequence, first, last, since)
SELECT name, :sequence, coalesce((SELECT min(id) FROM chunks WHERE sequence = :sequence), 1),
    coalesce((SELECT max(id) FROM chunks WHERE sequence = :sequence), 0), :now
FROM collections
"""
_TAKE = """
SELECT sequence, first, last FROM outbox WHERE collection = ? AND sequence <= ? ORDER BY sequence LIMIT ?
/* FOR UPDATE SKIP LOCKED */
"""
_REACHED = """
SELECT coalesce(
    (SELECT min(sequence) - 1 FROM outbox WHERE collection = ?),
    (SELECT CAST(value AS BIGINT) FROM meta WHERE key = 'sequence'),
    0
)
"""
_OUTSTANDING = "SELECT sequence, first, last FROM outbox WHERE collection = ? ORDER BY sequence"
_LAG = "SELECT count(*), min(since) FROM outbox WHERE collection = ?"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the store. The ids of the chunks that it added are those from `first` to `last`, if any."""

    sequence: int
    first: int
    last: int


def note(db: Connection, sequence: int, now: float) -> None:
    """Note a change for all live collections, in its transaction; `now` in seconds since 1970."""
    db.execute(_NOTE, {"sequence": sequence, "now": now})


class Outbox:
    """The rows of a store's database; any number of processes may share it.

    Every method raises StoreError where it cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    @contextmanager
    def taken(self, collection: str, upto: int, most: int) -> Iterator[list[Change]]:
        """The oldest changes up to a sequence number that nobody else has taken, at most so many.

        They are done once the block ends; where it is left by an error, or this process dies, anybody may take them.
        """
        with self._db.taking() as db:
            changes = [Change(*row) for row in db.execute(_TAKE, (collection, upto, most))]
            yield changes
            db.executemany(
                "DELETE FROM outbox WHERE collection = ? AND sequence = ?",
                [(collection, change.sequence) for change in changes],
            )

    def reached(self, collection: str) -> int:
        """The sequence number up to which all changes are in a collection."""
        return int(self._db.rows(_REACHED, (collection,))[0][0])

    def outstanding(self, collection: str) -> list[Change]:
        """The changes that are not in a collection yet, oldest first."""
        return [Change(*row) for row in self._db.rows(_OUTSTANDING, (collection,))]

    def lag(self, collection: str) -> tuple[int, float | None]:
        """How many changes are not in a collection yet, and since when the oldest waits, in seconds since 1970."""
        changes, since = self._db.rows(_LAG, (collection,))[0]
        return int(changes), since
