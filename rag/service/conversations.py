"""What was asked and answered, conversation by conversation, and what readers thought of it: a private SQLite file."""

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from index.storage.errors import StoreError
from index.storage.sqlite import PrivateDatabase, Row, storable
from rag.records.search import Turn

FILE = "conversations.sqlite3"

_PAGE = 100
_LATER = "~"  # sorts behind every time

_VERSION = 2
_SCHEMA = """
CREATE TABLE conversations (
    owner TEXT NOT NULL, id TEXT NOT NULL, started_at TEXT NOT NULL, updated_at TEXT NOT NULL, PRIMARY KEY (owner, id)
) WITHOUT ROWID;
CREATE INDEX conversations_by_update ON conversations (owner, updated_at, id);
CREATE TABLE turns (
    number INTEGER PRIMARY KEY, answer_id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL, conversation TEXT NOT NULL, asked_at TEXT NOT NULL,
    question TEXT NOT NULL, understood TEXT NOT NULL, language TEXT NOT NULL, answer TEXT NOT NULL,
    abstained INTEGER NOT NULL, cited TEXT NOT NULL, record TEXT NOT NULL,
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id) ON DELETE CASCADE
);
CREATE INDEX turns_by_conversation ON turns (owner, conversation, number);
CREATE TABLE feedback (
    turn INTEGER PRIMARY KEY REFERENCES turns (number) ON DELETE CASCADE,
    given_at TEXT NOT NULL, rating TEXT NOT NULL CHECK (rating IN ('up', 'down')), comment TEXT, better TEXT
);
"""
# Version 1 knew no owners: what it kept belongs to who needs no key.
_SET_VERSION_1_ASIDE = """
ALTER TABLE conversations RENAME TO old_conversations;
ALTER TABLE turns RENAME TO old_turns;
ALTER TABLE feedback RENAME TO old_feedback;
DROP INDEX conversations_by_update;
DROP INDEX turns_by_conversation;
"""
_TAKE_FROM_VERSION_1 = """
INSERT INTO conversations SELECT '', id, started_at, updated_at FROM old_conversations;
INSERT INTO turns SELECT number, answer_id, '', conversation, asked_at, question, understood, language, answer,
    abstained, cited, record FROM old_turns;
INSERT INTO feedback SELECT turn, given_at, rating, comment, better FROM old_feedback;
DROP TABLE old_feedback;
DROP TABLE old_turns;
DROP TABLE old_conversations;
"""
_PUT_CONVERSATION = """
INSERT INTO conversations VALUES (?1, ?2, ?3, ?3)
ON CONFLICT (owner, id) DO UPDATE SET updated_at = max(updated_at, excluded.updated_at)
"""
_PUT_TURN = """
INSERT INTO turns (
    answer_id, owner, conversation, asked_at, record, question, understood, language, answer, abstained, cited
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (answer_id) DO NOTHING RETURNING number
"""
_PUT_FEEDBACK = """
INSERT OR REPLACE INTO feedback SELECT number, ?, ?, ?, ? FROM turns WHERE answer_id = ? AND owner = ? RETURNING turn
"""
_SELECT_LAST = """
SELECT question, understood, language, answer, abstained, cited FROM turns
WHERE owner = :owner AND conversation = :conversation
  AND (:before IS NULL OR number < (SELECT number FROM turns WHERE answer_id = :before))
ORDER BY number DESC LIMIT :last
"""
_SELECT_KEPT = """
SELECT answer_id, owner, conversation, asked_at, record, question, understood, language, answer, abstained, cited
FROM turns
"""
_SELECT_RATED = """
SELECT turn, given_at, rating, comment, better,
    answer_id, owner, conversation, asked_at, record, question, understood, language, answer, abstained, cited
FROM feedback JOIN turns ON number = turn WHERE turn > ? ORDER BY turn LIMIT ?
"""
_SELECT_CONVERSATIONS = """
SELECT id, started_at, updated_at,
    (SELECT count(*) FROM turns WHERE turns.owner = c.owner AND conversation = id),
    (SELECT question FROM turns WHERE turns.owner = c.owner AND conversation = id ORDER BY number LIMIT 1)
FROM conversations AS c
WHERE owner = ? AND (updated_at, id) < (?, ?) ORDER BY updated_at DESC, id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in a list: times as `timestamp` writes them, how many turns, and its first question."""

    id: str
    started_at: str
    updated_at: str
    turns: int
    title: str

    @property
    def place(self) -> str:
        """Where it stands in the list, for `Conversations.list`; it holds also when the conversation is gone."""
        return f"{self.updated_at} {self.id}"


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn as it is stored; `asked_at` is as `timestamp` writes it.

    `owner` is the id of the API key that the conversation belongs to, empty where none is needed. `record` is the
    answer in the form that its client got, in JSON that is not read here.
    """

    answer_id: str
    owner: str
    conversation_id: str
    asked_at: str
    turn: Turn
    record: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thought of an answer; `better` is what should have been answered."""

    answer_id: str
    given_at: str
    rating: Literal["up", "down"]
    comment: str | None
    better: str | None


