"""Articles by what they hold and name, and entities by the articles that name them; all counts are of articles."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from index.entities.fulltext import words_of
from index.entities.search import Sought
from index.entities.tables import EntityTables
from index.entities.words import Kind, keyed
from index.language.dates.calendar import VIETNAM
from index.language.text import fold
from index.records import Article, Filters
from index.storage.database import Row
from index.store.rows import BY_SOURCE, PASSING, SELECT_ARTICLE, SELECT_SOURCES, article_of, filter_values

Order = Literal["id", "newest", "oldest", "relevance"]
Values = dict[str, str | int | None]

# The one index that holds all that articles are chosen by. Their rows are large, so that looking at each costs more.
_FROM = " FROM articles INDEXED BY articles_by_source"
_WITH_WORDS = """
 AND +id IN (
    SELECT article FROM browsed_words JOIN browsed ON number = browsed_words.rowid WHERE {}
)"""
_WITH_ENTITY = """
 AND +id IN (
    SELECT browsed.article FROM entity_mentions AS m JOIN browsed ON number = m.article WHERE m.entity = :entity_{}
)"""
_OF_STORY = " AND +id IN (SELECT article FROM story_articles WHERE story = :story)"
_NEWEST = " ORDER BY coalesce(published_at, '') DESC, id DESC"
_OLDEST = " ORDER BY coalesce(published_at, '~'), id"
_BEHIND: dict[Order, str] = {
    "id": " AND +id > :id",
    "newest": " AND coalesce(published_at, '') <= :day AND (coalesce(published_at, '') < :day OR +id < :id)",
    "oldest": " AND coalesce(published_at, '~') >= :day AND (coalesce(published_at, '~') > :day OR +id > :id)",
}
_ORDERED: dict[Order, str] = {"id": " ORDER BY id", "newest": _NEWEST, "oldest": _OLDEST}
_CHOSEN = SELECT_ARTICLE + " WHERE id IN (SELECT id{} LIMIT :limit){}"
_BEST = """
SELECT id {} JOIN best ON article = +id {} ORDER BY rank, id LIMIT :limit OFFSET :skip
"""
_UNDATED = "~"  # sorts behind every date
_COUNT = "SELECT count(*) FROM articles"
_TOTAL = "SELECT count(*)"
_ONE_ARTICLE = SELECT_ARTICLE + " WHERE id = :id"
_MONTHS = "SELECT substr(published_at, 1, 7), count(*)"
_BY_MONTH = " GROUP BY 1 ORDER BY 1"
_SELECTED_NAMES = """
SELECT entity, count(DISTINCT article) AS articles FROM entity_mentions
WHERE article IN (SELECT number FROM browsed WHERE article IN (SELECT id{})) GROUP BY entity
"""
_ALL_NAMES = "SELECT id AS entity, total AS articles FROM entities WHERE total > 0"
_ADDED = "added_at >= :begin AND added_at < :end"
_CHANGED = "changed_at >= :begin AND changed_at < :end AND coalesce(added_at, '') < :begin"
_CAME_IN = """ WHERE id IN (
    SELECT id FROM (
        SELECT id FROM articles WHERE added_at >= :begin AND added_at < :end ORDER BY added_at DESC LIMIT :most
    ) AS added UNION SELECT id FROM (
        SELECT id FROM articles WHERE changed_at >= :begin AND changed_at < :end ORDER BY changed_at DESC LIMIT :most
    ) AS changed
) ORDER BY coalesce(changed_at, added_at) DESC, id LIMIT :most"""
_OF_DAY = SELECT_ARTICLE + _CAME_IN
_MOST_OF_KIND = """
SELECT kind, key, name, articles FROM (
    SELECT kind, key, name, named.articles AS articles,
        row_number() OVER (PARTITION BY kind ORDER BY named.articles DESC, key) AS place
    FROM ({}) AS named JOIN entities ON id = named.entity WHERE kind IS NOT NULL
) AS placed WHERE place <= :most ORDER BY articles DESC, key
"""
_LIST = """
FROM entities WHERE total > 0 AND kind IS NOT NULL AND (CAST(:kind AS TEXT) IS NULL OR kind = :kind)
 AND (CAST(:part AS TEXT) IS NULL OR ' ' || sought LIKE :part ESCAPE '\\')
"""
_LISTED = """
SELECT kind, key, name, total,
    (SELECT min(day) FROM entity_mentions AS m JOIN browsed ON number = m.article WHERE m.entity = entities.id),
    (SELECT max(day) FROM entity_mentions AS m JOIN browsed ON number = m.article WHERE m.entity = entities.id)
