"""The wire shapes of browsing: which articles, what they hold, and what they name."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints, model_validator
from typing_extensions import override

from index.entities.browsing import Entity, EntityPage, Facets, Selection
from index.entities.search import Sought, excerpt, sought
from index.entities.words import Kind
from index.language.text import nfc
from index.records import Article, Filters
from rag.contract.answers import SourceOut
from rag.contract.articles import ArticleEdit, ListedArticle, SourceName, listed_article
from rag.contract.questions import Body, Short
from rag.contract.stories import StoryCard
from rag.errors import BadQuestion

Order = Literal["id", "newest", "oldest", "relevance"]
EntityRef = Annotated[str, StringConstraints(pattern=r"^(country|city|person|organisation):.{1,200}$")]
Place = Annotated[str, StringConstraints(max_length=300)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
MOST_AT_ONCE = 200


class Browse(Body):
    """Which articles. A search without diacritics is matched without them; words in quotation marks as a phrase."""

    q: str | None = Field(None, max_length=300, description="Words that an article has to hold, all of them.")
    published_from: date | None = Field(None, description="First day of publication, ISO 8601.")
    published_to: date | None = Field(None, description="Last day of publication, ISO 8601.")
    source: list[Short] = Field([], max_length=100, description="Names of sources; none for all.")
    entity: list[EntityRef] = Field(
        [], max_length=20, description="What an article has to name, all of it: `country:japan`, `person:nguyen van a`."
    )
    story: int | None = Field(None, ge=0, lt=2**63, description="The number of a story that an article is of.")

    @model_validator(mode="after")
    def _ordered(self) -> "Browse":
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise ValueError(f"published_from {self.published_from} is after published_to {self.published_to}")
        return self

    def selection(self) -> Selection:
        """As the index takes it. BadQuestion for a search without a word."""
        first, last = (day.isoformat() if day else None for day in (self.published_from, self.published_to))
        parts = [ref.partition(":") for ref in self.entity]
        entities = tuple((_kind(kind), nfc(key)) for kind, _, key in parts)
        return Selection(Filters(first, last, tuple(self.source)), _sought(self.q), entities, self.story)


class BrowsePage(Browse):
    """Which articles, and which part of the list of them."""

    limit: int = Field(100, ge=1, le=1000)
    after: Place | None = Field(None, description="`next` of the page before.")
    order: Order = Field("id", description="`relevance` needs `q`.")


class EntityList(Body):
    """Which entities, and which part of the list of them, those that most articles name first."""

    kind: Kind | None = None
    q: str | None = Field(None, max_length=100, description="The beginning of a word of the name.")
    limit: int = Field(100, ge=1, le=1000)
    after: Place | None = Field(None, description="`next` of the page before.")


class ArticlesEdit(ArticleEdit):
    """Fields of several articles put right by hand."""

    ids: list[Id] = Field(min_length=1, max_length=MOST_AT_ONCE)

    @property
    @override
    def changes(self) -> dict[str, str | None]:
        return self.model_dump(include=self.model_fields_set - {"ids"})

    @model_validator(mode="after")
    def _changes_something(self) -> "ArticlesEdit":
        if not self.changes:
            raise ValueError("nothing is to be changed; give title, source or published_at")
        return self


class EditedOut(BaseModel):
    """How many articles were put right."""

    edited: int


class RemovedOut(BaseModel):
    """How many articles were removed."""

    removed: int


class EntityOut(BaseModel):
    """What articles name, and how many of them do."""

    kind: Kind
    key: str
    name: str = Field(description="As it is written most often.")
    articles: int


class ListedEntity(EntityOut):
    """An entity in a list, with the first and last day of the articles that name it."""

    first: date | None
    last: date | None


class EntitiesOut(BaseModel):
    """A page of the list; ask again with `after` = `next` for the following one."""

    entities: list[ListedEntity]
    total: int
    next: str | None


class MonthOut(BaseModel):
    """A month, such as `2025-07`, and how many articles are of it."""

    month: str
    articles: int


class FacetsOut(BaseModel):
    """What the articles of a selection hold: how many are of each source and month, and name each entity."""

    total: int
    undated: int
    sources: list[SourceName]
    months: list[MonthOut]
    countries: list[EntityOut]
    places: list[EntityOut]
    persons: list[EntityOut]
    organisations: list[EntityOut]


class FigureOut(BaseModel):
    """A sentence that names an entity and holds a figure."""

    day: date | None = Field(description="Of the article.")
    source: SourceOut


class EntityPageOut(ListedEntity):
    """What there is to know of an entity: its page."""

    also: list[str] = Field(description="Other ways to write it, the commonest first.")
    months: list[MonthOut]
    newest: list[ListedArticle]
    beside: list[EntityOut] = Field(alias="with", description="What is named in the same articles.")
    figures: list[FigureOut] = Field(description="Of its articles, the newest first.")


class ActiveOut(EntityOut):
    """An entity that is named more often lately than `before`."""

    before: int = Field(description="How many articles of the seven days before named it.")


class TodayOut(BaseModel):
    """What came in today, by Việt Nam's day."""

    added: int
    updated: int
    articles: list[ListedArticle]


