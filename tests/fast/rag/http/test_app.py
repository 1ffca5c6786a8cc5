"""The routes over canned answers: what is wrong with a request, and when there is no room."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from index.derived.protocol import Lag
from rag.http.app import build_app
from tests.support.canned import Found
from tests.support.http import canned_state, http_of, problem


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with http_of(canned_state(Found())) as client:
        yield client


def test_unknown_paths_and_methods(client: TestClient) -> None:
    problem(client.get("/nothing"), 404)
    problem(client.get("/v1/nothing"), 404)
    problem(client.get("/v1/ask"), 405)
    assert client.get("/v1/ask").headers["allow"] == "POST"
    problem(client.put("/v1/articles", json={}), 405)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "question"),
        ({"question": ""}, "question"),
        ({"question": "   "}, "no word"),
        ({"question": "?!… ―"}, "no word"),
        ({"question": "\u200b\u202e\ufeff"}, "no word"),
        ({"question": "\x00"}, "no word"),
        ({"question": None}, "question"),
        ({"question": ["a"]}, "question"),
        ({"question": "a" * 2001}, "2,000"),
        ({"question": "a" * 1_000_001}, "2,000"),
        ({"question": "học bổng", "k": 0}, "k"),
        ({"question": "học bổng", "k": 51}, "k"),
        ({"question": "học bổng", "k": "nhiều"}, "k"),
        ({"question": "học bổng", "k": 10**400}, "k"),
        ({"question": "học bổng", "stream": "luôn"}, "stream"),
        ({"question": "học bổng", "language": "tiếng Việt"}, "language"),
        ({"question": "học bổng", "conversation_id": "../x"}, "conversation_id"),
        ({"question": "học bổng", "filter": {}}, "filter"),
        ({"question": "học bổng", "filters": {"published_from": "2026-13-01"}}, "published_from"),
        (
            {"question": "học bổng", "filters": {"published_from": "2026-02-02", "published_to": "2026-02-01"}},
            "2026-02-02 is after published_to 2026-02-01",
        ),
        ({"question": "học bổng", "filters": {"sources": ["a"] * 101}}, "sources"),
        ({"question": "học bổng", "filters": {"source": "Báo"}}, "source"),
        ([], "body"),
        ("học bổng", "body"),
        (5, "body"),
        (None, "body"),
    ],
)
def test_what_is_wrong_with_a_question_is_named(client: TestClient, body: Any, named: str) -> None:
    stated = problem(client.post("/v1/ask", json=body), 422)

    assert named in json.dumps(stated, ensure_ascii=False)
    assert len(json.dumps(stated)) < 5000


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b'{"KEY": ', {"Content-Type": "application/json"}),
        (b"\xff\xfe{}", {"Content-Type": "application/json"}),
        (b"", {"Content-Type": "application/json"}),
        (b"[" * 100_000, {"Content-Type": "application/json"}),
        (b'{"KEY": "h\xff"}', {"Content-Type": "application/json"}),
        (b'{"KEY": "\\ud800"}', {"Content-Type": "application/json"}),
        (b'{"KEY": "x", "k": ' + b"9" * 5000 + b"}", {"Content-Type": "application/json"}),
        (b'{"\\ud800": "x", "KEY": "x"}', {"Content-Type": "application/json"}),
        (b'{"KEY": "x", "filters": {"sources": ["\\ud800"]}}', {"Content-Type": "application/json"}),
        ("KEY=học bổng".encode(), {"Content-Type": "application/x-www-form-urlencoded"}),
        (b'{"KEY": "x"}', {"Content-Type": "text/plain"}),
    ],
)
@pytest.mark.parametrize("key", ["question", "query", "articles"])
def test_bodies_that_are_nothing(client: TestClient, key: str, content: bytes, headers: dict[str, str]) -> None:
    path = {"question": "/v1/ask", "query": "/v1/search", "articles": "/v1/articles"}[key]
    response = client.post(path, content=content.replace(b"KEY", key.encode()), headers=headers)

    assert response.status_code in (400, 422)
    problem(response, response.status_code)


def test_broken_json_is_placed(client: TestClient) -> None:
    response = client.post("/v1/ask", content=b'{"question": }', headers={"Content-Type": "application/json"})

    assert "JSON" in problem(response, 422)["detail"]


def test_a_huge_body_is_refused_whether_it_states_its_length_or_not() -> None:
    body = json.dumps({"id": "dai", "text": "Mưa to. " * 200_000}).encode()
    assert len(body) > 1_000_000
    headers = {"Content-Type": "application/json"}

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 50_000):
            yield body[start : start + 50_000]

    with http_of(canned_state(body_megabytes=1)) as client:
        problem(client.post("/v1/articles", content=body, headers=headers), 413)
        chunked = client.post("/v1/articles", content=pieces(), headers=headers)
    assert "content-length" not in chunked.request.headers
    problem(chunked, 413)


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 1001}, {"limit": "x"}, {"after": "x" * 301}])
def test_a_list_of_impossible_length(client: TestClient, params: dict[str, Any]) -> None:
    problem(client.get("/v1/articles", params=params), 422)


@pytest.mark.parametrize("count", [0, 1001])
def test_too_few_and_too_many_articles(client: TestClient, count: int) -> None:
    problem(client.post("/v1/articles", json={"articles": [{"text": "Có mưa."}] * count}), 422)


def test_beyond_the_queue_it_is_429() -> None:
    async def crowd(app: ASGIApp) -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            inside: list[httpx.Response] = []

            async def body() -> AsyncIterator[bytes]:
                # While this request is being sent it is in progress, and fills the queue of one.
                yield b'{"query": '
                inside.append(await client.post("/v1/search", json={"query": "phà"}))
                inside.append(await client.get("/readyz"))
                yield b'"ph\xc3\xa0"}'

            outer = await client.post("/v1/search", content=body(), headers={"Content-Type": "application/json"})
            return [
                *inside,
                outer,
                await client.post("/v1/search", json={"query": "phà"}),
                await client.get("/metrics"),
            ]

    app = build_app(canned_state(Found(), queue=1))
    refused, ready, outer, after, counted = asyncio.run(crowd(app))

    problem(refused, 429)
    assert refused.headers["retry-after"] == "1"
    assert [ready.status_code, outer.status_code, after.status_code] == [200, 200, 200]
    assert 'hoidap_requests_total{route="unknown",status="429"} 1.0' in counted.text


@pytest.mark.parametrize(("seconds", "status"), [(60.0, "ready"), (60.1, "degraded")])
def test_who_waits_for_indexers_is_degraded_and_answers(seconds: float, status: str) -> None:
    state = replace(canned_state(), lag=lambda: Lag(3, seconds))
    with http_of(state) as client:
        answer = client.get("/readyz")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["status"], told["outbox"]) == (status, {"changes": 3, "seconds": seconds})
