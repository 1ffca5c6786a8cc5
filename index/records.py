"""The records that the rooms hand to each other. Frozen, and without logic.

Offsets are Unicode code points into `Article.text`, which is stored in NFC; ends are exclusive.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Removed:
    """Something that extraction took out of a page, and why.

    `reason` is one of a fixed set of short names (see `index.intake.extract`), `text` is what stood there.
    """

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """A clean news article.

    `published_at` is an ISO 8601 date (`2025-10-21`) or date and time with offset
    (`2021-11-15T06:00:00+07:00`); `language` an ISO 639-1 code. `captions` are the words under pictures,
    which are not part of `text`.
    """

    id: str
    text: str
    title: str | None = None
    url: str | None = None
    source: str | None = None
    published_at: str | None = None
    language: str | None = None
    captions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Raw:
    """An article as it came in: the way back from the stored text to its source.

    `media_type` is `text/plain`, `text/html`, `text/markdown` or `application/json`; `origin` says where it
    came from, for people (a file name, or `http`).
    """

    content: str
    media_type: str
    origin: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A raw input made into an article, with what was removed on the way."""

    article: Article
    raw: Raw
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of an article: `article.text[start:end] == text`. `id` is never used twice."""

    id: int
    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that a search found, with its article's particulars. A higher `score` is better."""

    chunk: Chunk
    title: str | None
    url: str | None
    source: str | None
    published_at: str | None
    score: float
