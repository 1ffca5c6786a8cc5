"""What was asked and answered, conversation by conversation, and what readers thought of it: one SQLite file.

It is opened as `index.store` opens the truth, and a turn is acknowledged after its commit. Questions are private:
only the owner may read the file, and what is deleted is overwritten, in the write-ahead log too.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import apsw

from index.errors import StorageFull, StoreError
from index.files import sync
from index.sqlite import transaction
from rag.records import Turn

FILE = "conversations.sqlite3"

_SAFE_SQLITE = (3, 51, 3)
_BUSY_MS = 30_000
_PAGE = 100
_NOT_THE_OWNER = 0o077
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

Row = Sequence[Any]


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
class Kept:
    """A turn as it is kept; `record` is the JSON that the client got, `asked_at` as `timestamp` writes it.

    `owner` is whose conversation it is: the id of an API key, empty where none is needed.
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


@contextmanager
def opened_conversations(path: Path) -> Iterator["Conversations"]:
    """The conversations of a file, which is made where it is missing."""
    conversations = Conversations(path)
    try:
        yield conversations
    finally:
        conversations.close()


class Conversations:
    """One connection, shared by threads under a lock; other processes have their own.

    Every method raises StoreError, or StorageFull, where the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        if tuple(map(int, apsw.sqlite_lib_version().split("."))) < _SAFE_SQLITE:
            raise StoreError(f"SQLite {apsw.sqlite_lib_version()} can corrupt this database; install a newer apsw.")
        self._lock = threading.RLock()
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        _make_private(path)
        with _translated():
            self._db = apsw.Connection(str(path))
            self._db.set_busy_timeout(_BUSY_MS)
            self._db.pragma("journal_mode", "wal")
            # FULL: an acknowledged turn survives a power cut, not only a killed process.
            self._db.pragma("synchronous", "full")
            self._db.pragma("foreign_keys", True)
            self._db.pragma("secure_delete", True)
        with self._writing() as db:
            version = db.pragma("user_version")
            if version == 0:
                db.execute(_SCHEMA)
                db.pragma("user_version", _VERSION)
            elif version == 1:
                for statements in (_SET_VERSION_1_ASIDE, _SCHEMA, _TAKE_FROM_VERSION_1):
                    db.execute(statements)
                db.pragma("user_version", _VERSION)
            elif version != _VERSION:
                raise StoreError(
                    f"{path.name} has version {version} and this program knows {_VERSION}; "
                    "install the release that wrote it, or move the file away to begin another."
                )

    def close(self) -> None:
        """Close the connection; the last one folds the write-ahead log into the file."""
        with self._lock, _translated():
            self._db.close()

    # --- Turns -------------------------------------------------------------------------------------------

    def add(self, kept: Kept, *, continues: bool = False) -> None:
        """Keep a turn, and begin its conversation where it is new. Acknowledge after it returns.

        One that `continues` a conversation which was deleted meanwhile is not kept.
        """
        asked_at = timestamp(datetime.fromisoformat(kept.asked_at))
        turn = kept.turn
        row = (
            *(kept.answer_id, kept.owner, kept.conversation_id, asked_at, kept.record),
            *(turn.question, turn.understood, turn.language, turn.answer, turn.abstained),
            json.dumps(turn.cited, ensure_ascii=False),
        )
        with self._writing() as db:
            place = (kept.owner, kept.conversation_id)
            if continues and not list(db.execute("SELECT 1 FROM conversations WHERE (owner, id) = (?, ?)", place)):
                return
            db.execute(_PUT_CONVERSATION, (*place, asked_at))
            if not list(db.execute(_PUT_TURN, _storable(row))):
                raise StoreError(f"The answer {kept.answer_id!r} is kept already; give each one an id of its own.")

    def history(self, owner: str, conversation_id: str, last: int = 6, *, before: str | None = None) -> Sequence[Turn]:
        """The last turns of a conversation, oldest first; `before`: of those before the answer of this id."""
        values = {"owner": owner, "conversation": conversation_id, "before": before, "last": last}
        return [_turn(row) for row in reversed(self._rows(_SELECT_LAST, values))]

    def turns(self, owner: str, conversation_id: str) -> Sequence[Kept]:
        """All turns of a conversation, oldest first; none where it is unknown, or another's."""
        where = " WHERE owner = ? AND conversation = ? ORDER BY number"
        rows = self._rows(_SELECT_KEPT + where, (owner, conversation_id))
        return [_kept(row) for row in rows]

    def answer(self, answer_id: str) -> Kept | None:
        """The turn with this answer."""
        rows = self._rows(_SELECT_KEPT + " WHERE answer_id = ?", (answer_id,))
        return _kept(rows[0]) if rows else None

    # --- Conversations -----------------------------------------------------------------------------------

    def list(self, owner: str, limit: int, before: str | None = None) -> Sequence[Conversation]:
        """A page of an owner's, newest first; `before` is the `place` of the last one of the page before."""
        updated_at, _, key = (before or _LATER).partition(" ")
        return [Conversation(*row) for row in self._rows(_SELECT_CONVERSATIONS, (owner, updated_at, key, limit))]

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
        with self._writing() as db:
            return bool(list(db.execute(_PUT_FEEDBACK, _storable(row))))

    def rated(self) -> Iterator[tuple[Kept, Feedback]]:
        """Every answer that something was thought of, oldest first, a page at a time, so that writers need not wait."""
        last = 0
        while rows := self._rows(_SELECT_RATED, (last, _PAGE)):
            for _, given_at, rating, comment, better, *kept in rows:
                yield _kept(kept), Feedback(kept[0], given_at, rating, comment, better)
            last = rows[-1][0]

    # --- Shared ------------------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[apsw.Connection]:
        with self._lock, _translated(), transaction(self._db):
            yield self._db

    def _rows(self, statement: str, values: Sequence[Any] | dict[str, Any]) -> Sequence[Row]:
        with self._lock, _translated():
            return list(self._db.execute(statement, values))

    def _remove(self, statement: str, *values: str) -> int:
        with self._writing() as db:
            removed = len(list(db.execute(statement, values)))
        if removed:
            # The log still holds the pages as they were. Who reads just now keeps it, until the next checkpoint.
            self._rows("PRAGMA wal_checkpoint(TRUNCATE)", ())
        return removed


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except apsw.FullError as error:
        raise StorageFull(f"The disk is full ({error}); nothing of this step was kept. Make room.") from error
    except apsw.IOError as error:
        raise StorageFull(f"The disk refused a write or a read ({error}); make room, check it.") from error
    except apsw.BusyError as error:
        raise StoreError("Another process has held the conversations for 30 s; try again when it is done.") from error
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise StoreError(f"{FILE} is damaged: {error}. Restore it, or move it away to begin another.") from error
    except apsw.Error as error:
        raise StoreError(f"The conversations cannot be used: {error}. Check {FILE} and who may write it.") from error


def _make_private(path: Path) -> None:
    """Let nobody but the owner read the file. SQLite gives those that it makes beside it the same permissions."""
    with suppress(FileExistsError):
        path.touch(0o600, exist_ok=False)
        sync(path.parent)
    # Not opened here: closing it again would drop the locks that this process has on it.
    for file in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm"))):
        try:
            if file.stat().st_mode & _NOT_THE_OWNER:
                file.chmod(0o600)
        except FileNotFoundError:
            continue
        except PermissionError as error:
            problem = f"{file.name} holds private questions, others may read it, and it is not yours"
            raise StoreError(f"{problem}; let its owner run `chmod 600 {file.name}`.") from error


def _storable(row: Row) -> Row:
    # A terminal can hand over half characters, which UTF-8 has no bytes for.
    return [value.encode(errors="backslashreplace").decode() if isinstance(value, str) else value for value in row]


def _turn(row: Row) -> Turn:
    question, understood, language, answer, abstained, cited = row
    return Turn(question, understood, language, answer, bool(abstained), tuple(json.loads(cited)))


def _kept(row: Row) -> Kept:
    answer_id, owner, conversation, asked_at, record, *turn = row
    return Kept(answer_id, owner, conversation, asked_at, _turn(turn), record)
