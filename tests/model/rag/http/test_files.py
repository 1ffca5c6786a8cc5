"""Files over HTTP, in this process."""

import json
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.intake.files import LONGEST_LINE, read_bytes
from rag.client.in_process import MOST_ARTICLES
from rag.http.app import build_app
from rag.http.state import State
from rag.service.ingesting import ingested
from rag.service.wiring import Service
from tests.support.service import empty_beside
from tests.support.sse import Told, named, told

TITLE = "Đò máy Cồn Phụng chạy lại"
TEXT = "Đò máy Cồn Phụng chạy lại từ sáng 4/6 với mười hai chuyến mỗi ngày, giá vé 15.000 đồng."
MORE = "Chợ nổi Phong Điền đón 2.300 lượt khách trong tuần đầu tháng sáu, theo ban quản lý bến tàu."
PAGE = f"{TITLE}\n\n{TEXT}\n\n{MORE}\n"
MARKUP = f"<!doctype html><html><body><article><h1>{TITLE}</h1><p>{TEXT}</p><p>{MORE}</p></article></body></html>"
ONE, TWO = {"id": "do-may", "title": TITLE, "text": TEXT}, {"id": "cho-noi", "text": MORE}


def sent(client: TestClient, name: str, data: bytes, content_type: str = "text/plain") -> list[dict[str, Any]]:
    response = client.post("/v1/files", params={"name": name}, content=data, headers={"Content-Type": content_type})
    assert response.status_code == 200, response.text
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def streamed(client: TestClient, name: str, data: bytes) -> list[Told]:
    with client.stream("POST", "/v1/files", params={"name": name, "stream": "true"}, content=data) as response:
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        return [event for event in told(response.iter_lines()) if event.name != "comment"]


@pytest.mark.parametrize(
    ("name", "content", "count"),
    [
        ("bai.txt", PAGE, 1),
        ("BAI.TXT", PAGE, 1),
        ("trang.html", MARKUP, 1),
        ("trang.htm", MARKUP, 1),
        ("trang.txt", MARKUP, 1),
        ("bai.md", f"# {TITLE}\n\n{TEXT}\n\n{MORE}\n", 1),
        ("bai.json", json.dumps({**ONE, "text": f"{TEXT} {MORE}"}), 1),
        ("hai.json", json.dumps([ONE, TWO]), 2),
        ("hai.json", json.dumps({"articles": [ONE, TWO]}), 2),
        ("hai.jsonl", f"{json.dumps(ONE)}\n\n{json.dumps(TWO)}", 2),
    ],
)
@pytest.mark.parametrize("content_type", ["application/octet-stream", "application/json"])
def test_each_kind_of_file_is_read(client: TestClient, name: str, content: str, count: int, content_type: str) -> None:
    results = sent(client, name, content.encode(), content_type)

    assert [result["status"] for result in results] == ["added"] * count
    assert results[0]["title"] == TITLE
    assert all(result["origin"].startswith(name) and result["reason"] is None for result in results)
    stored = [client.get(f"/v1/articles/{result['id']}").json()["text"] for result in results]
    assert TEXT in stored[0]
    assert MORE in stored[-1]
    found = client.post("/v1/search", json={"query": "đò máy Cồn Phụng", "k": 1}).json()["hits"]
    assert found[0]["article_id"] == results[0]["id"]


