"""Briefings, their issues, and what these told, as they are kept."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from pydantic import TypeAdapter

from index.language.showing import shorten
from index.storage.database import Connection, Database, Row, storable
from rag.delivery.channels import Channel, from_json, to_json
from rag.delivery.outbox import enqueue
from rag.delivery.schedule import Schedule
from rag.errors import NotKept
from rag.records.answers import Answer, Feedback, Source
from rag.records.search import Query
from rag.topics.records import Briefing, Issue, Told

MOST_BRIEFINGS = 100  # of an owner
# Of a briefing: sentences that are not told again, and issues that can be read.
_MOST_TOLD, _MOST_ISSUES = 500, 1000

_SELECT_BRIEFING = """
SELECT id, owner, name, schedule, language, channels, paused, created_at, next_at, upto, since, last_issue_at,
    (SELECT coalesce(CAST(json_group_array(topic) AS TEXT), '[]') FROM (
        SELECT topic FROM briefing_topics WHERE briefing = briefings.id ORDER BY place
    ) AS topics_of)
FROM briefings
"""
_PUT_BRIEFING = """
INSERT INTO briefings (id, owner, name, schedule, language, channels, paused, created_at, next_at, upto, since)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_CHANGE_BRIEFING = """
UPDATE briefings SET name = ?, schedule = ?, language = ?, channels = ?, paused = ?, next_at = ?
WHERE id = ? AND owner = ? RETURNING id
"""
# As it was when its issue was put together, or nothing.
_MOVE_ON = """
UPDATE briefings SET next_at = :next_at, upto = :upto, since = coalesce(CAST(:made_at AS DOUBLE PRECISION), since),
    last_issue_at = coalesce(CAST(:made_at AS DOUBLE PRECISION), last_issue_at)
WHERE id = :id AND next_at = :was AND upto = :told AND paused = 0 RETURNING id
"""
_FORGET_TOLD = """
DELETE FROM told WHERE briefing = :briefing AND number <= (
    SELECT number FROM told WHERE briefing = :briefing ORDER BY number DESC LIMIT 1 OFFSET :most
)
"""
_FORGET_ISSUES = """
DELETE FROM issues WHERE briefing = :briefing AND number <= (
    SELECT number FROM issues WHERE briefing = :briefing ORDER BY number DESC LIMIT 1 OFFSET :most
)
"""
_SELECT_RATABLE = "SELECT record FROM issues, topics WHERE issues.id = ? AND topics.id = ?"
_PUT_FEEDBACK = """
INSERT INTO feedback (issue, topic, given_at, rating, comment, better) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (issue, topic) DO UPDATE SET given_at = excluded.given_at, rating = excluded.rating,
    comment = excluded.comment, better = excluded.better
"""
_SELECT_RATED = """
SELECT record, topic, question, understood, language, given_at, rating, comment, better
FROM feedback JOIN issues ON issues.id = issue JOIN topics ON topics.id = topic ORDER BY given_at, issue, topic
"""
_ISSUE, _SOURCE = TypeAdapter(Issue), TypeAdapter(Source)


