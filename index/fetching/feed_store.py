"""Feeds, what they list, and what became of each page, in the articles' database, so that backups hold them.

    feeds          what is watched, and when it is asked next
    feed_entries   what each feed lists, as far as it is needed to see what is new
    feed_pages     the page of each entry: when it is asked next, what it was, and the article made of it

A feed and a page are claimed for some minutes by who works on them, so that several watchers (or one after another
that was killed) neither do the same work at once nor leave it undone.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from index.fetching.client import Validators
from index.fetching.schedule import FIRST
from index.intake.feeds.entries import Entry
from index.storage.database import Connection, Row, Where, opened_shared

LEASE = 600.0
# A feed may carry whole articles, kept until their pages are settled.
_LONGEST_CONTENT = 500_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS feeds (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, title TEXT, etag TEXT, last_modified TEXT,
    next_at DOUBLE PRECISION, interval DOUBLE PRECISION NOT NULL, failures INTEGER NOT NULL DEFAULT 0,
    claimed_until DOUBLE PRECISION NOT NULL DEFAULT 0,
    outcome TEXT NOT NULL DEFAULT 'new', detail TEXT, asked_at DOUBLE PRECISION, added_at DOUBLE PRECISION NOT NULL
);
CREATE TABLE IF NOT EXISTS feed_entries (
    feed INTEGER NOT NULL REFERENCES feeds (id) ON DELETE CASCADE, key TEXT NOT NULL, url TEXT NOT NULL,
    digest TEXT NOT NULL, entry TEXT NOT NULL, content TEXT, seen_at DOUBLE PRECISION NOT NULL, PRIMARY KEY (feed, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS feed_entries_by_url ON feed_entries (url);
CREATE TABLE IF NOT EXISTS feed_pages (
    url TEXT PRIMARY KEY, state TEXT NOT NULL DEFAULT 'waiting', next_at DOUBLE PRECISION,
    tries INTEGER NOT NULL DEFAULT 0,
    missing INTEGER NOT NULL DEFAULT 0, visits INTEGER NOT NULL DEFAULT 0, etag TEXT, last_modified TEXT, digest TEXT,
    article TEXT, reason TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS feed_pages_by_next ON feed_pages (next_at);
"""
# All feeds, or one; with a `now` those that are due, or list pages that are, and that nobody works on.
_FEEDS = """
SELECT id, url, title, etag, last_modified, next_at, interval, failures, outcome, detail, asked_at, added_at FROM feeds
WHERE (CAST(:feed AS BIGINT) IS NULL OR id = :feed)
AND (CAST(:now AS DOUBLE PRECISION) IS NULL OR claimed_until <= :now AND (next_at <= :now OR EXISTS (
    SELECT 1 FROM feed_entries AS e JOIN feed_pages AS p ON p.url = e.url WHERE e.feed = feeds.id AND p.next_at <= :now
))) ORDER BY id
"""
# Of several entries with one page, one announces it.
_DUE_PAGES = """
SELECT p.url, p.state, p.tries, p.missing, p.visits, p.etag, p.last_modified, p.digest, p.article, e.key, e.entry,
    e.content
FROM feed_entries AS e JOIN feed_pages AS p ON p.url = e.url
WHERE e.feed = :feed AND p.next_at <= :now
  AND e.key = (SELECT min(key) FROM feed_entries AS same WHERE same.feed = :feed AND same.url = p.url)
ORDER BY p.article IS NOT NULL, p.next_at, p.url LIMIT :limit
"""
_DATES = """
SELECT date FROM (
    SELECT coalesce(json_extract(entry, '$.updated_at'), json_extract(entry, '$.published_at')) AS date
    FROM feed_entries WHERE feed = :feed
) AS dates WHERE date IS NOT NULL ORDER BY date DESC LIMIT 50
"""
_PUT_ENTRY = """
INSERT INTO feed_entries VALUES (:feed, :key, :url, :digest, :entry, :content, :now)
ON CONFLICT (feed, key) DO UPDATE SET url = :url, digest = :digest, entry = :entry, content = :content, seen_at = :now
"""
_ASK_FOR_PAGE = """
INSERT INTO feed_pages (url, next_at) VALUES (:url, :now)
ON CONFLICT (url) DO UPDATE SET next_at = :now, tries = 0 WHERE :again = 1 RETURNING url
"""
# Where the new address is watched too, the old one stays.
_MOVE = "UPDATE feeds SET url = ?1 WHERE id = ?2 AND NOT EXISTS (SELECT 1 FROM feeds AS other WHERE other.url = ?1)"
_HURRY = "UPDATE feeds SET next_at = ?1 WHERE CAST(?2 AS TEXT) IS NULL OR url = ?2 RETURNING id"
_NEXT = "SELECT min(at) FROM (SELECT min(next_at) AS at FROM feeds UNION SELECT min(next_at) FROM feed_pages) AS due"
_FORGET_ENTRIES = "DELETE FROM feed_entries WHERE feed = ? AND seen_at < ?"
_FORGET_PAGES = "DELETE FROM feed_pages WHERE NOT EXISTS (SELECT 1 FROM feed_entries AS e WHERE e.url = feed_pages.url)"
_COUNTS = """
SELECT e.feed, p.state, count(DISTINCT p.url) FROM feed_entries AS e JOIN feed_pages AS p ON p.url = e.url GROUP BY 1, 2
"""
_SETTLE = """
UPDATE feed_pages SET state = :state, next_at = :next_at, tries = :tries, missing = :missing, visits = :visits,
    etag = :etag, last_modified = :last_modified, digest = :digest, article = :article, reason = :reason
WHERE url = :url
"""

