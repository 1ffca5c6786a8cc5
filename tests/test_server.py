import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.service import READY, ServerProcess, check_answer, copied, serving

QUESTIONS = [
    "Kim ngạch thương mại Việt Nam và Nga năm 2024 là bao nhiêu?",
    "Nhà máy vắc-xin ở Đà Nẵng có tổng vốn bao nhiêu?",
    "Quỹ Musashino trao bao nhiêu suất học bổng?",
    "Hàn Quốc đào tạo bao nhiêu chuyên gia hạt nhân?",
    "Nghiem Xuan Bach la ai?",
    "Bao nhieu sinh vien Viet Nam dang hoc tai Uc?",
    "How many scholarships does Viet Nam give to Lao students?",
    "Сколько вьетнамских студентов учится в Австралии?",
]
ASKED = [f"{question} ({number})" for number in range(4) for question in QUESTIONS]


@pytest.fixture(scope="module")
def server(sample_data: Path, model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    data = copied(sample_data, tmp_path_factory.mktemp("server") / "data")
    with serving(data, model_folder) as server:
        yield server


def without_ids(answered: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answered.items() if key not in {"id", "conversation_id", "timings_ms"}}


def article(number: int, sentences: int = 40) -> dict[str, str]:
    text = " ".join(
        f"Câu {line} của bài {number} kể về mùa lúa thứ {line + number} ở bản." for line in range(sentences)
    )
    return {"id": f"many-{number:04}", "title": f"Bài {number}", "text": text}


def test_the_ready_line_shows_the_real_port(server: ServerProcess) -> None:
    ready = READY.search(server.log())
    assert ready is not None
    assert ready[1] == "42"
    assert not ready[2].endswith(":0")

    with server.client() as client:
        assert client.get("/readyz").json() == {
            "status": "ready",
            "articles": 42,
            "chunks": client.get("/readyz").json()["chunks"],
        }
        answered = client.post("/v1/ask", json={"question": QUESTIONS[2]}).json()
        check_answer(answered, client)
        assert "140 suất" in answered["answer"]["text"]


def test_answers_do_not_hang_on_what_else_is_asked(server: ServerProcess) -> None:
    with server.client() as client:

        def ask(question: str) -> dict[str, Any]:
            response = client.post("/v1/ask", json={"question": question})
            assert response.status_code == 200, response.text
            return without_ids(response.json())

        with ThreadPoolExecutor(32) as pool:
            together = list(pool.map(ask, ASKED))
        alone = [ask(question) for question in ASKED]

    assert together == alone


def test_a_full_server_says_so_and_loses_nobody(sample_data: Path, model_folder: Path, tmp_path: Path) -> None:
    with serving(copied(sample_data, tmp_path / "data"), model_folder, "--queue", "4") as server:
        with server.client() as client, ThreadPoolExecutor(33) as pool:
            client.get("/livez")
            probes: list[float] = []
            asking = [pool.submit(client.post, "/v1/ask", json={"question": question}) for question in ASKED]
            while not all(future.done() for future in asking):
                began = time.monotonic()
                assert client.get("/readyz", timeout=10).status_code == 200
                probes.append(time.monotonic() - began)
            responses = [future.result() for future in asking]

            statuses = [response.status_code for response in responses]
            assert set(statuses) == {200, 429}
            assert statuses.count(200) >= 4
            for response in responses:
                if response.status_code == 429:
                    assert response.headers["Retry-After"] == "1"
                    assert response.headers["Content-Type"] == "application/problem+json"
                else:
                    check_answer(response.json(), client)
            # Once the crowd is gone, everyone is answered again.
            assert client.post("/v1/ask", json={"question": QUESTIONS[0]}).status_code == 200


def test_questions_are_answered_while_articles_come_in(sample_data: Path, model_folder: Path, tmp_path: Path) -> None:
    with serving(copied(sample_data, tmp_path / "data"), model_folder) as server, server.client() as client:
        body = {"articles": [article(number) for number in range(40)]}
        with ThreadPoolExecutor(1) as pool:
            taking = pool.submit(client.post, "/v1/articles", json=body)
            answers = []
            while not taking.done():
                began = time.monotonic()
                answered = client.post("/v1/ask", json={"question": QUESTIONS[2]}).json()
                answers.append((time.monotonic() - began, answered))
            results = taking.result().json()["results"]

        assert [result["status"] for result in results] == ["added"] * 40
        assert len(answers) > 1
        for _, answered in answers:
            assert "140 suất" in answered["answer"]["text"]
            check_answer(answered, client)
        print("slowest", max(seconds for seconds, _ in answers), len(answers))
        hits = client.post("/v1/search", json={"query": "câu 7 của bài 33 kể về mùa lúa", "k": 3}).json()["hits"]
        assert hits[0]["article_id"].startswith("many-")


def test_sigterm_finishes_what_runs(sample_data: Path, model_folder: Path, tmp_path: Path) -> None:
    with serving(copied(sample_data, tmp_path / "data"), model_folder) as server, server.client() as client:
        body = {"articles": [article(number) for number in range(400)]}
        with ThreadPoolExecutor(9) as pool:
            taking = pool.submit(client.post, "/v1/articles", json=body)
            time.sleep(1.5)
            asking = [pool.submit(client.post, "/v1/ask", json={"question": question}) for question in QUESTIONS]
            time.sleep(0.2)
            began = time.monotonic()
            assert server.stop() == 0
            took = time.monotonic() - began
            answers = [future.result() for future in asking]
            results = taking.result().json()["results"]

    assert took < 10, took
    assert [response.status_code for response in answers] == [200] * len(QUESTIONS)
    assert len(results) == 400
    acknowledged = [result["id"] for result in results if result["status"] == "added"]
    assert acknowledged == [f"many-{number:04}" for number in range(len(acknowledged))]
    assert {result["status"] for result in results[len(acknowledged) :]} == {"refused"}
    assert all("stopping" in result["reason"] for result in results[len(acknowledged) :])
    with serving(tmp_path / "data", model_folder) as server, server.client() as client:
        assert client.get("/readyz").json()["articles"] == 42 + len(acknowledged)
        for article_id in acknowledged:
            assert client.get(f"/v1/articles/{article_id}").status_code == 200


def test_a_port_in_use_is_named(sample_data: Path, model_folder: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        server = ServerProcess(copied(sample_data, tmp_path / "data"), model_folder, "--port", port)
        code = server.process.wait(60)

    assert code == 78
    assert port in server.log()
    assert "Ready" not in server.log()
    assert "Traceback" not in server.log()
