"""A desk of the tests' own: real databases and indexes, words hashed to vectors instead of a model, a clock to move."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from index.arrays import Vectors
from index.derived.generations import Catalogue
from index.language.text import token_spans
from index.model.tokens import SpanScores, TokenStates
from index.records import Draft, Filters
from index.storage.database import Database, Where
from index.store.store import Store
from index.stories.follower import StoryFollower
from prompts import Prompts
from rag.answer.broad.answers import Broad
from rag.answer.budget import ContextBudget
from rag.answer.extractive import Extractive
from rag.answering import Answerer
from rag.delivery.channels import Channel
from rag.delivery.schedule import Schedule
from rag.passages.copies import Copies
from rag.passages.fusion import Fusion, PassageWeights
from rag.passages.reading import Reader
from rag.service.data_folder import opened_stories
from rag.topics.desk import opened_desk
from rag.topics.records import Briefing, Topic
from rag.topics.topics import Topics
from tests.support.clock import FakeClock
from tests.support.encoders import HashEncoder, catalogue, draft, ingester
from tests.support.stores import beside

# Monday, 5 January 2026, 06:00 in Hà Nội.
MONDAY = datetime(2026, 1, 4, 23, tzinfo=UTC).timestamp()
HOUR = 3600.0
DAILY = Schedule("daily", "07:00", None, "Asia/Ho_Chi_Minh")
DIMENSION = 256


class WordEncoder(HashEncoder):
    """Texts, and their tokens, by their words; it reads nothing together."""

    def __init__(self, fingerprint: str = "hash") -> None:
        super().__init__(fingerprint, DIMENSION)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.embed_passages(texts)

    def query_tokens(self, text: str) -> TokenStates:
        spans = token_spans(text)
        states = self.embed_passages([text[start:end] for start, end in spans])
        return TokenStates(states, np.array(spans, np.int64), text)

    def passage_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        return [self.query_tokens(text) for text in texts]

    def read(self, question: TokenStates, passages: Sequence[TokenStates]) -> list[SpanScores]:
        return []


class DeskClock(FakeClock):
    """A clock that begins on a Monday morning."""

    def __init__(self, at: float = MONDAY) -> None:
        super().__init__()
        self.pass_(at)


@dataclass
class Desk:
    """Topics over articles; `revoked` are the owners whose keys let in no longer."""

    store: Store
    catalogue: Catalogue
    encoder: WordEncoder
    database: Database
    topics: Topics
    stories: StoryFollower
    clock: DeskClock
    revoked: set[str] = field(default_factory=set)

    def take(self, *drafts: Draft) -> None:
        """Take articles in, so that they are found, and follow them."""
        list(ingester(self.store, self.encoder).ingest(drafts))
        self.follow()

    def follow(self) -> None:
        self.catalogue.refresh()
        while any([self.stories.follow(), self.topics.follower.follow()]):
            pass

    def topic(self, question: str, owner: str = "", **filters: object) -> Topic:
        return self.topics.add(owner, question, None, Filters(**filters))  # type: ignore[arg-type]

    def briefing(self, *topics: Topic, channels: Sequence[Channel] = (), owner: str = "") -> Briefing:
        return self.topics.add_briefing(owner, "Bản tin", [one.id for one in topics], DAILY, "vi", channels)

    def news(self, topic: Topic) -> list[list[str]]:
        """The ids of the articles of each notice."""
        page = self.topics.news(topic, 100)
        return [[article.id for article in notice.articles] for notice in page.notices]

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in self.database.rows(statement)]


@contextmanager
def opened_desk_over(
    folder: Path, clock: DeskClock | None = None, encoder: WordEncoder | None = None, where: Where | None = None
) -> Iterator[Desk]:
    """A desk over a database, or that of a folder; there may be one already."""
    where = where or folder / "hoidap.sqlite3"
    encoder, clock = encoder or WordEncoder(), clock or DeskClock()
    store = Store(where)
    indexes = catalogue(store, folder / "generations", encoder)
    revoked: set[str] = set()
    with opened_desk(beside(where, "desk")) as database, opened_stories(store) as stories:
        answerer = answerer_of(store, indexes, encoder)
        topics = Topics(database, answerer, encoder, stories, lambda owner: owner not in revoked, clock)
        follower = StoryFollower(store, stories, indexes, encoder.fingerprint)
        yield Desk(store, indexes, encoder, database, topics, follower, clock, revoked)
    indexes.close()
    store.close()


def answerer_of(
    store: Store, indexes: Catalogue, encoder: WordEncoder, today: Callable[[], date] = lambda: date(2026, 1, 5)
) -> Answerer:
    prompts = Prompts()
    return Answerer(
        store=store,
        catalogue=indexes,
        encoder=encoder,
        generators={"extractive": Extractive.load(prompts)},
        generator="extractive",
        budget=ContextBudget(6000),
        fusion=Fusion(),
        reader=Reader(encoder, PassageWeights()),
        rewriters={},
        translators={},
        copies=Copies(),
        prompts=prompts,
        broad=Broad(prompts),
        today=today,
    )


QUESTION = "Cầu phao Hạc Trì"


def bridge(
    article: str, text: str | None = None, *, source: str | None = "Báo Ven Sông", day: str | None = None
) -> Draft:
    """An article about the pontoon bridge of Hạc Trì."""
    said = text or f"Cầu phao Hạc Trì mở lại vào sáng nay, theo bài {article} của tỉnh Trung Giang vừa công bố."
    return draft(article, said, title="Cầu phao Hạc Trì", source=source, published_at=day)


def market(article: str) -> Draft:
    """An article about something else."""
    text = "Chợ nổi Bến Ngự họp từ tờ mờ sáng, bán nhiều trái cây của miệt vườn trong vùng."
    return draft(article, text, title="Chợ nổi", source="Báo Miệt Vườn")