def test_decomposed_text_and_name_are_stored_composed(client: TestClient) -> None:
    name, text = "đò máy.txt", "Đò máy lại chạy trên sông Hậu từ sáng nay, ba chuyến mỗi ngày."
    (first,) = sent(client, unicodedata.normalize("NFD", name), unicodedata.normalize("NFD", text).encode())

    assert first["origin"] == name
    assert client.get(f"/v1/articles/{first['id']}").json()["text"] == text
    assert sent(client, name, text.encode())[0]["id"] == first["id"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("anh.txt", b"\x89PNG\r\n\x1a\n....", "PNG"),
        ("bai.html", b"ab\x00cd", "zero bytes"),
        ("bai.txt", b"", "no article text"),
        ("bai.md", b" \n\n ", "no article text"),
        ("bai.json", b"{", "not valid JSON"),
        ("bai.json", b"3", "no article"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(client: TestClient, name: str, data: bytes, words: str) -> None:
    (result,) = sent(client, name, data)

    assert (result["status"], result["id"], result["title"], result["origin"]) == ("refused", None, None, name)
    assert words in result["reason"]
    assert client.get("/v1/articles").json()["total"] == 0


@pytest.mark.parametrize(("name", "data"), [("khong.jsonl", b""), ("khong.jsonl", b"\n \n"), ("khong.json", b"[]")])
def test_a_file_of_no_articles_has_no_results(client: TestClient, name: str, data: bytes) -> None:
    assert sent(client, name, data) == []
    begun, done = streamed(client, name, data)
    assert begun.data == {"articles": 0}
    assert done.data == {"results": 0, "added": 0, "updated": 0, "unchanged": 0, "refused": 0}


@pytest.mark.parametrize(
    "name", ["bai.xyz", "bai", ".txt", "bai.txt.exe", "bai.txt/", "..", "\x00", "\\", "bai.json\x00x"]
)
@pytest.mark.parametrize("stream", ["false", "true"])
def test_other_kinds_of_file_are_turned_away(client: TestClient, name: str, stream: str) -> None:
    response = client.post("/v1/files", params={"name": name, "stream": stream}, content=PAGE.encode())

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert ".jsonl" in response.json()["detail"]


@pytest.mark.parametrize("query", ["", "?name=", f"?name={'x' * 400}.txt"])
def test_a_name_is_needed(client: TestClient, query: str) -> None:
    assert client.post(f"/v1/files{query}", content=PAGE.encode()).status_code == 422


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\tin\\bai.txt", "bai.txt"),
        ("a\r\nSet-Cookie: x.txt", "a  Set-Cookie: x.txt"),
        ("bai\x00.txt", "bai .txt"),
        ("bai\u202etxt.txt", "bai txt.txt"),
        ("<img src=x onerror=alert(1)>.txt", "<img src=x onerror=alert(1)>.txt"),
        ("tin 🙂.txt", "tin 🙂.txt"),
    ],
)
def test_a_name_is_only_a_label(client: TestClient, tmp_path: Path, name: str, label: str) -> None:
    (result,) = sent(client, name, TEXT.encode())

    assert (result["status"], result["origin"]) == ("added", label)
    assert client.delete(f"/v1/articles/{result['id']}").status_code == 204
    assert not list(tmp_path.rglob("*.txt"))


def test_a_line_that_is_too_long_is_refused_alone(client: TestClient) -> None:
    long = json.dumps({"text": "a" * LONGEST_LINE})
    first, second = sent(client, "dai.jsonl", f"{long}\n{json.dumps(TWO)}\n".encode())

    assert (first["status"], first["origin"]) == ("refused", "dai.jsonl, line 1")
    assert f"{LONGEST_LINE:,}" in first["reason"]
    assert (second["status"], second["id"]) == ("added", "cho-noi")


def test_one_article_of_a_file_is_refused_and_the_others_go_on(client: TestClient) -> None:
    wrong = {"id": "hom-no", "text": TEXT, "url": "hôm nọ"}
    results = sent(client, "ba.json", json.dumps([ONE, wrong, TWO]).encode())

    assert [(result["id"], result["status"], result["title"]) for result in results] == [
        ("do-may", "added", TITLE),
        (None, "refused", None),
        ("cho-noi", "added", None),
    ]
    assert results[1]["origin"] == "ba.json, article 2"
    assert "hôm nọ" in results[1]["reason"]


