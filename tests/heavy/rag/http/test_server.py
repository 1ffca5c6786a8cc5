"""`hoidap serve` in a process of its own, on a port of this machine, with the real model."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from index.store.store import Store
from tests.support.service import READY, ServerProcess, check_answer, copied, serving

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
SCHOLARSHIPS = QUESTIONS[2]


@pytest.fixture(scope="module")
def server(sample_data: Path, model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    data = copied(sample_data, tmp_path_factory.mktemp("server") / "data")
    with serving(data, model_folder) as server:
        yield server


def without_ids(answered: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answered.items() if key not in {"id", "conversation_id", "timings_ms"}}


def article(number: int) -> dict[str, str]:
    """An article of forty sentences, which makes about four chunks."""
    text = " ".join(f"Câu {line} của bài {number} kể về mùa lúa thứ {line + number} ở bản." for line in range(40))
    return {"id": f"many-{number:04}", "title": f"Bài {number}", "text": text}


def test_the_ready_line_shows_the_real_port(server: ServerProcess) -> None:
    ready = READY.search(server.log())
    assert ready is not None
    assert ready[1] == "42"
    assert not ready[2].endswith(":0")
    with server.client() as client:
        assert client.get("/readyz").json()["articles"] == 42
        answered = client.post("/v1/ask", json={"question": SCHOLARSHIPS}).json()
        check_answer(answered, client)
        assert "140 suất" in answered["answer"]["text"]


def test_answers_do_not_hang_on_what_else_is_asked(server: ServerProcess) -> None:
    asked = [f"{question} ({number})" for number in range(2) for question in QUESTIONS]
    with server.client() as client:

        def ask(question: str) -> dict[str, Any]:
            response = client.post("/v1/ask", json={"question": question})
            assert response.status_code == 200, response.text
            return without_ids(response.json())

        with ThreadPoolExecutor(16) as pool:
            together = list(pool.map(ask, asked))
        alone = [ask(question) for question in asked]

    assert together == alone


def test_a_server_is_ended_in_the_middle_of_work(sample_data: Path, model_folder: Path, tmp_path: Path) -> None:
    """An ingest beside questions, and SIGTERM in the middle of both."""
    data = copied(sample_data, tmp_path / "data")
    with serving(data, model_folder, "--queue", "4") as server, server.client() as client:
        results, answers, code = _stopped_in_the_middle(server, client)
    log = server.log()

    assert code == 0, log
    assert "Traceback" not in log
    # Each question got its whole answer, however the ingest beside it went on.
    assert len(answers) >= 2
    for response in answers:
        assert response["answer"]["citations"][0]["sources"][0]["article_id"] == "w02-hoc-bong-musashino"
    assert len(results) == 400
    acknowledged = [result["id"] for result in results if result["status"] == "added"]
    assert acknowledged == [f"many-{number:04}" for number in range(len(acknowledged))]
    assert 0 < len(acknowledged) < 400
    assert all(
        (result["status"], result["reason"]) == ("refused", "the server is stopping; send it again")
        for result in results[len(acknowledged) :]
    )
    store = Store(data / "hoidap.sqlite3")
    assert store.counts()[0] == 42 + len(acknowledged)
    assert store.text(acknowledged[-1]) == article(len(acknowledged) - 1)["text"]
    store.close()


def _stopped_in_the_middle(server: ServerProcess, client: Any) -> tuple[list[Any], list[Any], int]:
    """The outcomes of an ingest and the answers beside it, and the server's exit code."""
    with ThreadPoolExecutor(2) as pool:
        body = {"articles": [article(number) for number in range(400)]}
        taking = pool.submit(client.post, "/v1/articles", json=body)
        answers = []
        while client.get("/readyz").json()["articles"] == 42:
            answers.append(client.post("/v1/ask", json={"question": SCHOLARSHIPS}).json())
        asking = pool.submit(client.post, "/v1/ask", json={"question": SCHOLARSHIPS})
        time.sleep(0.05)
        code = server.stop()
        answers.append(asking.result().json())
        return taking.result().json()["results"], answers, code


def test_a_port_in_use_is_named(sample_data: Path, model_folder: Path, tmp_path: Path) -> None:
    data = copied(sample_data, tmp_path / "data")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        server = ServerProcess(data, model_folder, "--port", port)
        try:
            code = server.process.wait(300)
        finally:
            server.process.kill()

    assert code == 78, server.log()
    assert f"port {port}" in server.log()
    assert "Ready" not in server.log()
    assert "Traceback" not in server.log()
