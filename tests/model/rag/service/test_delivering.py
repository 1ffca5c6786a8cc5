"""From an article that comes in to what a reader gets: topic, match, issue, mail, feed, and the way out."""

import re
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from starlette.testclient import TestClient

from index.records import Filters
from rag.delivery.channels import Email
from rag.delivery.outbox import Outbox
from rag.delivery.schedule import Schedule
from rag.delivery.sender import Sender
from rag.http.app import build_app
from rag.http.state import State
from rag.service.background import caught_up
from rag.service.delivering import transports
from rag.service.wiring import Service
from rag.topics.letters import Letters
from tests.support.clock import FakeClock
from tests.support.http import BRIDGE
from tests.support.mail_server import Mailbox, mail_server
from tests.support.service import empty_beside


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found


@pytest.fixture
def desk(sample_service: Service, tmp_path: Path, box: Mailbox) -> Iterator[Service]:
    settings = {"mail_host": "localhost", "mail_port": box.port, "mail_security": "none"}
    more = {"mail_from": "tin@hoidap.example", "public_url": "http://127.0.0.1"}
    with empty_beside(sample_service, tmp_path / "data", **settings, **more) as opened:
        yield opened


def send(desk: Service, now: float) -> None:
    outbox, clock = Outbox(desk.topics.database), FakeClock()
    clock.pass_(now)
    ways = transports(desk.settings, outbox, None)
    sender = Sender(outbox, Letters(desk.topics.issues, desk.alive), ways, clock)
    while sender.send_next():
        pass


def test_from_an_article_to_its_readers(desk: Service, box: Mailbox) -> None:
    topics = desk.topics
    topic = topics.add("", "Cầu Hữu Nghị 4 qua sông Mê Kông", "Cầu Hữu Nghị", Filters())
    schedule = Schedule("daily", "07:00", None, "Asia/Ho_Chi_Minh")
    briefing = topics.add_briefing("", "Tin cầu", [topic.id], schedule, "vi", [Email("an@bao.example")])
    with TestClient(build_app(State.of(desk)), "http://127.0.0.1") as http:
        feed = http.post(f"/v1/topics/{topic.id}/feed").json()["address"]
        assert feedparser.parse(http.get(feed).content).entries == []

        assert http.post("/v1/articles", json=BRIDGE).status_code == 200
        caught_up(desk)
        for now in (briefing.next_at - 1, briefing.next_at, briefing.next_at + 1):
            topics.briefings.make_due(now)
        for _ in range(2):
            send(desk, briefing.next_at + 2)

        (message,) = box.messages
        plain = message.get_body(("plain",))
        assert plain is not None
        said = plain.get_content()
        assert message["Subject"].startswith("Tin cầu · ")
        assert BRIDGE["url"] in said
        assert any(sentence in said for sentence in re.split(r"(?<=\.) ", BRIDGE["text"]))

        (issue,) = http.get(f"/v1/briefings/{briefing.id}/issues").json()["issues"]
        (delivery,) = issue["deliveries"]
        assert (delivery["kind"], delivery["to"], delivery["state"]) == ("email", "a…@bao.example", "sent")
        again = http.post(f"/v1/issues/{issue['id']}/deliveries/{delivery['id']}")
        assert again.json()["type"].endswith("delivery-not-found")

        read = feedparser.parse(http.get(feed).content)
        (entry,) = read.entries
        assert (read.bozo, entry.link, entry.title) == (False, BRIDGE["url"], BRIDGE["title"])
        assert entry.summary in BRIDGE["text"]

        link = message["List-Unsubscribe"].strip("<>")
        assert http.get(link).status_code == 200
        assert not http.get(f"/v1/briefings/{briefing.id}").json()["paused"]
        assert "không còn được gửi" in http.post(link, data={"List-Unsubscribe": "One-Click"}).text
        assert http.get(f"/v1/briefings/{briefing.id}").json()["paused"]

        renewed = http.post(f"/v1/topics/{topic.id}/feed").json()["address"]
        assert (http.get(feed).status_code, http.get(renewed).status_code) == (404, 200)
        assert http.delete(f"/v1/topics/{topic.id}/feed").status_code == 204
        assert http.get(renewed).status_code == 404
        assert http.post("/v1/topics/x/feed").status_code == 404
