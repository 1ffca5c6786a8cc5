"""How the records lie in the database: the tables, and rows to records and back."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from typing import Any

from index.intake.identity import by_id
from index.records import Article, Chunk, Draft, Filters, Hit, Metadata, Raw, Removed
from index.storage.database import Connection, Row, listed
from index.store.outbox import TABLES as OUTBOX_TABLES

_OPENING = 200  # characters that hold the first words of an article without a title
# The columns of `metadata_of`.
METADATA = (
    "title, url, source, published_at, date_inferred, withdrawn_at,"
    f" CASE WHEN title IS NULL THEN substr(text, 1, {_OPENING}) END"
)

VERSION = 3
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, model TEXT NOT NULL, carried_title TEXT,
    title TEXT, text TEXT NOT NULL, url TEXT, source TEXT, published_at TEXT, language TEXT, captions TEXT NOT NULL,
    raw BLOB NOT NULL, raw_digest TEXT NOT NULL, media_type TEXT NOT NULL, origin TEXT NOT NULL, removed TEXT NOT NULL,
    identity TEXT NOT NULL, date_inferred INTEGER NOT NULL, pages TEXT NOT NULL, edits TEXT NOT NULL, stated TEXT,
    withdrawn_at TEXT, added_at TEXT, changed_at TEXT
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS articles_by_identity ON articles (identity);
CREATE TABLE IF NOT EXISTS moved (old TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS articles_by_date ON articles (published_at, id);
CREATE INDEX IF NOT EXISTS articles_by_newest ON articles (coalesce(published_at, ''), id);
CREATE INDEX IF NOT EXISTS articles_by_source ON articles (source, published_at, id);
CREATE INDEX IF NOT EXISTS articles_by_adding ON articles (added_at);
CREATE INDEX IF NOT EXISTS articles_by_change ON articles (changed_at);
CREATE INDEX IF NOT EXISTS articles_by_raw ON articles (raw_digest);
CREATE TABLE IF NOT EXISTS chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL REFERENCES articles (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL, sequence BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS chunks_by_article ON chunks (article);
CREATE INDEX IF NOT EXISTS chunks_by_sequence ON chunks (sequence);
CREATE TABLE IF NOT EXISTS gone (chunk INTEGER PRIMARY KEY, sequence BIGINT NOT NULL);
CREATE INDEX IF NOT EXISTS gone_by_sequence ON gone (sequence);
{OUTBOX_TABLES}"""

_ARTICLE = """
SELECT id, text, language, captions, pages, added_at, changed_at, title, url, source, published_at, date_inferred,
    withdrawn_at"""
SELECT_ARTICLE = f"{_ARTICLE}\nFROM articles\n"
SELECT_CHANGED = """
SELECT DISTINCT sequence, article FROM chunks WHERE sequence > ?1 AND sequence <= (
    SELECT max(sequence) FROM (
        SELECT DISTINCT sequence, article FROM chunks WHERE sequence > ?1 ORDER BY 1 LIMIT ?2
    ) AS next
) ORDER BY 1, 2
"""
SELECT_DRAFT = f"{_ARTICLE}, raw, media_type, origin, removed, identity, edits, stated\nFROM articles\n"
SELECT_EMBEDDED = f"{_ARTICLE}, digest, model\nFROM articles WHERE id = ?"
PUT_ARTICLE = """
INSERT INTO articles (
    id, digest, model, carried_title, title, text, url, source, published_at, date_inferred, language, captions, pages,
    raw, raw_digest, media_type, origin, removed, identity, edits, stated, withdrawn_at, added_at, changed_at
) VALUES (
    :id, :digest, :model, :carried_title, :title, :text, :url, :source, :published_at, :date_inferred, :language,
    :captions, :pages, :raw, :raw_digest, :media_type, :origin, :removed, :identity, :edits, :stated, :withdrawn_at,
    :added_at, :changed_at
) ON CONFLICT (id) DO UPDATE SET
    digest = :digest, model = :model, carried_title = :carried_title, title = :title, text = :text, url = :url,
    source = :source, published_at = :published_at, date_inferred = :date_inferred, language = :language,
    captions = :captions, pages = :pages, raw = :raw, raw_digest = :raw_digest, media_type = :media_type,
    origin = :origin, removed = :removed, identity = :identity, edits = :edits, stated = :stated,
    withdrawn_at = :withdrawn_at, added_at = :added_at, changed_at = :changed_at
"""
SELECT_MOMENTS = "SELECT digest, added_at, changed_at FROM articles WHERE id = ?"

