"""How the records lie in SQLite: the tables, and rows to records and back."""

import json
import zlib
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from index.records import Article, Draft, Filters, Metadata, Raw, Removed

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, model TEXT NOT NULL, carried_title TEXT,
    title TEXT, text TEXT NOT NULL, url TEXT, source TEXT, published_at TEXT, language TEXT, captions TEXT NOT NULL,
    raw BLOB NOT NULL, raw_digest TEXT NOT NULL, media_type TEXT NOT NULL, origin TEXT NOT NULL, removed TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS articles_by_date ON articles (published_at, id);
CREATE INDEX IF NOT EXISTS articles_by_newest ON articles (coalesce(published_at, ''), id);
CREATE INDEX IF NOT EXISTS articles_by_source ON articles (source);
CREATE INDEX IF NOT EXISTS articles_by_raw ON articles (raw_digest);
CREATE TABLE IF NOT EXISTS chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL REFERENCES articles (id),
    start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL, sequence INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS chunks_by_article ON chunks (article);
CREATE INDEX IF NOT EXISTS chunks_by_sequence ON chunks (sequence);
CREATE TABLE IF NOT EXISTS gone (chunk INTEGER PRIMARY KEY, sequence INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS gone_by_sequence ON gone (sequence);
"""

SELECT_ARTICLE = "SELECT id, text, title, url, source, published_at, language, captions FROM articles"
SELECT_DRAFT = (
    "SELECT id, text, title, url, source, published_at, language, captions, raw, media_type, origin, removed"
    " FROM articles"
)
SELECT_NEWEST = (
    SELECT_ARTICLE
    + """
 WHERE coalesce(published_at, '') <= :day AND (coalesce(published_at, '') < :day OR id < :id)
 ORDER BY coalesce(published_at, '') DESC, id DESC LIMIT :limit
"""
)
PUT_ARTICLE = """
INSERT OR REPLACE INTO articles (
    id, digest, model, carried_title, title, text, url, source, published_at, language, captions,
    raw, raw_digest, media_type, origin, removed
) VALUES (
    :id, :digest, :model, :carried_title, :title, :text, :url, :source, :published_at, :language, :captions,
    :raw, :raw_digest, :media_type, :origin, :removed
)
"""

SELECT_HIT = """
SELECT article, start, end, substr(text, start + 1, end - start), title, url, source, published_at
FROM chunks JOIN articles ON articles.id = article WHERE chunks.id = ?
"""
SELECT_MATCHING = "SELECT chunks.id FROM chunks JOIN articles ON articles.id = article"
SELECT_OPENINGS = """
SELECT chunks.id, article, start, end, substr(text, start + 1, end - start), title, url, source, published_at
FROM articles JOIN chunks ON articles.id = article
AND start = (SELECT min(start) FROM chunks WHERE article = articles.id)
"""
NEWEST_FIRST = " ORDER BY coalesce(published_at, '') DESC, articles.id DESC LIMIT :limit"
SELECT_COVERAGE = "SELECT count(*), min(published_at), max(published_at), count(published_at) FROM articles"
SELECT_SOURCES = "SELECT source, count(*) FROM articles"
BY_SOURCE = " AND source IS NOT NULL GROUP BY source ORDER BY 2 DESC, 1"
# Behind the statements above: of the articles that pass filters.
PASSING = """
WHERE (:first IS NULL OR substr(published_at, 1, 10) >= :first)
  AND (:last IS NULL OR substr(published_at, 1, 10) <= :last)
  AND (:sources = '[]' OR source IN (SELECT value FROM json_each(:sources)))
"""
SELECT_PASSAGES = """
SELECT chunks.id, vector, carried_title, substr(text, start + 1, end - start)
FROM chunks JOIN articles ON articles.id = article
WHERE sequence > ? AND sequence <= ? AND model = ? AND chunks.id > ? ORDER BY chunks.id LIMIT ?
"""

Row = tuple[Any, ...]


def filter_values(filters: Filters) -> dict[str, str | None]:
    """What the statements over articles that pass filters are bound to."""
    return {
        "first": filters.published_from,
        "last": filters.published_to,
        "sources": json.dumps(filters.sources),
    }


def article_of(row: Row) -> Article:
    """A row of `SELECT_ARTICLE` as a record."""
    article, text, *metadata, language, captions = row[:8]
    return Article(article, text, Metadata(*metadata), language, tuple(json.loads(captions)))


def draft_of(row: Row) -> Draft:
    """A row of `SELECT_DRAFT` as a record."""
    content, media_type, origin, removed = row[8:]
    return Draft(
        article_of(row),
        Raw(zlib.decompress(content).decode(errors="surrogatepass"), media_type, origin),
        tuple(Removed(**item) for item in json.loads(removed)),
    )


def row_of(draft: Draft, carried_title: str | None, model: str) -> dict[str, str | bytes | None]:
    """The values of `PUT_ARTICLE`."""
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
        "raw": zlib.compress(_raw_bytes(raw)),
        "raw_digest": raw_digest(raw),
        "media_type": raw.media_type,
        # A file name need not be Unicode; Python carries its other bytes as lone surrogates.
        "origin": raw.origin.encode(errors="backslashreplace").decode(),
        "removed": json.dumps(removed, ensure_ascii=False),
    }


def digest(draft: Draft) -> str:
    """Hex SHA-256 over everything of an article that a reader can see."""
    article = draft.article
    known = article.metadata
    seen = [known.title, article.text, known.url, known.source, known.published_at, article.language]
    return sha256(json.dumps([*seen, *article.captions], ensure_ascii=False).encode()).hexdigest()


def raw_digest(raw: Raw) -> str:
    """Hex SHA-256 of an article as it came in."""
    return sha256(_raw_bytes(raw)).hexdigest()


def _raw_bytes(raw: Raw) -> bytes:
    # JSON can name half of a surrogate pair, which strict UTF-8 has no bytes for.
    return raw.content.encode(errors="surrogatepass")
