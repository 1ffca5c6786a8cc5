"""Which story each article belongs to, beside the articles in the same database.

    stories           a number a story, never used twice, and how many articles it has
    story_articles    an article's story, and what is compared of it (see `index.stories.profiles`)
    story_names       how many articles name each entity
    story_position    the sequence number of the store up to which articles have their story

An article that is removed leaves its story in the same transaction, by a trigger; whoever removes it need not know.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import log

import numpy as np

from index.arrays import unit
from index.language.text import folded_tokens
from index.storage.database import Connection, Row, Where, listed, opened_shared
from index.store.rows import METADATA, PASSING, filter_values, metadata_of
from index.stories.profiles import Profile
from index.stories.records import Member, Sought, Story

_SCHEMA = """
CREATE TABLE IF NOT EXISTS stories (id INTEGER PRIMARY KEY AUTOINCREMENT, articles INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS stories_by_articles ON stories (articles);
CREATE TABLE IF NOT EXISTS story_articles (
    article TEXT PRIMARY KEY, story BIGINT NOT NULL, digest TEXT NOT NULL, model TEXT NOT NULL, vector BLOB NOT NULL,
    names TEXT NOT NULL, opening TEXT NOT NULL, days TEXT NOT NULL, published TEXT, nearness DOUBLE PRECISION NOT NULL
);
CREATE INDEX IF NOT EXISTS story_articles_by_story ON story_articles (story);
CREATE TABLE IF NOT EXISTS story_names (name TEXT PRIMARY KEY, articles INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS story_position (id INTEGER PRIMARY KEY CHECK (id = 1), sequence BIGINT NOT NULL);
CREATE TRIGGER IF NOT EXISTS story_article_removed AFTER DELETE ON articles BEGIN
    DELETE FROM story_articles WHERE article = OLD.id;
END;
CREATE TRIGGER IF NOT EXISTS story_article_comes AFTER INSERT ON story_articles BEGIN
    UPDATE stories SET articles = articles + 1 WHERE id = NEW.story;
    INSERT INTO story_names SELECT value, 1 FROM json_each(NEW.names) WHERE true
        ON CONFLICT (name) DO UPDATE SET articles = story_names.articles + 1;
END;
CREATE TRIGGER IF NOT EXISTS story_article_goes AFTER DELETE ON story_articles BEGIN
    UPDATE stories SET articles = articles - 1 WHERE id = OLD.story;
    DELETE FROM stories WHERE id = OLD.story AND articles = 0;
    UPDATE story_names SET articles = articles - 1 WHERE name IN (SELECT value FROM json_each(OLD.names));
    DELETE FROM story_names WHERE articles = 0 AND name IN (SELECT value FROM json_each(OLD.names));
END;
"""
_SELECT_PLACED = "SELECT article, story, digest, model, vector, names, opening, days, published FROM story_articles"
_PUT = """
INSERT INTO story_articles (article, story, digest, model, vector, names, opening, days, published, nearness)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
"""
_MOVE_ON = """
INSERT INTO story_position VALUES (1, ?)
ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence WHERE excluded.sequence > story_position.sequence
"""
_MEMBERS = f"""
SELECT story, nearness, length(text), articles.id, {METADATA}
FROM story_articles JOIN articles ON articles.id = article
WHERE story IN (SELECT CAST(value AS BIGINT) FROM json_each(?))
ORDER BY coalesce(published_at, '') DESC, articles.id
"""  # noqa: S608 (names of columns)
# Stories of two articles or more that are wanted, and the day of the newest article of each; `PASSING` between these.
_WANTED = """
WITH wanted AS (
    SELECT id, (
        SELECT coalesce(max(substr(published_at, 1, 10)), '') FROM story_articles
        JOIN articles ON articles.id = article WHERE story = stories.id
    ) AS last FROM stories WHERE stories.articles > 1 AND EXISTS (
        SELECT 1 FROM story_articles JOIN articles ON articles.id = article AND story = stories.id
"""
_AND_HOLDING = """
        AND NOT EXISTS (
            SELECT value FROM json_each(:entities) EXCEPT SELECT value FROM json_each(names)
        )
        AND (:words = '[]' OR articles.id IN (SELECT value FROM json_each(:titled)))
    )
)
"""
_PAGE = """
SELECT id FROM wanted WHERE CAST(:after AS TEXT) IS NULL OR (last, id) < (:after, :after_id)
ORDER BY last DESC, id DESC LIMIT :limit
"""
_COUNT = "SELECT count(*) FROM wanted"
_TITLES = "SELECT articles.id, title FROM story_articles JOIN articles ON articles.id = article"


@dataclass(frozen=True, slots=True)
class Compared:
    """An article as it is compared: as of a state (`digest`), with vectors of a model."""

    article_id: str
    digest: str
    model: str
    profile: Profile


@dataclass(frozen=True, slots=True)
class Placed(Compared):
    """An article in its story."""

    story: int


class StoryStore:
    """Tables of the articles' database, shared by threads; other processes open them too.

    Every method raises StoreError, or StorageFull, where they cannot be read or written.
    """

    def __init__(self, where: Where) -> None:
        self._db = opened_shared(where, "stories", _SCHEMA)

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()

    # --- Reading ------------------------------------------------------------------------------------------------

    def page(self, sought: Sought, limit: int, after: str | None = None) -> list[Story]:
        """A page of the stories of two articles or more, the one with the newest article first.

        `after` is the `place` of the last one of the page before.
        """
        last, _, number = (after or "").rpartition(" ")
        bound = {"after": last if after else None, "after_id": int(number) if after else 0, "limit": limit}
        return self._stories(
            [row[0] for row in self._db.rows(_WANTED + PASSING + _AND_HOLDING + _PAGE, bound | self._bound(sought))]
        )

    def count(self, sought: Sought) -> int:
        """How many stories of two articles or more are wanted."""
        return int(self._db.rows(_WANTED + PASSING + _AND_HOLDING + _COUNT, self._bound(sought))[0][0])

    def story(self, number: int) -> Story | None:
        """A story, which may have one article only; None where there is none of this number."""
        return next(iter(self._stories([number])), None)

    def articles(self, number: int) -> list[str]:
        """The ids of a story's articles, in order; none where there is no such story."""
        return [
            row[0] for row in self._db.rows("SELECT article FROM story_articles WHERE story = ? ORDER BY 1", (number,))
        ]

    def of(self, articles: Iterable[str]) -> dict[str, int]:
        """The story of each article that has one already."""
        statement = "SELECT article, story FROM story_articles WHERE article IN (SELECT value FROM json_each(?))"
        return {article: int(story) for article, story in self._db.rows(statement, (listed(articles),))}

    def _bound(self, sought: Sought) -> dict[str, object]:
        lists = {"entities": sought.entities, "words": sought.words, "titled": self._titled(sought)}
        return {**filter_values(sought.filters), **{name: listed(held) for name, held in lists.items()}}

    def _titled(self, sought: Sought) -> list[str]:
        """The articles with all of the words in their titles."""
        if not sought.words:
            return []
        words = set(sought.words)
        rows = self._db.rows(_TITLES + PASSING, filter_values(sought.filters))
        return [article for article, title in rows if title is not None and words <= set(folded_tokens(title))]

    def _stories(self, numbers: Sequence[int]) -> list[Story]:
        members: dict[int, list[Member]] = {number: [] for number in numbers}
        for story, nearness, characters, article, *metadata in self._db.rows(_MEMBERS, (listed(map(str, numbers)),)):
            members[story].append(Member(article, metadata_of(metadata), characters, nearness))
        return [Story(number, tuple(own)) for number, own in members.items() if own]

    # --- Following ----------------------------------------------------------------------------------------------

    def position(self) -> int:
        """The sequence number of the store up to which articles have their story."""
        rows = self._db.rows("SELECT sequence FROM story_position")
        return int(rows[0][0]) if rows else 0

    def placed(self, articles: Collection[str]) -> list[Placed]:
        """Those of the articles that have a story."""
        where = " WHERE article IN (SELECT value FROM json_each(?)) ORDER BY article"
        return [_placed(row) for row in self._db.rows(_SELECT_PLACED + where, (listed(articles),))]

    def members(self, number: int) -> list[Placed]:
        """The articles of a story."""
        return [_placed(row) for row in self._db.rows(_SELECT_PLACED + " WHERE story = ? ORDER BY article", (number,))]

    def rarities(self, names: Collection[str]) -> dict[str, float]:
        """How rare each name of an article is among the others, in [0, 1]: 1 where one of them has it, or none."""
        statement = "SELECT name, articles FROM story_names WHERE name IN (SELECT value FROM json_each(?))"
        known = {name: int(count) for name, count in self._db.rows(statement, (listed(names),))}
        # As if the article were there already, and one more, so that the logarithm is above 0.
        articles = 2 + max(1, int(self._db.rows("SELECT count(*) FROM story_articles")[0][0]))
        rarest = log(articles / 2.5)
        return {name: max(0.0, log(articles / (max(1, known.get(name, 0)) + 1.5)) / rarest) for name in names}

    def put(self, one: Compared, story: int | None) -> bool:
        """Put an article into a story, None for a new one, in one transaction; it leaves the one that it was in.

        False, and nothing is done, where it was removed or changed meanwhile, or another process has put it.
        """
        with self._db.writing() as db:
            state = (one.article_id, one.digest, one.model)
            if not list(db.execute("SELECT 1 FROM articles WHERE (id, digest, model) = (?, ?, ?)", state)):
                return False
            if list(db.execute("SELECT 1 FROM story_articles WHERE (article, digest, model) = (?, ?, ?)", state)):
                return False
            before = list(db.execute("DELETE FROM story_articles WHERE article = ? RETURNING story", (one.article_id,)))
            story = _new_story(db) if story is None else story
            db.execute("INSERT INTO stories (id) VALUES (?) ON CONFLICT DO NOTHING", (story,))
            db.execute(_PUT, _row(one, story))
            for number in {story, *(row[0] for row in before)}:
                _note_nearness(db, number)
        return True

    def move_on(self, upto: int) -> None:
        """Note that the articles up to this sequence number have their story; one that is behind changes nothing."""
        with self._db.writing() as db:
            db.execute(_MOVE_ON, (upto,))


def place_of(story: Story) -> str:
    """Where a story stands in the list, for `StoryStore.page`."""
    return f"{story.last or ''} {story.id}"


def _new_story(db: Connection) -> int:
    return int(next(db.execute("INSERT INTO stories DEFAULT VALUES RETURNING id"))[0])


def _note_nearness(db: Connection, story: int) -> None:
    """Note how near each article of a story is to its centre, among those with vectors of one model."""
    rows = list(db.execute("SELECT article, model, vector FROM story_articles WHERE story = ?", (story,)))
    for model in {row[1] for row in rows}:
        own = [(article, np.frombuffer(vector, "<f4")) for article, of, vector in rows if of == model]
        vectors = np.stack([vector for _, vector in own])
        nearness = vectors @ unit(vectors.mean(axis=0, keepdims=True))[0]
        db.executemany(
            "UPDATE story_articles SET nearness = ? WHERE article = ?",
            [(float(near), article) for near, (article, _) in zip(nearness, own, strict=True)],
        )


def _row(one: Compared, story: int) -> tuple[object, ...]:
    profile = one.profile
    lists = (json.dumps(sorted(held)) for held in (profile.names, profile.opening, profile.days))
    published = profile.published.isoformat() if profile.published else None
    vector = profile.vector.astype("<f4").tobytes()
    return (one.article_id, story, one.digest, one.model, vector, *lists, published)


def _placed(row: Row) -> Placed:
    article, story, digest, model, vector, *lists, published = row
    names, opening, days = (frozenset(json.loads(held)) for held in lists)
    known = date.fromisoformat(published) if published else None
    profile = Profile(np.frombuffer(vector, "<f4").astype(np.float32), names, opening, days, known)
    return Placed(article, digest, model, profile, story)
