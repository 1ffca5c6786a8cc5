"""A client with canned answers, for tests of the doors without a model: `State(lambda owner: Canned(), settings)`."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field

from typing_extensions import override

from rag.client.protocol import AnswerEvent, Client, FileEvent, Order
from rag.contract.answers import (
    AskBody,
    ConversationOut,
    ConversationPage,
    FeedbackBody,
    Overview,
    SearchBody,
    SearchOut,
)
from rag.contract.articles import ArticlePage, OutcomesBody, SourcesOut, StoredArticle


@dataclass
class Canned(Client):
    """Plays an answer's events, and keeps what it was asked. What a test needs beyond that, its subclass plays."""

    play: Callable[[AskBody], Sequence[AnswerEvent]] = lambda _: ()
    asked: list[AskBody] = field(default_factory=list)
    rated: list[FeedbackBody] = field(default_factory=list)

    @override
    def answer_events(self, body: AskBody) -> Generator[AnswerEvent, None, None]:
        self.asked.append(body)
        yield from self.play(body)

    @override
    def search(self, body: SearchBody | str) -> SearchOut:
        raise NotImplementedError

    @override
    def overview(self) -> Overview:
        return Overview(articles=2, chunks=3, generators=["extractive"], generator="extractive", languages=["en", "vi"])

    @override
    def ingest(self, articles: Sequence[Mapping[str, object]]) -> OutcomesBody:
        raise NotImplementedError

    @override
    def ingest_file(self, data: bytes, name: str) -> Generator[FileEvent, None, None]:
        raise NotImplementedError

    @override
    def article(self, article_id: str) -> StoredArticle | None:
        return None

    @override
    def articles(self, limit: int = 100, after: str | None = None, order: Order = "id") -> ArticlePage:
        return ArticlePage(articles=[], total=0, next=None)

    @override
    def remove(self, article_id: str) -> bool:
        return False

    @override
    def sources(self) -> SourcesOut:
        return SourcesOut(sources=[], first=None, last=None)

    @override
    def conversations(self, limit: int = 100, before: str | None = None) -> ConversationPage:
        return ConversationPage(conversations=[], next=None)

    @override
    def conversation(self, conversation_id: str) -> ConversationOut | None:
        return None

    @override
    def delete_conversation(self, conversation_id: str) -> bool:
        return False

    @override
    def feedback(self, body: FeedbackBody) -> bool:
        self.rated.append(body)
        return body.answer_id == "a1"
