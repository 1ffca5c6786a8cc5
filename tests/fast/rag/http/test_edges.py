"""Requests at the edges of HTTP: HEAD, compressed bodies, other content types, forms, names without end."""

import gzip
import json
from collections.abc import Generator, Iterator

import pytest
from starlette.testclient import TestClient
from typing_extensions import override

from rag.client.protocol import FileEvent
from rag.contract.articles import FileBegun, FileDone
from tests.support.canned import Found
from tests.support.http import canned_state, http_of, problem

QUESTION = json.dumps({"question": "Chợ họp lúc nào?"})


class Reading(Found):
    """Takes every file."""

    @override
    def ingest_file(self, data: bytes, name: str) -> Generator[FileEvent, None, None]:
        yield FileBegun(articles=0)
        yield FileDone(results=0, added=0, updated=0, unchanged=0, refused=0)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with http_of(canned_state(Reading())) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/livez", "/readyz", "/openapi.json", "/v1/models", "/v1/articles", "/v1/articles/cho-noi"]
)
def test_head_is_get_without_a_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)

    assert (head.status_code, head.content) == (200, b"")
    same = ("content-type", "content-length", "cache-control", "content-security-policy")
    assert [head.headers.get(name) for name in same] == [got.headers.get(name) for name in same]


@pytest.mark.parametrize(("path", "status"), [("/v1/articles/none", 404), ("/nothing", 404), ("/v1/ask", 405)])
def test_head_fails_as_get_does(client: TestClient, path: str, status: int) -> None:
    assert (client.head(path).status_code, client.head(path).content) == (status, b"")
    assert client.get(path).status_code == status


def test_head_is_counted_by_its_route(client: TestClient) -> None:
    client.head("/v1/articles/cho-noi")
    assert 'route="/v1/articles/{article_id}"' in client.get("/metrics").text


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "br", "deflate", "gzip, identity", "x" * 5000])
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/chat/completions", "/v1/files?name=a.txt", "/mcp"])
def test_a_compressed_body_is_told_to_come_as_it_is(client: TestClient, path: str, encoding: str) -> None:
    headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}
    told = problem(client.post(path, content=gzip.compress(QUESTION.encode()), headers=headers), 415)

    assert told["type"] == "/problems/body-encoded"
    assert len(told["detail"]) < 200


def test_a_body_that_is_as_it_is_may_say_so(client: TestClient) -> None:
    headers = {"Content-Encoding": "identity", "Content-Type": "application/json"}
    assert client.post("/v1/search", content='{"query": "Chợ?"}', headers=headers).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_json_under_another_name_is_told_its_name(client: TestClient, kind: str) -> None:
    told = problem(client.post("/v1/ask", content=QUESTION, headers={"Content-Type": kind}), 422)
    assert told["detail"].endswith("send JSON, with the header Content-Type: application/json")


@pytest.mark.parametrize("body", [b'{"question": "C\xe0u?"}', b"[" * 100_000])
def test_what_is_no_json_is_told_so(client: TestClient, body: bytes) -> None:
    response = client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert problem(response, 400)["detail"] == "The body is not JSON in UTF-8."


def test_a_form_is_not_taken_for_a_text(client: TestClient) -> None:
    response = client.post("/v1/files?name=a.txt", files={"file": ("a.txt", b"Xin ch\xc3\xa0o.")})
    assert "send the file's bytes as the body" in problem(response, 422)["detail"]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "message/rfc822", ""])
def test_a_file_may_come_as_any_other_type(client: TestClient, kind: str) -> None:
    response = client.post("/v1/files?name=a.txt", content=b"x", headers={"Content-Type": kind})
    assert response.json() == {"results": []}


def test_a_model_s_name_without_end_is_told_in_short(client: TestClient) -> None:
    response = client.get(f"/v1/models/{'x' * 9000}")
    assert (response.status_code, len(response.content) < 1000) == (404, True)