State = Literal["waiting", "taken", "refused", "missing", "withdrawn"]


@dataclass(frozen=True, slots=True)
class WatchedFeed:
    """A feed, and how it fares; times are seconds since 1970.

    `next_at` is None for a feed that is gone, or stopped. `outcome` is a word (new, read, unchanged, failed, gone),
    `detail` what is wrong.
    """

    id: int
    url: str
    title: str | None
    validators: Validators
    next_at: float | None
    interval: float
    failures: int
    outcome: str
    detail: str | None
    asked_at: float | None
    added_at: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What asking a feed gave: `entries` is None where nothing has changed, or nothing could be read."""

    outcome: str
    next_at: float | None
    interval: float
    failures: int = 0
    detail: str | None = None
    entries: Sequence[Entry] | None = None
    validators: Validators = Validators()
    title: str | None = None
    moved: str | None = None


@dataclass(frozen=True, slots=True)
class PageState:
    """What is known of a page, and when it is asked next; `digest` is of its bytes, `article` the id made of it."""

    url: str
    state: State = "waiting"
    next_at: float | None = None
    tries: int = 0
    missing: int = 0
    visits: int = 0
    validators: Validators = Validators()
    digest: str | None = None
    article: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DuePage:
    """A page that is to be asked now, and the entry that announces it."""

    known: PageState
    entry: Entry


class FeedStore:
    """Tables of the articles' database, shared by threads; other processes open them too.

    Every method raises StoreError, or StorageFull, where they cannot be read or written.
    """

    def __init__(self, where: Where) -> None:
        self._db = opened_shared(where, "feeds", _SCHEMA)

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()

    # --- The list -----------------------------------------------------------------------------------------------

    def add(self, url: str, title: str | None, now: float) -> bool:
        """Watch a feed from now on; False where it is watched already. One that was gone is asked again."""
        with self._db.writing() as db:
            known = list(db.execute("SELECT next_at FROM feeds WHERE url = ?", (url,)))
            db.execute(
                "INSERT INTO feeds (url, title, next_at, interval, added_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (url) DO UPDATE SET next_at = coalesce(feeds.next_at, excluded.next_at)",
                (url, title, now, FIRST, now),
            )
        return not known

    def remove(self, url: str) -> bool:
        """Watch a feed no longer, and forget what it listed; its articles stay. False where it was not watched."""
        with self._db.writing() as db:
            removed = list(db.execute("DELETE FROM feeds WHERE url = ? RETURNING id", (url,)))
            db.execute(_FORGET_PAGES)
        return bool(removed)

    def feeds(self) -> list[WatchedFeed]:
        """All feeds, in the order in which they were added."""
        return [_feed(row) for row in self._db.rows(_FEEDS, {"feed": None, "now": None})]

    def counts(self) -> dict[int, dict[str, int]]:
        """By the id of a feed: how many of the pages that it lists are in which state."""
        counted: dict[int, dict[str, int]] = {}
        for feed, state, number in self._db.rows(_COUNTS):
            counted.setdefault(feed, {})[state] = number
        return counted

    def faults(self, url: str, limit: int = 100) -> list[tuple[str, str, str]]:
        """Address, state and reason of the pages of a feed that gave no article, or no longer do."""
        rows = self._db.rows(
            "SELECT DISTINCT p.url, p.state, p.reason FROM feeds JOIN feed_entries AS e ON e.feed = feeds.id"
            " JOIN feed_pages AS p ON p.url = e.url WHERE feeds.url = :url AND p.reason IS NOT NULL LIMIT :limit",
            {"url": url, "limit": limit},
        )
        return [(str(page), str(state), str(reason)) for page, state, reason in rows]

    def hurry(self, url: str | None, now: float) -> int:
        """Have one feed, or all, asked now; how many."""
        with self._db.writing() as db:
            return len(list(db.execute(_HURRY, (now, url))))

    # --- Watching -----------------------------------------------------------------------------------------------

    def due(self, now: float) -> list[WatchedFeed]:
        """The feeds that are to be asked, or list pages that are, and that nobody works on."""
        return [_feed(row) for row in self._db.rows(_FEEDS, {"feed": None, "now": now})]

    def next_at(self) -> float | None:
        """When the next feed or page is due; None where none is."""
        (found,) = self._db.rows(_NEXT)[0]
        return None if found is None else float(found)

    def claim(self, feed: int, now: float) -> WatchedFeed | None:
        """Work on a feed for the next minutes; the feed as it is now, or None where somebody does, or did."""
        with self._db.writing() as db:
            due = list(db.execute(_FEEDS, {"feed": feed, "now": now}))
            db.executemany("UPDATE feeds SET claimed_until = ? WHERE id = ?", [(now + LEASE, row[0]) for row in due])
        return _feed(due[0]) if due else None

    def release(self, feed: int) -> None:
        """Work on a feed no longer."""
        with self._db.writing() as db:
            db.execute("UPDATE feeds SET claimed_until = 0 WHERE id = ?", (feed,))

    def record(self, feed: int, reading: Reading, now: float, oldest: float) -> int:
        """Keep what asking a feed gave, in one transaction; the number of pages that are new or corrected.

        Entries that left the feed and were last seen before `oldest` are forgotten.
        """
        with self._db.writing() as db:
            fresh = 0
            if reading.entries is not None:
                known: dict[str, str] = dict(db.execute("SELECT key, digest FROM feed_entries WHERE feed = ?", (feed,)))
                fresh = sum(_list(db, feed, entry, known.get(entry.key), now) for entry in reading.entries)
                db.execute(_FORGET_ENTRIES, (feed, oldest))
                db.execute(_FORGET_PAGES)
                db.execute(
                    "UPDATE feeds SET etag = ?, last_modified = ?, title = coalesce(title, ?) WHERE id = ?",
                    (reading.validators.etag, reading.validators.last_modified, reading.title, feed),
                )
            if reading.moved is not None:
                db.execute(_MOVE, (reading.moved, feed))
            db.execute(
                "UPDATE feeds SET next_at = ?, interval = ?, failures = ?, outcome = ?, detail = ?, asked_at = ?"
                " WHERE id = ?",
                (reading.next_at, reading.interval, reading.failures, reading.outcome, reading.detail, now, feed),
            )
        return fresh

    def dates(self, feed: int) -> list[str]:
        """When the latest entries of a feed were published or changed, newest first, as ISO 8601."""
        return [str(date) for (date,) in self._db.rows(_DATES, {"feed": feed})]

    def due_pages(self, feed: int, now: float, limit: int) -> list[DuePage]:
        """The pages that a feed lists and that are to be asked, those without an article first."""
        return [_due_page(row) for row in self._db.rows(_DUE_PAGES, {"feed": feed, "now": now, "limit": limit})]

    def claim_page(self, feed: int, url: str, now: float) -> bool:
        """Work on a page, and on its feed, for the next minutes; False where somebody does.

        This is counted as a try before anything is done, so that a page that ends the process is not tried for ever.
        """
        with self._db.writing() as db:
            statement = (
                "UPDATE feed_pages SET next_at = ?, tries = tries + 1 WHERE url = ? AND next_at <= ? RETURNING url"
            )
            claimed = bool(list(db.execute(statement, (now + LEASE, url, now))))
            db.execute("UPDATE feeds SET claimed_until = ? WHERE id = ?", (now + LEASE, feed))
        return claimed

    def settle(self, page: PageState) -> None:
        """Keep what became of a page; what the feed carried of its text is no longer needed once that is known."""
        values = asdict(page)
        values.update(values.pop("validators"))
        with self._db.writing() as db:
            db.execute(_SETTLE, values)
            if page.state != "waiting":
                db.execute("UPDATE feed_entries SET content = NULL WHERE url = ?", (page.url,))


def _list(db: Connection, feed: int, entry: Entry, known: str | None, now: float) -> bool:
    """Keep one entry; whether its page is to be asked for, as it is new or corrected."""
    digest = entry.digest
    if known == digest:
        db.execute("UPDATE feed_entries SET seen_at = ? WHERE feed = ? AND key = ?", (now, feed, entry.key))
        return False
    announced = {name: value for name, value in asdict(entry).items() if name not in {"key", "content"}}
    content = entry.content if entry.content and len(entry.content) <= _LONGEST_CONTENT else None
    row = {"feed": feed, "key": entry.key, "url": entry.url, "digest": digest, "content": content, "now": now}
    db.execute(_PUT_ENTRY, {**row, "entry": json.dumps(announced, ensure_ascii=False)})
    # Where another feed listed the page before, only a correction is news.
    return bool(list(db.execute(_ASK_FOR_PAGE, {"url": entry.url, "now": now, "again": known is not None})))


def _feed(row: Row) -> WatchedFeed:
    number, url, title, etag, last_modified, *rest = row
    return WatchedFeed(number, url, title, Validators(etag, last_modified), *rest)


def _due_page(row: Row) -> DuePage:
    url, state, tries, missing, visits, etag, last_modified, digest, article, key, entry, content = row
    validators = Validators(etag, last_modified)
    known = PageState(url, state, None, tries, missing, visits, validators, digest, article)
    return DuePage(known, Entry(key, content=content, **json.loads(entry)))
