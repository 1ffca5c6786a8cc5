"""Stories and timelines of the sample articles: both clients say the same, and every citation resolves."""

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from pydantic import ValidationError

from rag.client.in_process import InProcess
from rag.client.over_http import OverHttp
from rag.client.protocol import Client
from rag.contract.answers import SourceOut
from rag.contract.stories import StoriesQuery, TimelineQuery
from rag.errors import BadQuestion, ServiceError
from rag.http.app import build_app
from rag.http.state import State
from rag.service.background import caught_up
from rag.service.wiring import Service
from tests.support.sse import on_loopback
from tests.support.streams import beside

SCHOLARSHIPS = {"140-suat-hoc-bong-nhat-ban-cho-sinh-vien-viet-na-2750dcf8", "w02-hoc-bong-musashino"}


@pytest.fixture(scope="module")
def clients(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[Client]]:
    with beside(sample_service, tmp_path_factory.mktemp("stories") / "data") as service:
        caught_up(service)
        with on_loopback(build_app(State.of(service))) as http, OverHttp(str(http.base_url), None) as over_http:
            yield InProcess(service, ""), over_http


def resolves(source: SourceOut, client: Client) -> bool:
    article = client.article(source.article_id)
    return article is not None and article.text[source.start_char : source.end_char] == source.cited_text


def test_two_reports_of_one_scholarship_are_a_story(clients: Sequence[Client]) -> None:
    listed = [client.stories.stories(StoriesQuery(q="hoc bong", entities=["country:japan"])) for client in clients]

    assert listed[0] == listed[1]
    (card,) = listed[0].stories
    assert (card.articles, card.sources, listed[0].total, listed[0].next) == (2, 2, 1, None)
    assert {article.id for article in card.newest} == SCHOLARSHIPS
    for client in clients:
        story = client.stories.story(card.id)
        assert story is not None
        assert {article.id for article in story.articles} == SCHOLARSHIPS
        assert [(article.published_at or "")[:10] for article in story.articles] == ["2026-02-24", "2026-02-23"]
        assert all(article.opening and resolves(article.opening, client) for article in story.articles)
        assert client.stories.story(2**62) is None


def test_stories_come_a_page_at_a_time(clients: Sequence[Client]) -> None:
    for client in clients:
        whole = client.stories.stories(StoriesQuery())
        first = client.stories.stories(StoriesQuery(limit=1))
        second = client.stories.stories(StoriesQuery(limit=1, after=first.next))
        assert [*first.stories, *second.stories] == whole.stories[:2]
        assert whole.total == len(whole.stories)
        assert client.stories.stories(StoriesQuery(sources=["Không có"])).stories == []


def test_a_timeline_goes_by_days_and_cites_the_articles(clients: Sequence[Client]) -> None:
    asked = TimelineQuery(q="hop tac y te Viet Nam Nhat Ban", limit=6)
    given = [client.stories.timeline(asked) for client in clients]

    assert given[0] == given[1]
    answer = given[0].answer
    assert (answer.kind, answer.outcome, given[0].events) == ("timeline", "answered", len(answer.items))
    assert 0 < len(answer.items) <= 6
    days = [item.day for item in answer.items if item.day]
    assert days == sorted(set(days))
    assert all(resolves(source, clients[0]) for one in answer.citations for source in one.sources)


def test_filters_bind_a_timeline(clients: Sequence[Client]) -> None:
    last = date(2025, 4, 30)
    for client in clients:
        out = client.stories.timeline(TimelineQuery(q="hợp tác y tế Việt Nam Nhật Bản", published_to=last))
        cited = {source.published_at for one in out.answer.citations for source in one.sources}
        assert cited
        assert all(day is not None and day[:10] <= last.isoformat() for day in cited)


def test_a_matter_without_words_is_refused_and_one_that_nothing_tells_of_is_not_told(clients: Sequence[Client]) -> None:
    in_process, over_http = clients
    with pytest.raises(BadQuestion):
        in_process.stories.timeline(TimelineQuery(q="?!"))
    with pytest.raises(ServiceError) as refused:
        over_http.stories.timeline(TimelineQuery(q="?!"))
    assert (refused.value.status, refused.value.kind) == (422, "question-empty")
    for client in clients:
        out = client.stories.timeline(TimelineQuery(q="máy hơi nước trên sao Hỏa"))
        assert (out.answer.outcome, out.events, out.answer.citations) == ("none", 0, [])


@pytest.mark.parametrize(
    "given",
    [
        {"limit": 0},
        {"limit": 101},
        {"after": "x"},
        {"entities": ["japan"]},
        {"q": "a" * 301},
        {"sources": [""]},
        {"published_from": date(2026, 2, 1), "published_to": date(2026, 1, 1)},
    ],
    ids=["limit-0", "limit-101", "after", "entity", "q", "source", "days"],
)
def test_what_cannot_be_sought_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        StoriesQuery.model_validate(given)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/stories?limit=x",
        "/v1/stories?after=2026",
        "/v1/stories?unknown=1",
        "/v1/stories?entity=",
        "/v1/stories/x",
        "/v1/stories/-1",
        "/v1/timeline",
        "/v1/timeline?q=a&limit=51",
        "/v1/timeline?q=%00",
    ],
)
def test_wrong_requests_are_problems(sample_service: Service, path: str) -> None:
    with on_loopback(build_app(State.of(sample_service))) as http:
        response = http.get(path)

    assert response.status_code == 422
    assert response.json()["type"].startswith("/problems/")
