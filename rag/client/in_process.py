"""A `rag.client.protocol.Client` of a service in the same process."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from rag.client.conversing import converse
from rag.client.protocol import Client, Told, say_nothing
from rag.contract import answers as schemas
from rag.contract import articles as schemas_articles
from rag.contract.answers import AskBody, AskOut, FeedbackBody, SearchBody, SearchOut
from rag.contract.articles import SourcesOut, StoredArticle
from rag.records import Request, Stage
from rag.service.background import following
from rag.service.conversations import Feedback, timestamp
from rag.service.wiring import Service, opened
from rag.settings import Settings


@contextmanager
def opened_in_process(settings: Settings, progress: Told, owner: str) -> Iterator[Client]:
    """A client of a service that is opened with it, and follows what other processes ingest."""
    with opened(settings, progress) as service, following(service):
        yield InProcess(service, owner)


class InProcess:
    """A `Client` of an open service; conversations belong to `owner`."""

    def __init__(self, service: Service, owner: str) -> None:
        self._service = service
        self._owner = owner

    def ask(self, body: AskBody, told: Told = say_nothing) -> AskOut:
        """The answer, kept in its conversation. Raises BadQuestion, and what the index raises."""
        service = self._service
        asked = schemas.request_of(body, service.settings.k)
        with closing(converse(service, asked, self._owner, body.conversation_id)) as events:
            for event in events:
                match event:
                    case Stage(name=name):
                        told(name)
                    case AskOut():
                        return event
        raise AssertionError("an answer ends with all of it")

    def search(self, body: SearchBody) -> SearchOut:
        """The passages nearest to a question, best first."""
        found = self._service.answerer.search(Request(body.query, body.k, body.filters.filters()))
        return schemas.search_out(found)

    def article(self, article_id: str) -> StoredArticle | None:
        """An article as it is stored, if it is there."""
        draft = self._service.store.draft(article_id)
        return None if draft is None else schemas_articles.stored_article(draft)

    def feedback(self, body: FeedbackBody) -> bool:
        """Keep what a reader thinks of an answer; False where the answer is not known any more."""
        given = Feedback(body.answer_id, timestamp(datetime.now(UTC)), body.rating, body.comment, body.better)
        return self._service.conversations.feedback(self._owner, given)

    def sources(self) -> SourcesOut:
        """What filters can choose from."""
        return schemas_articles.sources_out(self._service.store.sources(), self._service.store.days())