class BriefingStore:
    """Any number of threads and processes may use it.

    Every method raises StoreError, or StorageFull, where they cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    # --- Briefings ---------------------------------------------------------------------------------------

    def add(self, briefing: Briefing) -> None:
        """Keep a new briefing. NotKept where its owner has as many as one may have, or lacks a topic of it."""
        row = (
            *(briefing.id, briefing.owner, briefing.name, *_columns(briefing), briefing.paused, briefing.created_at),
            *(briefing.next_at, briefing.upto, briefing.since),
        )
        with self._db.writing() as db:
            (count,) = next(db.execute("SELECT count(*) FROM briefings WHERE owner = ?", (briefing.owner,)))
            if count >= MOST_BRIEFINGS:
                raise NotKept(f"There are {count} briefings, which are the most; remove one first.")
            db.execute(_PUT_BRIEFING, storable(row))
            _put_topics(db, briefing)

    def change(self, briefing: Briefing) -> bool:
        """Keep a briefing as it is now; False where it is gone. NotKept where its owner lacks a topic of it."""
        row = (briefing.name, *_columns(briefing), briefing.paused, briefing.next_at, briefing.id, briefing.owner)
        with self._db.writing() as db:
            if not list(db.execute(_CHANGE_BRIEFING, storable(row))):
                return False
            db.execute("DELETE FROM briefing_topics WHERE briefing = ?", (briefing.id,))
            _put_topics(db, briefing)
        return True

    def briefings(self, owner: str) -> list[Briefing]:
        """An owner's briefings, oldest first."""
        rows = self._db.rows(_SELECT_BRIEFING + " WHERE owner = ? ORDER BY created_at, id", (owner,))
        return [_briefing(row) for row in rows]

    def briefing(self, owner: str, briefing_id: str) -> Briefing | None:
        """An owner's briefing of this id."""
        rows = self._db.rows(_SELECT_BRIEFING + " WHERE owner = ? AND id = ?", storable((owner, briefing_id)))
        return _briefing(rows[0]) if rows else None

    def anyones(self, briefing_id: str) -> Briefing | None:
        """The briefing of this id, whoever owns it."""
        rows = self._db.rows(_SELECT_BRIEFING + " WHERE id = ?", storable((briefing_id,)))
        return _briefing(rows[0]) if rows else None

    def remove(self, owner: str, briefing_id: str) -> bool:
        """Remove a briefing with its issues and deliveries; False where it is unknown, or another's."""
        with self._db.writing() as db:
            statement = "DELETE FROM briefings WHERE owner = ? AND id = ? RETURNING id"
            return bool(list(db.execute(statement, storable((owner, briefing_id)))))

    def send_to(self, briefing_id: str, channels: Sequence[Channel]) -> None:
        """Send a briefing over these channels from now on, and over no other."""
        with self._db.writing() as db:
            db.execute("UPDATE briefings SET channels = ? WHERE id = ?", (_stored(channels), briefing_id))

    def sent_to(self, briefing_id: str) -> list[Channel]:
        """The channels over which issues of a briefing were put on their way, each once."""
        rows = self._db.rows(
            "SELECT DISTINCT channel FROM deliveries JOIN issues ON issues.id = issue WHERE briefing = ?",
            (briefing_id,),
        )
        return [from_json(stored) for (stored,) in rows]

    def pause(self, briefing_id: str) -> bool:
        """Make no more issues of a briefing; False where it is gone."""
        with self._db.writing() as db:
            return bool(list(db.execute("UPDATE briefings SET paused = 1 WHERE id = ? RETURNING id", (briefing_id,))))

    def due(self, now: float) -> list[Briefing]:
        """The briefings whose issues are due, the one that has waited longest first."""
        rows = self._db.rows(_SELECT_BRIEFING + " WHERE paused = 0 AND next_at <= ? ORDER BY next_at, id", (now,))
        return [_briefing(row) for row in rows]

    # --- Issues ------------------------------------------------------------------------------------------

    def told(self, briefing_id: str) -> list[Told]:
        """The last sentences that issues of a briefing told, oldest first."""
        statement = "SELECT number, topic, source, overtaken FROM told WHERE briefing = ? ORDER BY number"
        rows = self._db.rows(statement, (briefing_id,))
        return [Told(number, topic, _SOURCE.validate_json(source), bool(gone)) for number, topic, source, gone in rows]

    def move_on(self, before: Briefing, next_at: float, upto: int) -> bool:
        """Make no issue, as nothing came; False where another process was faster, or the briefing changed meanwhile."""
        with self._db.writing() as db:
            return _moved(db, before, next_at, upto, None)

    def keep(self, before: Briefing, next_at: float, upto: int, issue: Issue, overtaken: Iterable[Told]) -> bool:
        """Keep an issue, what it told and its deliveries, and move on, in one transaction.

        False, and nothing is kept, where another process was faster, or the briefing changed or went meanwhile.
        """
        with self._db.writing() as db:
            if not _moved(db, before, next_at, upto, issue.made_at):
                return False
            record = _ISSUE.dump_json(issue).decode()
            db.execute(
                "INSERT INTO issues (id, briefing, made_at, record) VALUES (?, ?, ?, ?)",
                (issue.id, issue.briefing, issue.made_at, record),
            )
            db.executemany("UPDATE told SET overtaken = 1 WHERE number = ?", [(one.number,) for one in overtaken])
            db.executemany(
                "INSERT INTO told (briefing, topic, source) VALUES (?, ?, ?)",
                [(issue.briefing, topic, _SOURCE.dump_json(source).decode()) for topic, source in _telling(issue)],
            )
            db.execute(_FORGET_TOLD, {"briefing": issue.briefing, "most": _MOST_TOLD})
            db.execute(_FORGET_ISSUES, {"briefing": issue.briefing, "most": _MOST_ISSUES})
            enqueue(db, issue.id, before.channels, issue.made_at)
        return True

    def issues(self, owner: str, briefing_id: str, limit: int, before: str | None = None) -> list[Issue]:
        """A page of a briefing's issues, the latest first; `before` is the id of the last one of the page before."""
        rows = self._db.rows(
            "SELECT record FROM issues JOIN briefings ON briefings.id = briefing WHERE owner = :owner"
            " AND briefing = :briefing"
            " AND (CAST(:before AS TEXT) IS NULL OR number < (SELECT number FROM issues WHERE id = :before))"
            " ORDER BY number DESC LIMIT :limit",
            {"owner": owner, "briefing": briefing_id, "before": before, "limit": limit},
        )
        return [_ISSUE.validate_json(record) for (record,) in rows]

    def issue(self, issue_id: str, owner: str | None = None) -> Issue | None:
        """The issue of this id, of an owner or of anybody."""
        rows = self._db.rows(
            "SELECT record FROM issues JOIN briefings ON briefings.id = briefing"
            " WHERE issues.id = :id AND (CAST(:owner AS TEXT) IS NULL OR owner = :owner)",
            {"id": storable((issue_id,))[0], "owner": owner},
        )
        return _ISSUE.validate_json(rows[0][0]) if rows else None

    def of_issue(self, issue_id: str) -> Briefing | None:
        """The briefing of an issue."""
        of_issue = " WHERE id = (SELECT briefing FROM issues WHERE issues.id = ?)"
        rows = self._db.rows(_SELECT_BRIEFING + of_issue, (issue_id,))
        return _briefing(rows[0]) if rows else None

    # --- Opinions ----------------------------------------------------------------------------------------

    def rate(self, given: Feedback) -> bool:
        """Keep what a reader thinks of an issue's overview, instead of what was before; False where there is none.

        Who knows its id (`Issue.answer_id`) may: issues go to readers that have no key, or another one.
        """
        ids = storable(given.answer_id.partition("-")[::2])
        with self._db.writing() as db:
            for (record,) in list(db.execute(_SELECT_RATABLE, ids)):
                if given.answer_id in _overviews(_ISSUE.validate_json(record)):
                    said = storable((given.given_at, given.rating, given.comment, given.better))
                    db.execute(_PUT_FEEDBACK, (*ids, *said))
                    return True
        return False

    def rated(self) -> list[tuple[Query, Answer, Feedback]]:
        """Every overview that something was thought of, with the question of its topic, oldest opinion first."""
        rated = []
        for record, topic, text, understood, language, *given in self._db.rows(_SELECT_RATED):
            issue = _ISSUE.validate_json(record)
            answer_id = f"{issue.id}-{topic}"
            answer = _overviews(issue)[answer_id]
            rated.append((Query(text, understood, language), answer, Feedback(answer_id, *given)))
        return rated


