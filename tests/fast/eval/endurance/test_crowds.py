"""What is wrong in a crowd, on a full disk or at a server's end is seen. The trials themselves are heavy tests."""

import json
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from eval.endurance import disk, load, stop
from eval.endurance.stand_ins import facts
from tests.support.loopback import mounted

FACT, OTHER = facts(2)
FIRST = " ".join(f"a{number:03}" for number in range(20))
RIGHT = {"article_id": "ben-00", "cited_text": "Bến đò Bà Bạ có 100 chiếc thuyền"}


def answer(*sources: dict[str, str]) -> dict[str, object]:
    return {"answer": {"text": "Bến đò Bà Bạ", "citations": [{"sources": list(sources)}] if sources else []}}


def test_a_fact_is_answered_by_its_own_article_with_its_words() -> None:
    assert (FACT.article.article.id, FACT.answer) == ("ben-00", "100 chiếc thuyền")
    assert FACT.answers(answer(RIGHT))
    assert not FACT.answers(answer())
    assert not FACT.answers(answer({**RIGHT, "article_id": "ben-01"}))
    assert not OTHER.answers(answer({**RIGHT, "article_id": "ben-01"}))


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        (JSONResponse(answer(RIGHT)), ""),
        (JSONResponse(answer()), "is answered"),
        (Response(status_code=429, headers={"Retry-After": "1"}), ""),
        (Response(status_code=429), "does not say when"),
        (Response("lỗi", 500), "500"),
    ],
    ids=["right", "uncited", "busy", "busy for ever", "fault"],
)
def test_what_comes_back_under_load_is_judged(reply: Response, wrong: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        await reply(scope, receive, send)

    with mounted(app) as url, closing(HTTPConnection(urlsplit(url).netloc)) as connection:
        got = load.asked(connection, FACT, urlsplit(url).path)
    assert got.status == reply.status_code
    assert (wrong in got.wrong) if wrong else (got.wrong == "")


def test_nobody_at_the_address_is_a_loss() -> None:
    with closing(HTTPConnection("127.0.0.1:1")) as connection:
        reply = load.asked(connection, FACT)
    assert (reply.status, reply.wrong[:22]) == (0, "ConnectionRefusedError")


def test_a_second_is_counted() -> None:
    replies = [load.Reply(200, "", 0.5), load.Reply(429, "", 0.01), load.Reply(429, "", 0.02)]
    outcome = load.counted(replies, 0.5, 200)
    assert outcome.counts == {"sent": 3, "200": 1, "429": 2}
    assert outcome.most == {"times too much": 6.0, "seconds of a 200": 0.5, "seconds of a 429": 0.02}
    assert outcome.lost == ""
    assert load.counted(replies, 0.5, 503).lost == "the probe was told 503"


@pytest.mark.parametrize(
    ("event", "data", "kind", "lost"),
    [
        ("done", answer(RIGHT), "ended whole", False),
        ("done", answer(), "ended whole", True),
        ("error", {"status": 503}, "said that the server stops", False),
        ("error", {"status": 500}, "broke off", True),
        ("delta", {"text": "Bến"}, "broke off", True),
        ("", {}, "broke off", True),
    ],
)
def test_the_end_of_a_stream_is_judged(event: str, data: dict[str, object], kind: str, lost: bool) -> None:
    found, wrong = stop.judged(FACT, stop.End(event, json.loads(json.dumps(data)), 0.0))
    assert (found, bool(wrong)) == (kind, lost)


@pytest.mark.parametrize(
    ("said", "stage", "fault"),
    [
        (["in a020", "full", f"there {FIRST} a020", "found 9", "goes on"], "ingestion", ""),
        (["in a020", "full", f"there {FIRST}", "found 9", "goes on"], "ingestion", "other articles are there"),
        (["full", f"there {FIRST} a020", "found 9", "goes on"], "ingestion", "other articles are there"),
        (["full", f"there {FIRST}", "found 8", "goes on"], "ingestion", "8 of 9 chunks are found"),
        (["full", f"there {FIRST}", "found 9"], "ingestion", "it does not go on"),
        (["full"], "start", ""),
        (["full"], "ingestion", "other articles are there"),
    ],
    ids=["all", "lost", "unacknowledged", "less found", "stuck", "not opened", "nothing"],
)
def test_what_is_found_on_a_full_disk_is_judged(said: list[str], stage: str, fault: str) -> None:
    faults = [*disk.wrong(said, stage, 9), ""]
    assert faults[0].startswith(fault) if fault else faults == [""]
