"""A `TopicsClient` of a service in the same process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from typing_extensions import override

from index.clock import WALL_CLOCK
from index.storage.errors import Refused
from rag.client.topics.protocol import TopicsClient
from rag.contract.answers import answer_out
from rag.contract.questions import FilterBody
from rag.contract.topics import (
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
    briefing_out,
    channels_of,
    issue_out,
    notice_out,
    topic_news_out,
    topic_out,
)
from rag.delivery.outbox import Outbox
from rag.errors import NotKept
from rag.records.answers import Answer
from rag.records.search import Language
from rag.service.visiting import addresses_of
from rag.service.wiring import Service
from rag.topics.feeds import TopicFeeds
from rag.topics.records import Topic


class InProcessTopics(TopicsClient):
    """The topics and briefings of one owner."""

    def __init__(self, service: Service, owner: str) -> None:
        self._topics, self._settings, self._owner = service.topics, service.settings, owner
        self._feeds = TopicFeeds(service.topics, service.alive)
        self._outbox = Outbox(service.topics.database)

    # --- Topics ------------------------------------------------------------------------------------------

    @override
    def topics(self) -> TopicsOut:
        return TopicsOut(topics=[self._out(topic) for topic in self._topics.topics(self._owner)])

    @override
    def add(self, body: TopicBody) -> TopicOut:
        return self._out(self._topics.add(self._owner, body.question, body.name, body.filters.filters()))

    @override
    def topic(self, topic_id: str) -> TopicOut | None:
        found = self._topics.topic(self._owner, topic_id)
        return self._out(found) if found else None

    @override
    def change(self, topic_id: str, body: TopicEdit) -> TopicOut | None:
        topic = self._topics.topic(self._owner, topic_id)
        if topic is None:
            return None
        changed = replace(
            topic,
            name=topic.name if body.name is None else body.name,
            filters=topic.filters if body.filters is None else body.filters.filters(),
            paused=topic.paused if body.paused is None else body.paused,
        )
        kept = self._topics.change(changed)
        return self._out(kept) if kept else None

    @override
    def remove(self, topic_id: str) -> bool:
        return self._topics.remove(self._owner, topic_id)

    @override
    def news(self, topic_id: str, limit: int = 20, after: str | None = None) -> NewsOut | None:
        topic = self._topics.topic(self._owner, topic_id)
        if topic is None:
            return None
        page = self._topics.news(topic, limit, after)
        return NewsOut(notices=[notice_out(notice) for notice in page.notices], next=page.next)

    @override
    def see(self, topic_id: str) -> bool:
        return self._topics.see(self._owner, topic_id)

    @override
    def open_feed(self, topic_id: str) -> FeedOut | None:
        secret = self._feeds.open(self._owner, topic_id)
        home = str(self._settings.public_url or "").rstrip("/")
        return FeedOut(address=f"{home}/feeds/{secret}.atom") if secret else None

    @override
    def close_feed(self, topic_id: str) -> bool:
        return self._feeds.close(self._owner, topic_id)

    @override
    def brief(self, question: str, filters: FilterBody, language: Language = "vi") -> TopicNewsOut:
        found = self._topics.brief(question, filters.filters(), language)
        if found is not None:
            return topic_news_out(found)
        nothing = answer_out(Answer("", "none", 0.0, language, kind="overview"))
        return TopicNewsOut(topic="", name=question, notices=0, sources=0, answer=nothing, changes=[])

    def _out(self, topic: Topic) -> TopicOut:
        return topic_out(topic, self._topics.unseen(topic))

    # --- Briefings ---------------------------------------------------------------------------------------

    @override
    def briefings(self) -> BriefingsOut:
        return BriefingsOut(briefings=[briefing_out(one) for one in self._topics.issues.briefings(self._owner)])

    @override
    def add_briefing(self, body: BriefingBody) -> BriefingOut:
        with _kept():
            channels = channels_of(body.channels, addresses_of(self._settings))
            schedule = body.schedule.schedule()
        made = self._topics.add_briefing(self._owner, body.name, body.topics, schedule, body.language, channels)
        return briefing_out(made, telling_secrets=True)

    @override
    def briefing(self, briefing_id: str) -> BriefingOut | None:
        found = self._topics.issues.briefing(self._owner, briefing_id)
        return briefing_out(found) if found else None

    @override
    def change_briefing(self, briefing_id: str, body: BriefingEdit) -> BriefingOut | None:
        found = self._topics.issues.briefing(self._owner, briefing_id)
        if found is None:
            return None
        if body.name is not None:
            found = replace(found, name=body.name)
        if body.topics is not None:
            found = replace(found, topics=tuple(body.topics))
        if body.language is not None:
            found = replace(found, language=body.language)
        if body.paused is not None:
            found = replace(found, paused=body.paused)
        with _kept():
            if body.schedule is not None:
                found = replace(found, schedule=body.schedule.schedule())
            if body.channels is not None:
                found = replace(found, channels=channels_of(body.channels, addresses_of(self._settings)))
        changed = self._topics.change_briefing(found)
        return briefing_out(changed, telling_secrets=body.channels is not None) if changed else None

    @override
    def remove_briefing(self, briefing_id: str) -> bool:
        return self._topics.issues.remove(self._owner, briefing_id)

    @override
    def preview(self, briefing_id: str) -> IssueOut | None:
        found = self._topics.issues.briefing(self._owner, briefing_id)
        return issue_out(self._topics.briefings.preview(found)) if found else None

    @override
    def issues(self, briefing_id: str, limit: int = 20, before: str | None = None) -> IssuesOut | None:
        if self._topics.issues.briefing(self._owner, briefing_id) is None:
            return None
        found = self._topics.issues.issues(self._owner, briefing_id, limit, before)
        shown = [issue_out(issue, self._outbox.of(issue.id)) for issue in found]
        return IssuesOut(issues=shown, next=found[-1].id if len(found) == limit else None)

    @override
    def issue(self, issue_id: str) -> IssueOut | None:
        found = self._topics.issues.issue(issue_id, self._owner)
        return issue_out(found, self._outbox.of(found.id)) if found else None

    @override
    def send_again(self, issue_id: str, delivery_id: str) -> bool:
        issue = self._topics.issues.issue(issue_id, self._owner)
        known = issue is not None and any(one.id == delivery_id for one in self._outbox.of(issue.id))
        return known and self._outbox.again(delivery_id, WALL_CLOCK.now())


@contextmanager
def _kept() -> Iterator[None]:
    """Tell what a schedule or channel refuses as what cannot be kept."""
    try:
        yield
    except Refused as refusal:
        raise NotKept(f"{refusal}.") from refusal
