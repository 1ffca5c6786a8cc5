"""The wire shapes of topics, their news, briefings and issues. Fields are added, never renamed."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from index.fetching.addresses import Addresses
from rag.contract.answers import AnswerOut, SourceOut, answer_out, source_out
from rag.contract.articles import ListedArticle, listed_article
from rag.contract.questions import Body, FilterBody, Question
from rag.delivery.channels import Channel, Email, SlackChannel, Webhook, new_webhook
from rag.delivery.outbox import Standing
from rag.delivery.schedule import Every, Schedule
from rag.records.search import Language
from rag.topics.records import Briefing, Change, Issue, Notice, Topic, TopicNews, What

Name = Annotated[str, StringConstraints(max_length=1000)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]


# --- Topics ----------------------------------------------------------------------------------------------


class TopicBody(Body):
    """A question to be followed."""

    question: Question
    name: Name | None = Field(None, description="What it is called; the question if absent.")
    filters: FilterBody = FilterBody()


class TopicEdit(Body):
    """What of a topic is to be changed; what is absent stays. Another question is another topic."""

    name: Name | None = None
    filters: FilterBody | None = None
    paused: bool | None = Field(None, description="A topic that is paused finds nothing.")


class TopicOut(BaseModel):
    """A topic. Times are ISO 8601 in UTC."""

    id: str
    name: str
    question: str
    filters: FilterBody
    paused: bool
    created_at: str
    new: int = Field(description="Notices since its owner last said that they were seen.")
    last_match_at: str | None = Field(description="When something new was last found.")
    feed: bool = Field(description="Whether its feed is open.")


class TopicsOut(BaseModel):
    """Topics, oldest first."""

    topics: list[TopicOut]


class FeedOut(BaseModel):
    """The address of a topic's feed, told this once: who knows it reads the feed, without a key."""

    address: str = Field(description="Without a host where the setting `public_url` names none.")


class BriefBody(Body):
    """What an overview on demand is about, and of which articles."""

    question: Question
    filters: FilterBody = FilterBody()
    language: Language = Field("vi", description="Of the service's own words.")


class NoticeOut(BaseModel):
    """An event that a topic found, with all articles about it."""

    at: str = Field(description="When the last of its articles was found.")
    new: bool = Field(description="Whether that was after its owner last looked.")
    title: str
    day: date | None
    source: SourceOut = Field(description="The sentence that tells it best.")
    articles: list[ListedArticle]
    sources: int


class NewsOut(BaseModel):
    """A page of notices: the new ones first, of these the one with the most sources first; then the others likewise."""

    notices: list[NoticeOut]
    next: str | None


# --- Briefings -------------------------------------------------------------------------------------------


class ScheduleBody(Body):
    """When issues are made, by the clocks of a zone."""

    every: Every
    at: str = Field("07:00", max_length=10, description="The time of day; of hourly ones the minute counts.")
    weekday: int | None = Field(None, ge=0, le=6, description="Of weekly ones; 0 is Monday.")
    zone: str = Field("Asia/Ho_Chi_Minh", max_length=100, description="An IANA time zone.")

    def schedule(self) -> Schedule:
        """As it is kept. Refused where a value cannot be."""
        return Schedule(self.every, self.at, self.weekday, self.zone)


class EmailBody(Body):
    """By e-mail."""

    kind: Literal["email"]
    address: str = Field(max_length=1000)


class SlackBody(Body):
    """To a Slack channel or person."""

    kind: Literal["slack"]
    channel: str = Field(max_length=1000)


class WebhookBody(Body):
    """To an address that takes signed requests."""

    kind: Literal["webhook"]
    url: str = Field(max_length=2000)


ChannelBody = Annotated[EmailBody | SlackBody | WebhookBody, Field(discriminator="kind")]


class BriefingBody(Body):
    """A subscription to topics."""

    name: Name
    topics: list[Id] = Field(min_length=1, max_length=100)
    schedule: ScheduleBody
    language: Language = "vi"
    channels: list[ChannelBody] = Field([], max_length=100, description="Without any, issues are read here alone.")


class BriefingEdit(Body):
    """What of a briefing is to be changed; what is absent stays."""

    name: Name | None = None
    topics: list[Id] | None = Field(None, min_length=1, max_length=100)
    schedule: ScheduleBody | None = None
    language: Language | None = None
    channels: list[ChannelBody] | None = Field(None, max_length=100, description="Instead of those before.")
    paused: bool | None = None


class ChannelOut(BaseModel):
    """Where issues go. `to` leaves out of a web address what may be secret."""

    kind: Literal["email", "slack", "webhook"]
    to: str
    secret: str | None = Field(None, description="What a new webhook's requests are signed with; told this once.")


class BriefingOut(BaseModel):
    """A briefing. Times are ISO 8601 in UTC."""

    id: str
    name: str
    topics: list[str]
    schedule: ScheduleBody
    language: Language
    channels: list[ChannelOut]
    paused: bool
    created_at: str
    next_at: str
    last_issue_at: str | None


