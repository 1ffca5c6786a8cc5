"""Answers as server-sent events over real sockets and the real model."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.answer_streams import check_stream, wait_for, written
from tests.support.llm_server import Reply, scripted
from tests.support.sse import asked, named, on_loopback, without_ids
from tests.support.streams import ABSTAINED, QUESTIONS, SCHOLARSHIPS, Writer, beside, streaming


@pytest.fixture(scope="module")
def client(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with streaming(sample_service, tmp_path_factory.mktemp("streams") / "data") as client:
        yield client


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_streamed_answer_is_the_answer(client: httpx.Client, question: str) -> None:
    done = check_stream(asked(client, {"question": question}), client)

    assert without_ids(done) == without_ids(client.post("/v1/ask", json={"question": question}).json())
    assert done["answer"]["abstained"] == (question == ABSTAINED)


def test_a_citation_comes_behind_the_words_that_it_is_of(client: httpx.Client) -> None:
    text, cited = "", 0
    for event in asked(client, {"question": QUESTIONS[1]}):
        if event.name == "delta":
            text += event.data["text"]
        elif event.name == "citation":
            cited += 1
            assert text[event.data["start"] : event.data["end"]] == event.data["text"]
    assert cited > 0


def test_a_streamed_answer_is_kept(client: httpx.Client) -> None:
    body = {"question": SCHOLARSHIPS, "conversation_id": "kept-stream"}
    (done,) = named(asked(client, body), "done")

    (turn,) = client.get("/v1/conversations/kept-stream").json()["turns"]

    assert turn["answered"] == done
    assert turn["question"] == SCHOLARSHIPS


def test_a_follow_up_may_be_streamed(client: httpx.Client) -> None:
    body = {"question": "Úc có bao nhiêu sinh viên Việt Nam?", "conversation_id": "follow-stream"}
    client.post("/v1/ask", json=body).raise_for_status()

    done = check_stream(asked(client, {**body, "question": "Còn Nhật Bản thì sao?"}), client)

    assert "Nhật Bản" in done["query"]["understood"]
    assert "sinh viên" in done["query"]["understood"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": "?"}, 422),
        ({"question": SCHOLARSHIPS, "generator": "openai"}, 422),
        ({"question": SCHOLARSHIPS, "conversation_id": "a/b"}, 422),
        ({}, 422),
    ],
)
def test_what_is_wrong_before_the_first_event_is_a_status(
    client: httpx.Client, body: dict[str, Any], status: int
) -> None:
    response = client.post("/v1/ask", json={**body, "stream": True})

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"]


def test_what_goes_wrong_midway_is_an_event(sample_service: Service, tmp_path: Path) -> None:
    with beside(sample_service, tmp_path / "data") as service, on_loopback(build_app(State.of(service))) as client:
        # An answer that cannot be kept is not given as done.
        service.conversations.close()
        events = asked(client, {"question": SCHOLARSHIPS})

    assert named(events, "delta")
    assert events[-1].name == "error"
    assert events[-1].data["status"] == 503
    assert "conversations" in events[-1].data["detail"]
    assert named(events, "done") == []


def test_streams_at_once_say_what_each_says_alone(client: httpx.Client) -> None:
    alone = {question: check_stream(asked(client, {"question": question}), client) for question in QUESTIONS}
    with ThreadPoolExecutor(len(QUESTIONS)) as pool:
        together = list(pool.map(lambda question: asked(client, {"question": question}), QUESTIONS))

    for question, events in zip(QUESTIONS, together, strict=True):
        assert without_ids(check_stream(events, client)) == without_ids(alone[question])


def test_streams_are_counted(sample_service: Service, tmp_path: Path) -> None:
    with beside(sample_service, tmp_path / "data") as service, on_loopback(build_app(State.of(service))) as client:
        asked(client, {"question": SCHOLARSHIPS})
        counted = client.get("/metrics").text

    assert 'hoidap_answers_total{abstained="false"} 1.0' in counted
    assert 'hoidap_stage_seconds_count{stage="answer"} 1.0' in counted


# --- Answers that a language model writes -----------------------------------------------------------------


def test_a_written_answer_streams_as_it_is_made(sample_service: Service, tmp_path: Path) -> None:
    with (
        scripted(Writer("140 suất")) as model,
        written(sample_service, tmp_path / "data", model.url) as client,
    ):
        events = asked(client, {"question": SCHOLARSHIPS})
        done = check_stream(events, client)
        unstreamed = client.post("/v1/ask", json={"question": SCHOLARSHIPS}).json()

    assert done["generator"] == "openai"
    assert done["checks"] == {"written": 1, "repaired": 0, "dropped": 0}
    assert "140 suất" in done["answer"]["text"]
    assert without_ids(done) == without_ids(unstreamed)


def test_a_model_that_breaks_off_leaves_what_was_checked(sample_service: Service, tmp_path: Path) -> None:
    writer = Writer("140 suất")
    with (
        scripted(lambda body: replace(writer(body), cut=True)) as model,
        written(sample_service, tmp_path / "data", model.url) as client,
    ):
        done = check_stream(asked(client, {"question": SCHOLARSHIPS}), client)

    assert done["generator"] == "openai"
    assert "broke off" in done["trouble"]
    assert done["answer"]["note"]


def test_a_model_that_fails_is_replaced_by_quotes(sample_service: Service, tmp_path: Path) -> None:
    with (
        scripted([Reply(status=400, body="{}")]) as model,
        written(sample_service, tmp_path / "data", model.url) as client,
    ):
        done = check_stream(asked(client, {"question": SCHOLARSHIPS}), client)

    assert done["generator"] == "extractive"
    assert done["trouble"]
    assert done["answer"]["note"]


def test_a_client_that_leaves_stops_the_model_and_frees_its_place(sample_service: Service, tmp_path: Path) -> None:
    body = {"question": SCHOLARSHIPS, "stream": True, "conversation_id": "left"}
    with (
        scripted([Reply([30.0])]) as model,
        written(sample_service, tmp_path / "data", model.url, queue=1) as client,
    ):
        with client.stream("POST", "/v1/ask", json=body) as response:
            lines = response.iter_lines()
            assert any("answer" in line for line in lines)
            assert wait_for(lambda: bool(model.requests))
            refused = client.post("/v1/ask", json={"question": SCHOLARSHIPS, "stream": True})
        assert model.disconnected.wait(5)
        quoted = {"question": SCHOLARSHIPS, "generator": "extractive"}
        assert wait_for(lambda: client.post("/v1/ask", json=quoted).status_code == 200)
        # What nobody read was not said.
        missing = client.get("/v1/conversations/left")

    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    assert missing.status_code == 404
