"""What is followed, for whom: topics, matches, briefings and their issues, in private tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from index.storage.database import Database, Where, opened_private
from rag.delivery.outbox import SCHEMA as DELIVERIES

FILE = "desk.sqlite3"

_VERSION = 2
# `articles` are those that were followed, with a digest of their words; a match belongs to a topic and goes with it.
# `upto` and `seen` are numbers of matches. `version` counts what new articles are matched against.
_OWN = """
CREATE TABLE position (sequence BIGINT NOT NULL, version BIGINT NOT NULL);
INSERT INTO position VALUES (0, 0);
CREATE TABLE articles (id TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE topics (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, name TEXT NOT NULL,
    question TEXT NOT NULL, understood TEXT NOT NULL, language TEXT NOT NULL, filters TEXT NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0, created_at DOUBLE PRECISION NOT NULL, seen BIGINT NOT NULL DEFAULT 0,
    since BIGINT NOT NULL, model TEXT NOT NULL, vector BLOB NOT NULL, feed BLOB UNIQUE
);
CREATE INDEX topics_by_owner ON topics (owner, number);
CREATE TRIGGER topic_added AFTER INSERT ON topics BEGIN UPDATE position SET version = version + 1; END;
CREATE TRIGGER topic_removed AFTER DELETE ON topics BEGIN UPDATE position SET version = version + 1; END;
CREATE TRIGGER topic_changed AFTER UPDATE OF filters, paused, model ON topics
BEGIN UPDATE position SET version = version + 1; END;
CREATE TABLE matches (
    number INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
    article TEXT NOT NULL, at DOUBLE PRECISION NOT NULL, score DOUBLE PRECISION NOT NULL, kind TEXT NOT NULL,
    UNIQUE (topic, article)
);
CREATE INDEX matches_by_topic ON matches (topic, number);
CREATE TABLE briefings (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, schedule TEXT NOT NULL, language TEXT NOT NULL,
    channels TEXT NOT NULL, paused INTEGER NOT NULL DEFAULT 0, created_at DOUBLE PRECISION NOT NULL,
    next_at DOUBLE PRECISION NOT NULL, upto BIGINT NOT NULL, since DOUBLE PRECISION NOT NULL,
    last_issue_at DOUBLE PRECISION
) WITHOUT ROWID;
CREATE INDEX briefings_by_owner ON briefings (owner, created_at, id);
CREATE INDEX briefings_due ON briefings (next_at) WHERE paused = 0;
CREATE TABLE briefing_topics (
    briefing TEXT NOT NULL REFERENCES briefings (id) ON DELETE CASCADE,
    topic TEXT NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
    place INTEGER NOT NULL, PRIMARY KEY (briefing, topic)
) WITHOUT ROWID;
CREATE INDEX briefing_topics_by_topic ON briefing_topics (topic);
CREATE TABLE issues (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    briefing TEXT NOT NULL REFERENCES briefings (id) ON DELETE CASCADE, made_at DOUBLE PRECISION NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX issues_by_briefing ON issues (briefing, number);
CREATE TABLE told (
    number INTEGER PRIMARY KEY AUTOINCREMENT, briefing TEXT NOT NULL REFERENCES briefings (id) ON DELETE CASCADE,
    topic TEXT NOT NULL, source TEXT NOT NULL, overtaken INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX told_by_briefing ON told (briefing, number);
"""
# Version 1 kept no opinions. One belongs to an issue's overview of a topic, and goes with either of them.
_FEEDBACK = """
CREATE TABLE feedback (
    issue TEXT NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    topic TEXT NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
    given_at TEXT NOT NULL, rating TEXT NOT NULL CHECK (rating IN ('up', 'down')), comment TEXT, better TEXT,
    PRIMARY KEY (issue, topic)
) WITHOUT ROWID;
CREATE INDEX feedback_by_topic ON feedback (topic);
"""


@contextmanager
def opened_desk(where: Where) -> Iterator[Database]:
    """The desk's database, which is made where it is missing; any number of threads and processes may use it."""
    database = opened_private(where, "topics", _VERSION, _OWN + _FEEDBACK + DELIVERIES, {1: _FEEDBACK})
    try:
        yield database
    finally:
        database.close()
