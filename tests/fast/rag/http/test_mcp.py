"""The edges of MCP over HTTP: what a client accepts, ids that are none, messages that are none."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.support.canned import Found
from tests.support.http import canned_state, http_of

LIST = {"jsonrpc": "2.0", "id": 7, "method": "tools/list"}
JSON, STREAM = "application/json", "text/event-stream"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with http_of(canned_state(Found())) as client:
        yield client


def posted(client: TestClient, content: str | bytes, accept: str | None = f"{JSON}, {STREAM}") -> Response:
    request = client.build_request("POST", "/mcp", content=content, headers={"Content-Type": JSON})
    request.headers.pop("Accept")
    if accept is not None:
        request.headers["Accept"] = accept
    return client.send(request)


def tools(response: Response) -> set[str]:
    data = response.text
    if response.headers["content-type"].startswith(STREAM):
        (data,) = [line.removeprefix("data: ") for line in data.splitlines() if line.startswith("data: ")]
    message: dict[str, Any] = json.loads(data)
    assert message["id"] == 7
    return {tool["name"] for tool in message["result"]["tools"]}


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", JSON),
        ("Application/JSON; q=0.5", JSON),
        ("application/*", JSON),
        ("text/html, application/json", JSON),
        ("text/event-stream", STREAM),
        ("text/*", STREAM),
        ("application/json, text/event-stream", STREAM),
        ("text/event-stream, application/json", STREAM),
        ("*/*", STREAM),
        ("text/html, */*;q=0.1", STREAM),
        ("", STREAM),
        (None, STREAM),
    ],
)
def test_the_answer_is_of_a_type_that_the_client_accepts(client: TestClient, accept: str | None, kind: str) -> None:
    response = posted(client, json.dumps(LIST), accept)

    assert response.status_code == 200
    assert response.headers["content-type"].startswith(kind)
    assert tools(response) == {"ask", "search", "read_article", "briefing", "whats_new"}


def test_who_accepts_neither_is_refused(client: TestClient) -> None:
    assert posted(client, json.dumps(LIST), "text/html").status_code == 406


@pytest.mark.parametrize("number", ["1.5", "1.0", "1e400", "NaN", "null", "true", "false", "[7]", '{"n": 7}'])
def test_an_id_that_is_none_is_told(client: TestClient, number: str) -> None:
    for method in ("ping", "initialize", "notifications/initialized"):
        response = posted(client, f'{{"jsonrpc": "2.0", "id": {number}, "method": "{method}"}}')

        assert response.status_code == 400
        told = response.json()
        assert (told["jsonrpc"], told["id"], told["error"]["code"]) == ("2.0", None, -32600)
        assert "a string or an integer" in told["error"]["message"]


@pytest.mark.parametrize("number", ["7", "-1", "0", '""', '"bảy"', "1000000000000000000000000000000"])
def test_an_id_that_is_one_comes_back(client: TestClient, number: str) -> None:
    response = posted(client, f'{{"jsonrpc": "2.0", "id": {number}, "method": "ping"}}', JSON)

    assert response.json() == {"jsonrpc": "2.0", "id": json.loads(number), "result": {}}


def test_a_notification_has_no_answer(client: TestClient) -> None:
    response = posted(client, '{"jsonrpc": "2.0", "method": "notifications/initialized"}', JSON)

    assert (response.status_code, response.content) == (202, b"")


@pytest.mark.parametrize("body", ["[]", f"[{json.dumps(LIST)}]", f"[{json.dumps(LIST)}, {json.dumps(LIST)}]"])
def test_a_batch_is_told_that_there_are_none(client: TestClient, body: str) -> None:
    response = posted(client, body)

    assert (response.status_code, response.json()["error"]["code"]) == (400, -32600)
    assert response.json()["error"]["message"].startswith("Batches are not read")


@pytest.mark.parametrize("body", ['"ping"', "7", "true"])
def test_what_is_no_object_is_no_message(client: TestClient, body: str) -> None:
    response = posted(client, body)

    assert (response.status_code, response.json()["error"]["code"]) == (400, -32600)


@pytest.mark.parametrize("body", ["", '{"jsonrpc"', "{'id': 1}", b'{"id": "\xff"}', "[" * 100_000])
def test_broken_json_is_told(client: TestClient, body: str | bytes) -> None:
    response = posted(client, body)

    assert (response.status_code, response.json()["error"]["code"]) == (400, -32700)


def test_a_body_of_any_size_ends_somewhere(client: TestClient) -> None:
    assert posted(client, b" " * 5_000_000).status_code == 413
