"""HTTP: browsing articles and what they name, and changing several at once."""

from typing import Annotated

from fastapi import APIRouter, Query

from index.entities.words import Kind
from rag.contract.archive import (
    MOST_AT_ONCE,
    ArchiveOut,
    ArticlesEdit,
    Browse,
    BrowsePage,
    EditedOut,
    EntitiesOut,
    EntityList,
    EntityPageOut,
    FacetsOut,
    Id,
    RemovedOut,
)
from rag.contract.articles import ArticlePage
from rag.contract.problems import Problem
from rag.http.problems import found
from rag.http.state import Asking
from rag.records.search import Language

router = APIRouter(prefix="/v1")
_NO_ENTITY = "entity-not-found", "No article, or only one, names this; GET /v1/entities lists what is named."
_MISSING: dict[int | str, dict[str, object]] = {404: {"model": Problem}}


@router.get("/archive", summary="See the archive at a glance")
def see_archive(client: Asking, language: Language = "vi") -> ArchiveOut:
    """Tell how many articles there are of which days, the newest, what came in today, and what is named more lately."""
    return client.archive.start(language)


@router.get("/articles", summary="List articles")
def list_articles(client: Asking, asked: Annotated[BrowsePage, Query()]) -> ArticlePage:
    """List the articles that hold the words, pass the filters, name the entities and are of the story, in pages."""
    return client.archive.articles(asked)


@router.patch("/articles", summary="Put several articles right")
def edit_articles(body: ArticlesEdit, client: Asking) -> EditedOut:
    """Set fields of several articles by hand, as of one; ids that are unknown are passed over."""
    return EditedOut(edited=client.archive.edit(body))


@router.delete("/articles", summary="Remove several articles")
def remove_articles(
    client: Asking, ids: Annotated[list[Id], Query(alias="id", min_length=1, max_length=MOST_AT_ONCE)]
) -> RemovedOut:
    """Remove several articles; ids that are unknown are passed over."""
    return RemovedOut(removed=client.archive.remove(ids))


@router.get("/facets", summary="Count what articles hold")
def count_facets(client: Asking, asked: Annotated[Browse, Query()]) -> FacetsOut:
    """Count the articles of a selection by source, month, and what they name."""
    return client.archive.facets(asked)


@router.get("/entities", summary="List what articles name")
def list_entities(client: Asking, asked: Annotated[EntityList, Query()]) -> EntitiesOut:
    """List countries, places, persons and organisations, what most articles name first, a page at a time."""
    return client.archive.entities(asked)


@router.get("/entities/{kind}/{key}", summary="See what articles say of one", responses=_MISSING)
def read_entity(kind: Kind, key: str, client: Asking) -> EntityPageOut:
    """Show an entity's newest articles, its months, what is named beside it, and figures said of it."""
    return found(client.archive.entity(kind, key), *_NO_ENTITY)
