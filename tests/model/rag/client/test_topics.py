"""Topics and briefings through both clients, over a real service and a real application."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rag.client.in_process import InProcess
from rag.contract.questions import FilterBody
from rag.contract.topics import BriefingBody, BriefingEdit, TopicBody, TopicEdit
from rag.http.app import build_app
from rag.http.state import State
from rag.service.background import caught_up
from rag.service.wiring import Service
from tests.support.http import BRIDGE, problem
from tests.support.service import empty_beside

QUESTION = "Cầu Hữu Nghị 4 qua sông Mê Kông"
LATER = {
    **BRIDGE,
    "id": "cau-huu-nghi-xe-tai",
    "url": "https://bao.example/cau-huu-nghi-xe-tai",
    "title": "Xe tải được qua cầu Hữu Nghị 4",
    "text": "Từ hôm nay xe tải được qua cầu Hữu Nghị 4 bắc qua sông Mê Kông. Mỗi lượt xe tải nộp phí 120.000 đồng.",
    "source": "Báo Núi",
    "published_at": "2026-05-09",
}


@pytest.fixture
def service(sample_service: Service, tmp_path: Path) -> Iterator[Service]:
    with empty_beside(sample_service, tmp_path / "data", access="open") as service:
        yield service


@pytest.fixture
def http(service: Service) -> Iterator[TestClient]:
    with TestClient(build_app(State.of(service)), "http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def followed(service: Service, *articles: dict[str, str]) -> None:
    InProcess(service, "").ingest(articles)
    caught_up(service)


def briefing_on(topic: str, **more: object) -> BriefingBody:
    return BriefingBody.model_validate({"name": "Cầu", "topics": [topic], "schedule": {"every": "daily"}, **more})


def test_a_topic_and_a_briefing_from_beginning_to_end(service: Service) -> None:
    client = InProcess(service, "").topics
    followed(service, BRIDGE)
    topic = client.add(TopicBody(question=QUESTION))
    assert (topic.new, topic.last_match_at, topic.feed) == (0, None, False)
    added = client.add_briefing(briefing_on(topic.id, channels=[{"kind": "email", "address": "an@bao.example"}]))
    assert (added.schedule.at, added.schedule.zone, added.language) == ("07:00", "Asia/Ho_Chi_Minh", "vi")
    followed(service, LATER)

    listed = client.topics().topics[0]
    assert (listed.new, listed.last_match_at is not None) == (1, True)
    news = client.news(topic.id)
    assert news is not None
    assert [(notice.new, [one.id for one in notice.articles]) for notice in news.notices] == [
        (True, ["cau-huu-nghi-xe-tai"]),
        (False, ["cau-hu-nghi"]),
    ]
    assert client.see(topic.id)
    assert client.topics().topics[0].new == 0

    shown = client.preview(added.id)
    assert shown is not None
    assert [one.sources[0].article_id for one in shown.topics[0].answer.citations]
    assert {one.sources[0].article_id for one in shown.topics[0].answer.citations} == {"cau-huu-nghi-xe-tai"}
    due = service.topics.issues.briefing("", added.id)
    assert due is not None
    assert service.topics.briefings.make_due(due.next_at) == 1
    issues = client.issues(added.id)
    assert issues is not None
    (issue,) = issues.issues
    assert [(one.kind, one.to, one.state) for one in issue.deliveries] == [("email", "a…@bao.example", "waiting")]
    assert client.issue(issue.id) == issue
    assert client.remove_briefing(added.id)
    assert client.issue(issue.id) is None
    assert client.remove(topic.id)


def test_another_key_sees_and_changes_nothing(service: Service) -> None:
    mine, other = InProcess(service, "k1").topics, InProcess(service, "k2").topics
    topic = mine.add(TopicBody(question=QUESTION))
    briefing = mine.add_briefing(briefing_on(topic.id))

    assert other.topics().topics == []
    assert other.briefings().briefings == []
    assert [other.topic(topic.id), other.news(topic.id), other.change(topic.id, TopicEdit(name="x"))] == [None] * 3
    assert not (other.remove(topic.id) or other.see(topic.id) or other.remove_briefing(briefing.id))
    assert [other.briefing(briefing.id), other.preview(briefing.id), other.issues(briefing.id)] == [None] * 3
    assert other.change_briefing(briefing.id, BriefingEdit(paused=True)) is None
    assert mine.topics().topics == [topic]


def test_a_webhooks_secret_is_told_once(service: Service) -> None:
    client = InProcess(service, "").topics
    topic = client.add(TopicBody(question=QUESTION))
    body = briefing_on(topic.id, channels=[{"kind": "webhook", "url": "http://1.1.1.1/hook/tok3n"}])
    added = client.add_briefing(body)
    (channel,) = added.channels
    assert channel.secret is not None
    assert channel.secret.startswith("whsec_")

    again = client.briefing(added.id)
    assert again is not None
    assert [(one.to, one.secret) for one in again.channels] == [("http://1.1.1.1/…", None)]
    renamed = client.change_briefing(added.id, BriefingEdit(name="Tên khác", paused=True))
    assert renamed is not None
    assert (renamed.name, renamed.paused, renamed.channels) == ("Tên khác", True, again.channels)


def test_an_overview_of_a_question_that_is_no_topic(service: Service) -> None:
    client = InProcess(service, "").topics
    followed(service, BRIDGE, LATER)

    found = client.brief(QUESTION, FilterBody.model_validate({"published_from": "2026-05-05"}))
    assert {one.sources[0].article_id for one in found.answer.citations} == {"cau-huu-nghi-xe-tai"}
    none = client.brief("Đội tuyển bóng đá nữ Bra-xin", FilterBody())
    assert (none.notices, none.answer.outcome, none.answer.citations) == (0, "none", [])


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [
        ("/v1/topics", {"question": " "}, "question-empty", 422),
        ("/v1/topics", {"question": "cầu " * 600}, "question-too-long", 422),
        ("/v1/topics", {"question": "Cầu", "name": "\u202egnp"}, "topic-refused", 422),
        ("/v1/topics", {"question": "Cầu", "color": "red"}, "request-invalid", 422),
        ("/v1/topics", {"question": 5}, "request-invalid", 422),
        ("/v1/briefings", {"name": "B", "topics": ["x"], "schedule": {"every": "daily"}}, "topic-refused", 422),
        ("/v1/briefings", {"name": "B", "topics": [], "schedule": {"every": "daily"}}, "request-invalid", 422),
        (
            "/v1/briefings",
            {"name": "B", "topics": ["x"], "schedule": {"every": "daily", "zone": "../etc/passwd"}},
            "topic-refused",
            422,
        ),
        (
            "/v1/briefings",
            {
                "name": "B",
                "topics": ["x"],
                "schedule": {"every": "daily"},
                "channels": [{"kind": "email", "address": "a@b.example\r\nBcc: c@d.example"}],
            },
            "topic-refused",
            422,
        ),
        (
            "/v1/briefings",
            {
                "name": "B",
                "topics": ["x"],
                "schedule": {"every": "daily"},
                "channels": [{"kind": "webhook", "url": "javascript:alert(1)"}],
            },
            "topic-refused",
            422,
        ),
        ("/v1/brief", {"question": ""}, "question-empty", 422),
        ("/v1/topics/x/seen", None, "topic-not-found", 404),
        ("/v1/briefings/x/preview", None, "briefing-not-found", 404),
    ],
    ids=range(13),
)
def test_what_cannot_be_is_refused_with_the_mend(
    http: TestClient, path: str, body: dict[str, object] | None, kind: str, status: int
) -> None:
    assert problem(http.post(path, json=body), status)["type"] == f"/problems/{kind}"
    assert http.get("/v1/topics").json() == {"topics": []}
    assert http.get("/v1/briefings").json() == {"briefings": []}


def test_the_same_over_http(service: Service, http: TestClient) -> None:
    topic = http.post("/v1/topics", json={"question": QUESTION, "name": "Cầu 4"}).json()
    followed(service, BRIDGE)

    assert http.get(f"/v1/topics/{topic['id']}").json()["new"] == 1
    news = http.get(f"/v1/topics/{topic['id']}/news").json()
    (notice,) = news["notices"]
    stored = http.get(f"/v1/articles/{notice['source']['article_id']}").json()
    start, end = notice["source"]["start_char"], notice["source"]["end_char"]
    assert stored["text"][start:end] == notice["source"]["cited_text"]
    assert http.post(f"/v1/topics/{topic['id']}/seen").status_code == 204
    assert http.patch(f"/v1/topics/{topic['id']}", json={"paused": True}).json()["paused"] is True
    assert http.get("/v1/issues/none").status_code == 404
    assert http.delete(f"/v1/topics/{topic['id']}").status_code == 204
    assert http.get(f"/v1/topics/{topic['id']}").status_code == 404
