"""Backups of a server at work."""

import threading
from pathlib import Path
from typing import Any

from index.store.store import Store
from rag.backup.writing import back_up
from tests.support.backups import nothing, restored
from tests.support.service import check_answer, copied, serving


def article(number: int) -> dict[str, str]:
    return {
        "id": f"load-{number:04}",
        "title": f"Bến đò {number}",
        "text": f"Bến đò số {number} mở lại vào mùa nước nổi.",
    }


def cited(answered: dict[str, Any]) -> list[tuple[str, int, int, str]]:
    return [
        (source["article_id"], source["start_char"], source["end_char"], source["cited_text"])
        for citation in answered["answer"]["citations"]
        for source in citation["sources"]
    ]


def back_up_under_load(sample: Path, model: Path, tmp_path: Path, backups: int) -> None:
    """Articles come in and questions are answered while backups are taken; each backup is then looked at."""
    data = copied(sample, tmp_path / "data")
    acknowledged: list[str] = []
    failed: list[str] = []
    ended = threading.Event()
    taken: list[tuple[Path, int, int]] = []
    question = {"question": "Quỹ Musashino trao bao nhiêu suất học bổng?", "conversation_id": "before"}
    with serving(data, model) as server, server.client() as client:

        def take_in() -> None:
            while not ended.is_set():
                response = client.post("/v1/articles", json=article(len(acknowledged)))
                if response.status_code != 200 or response.json()["results"][0]["status"] != "added":
                    failed.append(response.text)
                    return
                acknowledged.append(response.json()["results"][0]["id"])

        answered = client.post("/v1/ask", json=question).json()
        taking = threading.Thread(target=take_in)
        taking.start()
        try:
            for number in range(backups):
                target = len(acknowledged) + 5
                while len(acknowledged) < target and not failed:
                    assert client.post("/v1/ask", json={"question": question["question"]}).status_code == 200
                before = len(acknowledged)
                back_up(data, tmp_path / f"{number}.tar", nothing)
                taken.append((tmp_path / f"{number}.tar", before, len(acknowledged)))
        finally:
            ended.set()
            taking.join()
    assert failed == []

    for file, before, after in taken:
        folder = file.with_suffix("")
        manifest = restored(file, folder)
        # One request may be between its commit and its acknowledgement.
        assert before <= manifest.databases["hoidap.sqlite3"].rows["articles"] - 42 <= after + 1
        store = Store(folder / "hoidap.sqlite3")
        assert store.check() == []
        assert all(store.text(article(n)["id"]) == article(n)["text"] for n in range(before))
        store.close()
    with serving(taken[-1][0].with_suffix(""), model) as server, server.client() as client:
        again = client.post("/v1/ask", json={"question": question["question"]}).json()
        check_answer(again, client)
        assert cited(again) == cited(answered)
        kept = client.get("/v1/conversations/before").json()["turns"]
        assert [turn["question"] for turn in kept] == [question["question"]]


def test_three_backups_of_a_server_at_work(sample_data: Path, model_folder: Path, tmp_path: Path) -> None:
    back_up_under_load(sample_data, model_folder, tmp_path, backups=3)
