"""The wire shapes of articles and their sources, and their checks; `rag.contract.answers` has those of answers."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, JsonValue, Tag

from index.entities.search import Excerpt
from index.records import Article, Coverage, Draft
from rag.contract.answers import MetadataOut
from rag.contract.questions import Body


class ArticleBody(BaseModel):
    """An article: clean `text`, or a page's `html`. What it may hold is checked when it is taken in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Việt Nam và Lào mở thêm tuyến xe buýt qua biên giới",
                    "text": "Từ ngày 1/9, hai nước có thêm ba tuyến xe buýt. Mỗi tuyến chạy hai chuyến một ngày.",
                    "source": "Báo Bắc Nam",
                    "published_at": "2026-08-20",
                }
            ]
        }
    )

    id: str | int | None = None
    title: str | None = None
    text: str | None = None
    html: str | None = None
    url: str | None = None
    source: str | None = None
    published_at: str | int | float | None = None
    language: str | None = None


class ArticleEdit(Body):
    """Fields of an article put right by hand. Null takes one back to what the article states; the others stay."""

    title: str | None = None
    source: str | None = None
    published_at: str | None = None

    @property
    def changes(self) -> dict[str, str | None]:
        """The fields that were given."""
        return self.model_dump(include=self.model_fields_set)


class ArticlesBody(Body):
    """Many articles at once."""

    # Each is checked when it is taken in, so that one that is wrong is refused alone.
    articles: list[dict[str, JsonValue]] = Field(min_length=1, max_length=1000)


def _one_or_many(body: object) -> str:
    return "many" if isinstance(body, ArticlesBody) or (isinstance(body, dict) and "articles" in body) else "one"


ArticlesIn = Annotated[
    Annotated[ArticleBody, Tag("one")] | Annotated[ArticlesBody, Tag("many")], Discriminator(_one_or_many)
]


class OutcomeBody(BaseModel):
    """The outcome of an article that was sent in. What `status` says is on the disk."""

    id: str | None
    status: Literal["added", "updated", "unchanged", "refused"]
    reason: str | None = None


class OutcomesBody(BaseModel):
    """One outcome an article, in the order they came."""

    results: list[OutcomeBody]


class FileBegun(BaseModel):
    """The event `begun`: how many outcomes will follow."""

    articles: int


class FileOutcome(OutcomeBody):
    """The outcome of an article of a file; also the event `outcome`."""

    origin: str = Field(description="The file's name, with the line or the number of the article in it.")
    title: str | None = None


class FileDone(BaseModel):
    """The event `done`: how many outcomes there were, and of which kind."""

    results: int
    added: int
    updated: int
    unchanged: int
    refused: int


class FileOutcomes(BaseModel):
    """One outcome an article, in the order of the file. A file that holds none has none."""

    results: list[FileOutcome]


# The events of a streamed file, by the name that each has in the stream. The last one is `done`.
FILE_EVENTS: dict[str, type[BaseModel]] = {"begun": FileBegun, "outcome": FileOutcome, "done": FileDone}


class StoredArticle(MetadataOut):
    """An article as it is stored; citations' offsets are code points into `text`."""

    id: str
    text: str
    language: str | None
    captions: list[str]
    removed: list[dict[str, str]] = Field([], description="What extraction took out of the page, and why.")
    edited: list[str] = Field([], description="The fields that were put right by hand.")
    added_at: str | None = Field(None, description="When it was first stored, ISO 8601 in UTC.")
    changed_at: str | None = Field(None, description="When a state of it was stored that differed.")


class ExcerptOut(BaseModel):
    """A piece of an article's text, and where the words stand in it that were searched for: `text[start:end]`."""

    text: str
    marks: list[tuple[int, int]]


class ListedArticle(MetadataOut):
    """An article in a list."""

    id: str
    characters: int
    added_at: str | None = Field(None, description="When it was first stored, ISO 8601 in UTC.")
    changed_at: str | None = Field(None, description="When a state of it was stored that differed.")
    excerpt: ExcerptOut | None = Field(None, description="Where words were searched for.")


class ArticlePage(BaseModel):
    """A page of the list; ask again with `after` = `next` for the following one."""

    articles: list[ListedArticle]
    total: int
    next: str | None


class SourceName(BaseModel):
    """A source, and how many articles are of it."""

    name: str
    articles: int


class SourcesOut(BaseModel):
    """What filters can choose from: the sources, most articles first, and the days of the oldest and newest article."""

    sources: list[SourceName]
    first: date | None
    last: date | None


def stored_article(draft: Draft) -> StoredArticle:
    """An article with what was removed from its page."""
    removed = [{"text": part.text, "reason": part.reason} for part in draft.removed]
    article = draft.article
    return StoredArticle(
        id=article.id,
        text=article.text,
        **asdict(article.metadata),
        language=article.language,
        captions=list(article.captions),
        removed=removed,
        edited=[field for field, _ in draft.edits],
        added_at=article.added_at,
        changed_at=article.changed_at,
    )


def listed_article(article: Article, excerpt: Excerpt | None = None) -> ListedArticle:
    """An article as a list has it."""
    return ListedArticle(
        id=article.id,
        **asdict(article.metadata),
        characters=len(article.text),
        added_at=article.added_at,
        changed_at=article.changed_at,
        excerpt=ExcerptOut(text=excerpt.text, marks=list(excerpt.marks)) if excerpt else None,
    )


def sources_out(coverage: Coverage) -> SourcesOut:
    """The sources as they go out."""
    names = [SourceName(name=name, articles=articles) for name, articles in coverage.sources]
    return SourcesOut(sources=names, first=coverage.first, last=coverage.last)
