"""The session of a page: a key in a cookie."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from rag.http import sessions
from rag.http.access.gate import Gate
from rag.http.access.keys import Keys
from rag.http.problems import add_handlers
from tests.fast.rag.http.access.conftest import clock, keys
from tests.support.gate import HERE, Clock, who
from tests.support.http import canned_state

__all__ = ["clock", "keys"]


@pytest.fixture
def page(keys: Keys, clock: Clock) -> Iterator[TestClient]:
    with TestClient(session_app(keys, clock), HERE, raise_server_exceptions=False) as client:
        yield client


def session_app(keys: Keys | None, clock: Clock) -> FastAPI:
    app = FastAPI()
    state = canned_state(keys=keys)
    app.state.hoidap = state
    app.include_router(sessions.router)
    app.add_api_route("/v1/ask", who, methods=["POST"])
    add_handlers(app)
    app.add_middleware(Gate, keys=keys, per_minute=100, loopback_only=False, now=clock)
    return app


def test_a_page_logs_in_and_out(page: TestClient, keys: Keys) -> None:
    key, text = keys.add("Tòa soạn", ["ingest", "ask"])
    session = page.get("/v1/session").json()
    assert (session["access"], session["name"], session["scopes"]) == ("keys", None, [])
    assert page.post("/v1/ask").status_code == 401

    answer = page.post("/v1/session", json={"key": f" {text}\n"})
    assert (answer.status_code, answer.content) == (204, b"")
    said = answer.headers["set-cookie"]
    assert said == f"hoidap_key={text}; HttpOnly; Path=/; SameSite=strict"

    session = page.get("/v1/session").json()
    assert (session["name"], session["scopes"]) == ("Tòa soạn", ["ask", "ingest"])
    assert page.post("/v1/ask").json()["key"] == key.id

    assert page.delete("/v1/session").status_code == 204
    assert page.post("/v1/ask").status_code == 401
    assert keys.check(text) == key


def test_what_there_is_to_ask(page: TestClient) -> None:
    session = page.get("/v1/session").json()
    assert session == {
        "access": "keys",
        "name": None,
        "scopes": [],
        "generators": ["extractive"],
        "generator": "extractive",
        "articles": 2,
        "chunks": 3,
        "languages": ["en", "vi"],
    }


def test_the_cookie_is_secure_where_the_page_is(page: TestClient, keys: Keys) -> None:
    _, text = keys.add("a", ["ask"])
    answer = page.post("https://tin.example/v1/session", json={"key": text})
    assert answer.headers["set-cookie"].split("; ")[1:] == ["HttpOnly", "Path=/", "SameSite=strict", "Secure"]


def test_a_wrong_key_gets_no_cookie_and_is_counted(page: TestClient, clock: Clock) -> None:
    wrong = "hoidap_00000000_" + "x" * 43
    answers = [page.post("/v1/session", json={"key": wrong}) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [401] * 20 + [429]
    assert answers[0].headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert answers[0].json()["type"] == "/problems/key-wrong"
    assert answers[20].headers["retry-after"] == "3"
    assert not [answer for answer in answers if "set-cookie" in answer.headers or wrong in answer.text]
    # The same count as for keys in headers.
    assert page.post("/v1/ask", headers={"Authorization": "Bearer x"}).status_code == 429
    clock.seconds += 3
    assert page.post("/v1/session", json={"key": wrong}).status_code == 401


def test_a_body_that_is_no_key_is_not_sent_back(page: TestClient) -> None:
    for body in ({"key": "hoidap_" + "s" * 500}, {"key": ["sssss"]}, {"schlüssel": "sssss"}):
        answer = page.post("/v1/session", json=body)
        assert answer.status_code == 422
        assert "sssss" not in answer.text


def test_no_key_is_asked_for_where_none_is_needed(clock: Clock) -> None:
    with TestClient(session_app(None, clock), HERE) as page:
        session = page.get("/v1/session").json()
        assert (session["access"], session["name"], session["scopes"]) == ("open", None, ["admin", "ask", "ingest"])
        answer = page.post("/v1/session", json={"key": "anything"})
        assert (answer.status_code, "set-cookie" in answer.headers) == (204, False)
