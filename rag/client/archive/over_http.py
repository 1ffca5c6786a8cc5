"""An `ArchiveClient` of a server at an address."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from typing_extensions import override

from index.entities.words import Kind
from rag.client.archive.protocol import ArchiveClient
from rag.client.requests import Requests, fields
from rag.contract.archive import (
    ArchiveOut,
    ArticlesEdit,
    Browse,
    BrowsePage,
    EditedOut,
    EntitiesOut,
    EntityList,
    EntityPageOut,
    FacetsOut,
    RemovedOut,
)
from rag.contract.articles import ArticlePage
from rag.records.search import Language


class OverHttpArchive(ArchiveClient):
    """An `ArchiveClient` of the server that requests go to."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    @override
    def articles(self, page: BrowsePage | None = None) -> ArticlePage:
        return self._requests.got(ArticlePage, "GET", "/v1/articles", params=_params(page))

    @override
    def facets(self, browse: Browse | None = None) -> FacetsOut:
        return self._requests.got(FacetsOut, "GET", "/v1/facets", params=_params(browse))

    @override
    def edit(self, body: ArticlesEdit) -> int:
        sent = {"ids": body.ids, **body.changes}
        return self._requests.got(EditedOut, "PATCH", "/v1/articles", json=sent).edited

    @override
    def remove(self, ids: Sequence[str]) -> int:
        return self._requests.got(RemovedOut, "DELETE", "/v1/articles", params={"id": list(ids)}).removed

    @override
    def start(self, language: Language = "vi") -> ArchiveOut:
        return self._requests.got(ArchiveOut, "GET", "/v1/archive", params={"language": language})

    @override
    def entities(self, page: EntityList | None = None) -> EntitiesOut:
        return self._requests.got(EntitiesOut, "GET", "/v1/entities", params=_params(page))

    @override
    def entity(self, kind: Kind, key: str) -> EntityPageOut | None:
        return self._requests.found(EntityPageOut, "GET", f"/v1/entities/{kind}/{quote(key, safe='')}")


def _params(asked: Browse | EntityList | None) -> dict[str, Any]:
    return fields(asked) if asked else {}
