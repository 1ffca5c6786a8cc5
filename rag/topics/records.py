"""The records of following. Frozen, with hardly any logic. Moments are seconds since 1970."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.arrays import Vectors
from index.records import Article, Filters
from rag.delivery.channels import Channel
from rag.delivery.schedule import Schedule
from rag.records.answers import Answer, Source
from rag.records.search import Language, Query

# What a match is: there before the topic, new, or told before in other words.
MatchKind = Literal["earlier", "new", "corrected"]
What = Literal["figure", "date", "corrected", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A saved question. `owner` is the id of the key that it belongs to, empty where none is needed.

    `query` is the question as it is understood. `seen` is the number of the last match that its owner has looked at;
    `last_match_at` when the last one came, None where none did. `feed`: whether a feed of it is open.
    """

    id: str
    owner: str
    name: str
    query: Query
    filters: Filters
    paused: bool
    created_at: float
    seen: int = 0
    last_match_at: float | None = None
    feed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What new passages are compared with: a topic, and its question's vector, float32 of shape (dimension,).

    `since` is the sequence number of the store up to which articles were there before the topic.
    """

    topic: Topic
    vector: Vectors
    since: int


@dataclass(frozen=True, slots=True)
class Match:
    """An article that a topic is about; `score` is the probability that it is. Later matches have higher numbers."""

    number: int
    article_id: str
    at: float
    score: float
    kind: MatchKind


@dataclass(frozen=True, slots=True)
class Found:
    """A match that is about to be kept."""

    topic: str
    article_id: str
    score: float
    kind: MatchKind


@dataclass(frozen=True, slots=True)
class Notice:
    """An event of a topic: when the last of its articles came, whether that is new to the topic's owner, its title and
    day, the sentence that tells it best, its articles, and how many publishers these have.
    """

    at: float
    new: bool
    title: str
    day: date | None
    source: Source
    articles: tuple[Article, ...]
    sources: int


@dataclass(frozen=True, slots=True)
class Briefing:
    """A subscription to topics. Matches with numbers up to `upto` were told, or came before the briefing.

    `next_at` is when the next issue is due, `last_issue_at` when the last one was made.
    """

    id: str
    owner: str
    name: str
    topics: tuple[str, ...]
    schedule: Schedule
    language: Language
    channels: tuple[Channel, ...]
    paused: bool
    created_at: float
    next_at: float
    upto: int
    since: float
    last_issue_at: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What was told before, and what an article now says instead; None where it is gone."""

    what: What
    before: Source
    now: Source | None


@dataclass(frozen=True, slots=True)
class TopicNews:
    """What is new on a topic: how many `notices`, of how many `sources`, put together as an overview.

    Where nothing new came, and only something that was told before has changed, the answer says nothing.
    """

    topic: str
    name: str
    notices: int
    sources: int
    answer: Answer
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """One briefing that was made; `since` is when the one before was, or the briefing began."""

    id: str
    briefing: str
    name: str
    made_at: float
    since: float
    language: Language
    topics: tuple[TopicNews, ...]

    def answer_id(self, news: TopicNews) -> str:
        """What an overview of it is rated by; empty where that says nothing, and in a preview."""
        return f"{self.id}-{news.topic}" if self.id and news.answer.citations else ""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that issues of a briefing told; `number` orders them.

    `overtaken`: a later issue has told what became of it.
    """

    number: int
    topic: str
    source: Source
    overtaken: bool = False