class ArchiveOut(BaseModel):
    """The archive at a glance."""

    articles: int
    chunks: int
    first: date | None
    last: date | None
    undated: int
    sources: int
    newest: list[ListedArticle]
    today: TodayOut
    active: list[ActiveOut] = Field(description="Of the last seven days that articles are of.")
    stories: list[StoryCard] = Field(description="Of the latest, those that most sources tell.")
    questions: list[str] = Field(description="Some that the newest articles answer.")


def place_of(article: Article, order: Order, passed: int) -> str:
    """Where the last article of a page stands in an order; of `relevance` how many have `passed` says that."""
    if order == "relevance":
        return str(passed)
    return article.id if order == "id" else f"{article.metadata.published_at or ''} {article.id}"


def after_of(order: Order, after: str | None) -> tuple[str, str] | None:
    """The date and id of a place in an order. BadQuestion where it is none."""
    if after is None or after == "":
        return None
    if order == "id":
        return "", after
    if order == "relevance":
        return str(_number(after)), ""
    day, _, article = after.partition(" ")
    return day, article


def skip_of(after: str | None) -> int:
    """How many came before a place in a list. BadQuestion where it is none."""
    return _number(after) if after else 0


def _number(after: str) -> int:
    if after.isascii() and after.isdigit() and len(after) < 10:
        return int(after)
    raise BadQuestion(
        f"after {after[:40]!r} is no place in this list; take `next` of the page before.", "request-invalid"
    )


def _kind(kind: str) -> Kind:
    match kind:
        case "country" | "city" | "person":
            return kind
    return "organisation"


def _sought(query: str | None) -> Sought | None:
    if query is None or not query.strip():
        return None
    found = sought(nfc(query))
    if found is None:
        raise BadQuestion(f"The search {query[:40]!r} holds no word; type one.", "question-empty")
    return found


def listed_with(article: Article, words: Sought | None) -> ListedArticle:
    """An article in a list, with the piece of its text that holds the words that were searched for."""
    return listed_article(article, excerpt(article.text, words) if words else None)


def entity_out(entity: Entity) -> EntityOut:
    """An entity as it goes out."""
    return EntityOut(kind=entity.kind, key=entity.key, name=entity.name, articles=entity.articles)


def listed_entity(entity: Entity) -> ListedEntity:
    """An entity of a list as it goes out."""
    return ListedEntity(**entity_out(entity).model_dump(), first=entity.first, last=entity.last)


def months_out(months: Sequence[tuple[str, int]]) -> list[MonthOut]:
    """Months as they go out."""
    return [MonthOut(month=month, articles=articles) for month, articles in months]


def facets_out(facets: Facets) -> FacetsOut:
    """Facets as they go out."""

    def of(kind: Kind) -> list[EntityOut]:
        return [entity_out(entity) for entity in facets.entities if entity.kind == kind]

    return FacetsOut(
        total=facets.total,
        undated=facets.undated,
        sources=[SourceName(name=name, articles=articles) for name, articles in facets.sources],
        months=months_out(facets.months),
        countries=of("country"),
        places=of("city"),
        persons=of("person"),
        organisations=of("organisation"),
    )


def entity_page_out(page: EntityPage, newest: Sequence[Article], figures: Sequence[FigureOut]) -> EntityPageOut:
    """The page of an entity as it goes out."""
    return EntityPageOut(
        **listed_entity(page.entity).model_dump(),
        also=list(page.also),
        months=months_out(page.months),
        newest=[listed_article(article) for article in newest],
        **{"with": [entity_out(entity) for entity in page.beside]},
        figures=list(figures),
    )
