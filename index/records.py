"""The records of articles, chunks and searches. Frozen, with hardly any logic.

Offsets are Unicode code points into `Article.text`, which is stored in NFC; ends are exclusive.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from index.language.text import Span

if TYPE_CHECKING:
    # numpy takes a while to load, and not everybody who needs a record needs it.
    from index.arrays import Ids, Vectors


@dataclass(frozen=True, slots=True)
class Metadata:
    """The title, address, publisher and date of an article.

    `source` is the publisher's name. `published_at` is an ISO 8601 date (`2025-10-21`), or date and time with offset
    (`2021-11-15T06:00:00+07:00`); `date_inferred` tells that no page stated it, and that it was read from the text.
    `withdrawn_at` is the day on which its publisher was found to have taken the page away. `opening` is how the text
    of an untitled article begins, which it is called by; the store fills it in.
    """

    title: str | None = None
    url: str | None = None
    source: str | None = None
    published_at: str | None = None
    date_inferred: bool = False
    withdrawn_at: str | None = None
    opening: str | None = field(default=None, compare=False)

    @property
    def day(self) -> date | None:
        """The day of publication; None where it is unknown."""
        try:
            return date.fromisoformat(self.published_at[:10]) if self.published_at else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Removed:
    """A part of a page that extraction removed.

    `reason` is one of a fixed set of short names (see `index.intake.extract`), `text` the removed text.
    """

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """A clean news article.

    `language` is an ISO 639-1 code. `captions` are the words under pictures, which are not part of `text`. `pages` are
    the offsets at which the pages of a paged document begin, empty for others. `added_at` and `changed_at` are when it
    was first stored and when a state of it was that differed, in UTC as ISO 8601; None where that is not known, or
    never was.
    """

    id: str
    text: str
    metadata: Metadata = Metadata()
    language: str | None = None
    captions: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    added_at: str | None = field(default=None, compare=False)
    changed_at: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Raw:
    """An article as it came in, before extraction.

    `media_type` is `text/plain`, `text/html`, `text/markdown` or `application/json`; `origin` says where it
    came from, for people (a file name, or `http`).
    """

    content: str
    media_type: str
    origin: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An article extracted from a raw input, with what was removed.

    `identity` is what the article is known by (see `index.intake.identity`); empty where that is its id. `edits` are
    the fields of the metadata that were put right by hand, with their values, and `stated` the metadata as they were
    without them; None where there are none.
    """

    article: Article
    raw: Raw
    removed: tuple[Removed, ...] = ()
    identity: str = ""
    edits: tuple[tuple[str, str | None], ...] = ()
    stated: Metadata | None = None


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
    """A retrieved chunk with its article's metadata, and the offsets at which the article's pages begin."""

    chunk: Chunk
    metadata: Metadata
    pages: tuple[int, ...] = ()

    def page(self, offset: int) -> int | None:
        """The page, from 1, on which the article's text at `offset` stands; None where it has none."""
        return bisect_right(self.pages, offset) or None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a search may use. Dates are ISO 8601 days, both ends included."""

    published_from: str | None = None
    published_to: str | None = None
    sources: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.published_from or self.published_to or self.sources)


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Coverage:
    """What articles there are: how many, and how many of them without a date, the days of the oldest and of the newest,
    and the sources, each with its number of articles, most first.
    """

    articles: int
    undated: int
    first: date | None
    last: date | None
    sources: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class CutDraft:
    """A draft cut into chunks: their spans in `article.text`.

    `carried_title` is the title as each chunk is embedded with, which a long title is cut for.
    """

    draft: Draft
    carried_title: str | None
    spans: Sequence[Span]

    def passages(self) -> Iterator[str]:
        """The text that is embedded for each chunk."""
        for start, end in self.spans:
            yield passage_text(self.carried_title, self.draft.article.text[start:end])


@dataclass(frozen=True, slots=True)
class EmbeddedDraft(CutDraft):
    """A draft cut into chunks, with their `vectors`, float32 of shape (len(spans), dimension)."""

    vectors: "Vectors"


@dataclass(frozen=True, slots=True)
class ChunkBatch:
    """Chunks to be indexed: `ids` int64 of shape (n,), `vectors` float32 of shape (n, dimension), n texts.

    `articles` are the ids of their articles, `days` and `sources` what these have, or None.
    """

    ids: "Ids"
    vectors: "Vectors"
    texts: Sequence[str]
    articles: Sequence[str]
    days: Sequence[date | None]
    sources: Sequence[str | None]


def passage_text(title: str | None, chunk_text: str) -> str:
    """The text that is embedded and indexed for a chunk: its article's title before its own text."""
    return f"{title}\n{chunk_text}" if title else chunk_text