_HIT = f'SELECT chunks.id, article, start, "end", substr(text, start + 1, "end" - start), {METADATA}, pages'
_OF_CHUNKS = "FROM chunks JOIN articles ON articles.id = article WHERE"
SELECT_HIT = f"{_HIT} {_OF_CHUNKS} chunks.id = ?"
SELECT_HITS = f"{_HIT} {_OF_CHUNKS} article = ? ORDER BY start"
SELECT_CHUNKS = f"{_HIT}, vector {_OF_CHUNKS} article = ? ORDER BY start"
SELECT_CHUNK_AT = 'SELECT id FROM chunks WHERE article = ? AND start <= ? AND "end" >= ?'
SELECT_OPENINGS = f"""
{_HIT} FROM articles JOIN chunks ON articles.id = article
AND start = (SELECT min(start) FROM chunks WHERE article = articles.id)
"""  # noqa: S608 (names of columns)
NEWEST_FIRST = " ORDER BY coalesce(published_at, '') DESC, articles.id DESC LIMIT :limit"
SELECT_STANDING = """
SELECT id, source FROM articles WHERE id IN (SELECT value FROM json_each(?)) AND withdrawn_at IS NULL
"""
SELECT_COVERAGE = "SELECT count(*), min(published_at), max(published_at), count(published_at) FROM articles"
SELECT_SOURCES = "SELECT source, count(*) FROM articles"
BY_SOURCE = " AND source IS NOT NULL GROUP BY source ORDER BY 2 DESC, 1"
# Behind the statements above: of the articles that pass filters.
PASSING = """
WHERE (CAST(:first AS TEXT) IS NULL OR substr(published_at, 1, 10) >= :first)
  AND (CAST(:last AS TEXT) IS NULL OR substr(published_at, 1, 10) <= :last)
  AND (:sources = '[]' OR source IN (SELECT value FROM json_each(:sources)))
"""
SELECT_PASSAGES = """
SELECT chunks.id, vector, carried_title, substr(text, start + 1, "end" - start), article, published_at, source, sequence
FROM chunks JOIN articles ON articles.id = article
WHERE (sequence, chunks.id) > (?, ?) AND sequence <= ? AND model = ? ORDER BY sequence, chunks.id LIMIT ?
"""


def next_sequence(db: Connection) -> int:
    """Count a change."""
    rows = db.execute(
        "INSERT INTO meta VALUES ('sequence', '1')"
        " ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(meta.value AS BIGINT) + 1 AS TEXT) RETURNING value"
    )
    return int(next(rows)[0])


def remove_chunks(db: Connection, article: str, sequence: int) -> None:
    """Remove an article's chunks, and note that they are gone since `sequence`."""
    gone = list(db.execute("DELETE FROM chunks WHERE article = ? RETURNING id", (article,)))
    db.executemany("INSERT INTO gone VALUES (?, ?)", [(row[0], sequence) for row in gone])


def filter_values(filters: Filters) -> dict[str, str | None]:
    """What the statements over articles that pass filters are bound to."""
    return {
        "first": filters.published_from,
        "last": filters.published_to,
        "sources": listed(filters.sources),
    }


def article_of(row: Row) -> Article:
    """A row of `SELECT_ARTICLE` as a record."""
    article, text, language, captions, pages, added_at, changed_at, *metadata = row[:13]
    captions, pages = tuple(json.loads(captions)), tuple(json.loads(pages))
    opening = None if metadata[0] else text[:_OPENING]
    known = metadata_of([*metadata, opening])
    return Article(article, text, known, language, captions, pages, added_at, changed_at)


