"""The names and words of articles in their database, and how far they have been followed.

    browsed            the articles that were read, by number, each with its day
    browsed_words      their words, as a full-text index (see `index.entities.fulltext`)
    entities           every name, what the articles tell of its kind, and the longer name that it stands for
    entity_mentions    which article gives which name, as it writes it, how often
    browsed_upto       the sequence number of the store up to which all this is true

What a name is, articles tell together. It can be browsed where it stands in several; a person is told by a form of
address in a quarter of them, an organisation by a word for one in a twelfth or by half of its few mentions. A name that
mostly goes on (`Bộ Giao` in "Bộ Giao thông") is none. A short name stands for the one person whose name begins or ends
with it, if there is one who is named so far more often than others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.entities.finding import Named
from index.entities.fulltext import full_text
from index.language.gazetteer import names_in
from index.language.text import fold, folded_tokens, is_syllable, normalised_tokens
from index.storage.database import Connection, Row, Values, Where, opened_shared

_SCHEMA = """
CREATE TABLE IF NOT EXISTS browsed (
    number INTEGER PRIMARY KEY, article TEXT NOT NULL UNIQUE, day TEXT
);
CREATE INDEX IF NOT EXISTS browsed_by_day ON browsed (day);
CREATE TABLE IF NOT EXISTS entities (
    id INTEGER PRIMARY KEY, place TEXT NOT NULL, key TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
    sought TEXT NOT NULL, name TEXT NOT NULL, articles INTEGER NOT NULL DEFAULT 0, persons INTEGER NOT NULL DEFAULT 0,
    organisations INTEGER NOT NULL DEFAULT 0, unended INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0,
    stands_for BIGINT, kind TEXT GENERATED ALWAYS AS (CASE
        WHEN place <> '' THEN place
        WHEN articles < 2 THEN NULL
        WHEN persons > organisations AND 4 * persons >= articles AND first <> key THEN 'person'
        WHEN organisations >= persons AND organisations > 0 AND 2 * unended <= articles AND (
            organisations > 1 AND 12 * organisations >= articles OR 2 * organisations >= articles
        ) THEN 'organisation'
    END) VIRTUAL,
    UNIQUE (place, key)
);
CREATE INDEX IF NOT EXISTS entities_by_first ON entities (first);
CREATE INDEX IF NOT EXISTS entities_by_last ON entities (last);
CREATE INDEX IF NOT EXISTS entities_by_sought ON entities (sought);
CREATE INDEX IF NOT EXISTS entities_by_total ON entities (kind, total DESC, key);
CREATE TABLE IF NOT EXISTS entity_mentions (
    article BIGINT NOT NULL REFERENCES browsed (number) ON DELETE CASCADE, written BIGINT NOT NULL,
    entity BIGINT NOT NULL, mentions INTEGER NOT NULL, spelled TEXT NOT NULL, told TEXT, unended INTEGER NOT NULL,
    PRIMARY KEY (article, written)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entity_mentions_by_entity ON entity_mentions (entity, article);
CREATE INDEX IF NOT EXISTS entity_mentions_by_name ON entity_mentions (written);
CREATE TRIGGER IF NOT EXISTS entity_named AFTER INSERT ON entity_mentions BEGIN
    UPDATE entities SET articles = articles + 1,
        persons = persons + CASE WHEN new.told = 'person' THEN 1 ELSE 0 END,
        organisations = organisations + CASE WHEN new.told = 'organisation' THEN 1 ELSE 0 END,
        unended = unended + new.unended
    WHERE id = new.written;
END;
CREATE TRIGGER IF NOT EXISTS entity_unnamed AFTER DELETE ON entity_mentions BEGIN
    UPDATE entities SET articles = articles - 1,
        persons = persons - CASE WHEN old.told = 'person' THEN 1 ELSE 0 END,
        organisations = organisations - CASE WHEN old.told = 'organisation' THEN 1 ELSE 0 END,
        unended = unended - old.unended
    WHERE id = old.written;
END;
CREATE TABLE IF NOT EXISTS browsed_upto (one INTEGER PRIMARY KEY CHECK (one = 1), sequence BIGINT NOT NULL);
INSERT INTO browsed_upto VALUES (1, 0) ON CONFLICT DO NOTHING;
"""
_PUT_ARTICLE = """
INSERT INTO browsed (article, day) VALUES (?1, ?2)
ON CONFLICT (article) DO UPDATE SET day = excluded.day RETURNING number
"""
_PUT_WORDS = "INSERT INTO browsed_words (rowid, folded, exact) VALUES (?, ?, ?)"
# Articles whose words come after those that are in the index.
_WITHOUT_WORDS = """
SELECT number, title, text FROM browsed JOIN articles ON articles.id = article
WHERE number > (SELECT coalesce(max(rowid), 0) FROM browsed_words) ORDER BY number LIMIT ?
"""
_PUT_NAME = """
INSERT INTO entities (place, key, first, last, sought, name) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (place, key) DO UPDATE SET key = excluded.key RETURNING id, coalesce(stands_for, id)
"""
# The name as most articles write it, and in how many articles the entity is named, by any of its names.
_RECOUNT = """
UPDATE entities SET
    total = (SELECT count(DISTINCT article) FROM entity_mentions WHERE entity = entities.id),
    name = coalesce((
        SELECT spelled FROM (
            SELECT spelled FROM entity_mentions WHERE written = entities.id ORDER BY article LIMIT 200
        ) AS mentioned GROUP BY spelled ORDER BY count(*) DESC, spelled LIMIT 1
    ), name)
WHERE id = ?
"""
_REMOVED = "SELECT number FROM browsed WHERE NOT EXISTS (SELECT 1 FROM articles WHERE articles.id = browsed.article)"
_LONGER = """
SELECT id, articles FROM entities INDEXED BY entities_by_first
WHERE first = ?2 AND place = '' AND kind = 'person' AND substr(key, 1, length(?1) + 1) = ?1 || ' '
UNION SELECT id, articles FROM entities INDEXED BY entities_by_last
WHERE last = ?3 AND place = '' AND kind = 'person' AND substr(key, length(key) - length(?1)) = ' ' || ?1
ORDER BY 2 DESC, 1
"""
# Of all who are named so, the one that a short name stands for has at least this share.
_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in an article: its id and day, its title and text as one, and the names in them."""

    article: str
    day: str | None
    text: str
    names: Sequence[Named]


class EntityTables:
    """Tables of the articles' database, shared by threads; other processes open them too.

    Every method raises StoreError, or StorageFull, where they cannot be read or written.
    """

    def __init__(self, where: Where) -> None:
        self.words = full_text(where)
        self._db = opened_shared(where, "entities", _SCHEMA + self.words.tables)

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()

    def rows(self, statement: str, values: Values = ()) -> list[Row]:
        """The rows of a statement."""
        return self._db.rows(statement, values)

    def upto(self) -> int:
        """The sequence number of the store up to which articles were followed."""
        return int(self._db.rows("SELECT sequence FROM browsed_upto")[0][0])

    def counted(self) -> int:
        """How many articles are known."""
        return int(self._db.rows("SELECT count(*) FROM browsed")[0][0])

    def fill_words(self, most: int) -> int:
        """Take the words of the next articles into an index that lacks them, at most of so many; of how many it did.

        Such is the index of a copy: the one in a file gives back none of the words that it was given.
        """
        with self._db.writing() as db:
            rows = list(db.execute(_WITHOUT_WORDS, (most,)))
            db.executemany(_PUT_WORDS, [_words(number, whole_text(title, text)) for number, title, text in rows])
        return len(rows)

    def keep(self, readings: Sequence[Reading], upto: int, *, forget: bool) -> None:
        """Keep what was read, instead of what was known of these articles, and how far the store is followed by it.

        With `forget`, what is known of articles that are no longer stored goes.
        """
        with self._db.writing() as db:
            touched: set[int] = set()
            for (number,) in list(db.execute(_REMOVED)) if forget else ():
                touched |= _forget(db, number)
                db.execute("DELETE FROM browsed_words WHERE rowid = ?", (number,))
                db.execute("DELETE FROM browsed WHERE number = ?", (number,))
            for reading in readings:
                touched |= _kept(db, reading)
            _settle(db, touched)
            # Back too: who read a state that another process has overtaken has it read again.
            db.execute("UPDATE browsed_upto SET sequence = ?", (upto,))


def _forget(db: Connection, number: int) -> set[int]:
    gone = db.execute("DELETE FROM entity_mentions WHERE article = ? RETURNING written, entity", (number,))
    return {entity for row in list(gone) for entity in row}


def _kept(db: Connection, reading: Reading) -> set[int]:
    """Keep one article; the entities whose mentions changed."""
    number = next(db.execute(_PUT_ARTICLE, (reading.article, reading.day)))[0]
    touched = _forget(db, number)
    db.execute("DELETE FROM browsed_words WHERE rowid = ?", (number,))
    db.execute(_PUT_WORDS, _words(number, reading.text))
    for name in reading.names:
        place = name.kind if name.kind in ("country", "city") else ""
        parts = name.key.split(" ")
        values = (place, name.key, parts[0], parts[-1], _sought(name.key), name.name)
        written, entity = next(db.execute(_PUT_NAME, values))
        row = (number, written, entity, name.mentions, name.name, name.kind, name.goes_on)
        db.execute("INSERT INTO entity_mentions VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        touched |= {written, entity}
    return touched


def whole_text(title: str | None, text: str) -> str:
    """What of an article is read."""
    return f"{title}\n{text}" if title else text


def _words(number: int, text: str) -> tuple[int, str, str]:
    return number, " ".join(folded_tokens(text)), " ".join(normalised_tokens(text))


def _sought(key: str) -> str:
    """What an entity is found by: its key without diacritics, and what a known place is called."""
    called = (names_in(language).get(key, "") for language in ("vi", "en"))
    return " ".join(dict.fromkeys(filter(None, map(fold, (key, *called)))))


def _settle(db: Connection, touched: Iterable[int]) -> None:
    """Decide anew what short names stand for, and count what is named."""
    recount = set(touched)
    for short in _shorts(db, recount):
        recount |= _stand(db, short)
    db.executemany(_RECOUNT, [(entity,) for entity in recount])


def _shorts(db: Connection, touched: set[int]) -> set[int]:
    """The touched names, and the shorter ones that touched names begin or end with."""
    shorts = set(touched)
    for entity in touched:
        for (key,) in list(db.execute("SELECT key FROM entities WHERE id = ? AND place = ''", (entity,))):
            parts = key.split(" ")
            parts_of = {" ".join(cut) for n in range(1, len(parts)) for cut in (parts[:n], parts[n:])}
            for part in parts_of:
                shorts |= {
                    row[0] for row in db.execute("SELECT id FROM entities WHERE place = '' AND key = ?", (part,))
                }
    return shorts


def _stand(db: Connection, short: int) -> set[int]:
    """Let a short name stand for a longer one, or for itself; the entities that this changes."""
    statement = "SELECT key, articles, persons, organisations, stands_for FROM entities WHERE id = ? AND place = ''"
    row = next(db.execute(statement, (short,)), None)
    if row is None:
        return set()
    key, articles, persons, organisations, before = row
    now = None
    parts = key.split(" ")
    if persons > 0 and persons >= organisations and not all(map(is_syllable, parts)):
        longer = list(db.execute(_LONGER, (key, parts[0], parts[-1])))
        least = articles if len(parts) == 1 else articles / 2
        if longer and longer[0][1] >= max(least, _SHARE * sum(each[1] for each in longer)):
            now = longer[0][0]
    if now == before:
        return set()
    db.execute("UPDATE entities SET stands_for = ? WHERE id = ?", (now, short))
    db.execute("UPDATE entity_mentions SET entity = ? WHERE written = ?", (now or short, short))
    return {short, *filter(None, (now, before))}
