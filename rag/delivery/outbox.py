"""Deliveries, kept until each is settled: an issue and a channel, once.

    waiting -> sent | failed | stopped, or uncertain where nobody knows whether it arrived

Whoever sends claims a delivery for some minutes (a lease), and marks it just before what cannot be taken back. Where a
process ends before the mark, another sends it; where it ends after the mark, a webhook is sent again under the same id,
by which receivers know it, and a message to people is left as uncertain.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from index.storage.database import Connection, Database, Row
from rag.delivery.channels import Channel, Kind, from_json, to_json

State = Literal["waiting", "sent", "failed", "uncertain", "stopped"]

# How long a process that was killed holds a delivery up: longer than a sending takes.
LEASE = 300.0
# Not tried again after so long.
LONGEST = 3 * 86_400.0

# Belongs into the database of `issues`, whose key is `id`: what becomes of an issue becomes of its deliveries. `at` is
# when it is to be tried, or was settled; `progress` is what a channel writes down of a message in parts.
SCHEMA = """
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    issue TEXT NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    tries INTEGER NOT NULL DEFAULT 0,
    since DOUBLE PRECISION NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    holder TEXT,
    lease DOUBLE PRECISION NOT NULL DEFAULT 0,
    marked INTEGER NOT NULL DEFAULT 0,
    progress TEXT,
    UNIQUE (issue, channel)
) WITHOUT ROWID;
CREATE INDEX deliveries_waiting ON deliveries (at) WHERE state = 'waiting';
CREATE TABLE delivery_key (key BLOB NOT NULL);
INSERT INTO delivery_key VALUES (randomblob(32));
"""
_PUT = "INSERT INTO deliveries (id, issue, channel, since, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_INTERRUPTED = "the program ended while it was sent; it may have arrived"
_LEAVE = """
UPDATE deliveries SET state = 'uncertain', detail = :detail, at = :now
WHERE state = 'waiting' AND marked = 1 AND lease <= :now AND json_extract(channel, '$.kind') != 'webhook'
"""
_CLAIM = """
UPDATE deliveries SET holder = :holder, lease = :until, marked = 0, tries = tries + 1
WHERE id = (SELECT id FROM deliveries WHERE state = 'waiting' AND at <= :now AND lease <= :now ORDER BY at, id LIMIT 1)
RETURNING id, issue, channel, tries, since, progress
"""
_MARK = """
UPDATE deliveries SET marked = 1, lease = :until
WHERE id = :id AND holder = :holder AND state = 'waiting' RETURNING id
"""
# Also of what was slower than its lease, and taken for interrupted.
_PROGRESS = """
UPDATE deliveries SET marked = 0, progress = :progress
WHERE id = :id AND holder = :holder AND state IN ('waiting', 'uncertain') RETURNING id
"""
_SETTLE = """
UPDATE deliveries SET state = :state, detail = :detail, at = :at, lease = 0, marked = 0
WHERE id = :id AND holder = :holder AND state IN ('waiting', 'uncertain') RETURNING id
"""
_DUE = "SELECT min(CASE WHEN lease > at THEN lease ELSE at END) FROM deliveries WHERE state = 'waiting'"
_OF_ISSUE = "SELECT id, channel, state, tries, at, detail FROM deliveries WHERE issue = ? ORDER BY channel"
_AGAIN = """
UPDATE deliveries SET state = 'waiting', tries = 0, since = :now, at = :now, holder = NULL, lease = 0, marked = 0
WHERE id = :id AND state IN ('failed', 'uncertain', 'stopped') RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that its `holder` has claimed; `since` is when it was put on its way, `tries` counts this one."""

    id: str
    issue: str
    channel: Channel
    tries: int
    since: float
    progress: str | None
    holder: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a delivery stands. `to` is the channel as others may see it, `at` when it is tried next or was settled."""

    id: str
    kind: Kind
    to: str
    state: State
    tries: int
    at: float
    detail: str


class LeaseLost(Exception):
    """Another process has the delivery by now, or it is gone; whoever held it must not send it."""


def enqueue(db: Connection, issue: str, channels: Iterable[Channel], now: float) -> None:
    """Put an issue on its way within the caller's transaction, over each channel once however often it is asked."""
    for channel in channels:
        db.execute(_PUT, (secrets.token_hex(16), issue, to_json(channel), now, now))


class Outbox:
    """The deliveries of a database that has `SCHEMA`; any number of threads and processes may share it.

    Times are seconds since 1970. Every method raises StoreError where it cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self) -> float | None:
        """When the next delivery may be claimed; None where none waits."""
        (found,) = self._database.rows(_DUE)[0]
        return None if found is None else float(found)

    def claim(self, now: float) -> Delivery | None:
        """The delivery that has waited longest, for this caller alone for `LEASE` seconds; None where none is due."""
        holder = secrets.token_hex(16)
        with self._database.writing() as db:
            db.execute(_LEAVE, {"detail": _INTERRUPTED, "now": now})
            found = list(db.execute(_CLAIM, {"holder": holder, "until": now + LEASE, "now": now}))
        return _claimed(found[0], holder) if found else None

    def mark(self, delivery: Delivery, now: float) -> None:
        """Note that what comes now cannot be taken back. LeaseLost where it is no longer the caller's to send."""
        self._held(_MARK, delivery, until=now + LEASE)

    def progressed(self, delivery: Delivery, progress: str) -> None:
        """Note that what was marked has been done, and how far the channel is. LeaseLost as for `mark`."""
        self._held(_PROGRESS, delivery, progress=progress)

    def settle(self, delivery: Delivery, state: State, detail: str, at: float) -> None:
        """Note how it ended, at which time, or (`waiting`) when it is to be tried again. LeaseLost as for `mark`."""
        self._held(_SETTLE, delivery, state=state, detail=detail, at=at)

    def of(self, issue: str) -> list[Standing]:
        """How the deliveries of an issue stand."""
        return [_standing(row) for row in self._database.rows(_OF_ISSUE, (issue,))]

    def again(self, delivery_id: str, now: float) -> bool:
        """Send again what failed, was stopped or is uncertain; whether there is such a delivery."""
        with self._database.writing() as db:
            return bool(list(db.execute(_AGAIN, {"id": delivery_id, "now": now})))

    def key(self) -> bytes:
        """The key that this database's own links are signed with."""
        return bytes(self._database.rows("SELECT key FROM delivery_key")[0][0])

    def _held(self, statement: str, delivery: Delivery, **values: object) -> None:
        with self._database.writing() as db:
            if not list(db.execute(statement, {"id": delivery.id, "holder": delivery.holder, **values})):
                raise LeaseLost


def _claimed(row: Row, holder: str) -> Delivery:
    delivery_id, issue, channel, tries, since, progress = row
    return Delivery(delivery_id, issue, from_json(channel), tries, since, progress, holder)


def _standing(row: Row) -> Standing:
    delivery_id, stored, *rest = row
    channel = from_json(stored)
    return Standing(delivery_id, channel.kind, channel.shown, *rest)
