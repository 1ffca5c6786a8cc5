"""A `TopicsClient` of a server, for the owner of the key that it is asked with."""

from urllib.parse import quote

from typing_extensions import override

from rag.client.requests import Requests, fields
from rag.client.topics.protocol import TopicsClient
from rag.contract.questions import FilterBody
from rag.contract.topics import (
    BriefBody,
    BriefingBody,
    BriefingEdit,
    BriefingOut,
    BriefingsOut,
    FeedOut,
    IssueOut,
    IssuesOut,
    NewsOut,
    TopicBody,
    TopicEdit,
    TopicNewsOut,
    TopicOut,
    TopicsOut,
)
from rag.topics.records import Language


class OverHttpTopics(TopicsClient):
    """The topics and briefings of the owner of a key."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    # --- Topics ------------------------------------------------------------------------------------------

    @override
    def topics(self) -> TopicsOut:
        return self._requests.got(TopicsOut, "GET", "/v1/topics")

    @override
    def add(self, body: TopicBody) -> TopicOut:
        return self._requests.got(TopicOut, "POST", "/v1/topics", json=fields(body))

    @override
    def topic(self, topic_id: str) -> TopicOut | None:
        return self._requests.found(TopicOut, "GET", _topic(topic_id))

    @override
    def change(self, topic_id: str, body: TopicEdit) -> TopicOut | None:
        return self._requests.found(TopicOut, "PATCH", _topic(topic_id), json=fields(body))

    @override
    def remove(self, topic_id: str) -> bool:
        return self._requests.done("DELETE", _topic(topic_id))

    @override
    def news(self, topic_id: str, limit: int = 20, after: str | None = None) -> NewsOut | None:
        params = {"limit": limit} | ({"after": after} if after else {})
        return self._requests.found(NewsOut, "GET", f"{_topic(topic_id)}/news", params=params)

    @override
    def see(self, topic_id: str) -> bool:
        return self._requests.done("POST", f"{_topic(topic_id)}/seen")

    @override
    def open_feed(self, topic_id: str) -> FeedOut | None:
        return self._requests.found(FeedOut, "POST", f"{_topic(topic_id)}/feed")

    @override
    def close_feed(self, topic_id: str) -> bool:
        return self._requests.done("DELETE", f"{_topic(topic_id)}/feed")

    @override
    def brief(self, question: str, filters: FilterBody, language: Language = "vi") -> TopicNewsOut:
        body = BriefBody(question=question, filters=filters, language=language)
        return self._requests.got(TopicNewsOut, "POST", "/v1/brief", json=fields(body))

    # --- Briefings ---------------------------------------------------------------------------------------

    @override
    def briefings(self) -> BriefingsOut:
        return self._requests.got(BriefingsOut, "GET", "/v1/briefings")

    @override
    def add_briefing(self, body: BriefingBody) -> BriefingOut:
        return self._requests.got(BriefingOut, "POST", "/v1/briefings", json=fields(body))

    @override
    def briefing(self, briefing_id: str) -> BriefingOut | None:
        return self._requests.found(BriefingOut, "GET", _briefing(briefing_id))

    @override
    def change_briefing(self, briefing_id: str, body: BriefingEdit) -> BriefingOut | None:
        return self._requests.found(BriefingOut, "PATCH", _briefing(briefing_id), json=fields(body))

    @override
    def remove_briefing(self, briefing_id: str) -> bool:
        return self._requests.done("DELETE", _briefing(briefing_id))

    @override
    def preview(self, briefing_id: str) -> IssueOut | None:
        return self._requests.found(IssueOut, "POST", f"{_briefing(briefing_id)}/preview")

    @override
    def issues(self, briefing_id: str, limit: int = 20, before: str | None = None) -> IssuesOut | None:
        params = {"limit": limit} | ({"before": before} if before else {})
        return self._requests.found(IssuesOut, "GET", f"{_briefing(briefing_id)}/issues", params=params)

    @override
    def issue(self, issue_id: str) -> IssueOut | None:
        return self._requests.found(IssueOut, "GET", _issue(issue_id))

    @override
    def send_again(self, issue_id: str, delivery_id: str) -> bool:
        return self._requests.done("POST", f"{_issue(issue_id)}/deliveries/{quote(delivery_id, safe='')}")


def _topic(topic_id: str) -> str:
    return f"/v1/topics/{quote(topic_id, safe='')}"


def _issue(issue_id: str) -> str:
    return f"/v1/issues/{quote(issue_id, safe='')}"


def _briefing(briefing_id: str) -> str:
    return f"/v1/briefings/{quote(briefing_id, safe='')}"
