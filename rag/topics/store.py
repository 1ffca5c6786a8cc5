"""Topics and their matches as they are kept, and how far the articles were followed."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from index.arrays import Vectors
from index.records import Filters
from index.storage.database import Connection, Database, Row, listed, storable
from rag.errors import NotKept
from rag.records.search import Query
from rag.topics.records import Found, Match, Profile, Topic

MOST_TOPICS = 1000  # of an owner
# Of a topic no more matches are kept; the oldest go.
_MOST_MATCHES = 1000

_SELECT_TOPIC = """
SELECT id, owner, name, question, understood, language, filters, paused, created_at, seen,
    (SELECT max(at) FROM matches WHERE topic = topics.id AND kind != 'earlier'), feed IS NOT NULL
FROM topics
"""
_SELECT_PROFILES = """
SELECT id, owner, name, question, understood, language, filters, paused, created_at, seen, NULL, feed IS NOT NULL,
    model, vector, since
FROM topics
"""
_PUT_TOPIC = """
INSERT INTO topics (id, owner, name, question, understood, language, filters, created_at, since, model, vector)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_PUT_MATCH = """
INSERT INTO matches (topic, article, at, score, kind) SELECT id, ?, ?, ?, ? FROM topics WHERE id = ?
"""
_FORGET_MATCH = "DELETE FROM matches WHERE topic = ? AND article = ?"
_SELECT_MATCHES = """
SELECT number, article, at, score, kind FROM matches
WHERE topic = :topic AND number > :after AND number <= :upto ORDER BY number DESC LIMIT :limit
"""
_FORGET_MATCHES = """
DELETE FROM matches WHERE topic = :topic AND number <= (
    SELECT number FROM matches WHERE topic = :topic ORDER BY number DESC LIMIT 1 OFFSET :most
)
"""
_PUT_DIGEST = "INSERT INTO articles VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET digest = excluded.digest"
LAST = 2**62  # above every number


@dataclass(frozen=True, slots=True)
class Followed:
    """A stretch of the store's changes: sequence numbers in (since, upto], and the version of the topics it was matched
    against.
    """

    since: int
    upto: int
    version: int


