"""Browsing over a store in this process, as far as that needs no embedding model."""

from collections.abc import Sequence

from index.entities.browsing import Browsing, Selection
from index.entities.words import Kind
from index.language.dates.calendar import today
from index.language.text import nfc
from index.records import Filters
from index.store.store import Store
from rag.contract.answers import source_out
from rag.contract.archive import (
    ActiveOut,
    ArchiveOut,
    Browse,
    BrowsePage,
    EntitiesOut,
    EntityList,
    EntityPageOut,
    FacetsOut,
    FigureOut,
    TodayOut,
    after_of,
    entity_out,
    entity_page_out,
    facets_out,
    listed_entity,
    listed_with,
    place_of,
    skip_of,
)
from rag.contract.articles import ArticlePage, listed_article
from rag.contract.stories import StoryCard
from rag.errors import BadQuestion
from rag.service.figures import figures_of

_FACETS = 30
_NEWEST = 10
_ACTIVE = 12
_BESIDE = 10
_FIGURES = 10
# Of so many of an entity's newest articles the sentences are read.
_READ = 40


class Reading:
    """What `rag.client.archive.protocol.ArchiveClient` reads."""

    def __init__(self, store: Store, browsing: Browsing) -> None:
        self._store = store
        self._browsing = browsing

    def articles(self, page: BrowsePage | None = None) -> ArticlePage:
        """A page of the articles that are selected, and how many they are."""
        asked = page or BrowsePage()
        selection, order = asked.selection(), asked.order
        if order == "relevance" and selection.words is None:
            raise BadQuestion("order=relevance needs words to search for; give q, or order=newest.", "request-invalid")
        found = self._browsing.page(selection, order, asked.limit, after_of(order, asked.after))
        passed = (skip_of(asked.after) if order == "relevance" else 0) + len(found)
        return ArticlePage(
            articles=[listed_with(article, selection.words) for article in found],
            total=self._browsing.total(selection),
            next=place_of(found[-1], order, passed) if len(found) == asked.limit else None,
        )

    def facets(self, browse: Browse | None = None) -> FacetsOut:
        """What the articles that are selected hold and name."""
        return facets_out(self._browsing.facets((browse or Browse()).selection(), _FACETS))

    def glance(self, stories: Sequence[StoryCard], questions: Sequence[str]) -> ArchiveOut:
        """The archive at a glance, with stories that many sources tell and questions that it answers."""
        covered = self._store.coverage(Filters())
        articles, chunks = self._store.counts()
        now = today()
        came = self._browsing.today(now, _NEWEST)
        active = self._browsing.active(min(covered.last or now, now), _ACTIVE)
        newest = self._browsing.page(Selection(), "newest", _NEWEST, None)
        return ArchiveOut(
            articles=articles,
            chunks=chunks,
            first=covered.first,
            last=covered.last,
            undated=covered.undated,
            sources=len(covered.sources),
            newest=[listed_article(article) for article in newest],
            today=TodayOut(
                added=came.added, updated=came.changed, articles=[listed_article(each) for each in came.articles]
            ),
            active=[ActiveOut(**entity_out(one.entity).model_dump(), before=one.before) for one in active],
            stories=list(stories),
            questions=list(questions),
        )

    def entities(self, page: EntityList | None = None) -> EntitiesOut:
        """A page of what articles name, what most of them name first."""
        asked = page or EntityList()
        skip = skip_of(asked.after)
        total, found = self._browsing.entities(asked.kind, nfc(asked.q or "").strip(), asked.limit, skip)
        end = skip + len(found)
        return EntitiesOut(
            entities=[listed_entity(entity) for entity in found], total=total, next=str(end) if end < total else None
        )

    def entity(self, kind: Kind, key: str) -> EntityPageOut | None:
        """What there is to know of one entity; None where no article names it."""
        page = self._browsing.entity(kind, nfc(key), _BESIDE)
        if page is None:
            return None
        articles = self._browsing.page(Selection(entities=((kind, page.entity.key),)), "newest", _READ, None)
        figures = [
            FigureOut(day=source.metadata.day, source=source_out(source))
            for source in figures_of(page, articles, self._store, _FIGURES)
        ]
        return entity_page_out(page, articles[:_NEWEST], figures)
