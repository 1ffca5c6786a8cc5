"""What the bot must know after a restart: events seen, threads it answers in, channels' settings, what it began.

Private tables: answers that may still be shared are in them.
"""

import json
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from index.storage.database import Where, opened_private
from index.storage.errors import StorageFull
from rag.slack.words import Language

# Slack gives an event up for good within the hour.
_EVENTS_KEPT = timedelta(days=1)
_DRAFTS_KEPT = timedelta(days=1)
_THREADS_KEPT = timedelta(days=30)

_VERSION = 1
_SCHEMA = """
CREATE TABLE events (key TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX events_by_time ON events (at);
CREATE TABLE threads (
    channel TEXT NOT NULL, thread TEXT NOT NULL, conversation TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (channel, thread)
) WITHOUT ROWID;
CREATE TABLE channels (
    channel TEXT PRIMARY KEY, sources TEXT NOT NULL, language TEXT NOT NULL, quiet INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE begun (
    channel TEXT NOT NULL, message TEXT NOT NULL, said TEXT NOT NULL, PRIMARY KEY (channel, message)
) WITHOUT ROWID;
CREATE TABLE drafts (
    id TEXT PRIMARY KEY, "user" TEXT NOT NULL, conversation TEXT NOT NULL, record TEXT NOT NULL, at TEXT NOT NULL
) WITHOUT ROWID;
"""
_PUT_SETTINGS = """
INSERT INTO channels VALUES (?, ?, ?, ?) ON CONFLICT (channel) DO UPDATE SET
    sources = excluded.sources, language = excluded.language, quiet = excluded.quiet
"""
_BEGIN = "INSERT INTO begun VALUES (?, ?, ?) ON CONFLICT (channel, message) DO UPDATE SET said = excluded.said"
_PUT_DRAFT = """
INSERT INTO drafts VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
    "user" = excluded."user", conversation = excluded.conversation, record = excluded.record, at = excluded.at
"""


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How the bot answers in a channel; no sources are all of them."""

    sources: tuple[str, ...] = ()
    language: Language = "auto"
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A private answer that its asker may share; `record` is JSON."""

    id: str
    user: str
    conversation: str
    record: str


class Memory:
    """What is remembered; any number of threads may use it. Methods raise StoreError.

    On a full disk, what answering needs is remembered until the process ends; the rest raises StorageFull.
    """

    def __init__(self, where: Where) -> None:
        self._db = opened_private(where, "memories of the Slack bot", _VERSION, _SCHEMA)
        self._lock = threading.Lock()
        # What the disk had no room for: events, the conversations of threads, and messages that were ended.
        self._events: set[str] = set()
        self._threads: dict[tuple[str, str], str] = {}
        self._ended: set[tuple[str, str]] = set()

    def __enter__(self) -> "Memory":
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    # --- Events ------------------------------------------------------------------------------------------

    def claim(self, *keys: str) -> bool:
        """Note an event under every name it has; False where one of them was noted within a day."""
        with self._lock:
            seen = not self._events.isdisjoint(keys)
            try:
                seen |= self._noted(keys)
            except StorageFull:
                seen |= any(self._db.rows("SELECT 1 FROM events WHERE key = ?", (key,)) for key in keys)
                self._events.update(keys)
        return not seen

    def _noted(self, keys: Sequence[str]) -> bool:
        """Note an event; whether it was noted before."""
        now = datetime.now(UTC)
        with self._db.writing() as db:
            db.execute("DELETE FROM events WHERE at < ?", (_stamp(now - _EVENTS_KEPT),))
            seen = [key for key in keys if list(db.execute("SELECT 1 FROM events WHERE key = ?", (key,)))]
            for key in keys:
                db.execute("INSERT INTO events VALUES (?, ?) ON CONFLICT DO NOTHING", (key, _stamp(now)))
        return bool(seen)

    # --- Threads -----------------------------------------------------------------------------------------

    def engage(self, channel: str, thread: str, conversation: str) -> str:
        """Answer in a thread from now on; the conversation that it belongs to, which the first call decides."""
        now = datetime.now(UTC)
        first = self.engaged(channel, thread) or conversation
        try:
            with self._db.writing() as db:
                db.execute("DELETE FROM threads WHERE at < ?", (_stamp(now - _THREADS_KEPT),))
                db.execute(
                    "INSERT INTO threads VALUES (?, ?, ?, ?) "
                    " ON CONFLICT (channel, thread) DO UPDATE SET at = excluded.at",
                    (channel, thread, first, _stamp(now)),
                )
        except StorageFull:
            self._threads.setdefault((channel, thread), first)
        return str(self.engaged(channel, thread))

    def engaged(self, channel: str, thread: str) -> str | None:
        """The conversation of a thread that the bot answers in."""
        rows = self._db.rows("SELECT conversation FROM threads WHERE channel = ? AND thread = ?", (channel, thread))
        return str(rows[0][0]) if rows else self._threads.get((channel, thread))

    # --- Channels ----------------------------------------------------------------------------------------

    def settings(self, channel: str) -> ChannelSettings:
        """How to answer in a channel."""
        rows = self._db.rows("SELECT sources, language, quiet FROM channels WHERE channel = ?", (channel,))
        if not rows:
            return ChannelSettings()
        sources, language, quiet = rows[0]
        return ChannelSettings(tuple(json.loads(sources)), language, bool(quiet))

    def set_settings(self, channel: str, settings: ChannelSettings) -> None:
        """Keep how to answer in a channel. StorageFull where there is no room."""
        sources = json.dumps(settings.sources, ensure_ascii=False)
        with self._db.writing() as db:
            db.execute(
                _PUT_SETTINGS,
                (channel, sources, settings.language, settings.quiet),
            )

    # --- Messages that promise an answer -----------------------------------------------------------------

    def begin(self, channel: str, message: str, said: str) -> None:
        """Note a message that says an answer is coming, and what to write there should none come."""
        with suppress(StorageFull), self._db.writing() as db:
            db.execute(_BEGIN, (channel, message, said))

    def end(self, channel: str, message: str) -> None:
        """Forget such a message."""
        with self._lock, suppress(StorageFull):
            # Those that could not be forgotten go with the next: a new process would write over their answers.
            self._ended.add((channel, message))
            with self._db.writing() as db:
                db.executemany("DELETE FROM begun WHERE channel = ? AND message = ?", self._ended)
            self._ended.clear()

    def begun(self) -> Sequence[tuple[str, str, str]]:
        """Every such message: channel, message, and what to write there."""
        return [
            (channel, message, said)
            for channel, message, said in self._db.rows("SELECT channel, message, said FROM begun")
        ]

    # --- Answers to share --------------------------------------------------------------------------------

    def put_draft(self, draft: Draft) -> None:
        """Keep a private answer for a day. StorageFull where there is no room."""
        now = datetime.now(UTC)
        with self._db.writing() as db:
            db.execute("DELETE FROM drafts WHERE at < ?", (_stamp(now - _DRAFTS_KEPT),))
            row = (draft.id, draft.user, draft.conversation, draft.record, _stamp(now))
            db.execute(_PUT_DRAFT, row)

    def take_draft(self, draft_id: str, user: str) -> Draft | None:
        """A private answer of this user; it is gone from here, so that it is shared once."""
        with self._db.writing() as db:
            rows = list(
                db.execute(
                    'DELETE FROM drafts WHERE id = ? AND "user" = ? RETURNING id, "user", conversation, record',
                    (draft_id, user),
                )
            )
        return Draft(*map(str, rows[0])) if rows else None


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
