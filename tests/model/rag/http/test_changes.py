"""Kept answers after their articles changed, and answers that a full disk cannot keep, over the real model."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from starlette.testclient import TestClient

from index.storage.errors import StorageFull
from rag.service.wiring import Service
from tests.support.http import BRIDGE, BRIDGE_QUESTION, problem

CITED = "Cầu dài 1.420 m và tốn 58 triệu USD để xây dựng."


def store(client: TestClient, **more: Any) -> None:
    (result,) = client.post("/v1/articles", json={**BRIDGE, **more}).json()["results"]
    assert result["status"] in ("added", "updated"), result


def ask(client: TestClient, conversation: str = "c", **more: Any) -> dict[str, Any]:
    response = client.post("/v1/ask", json={"question": BRIDGE_QUESTION, "conversation_id": conversation, **more})
    assert response.status_code == 200, response.text
    answered: dict[str, Any] = response.json()
    return answered


def kept_source(client: TestClient) -> dict[str, Any]:
    """The source of the words in the one kept answer, which is as it was given."""
    (turn,) = client.get("/v1/conversations/c").json()["turns"]
    (citation,) = (each for each in turn["answered"]["answer"]["citations"] if each["text"] == CITED)
    source: dict[str, Any] = citation["sources"][0]
    assert source["cited_text"] == citation["text"] == CITED
    return source


# --- Articles that changed ---------------------------------------------------------------------------------


def test_a_kept_answer_follows_its_words(client: TestClient) -> None:
    store(client)
    assert ask(client)["answer"]["citations"][0]["sources"][0]["changed"] is None
    assert kept_source(client)["changed"] is None

    text = f"Tin cập nhật: cầu mở cả ban đêm. {BRIDGE['text']}"
    store(client, text=text)
    moved = kept_source(client)
    assert moved["changed"] == "moved"
    assert text[moved["start_char"] : moved["end_char"]] == CITED

    store(client, text=BRIDGE["text"].replace("58 triệu", "85 triệu"))
    assert kept_source(client)["changed"] == "edited"
    store(client)
    assert kept_source(client)["changed"] is None
    client.delete(f"/v1/articles/{BRIDGE['id']}")
    assert kept_source(client)["changed"] == "removed"


def test_an_article_that_was_folded_into_another_is_still_its_own(client: TestClient, service: Service) -> None:
    store(client)
    ask(client)
    # What an upgrade does with two states of one article: the older id leads to the newer article.
    draft = service.store.draft(BRIDGE["id"])
    assert draft is not None
    with service.store._db.writing() as db:
        db.execute("DELETE FROM chunks WHERE article = ?", (BRIDGE["id"],))
        db.execute("DELETE FROM articles WHERE id = ?", (BRIDGE["id"],))
    text = f"Cập nhật. {BRIDGE['text']}"
    store(client, id="cau-moi", text=text, url="https://bao.example/cau-moi")
    with service.store._db.writing() as db:
        db.execute("INSERT INTO moved VALUES (?, 'cau-moi')", (BRIDGE["id"],))

    source = kept_source(client)
    assert (source["article_id"], source["changed"]) == (BRIDGE["id"], "moved")
    assert client.get(f"/v1/articles/{source['article_id']}").json()["text"] == text
    assert text[source["start_char"] : source["end_char"]] == CITED


# --- A full disk -------------------------------------------------------------------------------------------


@contextmanager
def full(service: Service) -> Iterator[None]:
    """No page more for conversations, and none that is free."""
    database = service.conversations._db
    database.rows("CREATE TABLE filling (x)")
    pages = database.rows("PRAGMA page_count")[0][0]
    database.rows(f"PRAGMA max_page_count = {pages}")
    with suppress(StorageFull):
        while True:
            database.rows("INSERT INTO filling VALUES (zeroblob(3000))")
    try:
        yield
    finally:
        database.rows("PRAGMA max_page_count = 1000000")
        database.rows("DROP TABLE filling")


def test_a_full_disk_stops_keeping_not_answering(client: TestClient, service: Service) -> None:
    store(client)
    kept = ask(client)
    assert kept["kept"] is True
    with full(service):
        unkept = ask(client)
        assert unkept["kept"] is False
        assert unkept["answer"]["citations"]
        assert unkept["conversation_id"] == "c"
        streamed = client.post("/v1/ask", json={"question": BRIDGE_QUESTION, "stream": True})
        assert '"kept":false' in streamed.text.rpartition("event: done")[2]
        assert client.post("/v1/search", json={"query": BRIDGE_QUESTION}).status_code == 200
        chat = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": BRIDGE_QUESTION}]})
        assert chat.status_code == 200
        rating = {"rating": "down", "better": "ế" * 2000, "comment": "ế" * 2000}
        rated = client.post("/v1/feedback", json={"answer_id": kept["id"], **rating})
        assert problem(rated, 507)["type"] == "/problems/storage-full"
        problem(client.post("/v1/feedback", json={"answer_id": unkept["id"], **rating}), 404)

    later = ask(client)
    assert later["kept"] is True
    turns = [turn["answered"]["id"] for turn in client.get("/v1/conversations/c").json()["turns"]]
    assert turns == [kept["id"], later["id"]]


def test_what_is_not_to_be_kept_says_neither(client: TestClient) -> None:
    store(client)
    body = {"question": BRIDGE_QUESTION, "history": []}
    assert client.post("/v1/ask", json=body).json()["kept"] is None


def test_a_conversation_that_was_never_kept_begins_later(client: TestClient, service: Service) -> None:
    store(client)
    # Otherwise an empty page would have room for one.
    assert ask(client, "other")["kept"] is True
    with full(service):
        assert ask(client, "new")["kept"] is False
        assert client.get("/v1/conversations/new").status_code == 404
    assert ask(client, "new")["kept"] is True
    assert len(client.get("/v1/conversations/new").json()["turns"]) == 1