def _overviews(issue: Issue) -> dict[str, Answer]:
    """The overviews of an issue that can be rated, by the ids that they are rated by."""
    return {issue.answer_id(news): news.answer for news in issue.topics if issue.answer_id(news)}


def _columns(briefing: Briefing) -> tuple[str, str, str]:
    return json.dumps(asdict(briefing.schedule)), briefing.language, _stored(briefing.channels)


def _stored(channels: Iterable[Channel]) -> str:
    return json.dumps([json.loads(to_json(channel)) for channel in channels])


def _put_topics(db: Connection, briefing: Briefing) -> None:
    for place, topic in enumerate(briefing.topics):
        statement = "INSERT INTO briefing_topics SELECT ?, id, ? FROM topics WHERE id = ? AND owner = ? RETURNING topic"
        if not list(db.execute(statement, storable((briefing.id, place, topic, briefing.owner)))):
            raise NotKept(f"There is no topic {shorten(topic)}; take the id of one that is listed.")


def _moved(db: Connection, before: Briefing, next_at: float, upto: int, made_at: float | None) -> bool:
    values = {
        "id": before.id,
        "was": before.next_at,
        "told": before.upto,
        "next_at": next_at,
        "upto": upto,
        "made_at": made_at,
    }
    return bool(list(db.execute(_MOVE_ON, values)))


def _telling(issue: Issue) -> Iterator[tuple[str, Source]]:
    """Each sentence that an issue tells, with its topic."""
    for news in issue.topics:
        cited = [citation.sources[0] for citation in news.answer.citations]
        now = [change.now for change in news.changes if change.now is not None]
        for source in dict.fromkeys([*cited, *now]):
            yield news.topic, source


def _briefing(row: Row) -> Briefing:
    briefing, owner, name, schedule, language, channels, paused, *moments, topics = row
    return Briefing(
        briefing,
        owner,
        name,
        tuple(json.loads(topics)),
        Schedule(**json.loads(schedule)),
        language,
        tuple(from_json(json.dumps(channel)) for channel in json.loads(channels)),
        bool(paused),
        *moments,
    )