def metadata_of(columns: Sequence[Any]) -> Metadata:
    """Metadata of its columns, in the order of the record's fields."""
    title, url, source, published_at, inferred, withdrawn_at, opening = columns
    return Metadata(title, url, source, published_at, bool(inferred), withdrawn_at, opening)


def draft_of(row: Row) -> Draft:
    """A row of `SELECT_DRAFT` as a record."""
    content, media_type, origin, removed, identity, edits, stated = row[13:]
    return Draft(
        article_of(row),
        Raw(zlib.decompress(content).decode(errors="surrogatepass"), media_type, origin),
        tuple(Removed(**item) for item in json.loads(removed)),
        identity,
        edits_of(edits),
        stated_of(stated),
    )


def stated_of(column: str | None) -> Metadata | None:
    """Metadata as the article states them, where they were put right by hand."""
    return Metadata(**json.loads(column)) if column else None


def hit_of(row: Row) -> Hit:
    """A row of `SELECT_HIT` or `SELECT_OPENINGS`, which begins with the chunk's id, as a record."""
    *metadata, pages = row[5:]
    return Hit(Chunk(*row[:5]), metadata_of(metadata), tuple(json.loads(pages)))


def edits_of(column: str) -> tuple[tuple[str, str | None], ...]:
    """Fields that were put right by hand, and their values."""
    return tuple(json.loads(column).items())


def moments(before: Row | None, digest: str, now: str) -> dict[str, str | None]:
    """When an article was added and when it last changed, where its row of `SELECT_MOMENTS` was `before`.

    What is stored anew as it was, with vectors of another model, has not changed.
    """
    if before is None:
        return {"added_at": now, "changed_at": None}
    known, added_at, changed_at = before
    return {"added_at": added_at, "changed_at": changed_at if known == digest else now}


def row_of(draft: Draft, carried_title: str | None, model: str) -> dict[str, str | bytes | bool | None]:
    """The values of `PUT_ARTICLE`, but for those of `moments`."""
    article, raw = draft.article, draft.raw
    removed = [{"text": part.text, "reason": part.reason} for part in draft.removed]
    return {
        "id": article.id,
        "digest": digest(draft),
        "model": model,
        "carried_title": carried_title,
        "text": article.text,
        **asdict(article.metadata),
        "language": article.language,
        "captions": json.dumps(article.captions, ensure_ascii=False),
        "pages": json.dumps(article.pages),
        "raw": zlib.compress(_raw_bytes(raw)),
        "raw_digest": raw_digest(raw),
        "media_type": raw.media_type,
        # A file name need not be Unicode; Python carries its other bytes as lone surrogates.
        "origin": raw.origin.encode(errors="backslashreplace").decode(),
        "removed": json.dumps(removed, ensure_ascii=False),
        "identity": identity_of(draft),
        "edits": json.dumps(dict(draft.edits), ensure_ascii=False),
        "stated": json.dumps(asdict(replace(draft.stated, opening=None)), ensure_ascii=False) if draft.stated else None,
    }


def identity_of(draft: Draft) -> str:
    """What an article is known by."""
    return draft.identity or by_id(draft.article.id)


def digest(draft: Draft) -> str:
    """Hex SHA-256 over everything of an article that a reader can see."""
    article = draft.article
    known = article.metadata
    seen = [known.title, article.text, known.url, known.source, known.published_at, article.language]
    # Last, and only where they are there, so that articles of before keep their digest.
    seen += [*article.captions, *(["inferred"] if known.date_inferred else []), *map(str, article.pages)]
    return sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()


def raw_digest(raw: Raw) -> str:
    """Hex SHA-256 of an article as it came in."""
    return sha256(_raw_bytes(raw)).hexdigest()


def _raw_bytes(raw: Raw) -> bytes:
    # JSON can name half of a surrogate pair, which strict UTF-8 has no bytes for.
    return raw.content.encode(errors="surrogatepass")
