"""Browsing over HTTP, over articles of a store in this process."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient
from typing_extensions import override

from index.entities.words import Kind
from rag.client.archive.over_http import OverHttpArchive
from rag.client.over_http import OverHttp
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
from rag.http.app import build_app
from rag.http.state import State
from rag.records.search import Language
from tests.support.archives import NEWS, Followed, followed
from tests.support.canned import Canned, CannedArchive
from tests.support.http import canned_state, http_of, problem
from tests.support.sse import on_loopback


class Browsed(CannedArchive):
    """Reads a store; keeps what it is told to change."""

    def __init__(self, archive: Followed) -> None:
        self.reading = archive.reading
        self.edits: list[ArticlesEdit] = []
        self.removed: list[str] = []

    @override
    def articles(self, page: BrowsePage | None = None) -> ArticlePage:
        return self.reading.articles(page)

    @override
    def facets(self, browse: Browse | None = None) -> FacetsOut:
        return self.reading.facets(browse)

    @override
    def start(self, language: Language = "vi") -> ArchiveOut:
        return self.reading.glance([], [f"Tin gì mới ({language})?"])

    @override
    def entities(self, page: EntityList | None = None) -> EntitiesOut:
        return self.reading.entities(page)

    @override
    def entity(self, kind: Kind, key: str) -> EntityPageOut | None:
        return self.reading.entity(kind, key)

    @override
    def edit(self, body: ArticlesEdit) -> int:
        self.edits.append(body)
        return len(body.ids)

    @override
    def remove(self, ids: Any) -> int:
        self.removed += ids
        return len(ids)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsed]:
    with followed(tmp_path_factory.mktemp("archive"), NEWS) as opened:
        yield Browsed(opened)


@pytest.fixture(scope="module")
def state(archive: Browsed) -> State:
    return canned_state(Canned(archive=archive))


@pytest.fixture(scope="module")
def client(state: State) -> Iterator[TestClient]:
    with http_of(state) as client:
        yield client


def got(client: TestClient, path: str, **params: Any) -> Any:
    response = client.get(path, params=params)
    assert response.status_code == 200, response.text
    return response.json()


def test_articles_with_excerpts(client: TestClient) -> None:
    page = got(client, "/v1/articles", q="suat hoc bong", order="relevance")
    assert (page["total"], page["next"]) == (1, None)
    [article] = page["articles"]
    shown = article["excerpt"]
    assert [shown["text"][start:end] for start, end in shown["marks"]] == ["suất", "học", "bổng"]
    assert article["added_at"].endswith("+00:00")
    assert article["changed_at"] is None
    assert got(client, "/v1/articles")["articles"][0]["excerpt"] is None


def test_filters_come_several_times(client: TestClient) -> None:
    both = {"source": ["Báo Ven Sông", "Tin Cồn"], "entity": ["person:marek dolan", "country:japan"]}
    assert [article["id"] for article in got(client, "/v1/articles", **both)["articles"]] == ["hoc-bong"]
    assert got(client, "/v1/facets", **both)["total"] == 1
    assert got(client, "/v1/facets", published_from="2026-06-01")["places"] == []


def test_facets(client: TestClient) -> None:
    facets = got(client, "/v1/facets")
    assert (facets["total"], facets["undated"]) == (4, 1)
    assert facets["sources"] == [{"name": "Báo Ven Sông", "articles": 2}, {"name": "Tin Cồn", "articles": 1}]
    assert facets["months"] == [{"month": "2026-05", "articles": 2}, {"month": "2026-06", "articles": 1}]
    assert facets["persons"][0] == {"kind": "person", "key": "marek dolan", "name": "Marek Dolan", "articles": 3}
    assert [country["key"] for country in facets["countries"]] == ["japan"]


def test_an_entitys_page_cites_figures_to_the_letter(client: TestClient) -> None:
    page = got(client, "/v1/entities/person/Marek%20Dolan")
    assert (page["articles"], page["also"]) == (3, ["Dolan"])
    assert [article["id"] for article in page["newest"]] == ["hoc-bong", "ben-tau", "khong-ngay"]
    told = [(figure["day"], figure["source"]["cited_text"]) for figure in page["figures"]]
    assert told == [
        ("2026-05-04", "Ông Marek Dolan trao 140 suất học bổng của Nhật Bản."),
        ("2026-05-03", "Ông Dolan nói bến tốn 58 triệu USD."),
    ]
    for figure in page["figures"]:
        source = figure["source"]
        text = next(item.article.text for item in NEWS if item.article.id == source["article_id"])
        assert text[source["start_char"] : source["end_char"]] == source["cited_text"]
        assert source["chunk_id"] > 0
    assert {entity["key"] for entity in page["with"]} == {"japan", "lê thị sương", "bộ giao thông vận tải"}


def test_the_archive_at_a_glance(client: TestClient) -> None:
    start = got(client, "/v1/archive", language="en")
    assert start["questions"] == ["Tin gì mới (en)?"]
    assert (start["articles"], start["first"], start["last"], start["undated"]) == (4, "2026-05-03", "2026-06-01", 1)
    assert start["sources"] == 2
    assert start["newest"][0]["id"] == "cho-noi"
    assert (start["today"]["added"], start["today"]["updated"], len(start["today"]["articles"])) == (4, 0, 4)


def test_both_ways_to_ask_read_the_same(state: State, archive: Browsed) -> None:
    with on_loopback(build_app(state)) as http, OverHttp(str(http.base_url), None) as over_http:
        far = over_http.archive
        assert isinstance(far, OverHttpArchive)
        page = BrowsePage(q="cho", entity=["person:le thi suong"], order="newest", limit=1)
        assert far.articles(page) == archive.articles(page)
        assert far.facets() == archive.facets()
        assert far.start() == archive.start()
        assert far.entities(EntityList(kind="person", q="le")) == archive.entities(EntityList(kind="person", q="le"))
        assert far.entity("person", "lê thị sương") == archive.entity("person", "lê thị sương")
        assert far.entity("person", "a/b?c#d") is None
        assert far.edit(ArticlesEdit(ids=["a", "b"], title=None)) == 2
        assert archive.edits[-1].changes == {"title": None}
        assert far.remove(["a", "b&id=c"]) == 2
        assert archive.removed[-2:] == ["a", "b&id=c"]


@pytest.mark.parametrize(
    ("path", "params", "kind"),
    [
        ("/v1/articles", {"q": "?!…"}, "question-empty"),
        ("/v1/articles", {"q": "x" * 301}, "request-invalid"),
        ("/v1/articles", {"order": "relevance"}, "request-invalid"),
        ("/v1/articles", {"order": "relevance", "q": "a", "after": "đâu"}, "request-invalid"),
        ("/v1/articles", {"order": "sideways"}, "request-invalid"),
        ("/v1/articles", {"entity": "marek"}, "request-invalid"),
        ("/v1/articles", {"entity": "robot:r2"}, "request-invalid"),
        ("/v1/articles", {"entity": "person:" + "x" * 201}, "request-invalid"),
        ("/v1/articles", {"published_from": "2026-02-30"}, "request-invalid"),
        ("/v1/articles", {"published_from": "2026-02-03", "published_to": "2026-02-02"}, "request-invalid"),
        ("/v1/articles", {"querry": "a"}, "request-invalid"),
        ("/v1/articles", {"source": ["x"] * 101}, "request-invalid"),
        ("/v1/facets", {"q": '""'}, "question-empty"),
        ("/v1/entities", {"after": "-1"}, "request-invalid"),
        ("/v1/entities", {"kind": "date"}, "request-invalid"),
        ("/v1/entities/date/x", {}, "request-invalid"),
    ],
)
def test_what_cannot_be_browsed(client: TestClient, path: str, params: dict[str, Any], kind: str) -> None:
    assert problem(client.get(path, params=params), 422)["type"] == f"/problems/{kind}"


@pytest.mark.parametrize("key", ["nobody", "' OR 1=1 --", "%", "\u202e", "a" * 900, "%00"])
def test_what_nothing_names_is_not_found(client: TestClient, key: str) -> None:
    assert problem(client.get(f"/v1/entities/person/{key}"), 404)["type"] == "/problems/entity-not-found"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": ["a"]},
        {"ids": ["a"] * 201, "title": "x"},
        {"ids": [""], "title": "x"},
        {"ids": "a", "title": "x"},
        {"ids": ["a"], "url": "javascript:alert(1)"},
        {"ids": ["a"], "title": 5},
    ],
)
def test_edits_that_are_none(client: TestClient, body: Any) -> None:
    headers = {"Content-Type": "application/json"}
    problem(client.patch("/v1/articles", content=json.dumps(body), headers=headers), 422)


def test_removing_needs_ids(client: TestClient) -> None:
    problem(client.delete("/v1/articles"), 422)
    problem(client.delete("/v1/articles", params={"id": ["a"] * 201}), 422)