"""
_BY_KEY = "SELECT coalesce(stands_for, id) FROM entities WHERE place = :place AND key = :key"
_WITHOUT_MARKS = """
SELECT coalesce(stands_for, id) FROM entities INDEXED BY entities_by_sought
WHERE sought = :folded AND place = :place ORDER BY total DESC LIMIT 1
"""
_WITH = """
SELECT b.entity, count(DISTINCT b.article) AS articles FROM entity_mentions AS a
JOIN entity_mentions AS b ON b.article = a.article AND b.entity <> a.entity WHERE a.entity = :id GROUP BY b.entity
"""
_ACTIVE = """
SELECT kind, key, name, named.articles, before FROM (
    SELECT m.entity, count(DISTINCT CASE WHEN day > :middle THEN number END) AS articles,
        count(DISTINCT CASE WHEN day <= :middle THEN number END) AS before
    FROM browsed JOIN entity_mentions AS m ON m.article = number WHERE day > :start AND day <= :last GROUP BY m.entity
) AS named JOIN entities ON id = named.entity
WHERE kind IS NOT NULL AND named.articles >= :least AND named.articles > before
ORDER BY (named.articles - before) * 1.0 / sqrt(named.articles + before + 1) DESC, named.articles DESC, key LIMIT :most
"""
_SPELLED = """
SELECT spelled, count(*) FROM entity_mentions WHERE entity = :id GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :most
"""
_MONTHS_OF = """
SELECT substr(day, 1, 7), count(DISTINCT number) FROM entity_mentions AS m JOIN browsed ON number = m.article
WHERE m.entity = :id AND day IS NOT NULL GROUP BY 1 ORDER BY 1
"""
_ONE = " FROM entities WHERE id = :id AND kind = :kind AND total > 0"
_PART = " ORDER BY total DESC, key LIMIT :limit OFFSET :skip"
_DAYS = 7
_LEAST = 3


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles: those that pass the filters, hold the words, name each of the entities (kind and key), and are
    of the story, a number of `index.stories`.
    """

    filters: Filters = field(default_factory=Filters)
    words: Sought | None = None
    entities: tuple[tuple[Kind, str], ...] = ()
    story: int | None = None

    def __bool__(self) -> bool:
        return bool(self.filters or self.words or self.entities or self.story is not None)


@dataclass(frozen=True, slots=True)
class Entity:
    """What articles name, and how many of them do; the first and last day of those, where that was asked for."""

    kind: Kind
    key: str
    name: str
    articles: int
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Facets:
    """Of the articles of a selection: how many, how many without a date, how many of each source, month and name."""

    total: int
    undated: int
    sources: Sequence[tuple[str, int]]
    months: Sequence[tuple[str, int]]
    entities: Sequence[Entity]


@dataclass(frozen=True, slots=True)
class EntityPage:
    """An entity, how else it is written, how many articles name it by month, and what is named beside it."""

    entity: Entity
    also: Sequence[str]
    months: Sequence[tuple[str, int]]
    beside: Sequence[Entity]


@dataclass(frozen=True, slots=True)
class Active:
    """An entity that is named more often lately: in how many articles, and in how many of as many days before."""

    entity: Entity
    before: int


@dataclass(frozen=True, slots=True)
class Today:
    """What came in on a day: how many articles were added and how many changed, and the last of them."""

    added: int
    changed: int
    articles: Sequence[Article]


