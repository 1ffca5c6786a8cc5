"""Problems over HTTP, of a client that plays them."""

import json
from collections.abc import Generator, Sequence

import pytest
from starlette.testclient import TestClient
from typing_extensions import override

from index.storage.errors import StorageFull
from rag.client.protocol import AnswerEvent
from rag.contract.answers import StageOut
from rag.contract.questions import AskBody
from rag.errors import BadQuestion, ModelFailed
from rag.http.app import build_app
from rag.http.state import State
from rag.settings import Settings
from tests.support.canned import Canned


def http(client: Canned) -> TestClient:
    app = build_app(State(lambda _: client, Settings()))
    return TestClient(app, "http://127.0.0.1", raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("error", "name", "status"),
    [
        (BadQuestion("2,001 characters", "question-too-long"), "question-too-long", 422),
        (BadQuestion("no word", "question-empty"), "question-empty", 422),
        (StorageFull("no room"), "storage-full", 507),
        (ModelFailed("silent"), "internal", 500),
        (RuntimeError("bí mật"), "internal", 500),
    ],
)
def test_what_fails_before_the_first_event_is_a_problem(error: Exception, name: str, status: int) -> None:
    def play(_: AskBody) -> Sequence[AnswerEvent]:
        raise error

    client = http(Canned(play))
    for body in ({"question": "Ai?"}, {"question": "Ai?", "stream": True}):
        response = client.post("/v1/ask", json=body)
        told = response.json()
        assert response.headers["content-type"] == "application/problem+json"
        assert (response.status_code, told["type"]) == (status, f"/problems/{name}")
        assert "bí mật" not in response.text


def test_what_fails_midway_is_an_event_of_the_stream() -> None:
    class Failing(Canned):
        @override
        def answer_events(self, body: AskBody) -> Generator[AnswerEvent, None, None]:
            yield StageOut(stage="search")
            raise StorageFull("no room")

    response = http(Failing()).post("/v1/ask", json={"question": "Ai?", "stream": True})
    *_, last = response.text.strip().split("\n\n")
    name, data = last.split("\n")

    assert name == "event: error"
    assert json.loads(data.removeprefix("data: "))["type"] == "/problems/storage-full"


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/v1/articles/none", "article-not-found"),
        ("DELETE", "/v1/articles/none", "article-not-found"),
        ("GET", "/v1/conversations/none", "conversation-not-found"),
        ("GET", "/v1/models/none", "model-not-found"),
        ("GET", "/v1/nothing", "path-not-found"),
        ("PUT", "/v1/ask", "method-not-allowed"),
        ("POST", "/v1/ask", "request-invalid"),
    ],
)
def test_each_cause_has_a_type_of_its_own(method: str, path: str, name: str) -> None:
    assert http(Canned()).request(method, path).json()["type"] == f"/problems/{name}"


def test_what_comes_by_another_name_or_from_another_site_is_refused() -> None:
    client = http(Canned())

    assert client.get("/v1/sources", headers={"Host": "evil.example"}).json()["type"] == "/problems/host-refused"
    told = client.post("/v1/ask", json={"question": "Ai?"}, headers={"Origin": "http://evil.example"}).json()
    assert told["type"] == "/problems/origin-refused"