class TopicStore:
    """Any number of threads and processes may use it.

    Every method raises StoreError, or StorageFull, where they cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    # --- Topics ------------------------------------------------------------------------------------------

    def add(self, profile: Profile, model: str, earlier: Sequence[tuple[str, float]]) -> Topic:
        """Keep a new topic, whose vector is of a model; `earlier` are articles that are about it, and not new to it.

        NotKept where its owner has as many as one may have.
        """
        topic = profile.topic
        row = (
            *(topic.id, topic.owner, topic.name, topic.query.text, topic.query.understood, topic.query.language),
            *(json.dumps(asdict(topic.filters), ensure_ascii=False), topic.created_at, profile.since, model),
            profile.vector.astype("<f4").tobytes(),
        )
        with self._db.writing() as db:
            (count,) = next(db.execute("SELECT count(*) FROM topics WHERE owner = ?", (topic.owner,)))
            if count >= MOST_TOPICS:
                raise NotKept(f"There are {count:,} topics, which are the most; remove one first.")
            db.execute(_PUT_TOPIC, storable(row))
            for article, score in earlier:
                _put_match(db, topic.id, article, (topic.created_at, score, "earlier"))
            (seen,) = next(db.execute("SELECT coalesce(max(number), 0) FROM matches WHERE topic = ?", (topic.id,)))
            db.execute("UPDATE topics SET seen = ? WHERE id = ?", (seen, topic.id))
        return replace(topic, seen=seen)

    def topics(self, owner: str) -> list[Topic]:
        """An owner's topics, oldest first."""
        return [_topic(row) for row in self._db.rows(_SELECT_TOPIC + " WHERE owner = ? ORDER BY number", (owner,))]

    def topic(self, owner: str, topic_id: str) -> Topic | None:
        """An owner's topic of this id."""
        rows = self._db.rows(_SELECT_TOPIC + " WHERE owner = ? AND id = ?", storable((owner, topic_id)))
        return _topic(rows[0]) if rows else None

    def change(self, topic: Topic) -> bool:
        """Keep the name, the filters and whether it is paused; False where it is gone."""
        filters = json.dumps(asdict(topic.filters), ensure_ascii=False)
        values = (topic.name, filters, topic.paused, topic.id, topic.owner)
        statement = "UPDATE topics SET name = ?, filters = ?, paused = ? WHERE id = ? AND owner = ? RETURNING id"
        return self._written(statement, values)

    def remove(self, owner: str, topic_id: str) -> bool:
        """Remove a topic with its matches; False where it is unknown, or another's."""
        return self._written("DELETE FROM topics WHERE owner = ? AND id = ? RETURNING id", (owner, topic_id))

    def see(self, owner: str, topic_id: str) -> bool:
        """Note that an owner has looked at all matches of a topic; False where it is unknown, or another's."""
        statement = (
            "UPDATE topics SET seen = (SELECT coalesce(max(number), seen) FROM matches WHERE topic = topics.id)"
            " WHERE owner = ? AND id = ? RETURNING id"
        )
        return self._written(statement, (owner, topic_id))

    def open_feed(self, owner: str, topic_id: str, digest: bytes | None) -> bool:
        """Let who knows the secret of this digest read a topic's feed, and nobody else; None closes it."""
        statement = "UPDATE topics SET feed = ? WHERE owner = ? AND id = ? RETURNING id"
        return self._written(statement, (digest, owner, topic_id))

    def of_feed(self, digest: bytes) -> Topic | None:
        """The topic whose feed is read with the secret of this digest."""
        rows = self._db.rows(_SELECT_TOPIC + " WHERE feed = ?", (digest,))
        return _topic(rows[0]) if rows else None

    def _written(self, statement: str, values: Sequence[object]) -> bool:
        with self._db.writing() as db:
            return bool(list(db.execute(statement, storable(values))))

    # --- Matches -----------------------------------------------------------------------------------------

    def matches(self, topic_id: str, after: int = 0, upto: int = LAST, limit: int = _MOST_MATCHES) -> list[Match]:
        """The last matches of a topic with numbers above `after` and up to `upto`, the latest first."""
        values = {"topic": topic_id, "after": after, "upto": upto, "limit": limit}
        return [Match(*row) for row in self._db.rows(_SELECT_MATCHES, values)]

    def last_match(self) -> int:
        """The number of the last match of all topics; 0 where there is none."""
        rows = self._db.rows("SELECT coalesce(max(number), 0) FROM matches")
        return int(rows[0][0])

    # --- Following the articles --------------------------------------------------------------------------

    def position(self) -> int:
        """The sequence number of the store up to which articles were followed."""
        return int(self._db.rows("SELECT sequence FROM position")[0][0])

    def digests(self, articles: Iterable[str]) -> dict[str, bytes]:
        """The digests of the articles that were followed, by id."""
        rows = self._db.rows(
            "SELECT id, digest FROM articles WHERE id IN (SELECT value FROM json_each(?))", (listed(articles),)
        )
        return {str(article): bytes(digest) for article, digest in rows}

    def matched(self, topics: Iterable[str], articles: Iterable[str]) -> set[tuple[str, str]]:
        """Which of the topics have matches with which of the articles."""
        rows = self._db.rows(
            "SELECT topic, article FROM matches WHERE article IN (SELECT value FROM json_each(?))"
            " AND topic IN (SELECT value FROM json_each(?))",
            (listed(articles), listed(topics)),
        )
        return {(str(topic), str(article)) for topic, article in rows}

    def profiles(self) -> list[tuple[Profile, str]]:
        """All topics, oldest first, each with the model of its vector."""
        return [_profile(row) for row in self._db.rows(_SELECT_PROFILES + " ORDER BY number")]

    def profile(self, topic_id: str) -> tuple[Profile, str] | None:
        """The topic of this id, and the model of its vector."""
        rows = self._db.rows(_SELECT_PROFILES + " WHERE id = ?", (topic_id,))
        return _profile(rows[0]) if rows else None

    def embed(self, vectors: Mapping[str, Vectors], model: str) -> None:
        """Keep the vectors of topics, by id, that a model made."""
        with self._db.writing() as db:
            rows = [(model, vector.astype("<f4").tobytes(), topic) for topic, vector in vectors.items()]
            db.executemany("UPDATE topics SET model = ?, vector = ? WHERE id = ?", rows)

    def version(self) -> int:
        """How often topics came, changed in what they match, or went."""
        return int(self._db.rows("SELECT version FROM position")[0][0])

    def advance(self, followed: Followed, digests: Mapping[str, bytes], found: Iterable[Found], now: float) -> bool:
        """Move on, and keep what was found on the way, in one transaction.

        False, and nothing is kept, where another process was faster, or topics came or went meanwhile.
        """
        moving = "UPDATE position SET sequence = ? WHERE sequence = ? AND version = ? RETURNING sequence"
        with self._db.writing() as db:
            if not list(db.execute(moving, (followed.upto, followed.since, followed.version))):
                return False
            db.executemany(_PUT_DIGEST, digests.items())
            for one in found:
                _put_match(db, one.topic, one.article_id, (now, one.score, one.kind))
                db.execute(_FORGET_MATCHES, {"topic": one.topic, "most": _MOST_MATCHES})
        return True


def new_id() -> str:
    """An id that nobody guesses."""
    return secrets.token_hex(8)


def _put_match(db: Connection, topic: str, article: str, told: tuple[float, float, str]) -> None:
    # What is told anew gets a new number, behind all that was seen.
    db.execute(_FORGET_MATCH, (topic, article))
    db.execute(_PUT_MATCH, (article, *told, topic))


def _topic(row: Row) -> Topic:
    topic, owner, name, question, understood, language, filters, paused, created_at, seen, last, feed = row
    passing = json.loads(filters)
    return Topic(
        topic,
        owner,
        name,
        Query(question, understood, language),
        Filters(passing["published_from"], passing["published_to"], tuple(passing["sources"])),
        bool(paused),
        created_at,
        seen,
        last,
        bool(feed),
    )


def _profile(row: Row) -> tuple[Profile, str]:
    *topic, model, vector, since = row
    return Profile(_topic(tuple(topic)), np.frombuffer(vector, "<f4").astype(np.float32), since), str(model)