class Browsing:
    """Reads what the follower keeps, joined with the articles as they are now.

    Every method raises StoreError where the file cannot be read.
    """

    def __init__(self, tables: EntityTables) -> None:
        self._tables = tables

    # --- Articles --------------------------------------------------------------------------------------------

    def total(self, selection: Selection) -> int:
        """How many articles are selected."""
        where, values = self._where(selection)
        return int(self._tables.rows(_TOTAL + _FROM + where, values)[0][0])

    def page(self, selection: Selection, order: Order, limit: int, after: tuple[str, str] | None) -> list[Article]:
        """A page of the selected articles; `after` are the date and the id of the last one of the page before.

        The best first needs words to search for; then `after` are how many came before, and nothing.
        """
        where, values = self._where(selection)
        if order == "relevance":
            values |= {"limit": limit, "skip": int(after[0]) if after else 0}
            best = self._tables.words.best + _BEST.format(_FROM, where)
            ids = [str(row[0]) for row in self._tables.rows(best, values)]
            found = {article.id: article for one in ids for article in self._articles(_ONE_ARTICLE, {"id": one})}
            return [found[article] for article in ids if article in found]
        first = {"newest": _UNDATED}.get(order, "")
        day, article = after or (first, "")
        values |= {"limit": limit, "day": (day or _UNDATED) if order == "oldest" and after else day, "id": article}
        ordered = _ORDERED[order]
        return self._articles(_CHOSEN.format(_FROM + where + _BEHIND[order] + ordered, ordered), values)

    def facets(self, selection: Selection, most: int) -> Facets:
        """What the selected articles hold, at most `most` names of each kind."""
        where, values = self._where(selection)
        months = self._tables.rows(_MONTHS + _FROM + where + _BY_MONTH, values)
        sources = self._tables.rows(SELECT_SOURCES + where + BY_SOURCE, values)
        named = _SELECTED_NAMES.format(_FROM + where) if selection else _ALL_NAMES
        rows = self._tables.rows(_MOST_OF_KIND.format(named), {**values, "most": most})
        return Facets(
            sum(count for _, count in months),
            sum(count for month, count in months if month is None),
            [(str(source), int(count)) for source, count in sources],
            [(str(month), int(count)) for month, count in months if month is not None],
            [Entity(*row) for row in rows],
        )

    def today(self, day: date, most: int) -> Today:
        """What came in on a day of Việt Nam, the last first."""
        begin = datetime.combine(day, time(), VIETNAM).astimezone(UTC)
        values: Values = {
            "begin": begin.isoformat(timespec="microseconds"),
            "end": (begin + timedelta(1)).isoformat(timespec="microseconds"),
            "most": most,
        }
        added = self._tables.rows(f"{_COUNT} WHERE {_ADDED}", values)[0][0]
        changed = self._tables.rows(f"{_COUNT} WHERE {_CHANGED}", values)[0][0]
        return Today(int(added), int(changed), self._articles(_OF_DAY, values))

    # --- Entities --------------------------------------------------------------------------------------------

    def entities(self, kind: Kind | None, part: str, limit: int, skip: int) -> tuple[int, list[Entity]]:
        """How many entities there are of a kind, with a word that begins with `part`, and a page of them.

        Those named in most articles come first.
        """
        escaped = "".join(f"\\{sign}" if sign in "%_\\" else sign for sign in fold(part))
        values: Values = {"kind": kind, "part": f"% {escaped}%" if part else None, "limit": limit, "skip": skip}
        total = self._tables.rows(_TOTAL + _LIST, values)[0][0]
        rows = self._tables.rows(_LISTED + _LIST + _PART, values)
        return int(total), [_entity(row) for row in rows]

    def entity(self, kind: Kind, key: str, most: int) -> EntityPage | None:
        """What there is to know of an entity; None where no article names it."""
        number = self._number(kind, key)
        rows = self._tables.rows(_LISTED + _ONE, {"id": number, "kind": kind})
        if not rows:
            return None
        values: Values = {"id": number, "most": most}
        found = _entity(rows[0])
        also = self._tables.rows(_SPELLED, values)
        months = self._tables.rows(_MONTHS_OF, values)
        beside = self._tables.rows(_MOST_OF_KIND.format(_WITH), values)
        return EntityPage(
            found,
            [str(spelled) for spelled, _ in also if spelled != found.name],
            [(str(month), int(count)) for month, count in months],
            [Entity(*row) for row in beside],
        )

    def active(self, last: date, most: int) -> list[Active]:
        """The entities that more articles name in the seven days up to `last` than in the seven before."""
        values: Values = {
            "start": (last - timedelta(2 * _DAYS)).isoformat(),
            "middle": (last - timedelta(_DAYS)).isoformat(),
            "last": last.isoformat(),
            "least": _LEAST,
            "most": most,
        }
        return [Active(Entity(*row[:4]), int(row[4])) for row in self._tables.rows(_ACTIVE, values)]

    # --- Shared ----------------------------------------------------------------------------------------------

    def _articles(self, statement: str, values: Values) -> list[Article]:
        return [article_of(tuple(row)) for row in self._tables.rows(statement, values)]

    def _where(self, selection: Selection) -> tuple[str, Values]:
        where, values = PASSING, dict[str, str | int | None](filter_values(selection.filters))
        if selection.words is not None:
            where += _WITH_WORDS.format(self._tables.words.holds)
            values |= words_of(selection.words)
        for place, (kind, key) in enumerate(selection.entities):
            where += _WITH_ENTITY.format(place)
            values[f"entity_{place}"] = self._number(kind, key)
        if selection.story is not None:
            where += _OF_STORY
            values["story"] = selection.story
        return where, values

    def _number(self, kind: Kind, key: str) -> int | None:
        """The entity that goes by a key, or by one without its diacritics; None where there is none."""
        placed = kind in ("country", "city")
        known = fold(key) if placed else keyed(key)
        values: Values = {"place": kind if placed else "", "key": known, "folded": fold(known)}
        rows = self._tables.rows(_BY_KEY, values) or self._tables.rows(_WITHOUT_MARKS, values)
        return int(rows[0][0]) if rows else None


def _entity(row: Row) -> Entity:
    *known, first, last = row
    return Entity(*known, *(date.fromisoformat(day) if day else None for day in (first, last)))
