"""The article database of an older release -> this one's, in one transaction.

Version 2 had no outbox; version 1 did not know when an article was added or changed. Version 0 knew an article by its
id alone, which held its headline: each gets the identity that it would have today; of two that are one by that, the one
that came last stays, and the other's id leads to it.
"""

import json
import re
import zlib

import apsw

from index.intake.identity import by_file, by_id, by_url, by_words, short_hash
from index.storage.errors import StoreError
from index.storage.sqlite import transaction
from index.store.rows import SCHEMA, VERSION, next_sequence, remove_chunks

_COLUMNS = (
    "identity TEXT NOT NULL DEFAULT ''",
    "date_inferred INTEGER NOT NULL DEFAULT 0",
    "pages TEXT NOT NULL DEFAULT '[]'",
    "edits TEXT NOT NULL DEFAULT '{}'",
    "stated TEXT",
    "withdrawn_at TEXT",
)
_LAST_FIRST = """
SELECT id FROM articles ORDER BY (SELECT max(sequence) FROM chunks WHERE article = articles.id) DESC, id
"""
_KNOWN_BY = "SELECT title, text, url, source, origin, media_type, raw FROM articles WHERE id = ?"
_MADE_ID = re.compile(r".*-([0-9a-f]{8})")


def upgrade(db: apsw.Connection) -> None:
    """Make the tables, or bring them to this version. StoreError where they are of a later one."""
    found = int(db.pragma("user_version"))
    if found == VERSION:
        return
    if found > VERSION:
        raise StoreError(
            f"The article database has version {found} and this program knows {VERSION}; "
            "install the release that wrote it."
        )
    with transaction(db):
        if int(db.pragma("user_version")) == VERSION:  # another process has made them meanwhile
            return
        if list(db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'articles'")):
            if found == 0:
                _from_version_0(db)
            if found < 2:
                _from_version_1(db)
        db.execute(SCHEMA)
        db.pragma("user_version", VERSION)


def _from_version_1(db: apsw.Connection) -> None:
    for column in ("added_at TEXT", "changed_at TEXT"):
        db.execute(f"ALTER TABLE articles ADD COLUMN {column}")
    db.execute("DROP INDEX IF EXISTS articles_by_source")  # which now holds all that lists are chosen by


def _from_version_0(db: apsw.Connection) -> None:
    for column in _COLUMNS:
        db.execute(f"ALTER TABLE articles ADD COLUMN {column}")
    db.execute("CREATE TABLE moved (old TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID")
    kept: dict[str, str] = {}
    for (article,) in list(db.execute(_LAST_FIRST)):
        known_by = _identity(db, article)
        same = kept.setdefault(known_by, article)
        if same == article:
            db.execute("UPDATE articles SET identity = ? WHERE id = ?", (known_by, article))
        else:
            _fold(db, article, same)


def _identity(db: apsw.Connection, article: str) -> str:
    row = next(db.execute(_KNOWN_BY, (article,)))
    title, text, url, source, origin, media_type, raw = row
    made = _MADE_ID.fullmatch(article)
    if made is None or (media_type == "application/json" and _gave_id(raw, article)):
        return by_id(article)
    if url:
        return by_url(url)
    if made[1] == short_hash(f"{title or ''}\n{text}"):
        return by_words(text)
    return by_file(source, origin) if made[1] == short_hash(origin) else old_identity(made[1])


def old_identity(ending: str) -> str:
    """The identity of an article of which only the hash in its id is known: it came as a file under a relative path."""
    return f"old:{ending}"


def _gave_id(raw: bytes, article: str) -> bool:
    record = json.loads(zlib.decompress(raw).decode(errors="surrogatepass"))
    return isinstance(record, dict) and str(record.get("id")) == article


def _fold(db: apsw.Connection, article: str, kept: str) -> None:
    """Remove an article that is another one too."""
    remove_chunks(db, article, next_sequence(db))
    db.execute("DELETE FROM articles WHERE id = ?", (article,))
    db.execute("INSERT INTO moved VALUES (?, ?)", (article, kept))