def test_a_file_sent_twice_is_unchanged_and_a_new_text_updates_it(client: TestClient) -> None:
    statuses = [sent(client, "bai.txt", data.encode())[0]["status"] for data in (TEXT, TEXT, MORE)]

    assert statuses == ["added", "unchanged", "updated"]
    assert client.get("/v1/articles").json()["total"] == 1


def test_too_large_a_body_is_turned_away(client: TestClient) -> None:
    response = client.post("/v1/files", params={"name": "bai.txt"}, content=b"a" * 12_000_001)
    assert response.status_code == 413

    def parts() -> Iterator[bytes]:
        for _ in range(13):
            yield b"a" * 1_000_000

    assert client.post("/v1/files", params={"name": "bai.txt"}, content=parts()).status_code == 413


def test_too_many_articles_in_a_file_are_turned_away_before_any_is_taken(client: TestClient) -> None:
    data = b"1\n" * (MOST_ARTICLES + 1)

    response = client.post("/v1/files", params={"name": "tin.jsonl"}, content=data)
    assert response.status_code == 422
    assert f"{MOST_ARTICLES:,}" in response.json()["detail"]
    (error,) = streamed(client, "tin.jsonl", data)
    assert (error.name, error.data["status"]) == ("error", 422)


def test_streamed_outcomes_come_in_order(client: TestClient) -> None:
    lines = [json.dumps({"id": f"bai-{number}", "text": f"{TEXT} Chuyến {number}."}) for number in range(20)]
    events = streamed(client, "tin.jsonl", "\n".join([*lines, "{", lines[3]]).encode())

    assert [event.name for event in events] == ["begun", *["outcome"] * 22, "done"]
    assert events[0].data == {"articles": 22}
    outcomes = named(events, "outcome")
    assert [outcome["origin"] for outcome in outcomes] == [f"tin.jsonl, line {number}" for number in range(1, 23)]
    assert [outcome["status"] for outcome in outcomes] == ["added"] * 20 + ["refused", "unchanged"]
    assert set(outcomes[0]) == {"id", "status", "reason", "origin", "title"}
    assert events[-1].data == {"results": 22, "added": 20, "updated": 0, "unchanged": 1, "refused": 1}
    assert client.get("/v1/articles").json()["total"] == 20


def test_what_was_given_out_stays_and_is_found_when_the_client_goes(service: Service, client: TestClient) -> None:
    lines = "\n".join(json.dumps({"id": f"bai-{number}", "text": f"{TEXT} {number}."}) for number in range(40))
    with closing(ingested(service, read_bytes(lines.encode(), "tin.jsonl"))) as outcomes:
        first = next(outcomes)
        # Between outcomes nobody is kept waiting.
        assert service.ingesting.acquire(blocking=False)
        service.ingesting.release()

    assert first.id == "bai-0"
    # The batch of the first one, and no other.
    assert service.store.counts()[0] == 16
    assert client.post("/v1/search", json={"query": "đò máy", "k": 1}).json()["hits"]


def test_a_server_that_stops_takes_no_more(sample_service: Service, tmp_path: Path) -> None:
    with empty_beside(sample_service, tmp_path / "data") as service:
        state = State.of(service)
        state.stopping.set()
        with TestClient(build_app(state), "http://127.0.0.1") as client:
            (result,) = sent(client, "bai.txt", PAGE.encode())
            (begun, refused, error) = streamed(client, "bai.txt", PAGE.encode())

    assert (result["status"], result["origin"]) == ("refused", "bai.txt")
    assert "send it again" in result["reason"]
    assert begun.data == {"articles": 1}
    assert refused.data["status"] == "refused"
    assert (error.name, error.data["status"]) == ("error", 503)


def test_the_description_says_what_the_body_is(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]["/v1/files"]["post"]

    assert described["requestBody"]["content"] == {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
    }
    assert {parameter["name"] for parameter in described["parameters"]} == {"name", "stream"}
