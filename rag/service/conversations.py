"""What was asked and answered, conversation by conversation, and what readers thought of it: private tables."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest

from index.language.text import fold, has_marks, tokens
from index.storage.database import Row, Where, opened_private, storable
from index.storage.errors import StoreError
from rag.delivery.secret import digest
from rag.records.answers import Feedback
from rag.records.search import Origin, Turn

FILE = "conversations.sqlite3"

_PAGE = 100
_NAME_BYTES, _SECRET_BYTES = 8, 16  # of a share's token
_FIRST = ("1", "~")  # sorts before every place: pinned, and later than every time

_VERSION = 3
_SCHEMA = """
CREATE TABLE conversations (
    owner TEXT NOT NULL, id TEXT NOT NULL, started_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    origin TEXT NOT NULL DEFAULT 'page', pinned INTEGER NOT NULL DEFAULT 0, title TEXT, PRIMARY KEY (owner, id)
) WITHOUT ROWID;
CREATE INDEX conversations_by_place ON conversations (owner, pinned, updated_at, id);
CREATE TABLE turns (
    number INTEGER PRIMARY KEY, answer_id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL, conversation TEXT NOT NULL, asked_at TEXT NOT NULL,
    question TEXT NOT NULL, understood TEXT NOT NULL, language TEXT NOT NULL, answer TEXT NOT NULL,
    abstained INTEGER NOT NULL, cited TEXT NOT NULL, record TEXT NOT NULL, suggestions TEXT,
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id) ON DELETE CASCADE
);
CREATE INDEX turns_by_conversation ON turns (owner, conversation, number);
CREATE TABLE shares (
    id TEXT PRIMARY KEY, digest BLOB NOT NULL, shared_at TEXT NOT NULL,
    turn INTEGER NOT NULL REFERENCES turns (number) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX shares_by_turn ON shares (turn);
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
INSERT INTO conversations (owner, id, started_at, updated_at)
    SELECT '', id, started_at, updated_at FROM old_conversations;
INSERT INTO turns SELECT number, answer_id, '', conversation, asked_at, question, understood, language, answer,
    abstained, cited, record, NULL FROM old_turns;
INSERT INTO feedback SELECT turn, given_at, rating, comment, better FROM old_feedback;
DROP TABLE old_feedback;
DROP TABLE old_turns;
DROP TABLE old_conversations;
"""
# Version 2 did not know where a question came from: all of it stays in the page's list.
_TAKE_FROM_VERSION_2 = """
ALTER TABLE conversations ADD COLUMN origin TEXT NOT NULL DEFAULT 'page';
ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN title TEXT;
DROP INDEX conversations_by_update;
CREATE INDEX conversations_by_place ON conversations (owner, pinned, updated_at, id);
ALTER TABLE turns ADD COLUMN suggestions TEXT;
CREATE TABLE shares (
    id TEXT PRIMARY KEY, digest BLOB NOT NULL, shared_at TEXT NOT NULL,
    turn INTEGER NOT NULL REFERENCES turns (number) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX shares_by_turn ON shares (turn);
"""
_PUT_CONVERSATION = """
INSERT INTO conversations (owner, id, started_at, updated_at, origin) VALUES (?1, ?2, ?3, ?3, ?4)
ON CONFLICT (owner, id) DO UPDATE SET updated_at = CASE
    WHEN excluded.updated_at > conversations.updated_at THEN excluded.updated_at ELSE conversations.updated_at
END
"""
_PUT_TURN = """
INSERT INTO turns (
    answer_id, owner, conversation, asked_at, record, question, understood, language, answer, abstained, cited
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (answer_id) DO NOTHING RETURNING number
"""
_PUT_FEEDBACK = """
INSERT INTO feedback SELECT number, ?, ?, ?, ? FROM turns WHERE answer_id = ? AND owner = ?
ON CONFLICT (turn) DO UPDATE SET given_at = excluded.given_at, rating = excluded.rating, comment = excluded.comment,
    better = excluded.better
RETURNING turn
"""
_SELECT_LAST = """
SELECT question, understood, language, answer, abstained, cited FROM turns
WHERE owner = :owner AND conversation = :conversation
  AND (CAST(:before AS TEXT) IS NULL OR number < (SELECT number FROM turns WHERE answer_id = :before))
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
_SELECT_CONVERSATION = """
SELECT id, started_at, updated_at,
    (SELECT count(*) FROM turns WHERE turns.owner = c.owner AND conversation = id),
    coalesce(
        title, (SELECT question FROM turns WHERE turns.owner = c.owner AND conversation = id ORDER BY number LIMIT 1)
    ),
    pinned, origin
FROM conversations AS c WHERE owner = :owner
"""
_A_PAGE = """
 AND (CAST(:origin AS TEXT) IS NULL OR origin = :origin) AND (pinned, updated_at, id) < (:pinned, :updated_at, :id)
ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT :limit
"""
_SELECT_ASKED = "SELECT question, understood FROM turns WHERE owner = ? AND conversation = ?"
_EDIT = """
UPDATE conversations SET title = CASE WHEN :titled = 1 THEN :title ELSE title END, pinned = coalesce(:pinned, pinned)
WHERE owner = :owner AND id = :id
"""
_PUT_SHARE = """
INSERT INTO shares SELECT ?, ?, ?, number FROM turns WHERE answer_id = ? AND owner = ? RETURNING id
"""
_SELECT_SHARES = """
SELECT shares.id, shared_at, answer_id, question FROM shares JOIN turns ON number = turn
WHERE owner = ? ORDER BY shared_at DESC, shares.id
"""
_DELETE_SHARE = "DELETE FROM shares WHERE id = ? AND turn IN (SELECT number FROM turns WHERE owner = ?) RETURNING id"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in a list: times as `timestamp` writes them, how many turns, and its title or first question."""

    id: str
    started_at: str
    updated_at: str
    turns: int
    title: str
    pinned: bool
    origin: Origin

    @property
    def place(self) -> str:
        """Where it stands in the list, for `Conversations.list`; it holds also when the conversation is gone."""
        return f"{int(self.pinned)} {self.updated_at} {self.id}"


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
class SharedAnswer:
    """A link to an answer, as its owner sees it: the id that revokes it, when it was made, and the answer."""

    id: str
    shared_at: str
    answer_id: str
    question: str


def timestamp(moment: datetime) -> str:
    """A moment as ISO 8601 in UTC, always of the same width, so that times sort as text. ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone; give it one, as datetime.now(UTC) has")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def opened_conversations(where: Where) -> AbstractContextManager["Conversations"]:
    """The conversations of a database, which is made where it is missing."""
    return closing(Conversations(where))


class Conversations:
    """What is kept; any number of threads may use it, as may other processes.

    Every method raises StoreError, or StorageFull, where they cannot be read or written.
    """

    def __init__(self, where: Where) -> None:
        steps = {1: _SET_VERSION_1_ASIDE + _SCHEMA + _TAKE_FROM_VERSION_1, 2: _TAKE_FROM_VERSION_2}
        self._db = opened_private(where, "conversations", _VERSION, _SCHEMA, steps)

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()

    # --- Turns -------------------------------------------------------------------------------------------

    def add(self, stored: StoredTurn, *, continues: bool = False, origin: Origin = "api") -> bool:
        """Keep a turn, and begin its conversation where it is new, of this origin. Acknowledge after it returns.

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
            db.execute(_PUT_CONVERSATION, (*place, asked_at, origin))
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

    def suggestions(self, owner: str, answer_id: str) -> Sequence[str] | None:
        """The next questions that are kept with an answer; None where none were worked out yet."""
        rows = self._db.rows("SELECT suggestions FROM turns WHERE answer_id = ? AND owner = ?", (answer_id, owner))
        return json.loads(rows[0][0]) if rows and rows[0][0] else None

    def keep_suggestions(self, owner: str, answer_id: str, questions: Sequence[str]) -> None:
        """Keep next questions with an answer, if it is still there."""
        row = (json.dumps(questions, ensure_ascii=False), answer_id, owner)
        with self._db.writing() as db:
            db.execute("UPDATE turns SET suggestions = ? WHERE answer_id = ? AND owner = ?", row)

    # --- Conversations -----------------------------------------------------------------------------------

    def list(
        self, owner: str, limit: int, before: str | None = None, *, origin: Origin | None = None, words: str = ""
    ) -> Sequence[Conversation]:
        """A page of an owner's, pinned ones first, then newest first; those of an `origin`, or of all.

        `before` is the `place` of the last one of the page before. Each of `words` begins a word of the title or of a
        question; one that is typed without diacritics stands for every word that is spelled so without them.
        """
        found: list[Conversation] = []
        while len(found) < limit and (page := self._page(owner, max(limit, _PAGE if words else 0), before, origin)):
            found += [listed for listed in page if not words or self._holds(owner, listed, words)]
            before = page[-1].place
            if not words:
                break
        return found[:limit]

    def _page(self, owner: str, limit: int, before: str | None, origin: Origin | None) -> Sequence[Conversation]:
        pinned, _, rest = (before or " ".join(_FIRST)).partition(" ")
        updated_at, _, key = rest.partition(" ")
        place = {"pinned": int(pinned == "1"), "updated_at": updated_at, "id": key}
        rows = self._db.rows(
            _SELECT_CONVERSATION + _A_PAGE, {**place, "owner": owner, "origin": origin, "limit": limit}
        )
        return [_conversation(row) for row in rows]

    def _holds(self, owner: str, listed: Conversation, words: str) -> bool:
        asked = [text for row in self._db.rows(_SELECT_ASKED, (owner, listed.id)) for text in row]
        said = " ".join((listed.title, *asked))
        marked, bare = set(tokens(said)), set(tokens(fold(said)))
        return all(
            any(word.startswith(each) for word in (marked if has_marks(each) else bare)) for each in tokens(words)
        )

    def get(self, owner: str, conversation_id: str) -> Conversation | None:
        """A conversation as the list shows it; None where it is unknown, or another's."""
        rows = self._db.rows(_SELECT_CONVERSATION + " AND id = :id", {"owner": owner, "id": conversation_id})
        return _conversation(rows[0]) if rows else None

    def edit(self, owner: str, conversation_id: str, changes: Mapping[str, str | bool | None]) -> None:
        """Rename a conversation (`title`; None takes it back to its first question), or pin or unpin it (`pinned`)."""
        values = {
            "owner": owner,
            "id": conversation_id,
            "titled": "title" in changes,
            "title": changes.get("title"),
            "pinned": changes.get("pinned"),
        }
        with self._db.writing() as db:
            db.execute(_EDIT, values)

    def delete(self, owner: str, conversation_id: str) -> bool:
        """Remove a conversation with its turns and what was thought of them; whether it was there."""
        statement = "DELETE FROM conversations WHERE (owner, id) = (?, ?) RETURNING id"
        return self._remove(statement, owner, conversation_id) > 0

    def expire(self, before: datetime) -> int:
        """Remove the conversations in which nothing was asked since and that are not pinned; how many there were."""
        statement = "DELETE FROM conversations WHERE updated_at < ? AND pinned = 0 RETURNING id"
        return self._remove(statement, timestamp(before))

    # --- Links to answers --------------------------------------------------------------------------------

    def share(self, owner: str, answer_id: str, shared_at: str) -> str | None:
        """Make a link to an answer; its token, which is not kept. None where the owner has no answer of this id."""
        name, secret = secrets.token_hex(_NAME_BYTES), secrets.token_hex(_SECRET_BYTES)
        token = f"{name}-{secret}"
        row = (name, digest(token), timestamp(datetime.fromisoformat(shared_at)), answer_id, owner)
        with self._db.writing() as db:
            return token if list(db.execute(_PUT_SHARE, storable(row))) else None

    def shared(self, token: str) -> tuple[StoredTurn, str] | None:
        """The turn that a token leads to, whoever it belongs to, and when it was shared."""
        name = storable([token.partition("-")[0]])
        rows = self._db.rows("SELECT digest, shared_at, turn FROM shares WHERE id = ?", name)
        if not rows or not compare_digest(rows[0][0], digest(token)):
            return None
        found = self._db.rows(_SELECT_KEPT + " WHERE number = ?", (rows[0][2],))
        return (_stored(found[0]), rows[0][1]) if found else None

    def shares(self, owner: str) -> Sequence[SharedAnswer]:
        """An owner's links, newest first."""
        return [SharedAnswer(*row) for row in self._db.rows(_SELECT_SHARES, (owner,))]

    def unshare(self, owner: str, token: str) -> bool:
        """Revoke a link of the owner's, by its token or the id in front of it; whether there was one."""
        return self._remove(_DELETE_SHARE, *storable([token.partition("-")[0], owner])) > 0

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
                yield _stored(tuple(turn)), Feedback(turn[0], given_at, rating, comment, better)
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


def _conversation(row: Row) -> Conversation:
    key, started_at, updated_at, turns, title, pinned, origin = row
    return Conversation(key, started_at, updated_at, turns, title, bool(pinned), origin)


def _stored(row: Row) -> StoredTurn:
    answer_id, owner, conversation, asked_at, record, *turn = row
    return StoredTurn(answer_id, owner, conversation, asked_at, _turn(tuple(turn)), record)