class BriefingsOut(BaseModel):
    """Briefings, oldest first."""

    briefings: list[BriefingOut]


# --- Issues ----------------------------------------------------------------------------------------------


class ChangeOut(BaseModel):
    """What was told before, and what an article now says instead; null where it is gone."""

    what: What
    before: SourceOut
    now: SourceOut | None


class TopicNewsOut(BaseModel):
    """What is new on a topic. `answer` says nothing where only something told before has changed."""

    topic: str
    name: str
    notices: int
    sources: int
    answer: AnswerOut
    changes: list[ChangeOut]
    answer_id: str = Field("", description="What an issue's overview is rated by; empty where it cannot be.")


class DeliveryOut(BaseModel):
    """An issue on its way."""

    id: str
    kind: Literal["email", "slack", "webhook"]
    to: str
    state: Literal["waiting", "sent", "failed", "uncertain", "stopped"]
    tries: int
    at: str = Field(description="When it is tried next, or was settled.")
    detail: str


class IssueOut(BaseModel):
    """One issue of a briefing: what is new since the issue before. The `id` of a preview is empty."""

    id: str
    briefing: str
    name: str
    made_at: str
    since: str
    language: Language
    topics: list[TopicNewsOut]
    deliveries: list[DeliveryOut]


class IssuesOut(BaseModel):
    """A page of issues, the latest first; ask again with `before` = `next` for the following one."""

    issues: list[IssueOut]
    next: str | None


# --- Records to shapes -----------------------------------------------------------------------------------


def topic_out(topic: Topic, new: int) -> TopicOut:
    """A topic as it goes out, with its number of notices that are new."""
    return TopicOut(
        id=topic.id,
        name=topic.name,
        question=topic.query.text,
        filters=FilterBody.model_validate(asdict(topic.filters)),
        paused=topic.paused,
        created_at=moment(topic.created_at),
        new=new,
        last_match_at=moment(topic.last_match_at) if topic.last_match_at is not None else None,
        feed=topic.feed,
    )


def notice_out(notice: Notice) -> NoticeOut:
    """A notice as it goes out."""
    return NoticeOut(
        at=moment(notice.at),
        new=notice.new,
        title=notice.title,
        day=notice.day,
        source=source_out(notice.source),
        articles=[listed_article(article) for article in notice.articles],
        sources=notice.sources,
    )


def channels_of(bodies: Iterable[ChannelBody], addresses: Addresses) -> tuple[Channel, ...]:
    """Channels as they are kept. Refused where one cannot be, or its address may not be reached."""
    return tuple(_channel(body, addresses) for body in bodies)


def _channel(body: ChannelBody, addresses: Addresses) -> Channel:
    match body:
        case EmailBody(address=address):
            return Email(address)
        case SlackBody(channel=channel):
            return SlackChannel(channel)
        case WebhookBody(url=url):
            return new_webhook(url, addresses)


def briefing_out(briefing: Briefing, *, telling_secrets: bool = False) -> BriefingOut:
    """A briefing as it goes out; the secrets of webhooks only where they were made just now."""
    last = briefing.last_issue_at
    return BriefingOut(
        id=briefing.id,
        name=briefing.name,
        topics=list(briefing.topics),
        schedule=ScheduleBody.model_validate(asdict(briefing.schedule)),
        language=briefing.language,
        channels=[_channel_out(channel, telling_secrets) for channel in briefing.channels],
        paused=briefing.paused,
        created_at=moment(briefing.created_at),
        next_at=moment(briefing.next_at),
        last_issue_at=moment(last) if last is not None else None,
    )


def _channel_out(channel: Channel, telling: bool) -> ChannelOut:
    match channel:
        case Email(address=to) | SlackChannel(channel=to):
            return ChannelOut(kind=channel.kind, to=to)
        case Webhook():
            return ChannelOut(kind=channel.kind, to=channel.shown, secret=channel.secret if telling else None)


def issue_out(issue: Issue, deliveries: Sequence[Standing] = ()) -> IssueOut:
    """An issue as it goes out."""
    return IssueOut(
        id=issue.id,
        briefing=issue.briefing,
        name=issue.name,
        made_at=moment(issue.made_at),
        since=moment(issue.since),
        language=issue.language,
        topics=[topic_news_out(news, issue.answer_id(news)) for news in issue.topics],
        deliveries=[DeliveryOut(**{**asdict(one), "at": moment(one.at)}) for one in deliveries],
    )


def topic_news_out(news: TopicNews, answer_id: str = "") -> TopicNewsOut:
    """The news of a topic as they go out; in an issue, with what their overview is rated by."""
    return TopicNewsOut(
        topic=news.topic,
        name=news.name,
        notices=news.notices,
        sources=news.sources,
        answer=answer_out(news.answer),
        changes=[_change(change) for change in news.changes],
        answer_id=answer_id,
    )


def _change(change: Change) -> ChangeOut:
    now = source_out(change.now) if change.now else None
    return ChangeOut(what=change.what, before=source_out(change.before), now=now)


def moment(seconds: float) -> str:
    """A moment in ISO 8601, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
