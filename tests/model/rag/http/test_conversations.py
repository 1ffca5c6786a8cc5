"""Conversations and feedback over HTTP, over the real model."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from rag.service.wiring import Service
from tests.support.service import check_answer, client_of
from tests.support.sse import without_ids
from tests.support.streams import SCHOLARSHIPS, beside

AUSTRALIA = "Bao nhiêu sinh viên Việt Nam đang học tại Úc?"
JAPAN = "Còn Nhật Bản thì sao?"


@pytest.fixture(scope="module")
def module_service(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with beside(sample_service, tmp_path_factory.mktemp("conversations") / "data") as service:
        yield service


@pytest.fixture(scope="module")
def module_client(module_service: Service) -> Iterator[TestClient]:
    with client_of(module_service) as client:
        yield client


@pytest.fixture
def service(module_service: Service) -> Iterator[Service]:
    """A service with no conversations at first."""
    yield module_service
    for conversation in module_service.conversations.list("", 1000):
        module_service.conversations.delete("", conversation.id)


@pytest.fixture
def client(module_client: TestClient, service: Service) -> TestClient:
    assert not service.conversations.list("", 1)
    return module_client


def ask(client: TestClient, question: str, conversation: str | None = None, **more: Any) -> dict[str, Any]:
    body = {"question": question, "k": 3, **more} | ({"conversation_id": conversation} if conversation else {})
    response = client.post("/v1/ask", json=body)
    assert response.status_code == 200, response.text
    answered: dict[str, Any] = response.json()
    return answered


def missing(response: Any) -> None:
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"]


# --- Turns -----------------------------------------------------------------------------------------------


def test_nothing_was_said_yet(client: TestClient) -> None:
    assert client.get("/v1/conversations").json() == {"conversations": [], "next": None}


def test_a_conversation_is_read_as_it_was_answered(client: TestClient) -> None:
    first = ask(client, AUSTRALIA, "c-1")
    second = ask(client, JAPAN, "c-1")

    check_answer(second, client)
    assert first["conversation_id"] == second["conversation_id"] == "c-1"
    assert "Nhật Bản" in second["query"]["understood"]
    assert "sinh viên" in second["query"]["understood"]
    read = client.get("/v1/conversations/c-1").json()
    assert read["id"] == "c-1"
    assert [(turn["question"], turn["answered"]) for turn in read["turns"]] == [(AUSTRALIA, first), (JAPAN, second)]
    times = [datetime.fromisoformat(turn["asked_at"]) for turn in read["turns"]]
    assert times == sorted(times)
    assert datetime.now(UTC) - times[0] < timedelta(minutes=5)


def test_a_question_without_a_conversation_begins_one(client: TestClient) -> None:
    first = ask(client, AUSTRALIA)
    alone = ask(client, JAPAN)
    second = ask(client, JAPAN, first["conversation_id"])

    assert alone["conversation_id"] != first["conversation_id"]
    assert alone["query"]["understood"] == JAPAN
    assert "sinh viên" in second["query"]["understood"]
    assert client.get("/v1/conversations").json()["conversations"][0]["turns"] == 2


def test_conversations_know_nothing_of_each_other(client: TestClient) -> None:
    ask(client, AUSTRALIA, "a")

    assert ask(client, JAPAN, "b")["query"]["understood"] == JAPAN


def test_a_question_that_cannot_be_asked_leaves_no_trace(client: TestClient) -> None:
    for body in ({"question": "?!"}, {"question": "Ai?", "generator": "gpt"}, {"question": ""}):
        assert client.post("/v1/ask", json={**body, "conversation_id": "bad"}).status_code == 422

    missing(client.get("/v1/conversations/bad"))
    assert client.get("/v1/conversations").json()["conversations"] == []


def test_questions_of_one_conversation_at_once_are_all_kept(client: TestClient) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: ask(client, SCHOLARSHIPS, "busy"), range(6)))

    turns = client.get("/v1/conversations/busy").json()["turns"]
    assert sorted(turn["answered"]["id"] for turn in turns) == sorted(answer["id"] for answer in answers)
    assert len({answer["id"] for answer in answers}) == 6
    assert all(without_ids(answer)["answer"] == without_ids(answers[0])["answer"] for answer in answers)


@pytest.mark.parametrize("conversation", ["a" * 64, "-", "_", "5f0c7a2e-8f1d-4f0e-9a63-2f4f5f0c7a2e", "0"])
def test_ids_that_clients_make(client: TestClient, conversation: str) -> None:
    assert ask(client, SCHOLARSHIPS, conversation)["conversation_id"] == conversation
    assert client.get(f"/v1/conversations/{conversation}").json()["id"] == conversation
    assert client.delete(f"/v1/conversations/{conversation}").status_code == 204


@pytest.mark.parametrize(
    "conversation", ["", "a" * 65, "a/b", "a.b", "..", "a b", "a\n", "\x00", "é", "１", 5, ["a"], {}]
)
def test_ids_of_another_shape_are_refused(client: TestClient, conversation: Any) -> None:
    response = client.post("/v1/ask", json={"question": SCHOLARSHIPS, "conversation_id": conversation})

    assert response.status_code == 422
    assert "conversation_id" in response.json()["detail"]


# --- The list --------------------------------------------------------------------------------------------


def test_the_list_is_read_page_by_page_newest_first(client: TestClient) -> None:
    for name in ("a", "b", "c", "d", "e"):
        ask(client, f"{SCHOLARSHIPS[:-1]} {name}?", name)
    ask(client, "Ai trao?", "b")

    first = client.get("/v1/conversations", params={"limit": 2}).json()
    assert [listed["id"] for listed in first["conversations"]] == ["b", "e"]
    assert first["conversations"][0]["turns"] == 2
    assert first["conversations"][0]["title"] == f"{SCHOLARSHIPS[:-1]} b?"
    assert first["conversations"][0]["started_at"] < first["conversations"][0]["updated_at"]
    assert set(first["conversations"][0]) == {
        *("id", "started_at", "updated_at", "turns", "title"),
        *("pinned", "origin"),
    }
    second = client.get("/v1/conversations", params={"limit": 2, "before": first["next"]}).json()
    # What the place was of may be gone in the meantime.
    client.delete("/v1/conversations/c")
    third = client.get("/v1/conversations", params={"limit": 2, "before": second["next"]}).json()
    assert [listed["id"] for listed in second["conversations"]] == ["d", "c"]
    assert [listed["id"] for listed in third["conversations"]] == ["a"]
    assert third["next"] is None


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 1001}, {"limit": "x"}, {"before": "x" * 201}])
def test_a_list_of_impossible_length(client: TestClient, params: dict[str, Any]) -> None:
    assert client.get("/v1/conversations", params=params).status_code == 422


@pytest.mark.parametrize("before", ["", "x", "0000", "2026-01-01 ' OR 1=1 --", "%00", "\u202e"])
def test_a_place_that_nobody_gave_is_only_a_place(client: TestClient, before: str) -> None:
    ask(client, SCHOLARSHIPS, "a")
    response = client.get("/v1/conversations", params={"before": before})

    assert response.status_code == 200
    assert len(response.json()["conversations"]) <= 1


def test_the_list_is_searched_pinned_renamed_and_told_apart_by_origin(client: TestClient) -> None:
    ask(client, SCHOLARSHIPS, "a", origin="page")
    ask(client, AUSTRALIA, "b")
    listed = client.patch("/v1/conversations/a", json={"pinned": True}).json()
    assert (listed["id"], listed["pinned"], listed["origin"], listed["title"]) == ("a", True, "page", SCHOLARSHIPS)

    def found(**params: Any) -> list[str]:
        response = client.get("/v1/conversations", params=params)
        assert response.status_code == 200, response.text
        return [one["id"] for one in response.json()["conversations"]]

    assert found() == ["a", "b"]
    assert found(origin="api") == ["b"]
    assert found(origin="page") == ["a"]
    assert found(q="sinh vien uc") == ["b"]
    assert found(q="sinh viên Ức") == []
    renamed = client.patch("/v1/conversations/b", json={"title": " Du học\n Úc\u202e "}).json()
    assert renamed["title"] == "Du học Úc"
    assert found(q="du học") == ["b"]
    assert client.patch("/v1/conversations/b", json={"title": None}).json()["title"] == AUSTRALIA
    missing(client.patch("/v1/conversations/c", json={"pinned": True}))


@pytest.mark.parametrize(
    "body",
    [{"title": ""}, {"title": " \u202e"}, {"title": "x" * 201}, {"title": 5}, {"pinned": None}, {"name": "x"}, []],
)
def test_a_conversation_is_not_edited_to_what_cannot_be(client: TestClient, body: Any) -> None:
    assert client.patch("/v1/conversations/a", json=body).status_code == 422


@pytest.mark.parametrize("params", [{"origin": "slack"}, {"origin": ""}, {"q": "x" * 201}])
def test_a_list_of_what_there_is_not(client: TestClient, params: dict[str, str]) -> None:
    assert client.get("/v1/conversations", params=params).status_code == 422


# --- Deleting --------------------------------------------------------------------------------------------


def test_what_is_deleted_is_gone(client: TestClient) -> None:
    answered = ask(client, AUSTRALIA, "gone")
    ask(client, SCHOLARSHIPS, "stays")

    response = client.delete("/v1/conversations/gone")

    assert (response.status_code, response.content) == (204, b"")
    missing(client.get("/v1/conversations/gone"))
    missing(client.delete("/v1/conversations/gone"))
    missing(client.post("/v1/feedback", json={"answer_id": answered["id"], "rating": "up"}))
    assert [listed["id"] for listed in client.get("/v1/conversations").json()["conversations"]] == ["stays"]
    # The same id begins anew.
    assert ask(client, JAPAN, "gone")["query"]["understood"] == JAPAN
    assert len(client.get("/v1/conversations/gone").json()["turns"]) == 1


@pytest.mark.parametrize(
    "path", ["%00", "..%2F..%2Fetc%2Fpasswd", "a%2Fb", "x" * 5000, "khong-co", "%FF", "%ED%A0%80", "'"]
)
def test_conversations_that_are_not_there(client: TestClient, path: str) -> None:
    missing(client.get(f"/v1/conversations/{path}"))
    missing(client.delete(f"/v1/conversations/{path}"))


def test_other_methods(client: TestClient) -> None:
    assert client.head("/v1/conversations").status_code == 200
    assert client.post("/v1/conversations", json={}).status_code == 405
    assert client.delete("/v1/conversations").status_code == 405
    assert client.get("/v1/feedback").status_code == 405


# --- Feedback --------------------------------------------------------------------------------------------


def test_feedback_is_kept_and_replaced(service: Service, client: TestClient) -> None:
    answered = ask(client, SCHOLARSHIPS, "rated")
    other = ask(client, AUSTRALIA, "rated")
    given = {
        "answer_id": answered["id"],
        "rating": "down",
        "comment": "Thiếu năm.\x00🙂",
        "better": "140 suất mỗi năm.",
    }

    response = client.post("/v1/feedback", json=given)

    assert (response.status_code, response.content) == (204, b"")
    ((kept, feedback),) = service.conversations.rated()
    assert kept.record == json.dumps(answered, ensure_ascii=False, separators=(",", ":"))
    assert (feedback.rating, feedback.comment, feedback.better) == ("down", given["comment"], given["better"])
    assert client.post("/v1/feedback", json={"answer_id": answered["id"], "rating": "up"}).status_code == 204
    assert client.post("/v1/feedback", json={"answer_id": other["id"], "rating": "down"}).status_code == 204
    assert [
        (kept.answer_id, feedback.rating, feedback.comment) for kept, feedback in service.conversations.rated()
    ] == [
        (answered["id"], "up", None),
        (other["id"], "down", None),
    ]


def test_feedback_on_no_answer(client: TestClient) -> None:
    for answer in ("x", "x" * 200, "\x00", "'", "a/b", "\u202e"):
        missing(client.post("/v1/feedback", json={"answer_id": answer, "rating": "up"}))
