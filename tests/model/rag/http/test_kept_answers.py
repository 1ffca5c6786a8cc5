"""Answers that are kept: gone on from, taken along, and shared, over HTTP and by owners of their own."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from starlette.testclient import TestClient

from rag.http.access.keys import Keys, opened_keys
from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.http import problem
from tests.support.service import client_of, empty_beside
from tests.support.streams import SCHOLARSHIPS, beside

FERRY = "Bến phà Cồn Tiên chở bao nhiêu lượt khách?"
CHAIRMAN = "Lê Văn Tám là ai?"
ARTICLE = {
    "id": "ben-pha",
    "title": "Bến phà Cồn Tiên mở lại",
    "url": "https://bao.example/ben-pha",
    "source": "Báo Cồn",
    "published_at": "2026-05-03",
    "text": "Bến phà Cồn Tiên chở 1.900 lượt khách trong ngày mở lại.\n\nTỉnh Bắc Nam chi 58 tỷ đồng để sửa bến.\n\n"
    "Ngày 12/4, tỉnh Bắc Nam khởi công bến phà Cồn Tiên.\n\n"
    "Ông Lê Văn Tám là chủ tịch Hội Làm vườn.\n\nHội Làm vườn đã bầu ông Lê Văn Tám.",
}


@pytest.fixture(scope="module")
def service(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with empty_beside(sample_service, tmp_path_factory.mktemp("kept") / "data") as service:
        yield service


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[TestClient]:
    with client_of(service) as client:
        assert client.post("/v1/articles", json=ARTICLE).status_code == 200
        yield client


def ask(client: TestClient, question: str, **more: Any) -> dict[str, Any]:
    response = client.post("/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    answered: dict[str, Any] = response.json()
    return answered


# --- Next questions --------------------------------------------------------------------------------------


def test_next_questions_are_made_once(service: Service, client: TestClient) -> None:
    answered = ask(client, FERRY)
    assert "1.900 lượt khách" in answered["answer"]["text"]
    path = f"/v1/answers/{answered['id']}/suggestions"

    questions = client.get(path).json()["questions"]

    # In its context the one that could be asked, who the chairman is, is answered by the passengers first.
    assert questions == []
    # They are kept as they were, and none is what was asked in the meantime.
    assert client.get(path).json()["questions"] == questions
    assert service.conversations.suggestions("", answered["id"]) == questions


def test_what_was_asked_is_not_suggested_again(client: TestClient) -> None:
    first = ask(client, CHAIRMAN)
    again = ask(client, FERRY, conversation_id=first["conversation_id"])
    assert client.get(f"/v1/answers/{again['id']}/suggestions").json()["questions"] == []


@pytest.mark.usefixtures("client")
def test_example_questions_are_made_of_the_archive(service: Service) -> None:
    assert service.examples.questions("vi") == []
    while service.examples.follow():
        pass
    assert service.examples.questions("vi") == [CHAIRMAN]


# --- Taking along ----------------------------------------------------------------------------------------


def test_an_answer_is_taken_along_as_its_article_is_today(client: TestClient) -> None:
    answered = ask(client, FERRY)
    path = f"/v1/answers/{answered['id']}/export"

    text = client.get(path, params={"format": "md"})

    assert text.headers["content-type"] == "text/markdown; charset=utf-8"
    name = "ben-pha-con-tien-cho-bao-nhieu-luot-khach"
    assert text.headers["content-disposition"] == f'attachment; filename="{name}.md"'
    assert "Bến phà Cồn Tiên chở 1.900 lượt khách trong ngày mở lại.[^1]" in text.text
    assert "<https://bao.example/ben-pha#:~:text=B%E1%BA%BFn%20ph%C3%A0%20C%E1%BB%93n" in text.text
    file = client.get(path, params={"format": "docx", "language": "en"})
    assert file.headers["content-disposition"] == f'attachment; filename="{name}.docx"'
    assert docx.Document(BytesIO(file.content)).paragraphs[0].text == FERRY
    client.post("/v1/articles", json={**ARTICLE, "text": "Bến phà Cồn Tiên đóng cửa."})
    try:
        assert "bài đã đổi, không còn những lời này" in client.get(path, params={"format": "md"}).text
    finally:
        client.post("/v1/articles", json=ARTICLE)


@pytest.mark.parametrize(
    "params", [{}, {"format": "pdf"}, {"format": ""}, {"format": "md", "language": "ru"}, {"format": "../md"}]
)
def test_a_form_that_there_is_not(client: TestClient, params: dict[str, str]) -> None:
    problem(client.get("/v1/answers/a/export", params=params), 422)


@pytest.mark.parametrize("answer", ["a", "x" * 5000, "%00", "..%2F..%2Fetc", "%ED%A0%80", "'", "%E2%80%AE"])
def test_answers_that_are_not_there(client: TestClient, answer: str) -> None:
    for response in (
        client.get(f"/v1/answers/{answer}/export", params={"format": "md"}),
        client.get(f"/v1/answers/{answer}/suggestions"),
        client.post(f"/v1/answers/{answer}/share"),
    ):
        assert problem(response, 404)["type"] in ("/problems/answer-not-found", "/problems/path-not-found")
    for response in (client.get(f"/v1/shared/{answer}"), client.delete(f"/v1/shared/{answer}")):
        assert problem(response, 404)["type"] in ("/problems/share-not-found", "/problems/path-not-found")


# --- Sharing ---------------------------------------------------------------------------------------------


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[Keys]:
    with opened_keys(tmp_path / "keys.sqlite3") as keys:
        yield keys


def test_a_link_is_read_by_any_key_and_revoked_by_its_owner(
    sample_service: Service, keys: Keys, tmp_path: Path
) -> None:
    def key(*scopes: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {keys.add('k', scopes)[1]}"}

    with (
        beside(sample_service, tmp_path / "data", access="keys") as service,
        TestClient(build_app(State.of(service, keys)), "http://127.0.0.1", raise_server_exceptions=False) as client,
    ):
        mine, theirs, ingesting = key("ask"), key("ask"), key("ingest")
        body = {"question": SCHOLARSHIPS, "conversation_id": "c"}
        answered = client.post("/v1/ask", json=body, headers=mine).json()
        share = f"/v1/answers/{answered['id']}/share"
        problem(client.post(share, headers=theirs), 404)
        problem(client.get(f"/v1/answers/{answered['id']}/export?format=md", headers=theirs), 404)
        problem(client.get(f"/v1/answers/{answered['id']}/suggestions", headers=theirs), 404)
        made = client.post(share, headers=mine).json()

        path = f"/v1/shared/{made['token']}"
        read = client.get(path, headers=theirs).json()
        assert read["turn"]["answered"] == answered | {"conversation_id": ""}
        assert read["turn"]["question"] == SCHOLARSHIPS
        problem(client.get(path), 401)
        problem(client.get(path, headers=ingesting), 403)
        listed = client.get("/v1/shared", headers=mine).json()["shares"]
        assert [(one["id"], one["answer_id"]) for one in listed] == [(made["id"], answered["id"])]
        assert made["token"] not in client.get("/v1/shared", headers=mine).text
        assert client.get("/v1/shared", headers=theirs).json() == {"shares": []}
        problem(client.delete(path, headers=theirs), 404)
        assert client.delete(f"/v1/shared/{made['id']}", headers=mine).status_code == 204
        problem(client.get(path, headers=theirs), 404)

        other = client.post(share, headers=mine).json()
        assert client.delete("/v1/conversations/c", headers=mine).status_code == 204
        problem(client.get(f"/v1/shared/{other['token']}", headers=theirs), 404)