def timestamp(moment: datetime) -> str:
    """A moment as ISO 8601 in UTC, always of the same width, so that times sort as text. ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone; give it one, as datetime.now(UTC) has")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def opened_conversations(path: Path) -> AbstractContextManager["Conversations"]:
    """The conversations of a file, which is made where it is missing."""
    return closing(Conversations(path))


class Conversations:
    """What is kept; any number of threads may use it, as may other processes.

    Every method raises StoreError, or StorageFull, where the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        upgrades = {1: (_SET_VERSION_1_ASIDE, _SCHEMA, _TAKE_FROM_VERSION_1)}
        self._db = PrivateDatabase(path, "conversations", _VERSION, _SCHEMA, upgrades)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # --- Turns -------------------------------------------------------------------------------------------

    def add(self, stored: StoredTurn, *, continues: bool = False) -> bool:
        """Keep a turn, and begin its conversation where it is new. Acknowledge after it returns.

        False for one that `continues` a conversation which was deleted meanwhile: it is not kept.
        """
        asked_at = timestamp(datetime.fromisoformat(stored.asked_at))
        turn = stored.turn
        row = (
            *(stored.answer_id, stored.owner, stored.conversation_id, asked_at, stored.record),
            *(turn.question, turn.understood, turn.language, turn.answer, turn.abstained),
            json.dumps(turn.cited, ensure_ascii=False),
        )
        with self._db.writing() as db:
            place = (stored.owner, stored.conversation_id)
            if continues and not list(db.execute("SELECT 1 FROM conversations WHERE (owner, id) = (?, ?)", place)):
                return False
            db.execute(_PUT_CONVERSATION, (*place, asked_at))
            if not list(db.execute(_PUT_TURN, storable(row))):
                raise StoreError(f"The answer {stored.answer_id!r} is kept already; give each one an id of its own.")
        return True

    def history(self, owner: str, conversation_id: str, last: int = 6, *, before: str | None = None) -> Sequence[Turn]:
        """The last turns of a conversation, oldest first; `before`: of those before the answer of this id."""
        values = {"owner": owner, "conversation": conversation_id, "before": before, "last": last}
        return [_turn(row) for row in reversed(self._db.rows(_SELECT_LAST, values))]

    def turns(self, owner: str, conversation_id: str) -> Sequence[StoredTurn]:
        """All turns of a conversation, oldest first; none where it is unknown, or another's."""
        where = " WHERE owner = ? AND conversation = ? ORDER BY number"
        rows = self._db.rows(_SELECT_KEPT + where, (owner, conversation_id))
        return [_stored(row) for row in rows]

    def answer(self, answer_id: str) -> StoredTurn | None:
        """The turn with this answer."""
        rows = self._db.rows(_SELECT_KEPT + " WHERE answer_id = ?", (answer_id,))
        return _stored(rows[0]) if rows else None

    # --- Conversations -----------------------------------------------------------------------------------

    def list(self, owner: str, limit: int, before: str | None = None) -> Sequence[Conversation]:
        """A page of an owner's, newest first; `before` is the `place` of the last one of the page before."""
        updated_at, _, key = (before or _LATER).partition(" ")
        return [Conversation(*row) for row in self._db.rows(_SELECT_CONVERSATIONS, (owner, updated_at, key, limit))]

    def delete(self, owner: str, conversation_id: str) -> bool:
        """Remove a conversation with its turns and what was thought of them; whether it was there."""
        statement = "DELETE FROM conversations WHERE (owner, id) = (?, ?) RETURNING id"
        return self._remove(statement, owner, conversation_id) > 0

    def expire(self, before: datetime) -> int:
        """Remove the conversations in which nothing was asked since; how many there were."""
        return self._remove("DELETE FROM conversations WHERE updated_at < ? RETURNING id", timestamp(before))

    # --- Feedback ----------------------------------------------------------------------------------------

    def feedback(self, owner: str, given: Feedback) -> bool:
        """Keep what an owner thinks of an answer, instead of what was before. False where there is none of this id."""
        given_at = timestamp(datetime.fromisoformat(given.given_at))
        row = (given_at, given.rating, given.comment, given.better, given.answer_id, owner)
        with self._db.writing() as db:
            return bool(list(db.execute(_PUT_FEEDBACK, storable(row))))

    def rated(self) -> Iterator[tuple[StoredTurn, Feedback]]:
        """Every answer that something was thought of, oldest first, a page at a time, so that writers need not wait."""
        last = 0
        while rows := self._db.rows(_SELECT_RATED, (last, _PAGE)):
            for _, given_at, rating, comment, better, *turn in rows:
                yield _stored(turn), Feedback(turn[0], given_at, rating, comment, better)
            last = rows[-1][0]

    # --- Shared ------------------------------------------------------------------------------------------

    def _remove(self, statement: str, *values: str) -> int:
        with self._db.writing() as db:
            removed = len(list(db.execute(statement, values)))
        if removed:
            self._db.fold()
        return removed


def _turn(row: Row) -> Turn:
    question, understood, language, answer, abstained, cited = row
    return Turn(question, understood, language, answer, bool(abstained), tuple(json.loads(cited)))


def _stored(row: Row) -> StoredTurn:
    answer_id, owner, conversation, asked_at, record, *turn = row
    return StoredTurn(answer_id, owner, conversation, asked_at, _turn(turn), record)
