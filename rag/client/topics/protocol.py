"""What every door asks of topics and briefings: a service in the same process, or one over HTTP."""

from abc import abstractmethod
from typing import Protocol

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
)
from rag.topics.records import Language


class TopicsClient(Protocol):
    """Topics and briefings of one owner; of another's it knows nothing. Any number of threads may call it.

    Every method raises what `rag.client.protocol.Client` says; and, of a service in the same process, NotKept for what
    cannot be kept, and BadQuestion.
    """

    # --- Topics ------------------------------------------------------------------------------------------

    @abstractmethod
    def topics(self) -> TopicsOut:
        """The topics, oldest first."""

    @abstractmethod
    def add(self, body: TopicBody) -> TopicOut:
        """Follow a question: what comes from now on is new."""

    @abstractmethod
    def topic(self, topic_id: str) -> TopicOut | None:
        """A topic, or None."""

    @abstractmethod
    def change(self, topic_id: str, body: TopicEdit) -> TopicOut | None:
        """Change a topic; None where there is none of this id."""

    @abstractmethod
    def remove(self, topic_id: str) -> bool:
        """Follow a topic no longer, and forget its news; False where there is none of this id."""

    @abstractmethod
    def news(self, topic_id: str, limit: int = 20, after: str | None = None) -> NewsOut | None:
        """A page of a topic's notices; `after` is the `next` of the page before. None where there is no such topic."""

    @abstractmethod
    def see(self, topic_id: str) -> bool:
        """Note that a topic's notices were seen; False where there is none of this id."""

    @abstractmethod
    def open_feed(self, topic_id: str) -> FeedOut | None:
        """A new address of a topic's feed; the one before is void. None where there is no such topic."""

    @abstractmethod
    def close_feed(self, topic_id: str) -> bool:
        """Let nobody read a topic's feed; False where there is no such topic."""

    @abstractmethod
    def brief(self, question: str, filters: FilterBody, language: Language = "vi") -> TopicNewsOut:
        """An overview of the articles about a question that pass filters; one of 0 notices where there are none."""

    # --- Briefings ---------------------------------------------------------------------------------------

    @abstractmethod
    def briefings(self) -> BriefingsOut:
        """The briefings, oldest first."""

    @abstractmethod
    def add_briefing(self, body: BriefingBody) -> BriefingOut:
        """Begin a briefing; the answer alone holds the secrets of its webhooks."""

    @abstractmethod
    def briefing(self, briefing_id: str) -> BriefingOut | None:
        """A briefing, or None."""

    @abstractmethod
    def change_briefing(self, briefing_id: str, body: BriefingEdit) -> BriefingOut | None:
        """Change a briefing; None where there is none of this id. Channels that are given are all made anew."""

    @abstractmethod
    def remove_briefing(self, briefing_id: str) -> bool:
        """End a briefing, and forget its issues; False where there is none of this id."""

    @abstractmethod
    def preview(self, briefing_id: str) -> IssueOut | None:
        """The issue that a briefing would have now, neither kept nor sent; None where there is no such briefing."""

    @abstractmethod
    def issues(self, briefing_id: str, limit: int = 20, before: str | None = None) -> IssuesOut | None:
        """A page of a briefing's issues, the latest first; None where there is no such briefing."""

    @abstractmethod
    def issue(self, issue_id: str) -> IssueOut | None:
        """An issue, or None."""

    @abstractmethod
    def send_again(self, issue_id: str, delivery_id: str) -> bool:
        """Send again what failed, was stopped, or may have arrived; False where there is no such delivery of yours."""
