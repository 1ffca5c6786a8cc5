"""Deliveries, kept until each is settled: an issue and a channel, once.

    waiting -> sent | failed | stopped, or uncertain where a process ended in the middle of the sending

Whoever sends claims a delivery for some minutes, and marks it just before what cannot be taken back.
"""

import secrets
from collections.abc import Iterable

import apsw

from rag.delivery.channels import Channel, to_json

# Belongs into the database of `issues`, whose key is `id`: what becomes of an issue becomes of its deliveries.
SCHEMA = """
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    issue TEXT NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    tries INTEGER NOT NULL DEFAULT 0,
    since REAL NOT NULL,
    at REAL NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    holder TEXT,
    lease REAL,
    marked INTEGER NOT NULL DEFAULT 0,
    progress TEXT,
    UNIQUE (issue, channel)
) WITHOUT ROWID;
CREATE INDEX deliveries_waiting ON deliveries (at) WHERE state = 'waiting';
"""
_PUT = "INSERT OR IGNORE INTO deliveries (id, issue, channel, since, at) VALUES (?, ?, ?, ?, ?)"


def enqueue(db: apsw.Connection, issue: str, channels: Iterable[Channel], now: float) -> None:
    """Put an issue on its way within the caller's transaction, over each channel once however often it is asked."""
    for channel in channels:
        db.execute(_PUT, (secrets.token_hex(16), issue, to_json(channel), now, now))
