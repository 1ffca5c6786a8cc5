"""Browsing, as every door asks for it."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from index.entities.words import Kind
from rag.contract.archive import (
    ArchiveOut,
    ArticlesEdit,
    Browse,
    BrowsePage,
    EntitiesOut,
    EntityList,
    EntityPageOut,
    FacetsOut,
)
from rag.contract.articles import ArticlePage
from rag.records.search import Language


class ArchiveClient(Protocol):
    """The articles and what they name; errors are those of `rag.client.protocol.Client`.

    Words and names of an article are found some seconds after it was stored, all else at once. A search without a word
    raises BadQuestion.
    """

    @abstractmethod
    def articles(self, page: BrowsePage | None = None) -> ArticlePage:
        """A page of the articles that are selected, and how many they are."""

    @abstractmethod
    def facets(self, browse: Browse | None = None) -> FacetsOut:
        """What the articles that are selected hold and name."""

    @abstractmethod
    def edit(self, body: ArticlesEdit) -> int:
        """Put fields of several articles right; how many there were. Raises Refused for a value that cannot be one."""

    @abstractmethod
    def remove(self, ids: Sequence[str]) -> int:
        """Remove several articles; how many there were."""

    @abstractmethod
    def start(self, language: Language = "vi") -> ArchiveOut:
        """The archive at a glance, its questions in `language`."""

    @abstractmethod
    def entities(self, page: EntityList | None = None) -> EntitiesOut:
        """A page of what articles name, what most of them name first."""

    @abstractmethod
    def entity(self, kind: Kind, key: str) -> EntityPageOut | None:
        """What there is to know of one entity; None where no article names it."""
