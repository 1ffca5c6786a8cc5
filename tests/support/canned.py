"""A client with canned answers, for tests of the doors without a model: `State(lambda owner: Canned(), settings)`."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from typing_extensions import override

from index.entities.words import Kind
from index.language.diacritics.restore import SyllableModel
from rag.client.archive.protocol import ArchiveClient
from rag.client.protocol import AnswerEvent, Client, FileEvent
from rag.client.stories.protocol import StoriesClient
from rag.client.topics.protocol import TopicsClient
from rag.contract.answers import Overview, QueryOut, SearchOut, StageOut, TimingsOut
from rag.contract.archive import (
    ArchiveOut,
    ArticlesEdit,
    Browse,
    BrowsePage,
    EntitiesOut,
    EntityList,
    EntityPageOut,
    FacetsOut,
    TodayOut,
)
from rag.contract.articles import ArticleEdit, ArticlePage, OutcomesBody, SourcesOut, StoredArticle
from rag.contract.conversations import (
    ConversationEdit,
    ConversationOut,
    ConversationPage,
    Exported,
    ExportForm,
    ListedConversation,
    SharedOut,
    ShareOut,
    SharesOut,
    SuggestionsOut,
)
from rag.contract.feeds import FeedsOut
from rag.contract.questions import AskBody, FeedbackBody, SearchBody
from rag.question.understanding import understand
from rag.records.search import Language, Origin


class Uncalled:
    """An area of the client that a test does not ask."""

    def __getattr__(self, name: str) -> object:
        raise NotImplementedError(name)


class CannedArchive(ArchiveClient):
    """An archive without articles. What a test needs beyond that, its subclass plays."""

    @override
    def articles(self, page: BrowsePage | None = None) -> ArticlePage:
        return ArticlePage(articles=[], total=0, next=None)

    @override
    def facets(self, browse: Browse | None = None) -> FacetsOut:
        raise NotImplementedError

    @override
    def edit(self, body: ArticlesEdit) -> int:
        raise NotImplementedError

    @override
    def remove(self, ids: Sequence[str]) -> int:
        return 0

    @override
    def start(self, language: Language = "vi") -> ArchiveOut:
        nothing = TodayOut(added=0, updated=0, articles=[])
        return ArchiveOut(
            articles=0,
            chunks=0,
            first=None,
            last=None,
            undated=0,
            sources=0,
            newest=[],
            today=nothing,
            active=[],
            stories=[],
            questions=[],
        )

    @override
    def entities(self, page: EntityList | None = None) -> EntitiesOut:
        return EntitiesOut(entities=[], total=0, next=None)

    @override
    def entity(self, kind: Kind, key: str) -> EntityPageOut | None:
        return None


@dataclass
class Canned(Client):
    """Plays an answer's events, and keeps what it was asked. What a test needs beyond that, its subclass plays."""

    play: Callable[[AskBody], Iterable[AnswerEvent]] = lambda _: ()
    asked: list[AskBody] = field(default_factory=list)
    rated: list[FeedbackBody] = field(default_factory=list)
    stories: StoriesClient = field(default_factory=lambda: cast("StoriesClient", Uncalled()))
    topics: TopicsClient = field(default_factory=lambda: cast("TopicsClient", Uncalled()))
    archive: ArchiveClient = field(default_factory=CannedArchive)

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
    def edit(self, article_id: str, body: ArticleEdit) -> StoredArticle | None:
        return None

    @override
    def feeds(self) -> FeedsOut:
        return FeedsOut(feeds=[], watched=False)

    @override
    def add_feed(self, url: str) -> FeedsOut:
        raise NotImplementedError

    @override
    def remove_feed(self, url: str) -> bool:
        return False

    @override
    def remove(self, article_id: str) -> bool:
        return False

    @override
    def sources(self) -> SourcesOut:
        return SourcesOut(sources=[], first=None, last=None)

    @override
    def conversations(
        self, limit: int = 100, before: str | None = None, *, origin: Origin | None = None, q: str = ""
    ) -> ConversationPage:
        return ConversationPage(conversations=[], next=None)

    @override
    def conversation(self, conversation_id: str) -> ConversationOut | None:
        return None

    @override
    def edit_conversation(self, conversation_id: str, body: ConversationEdit) -> ListedConversation | None:
        return None

    @override
    def suggestions(self, answer_id: str) -> SuggestionsOut | None:
        return None

    @override
    def export(self, answer_id: str, form: ExportForm, language: Language = "vi") -> Exported | None:
        return None

    @override
    def share(self, answer_id: str) -> ShareOut | None:
        return None

    @override
    def shares(self) -> SharesOut:
        return SharesOut(shares=[])

    @override
    def shared(self, token: str) -> SharedOut | None:
        return None

    @override
    def unshare(self, token: str) -> bool:
        return False

    @override
    def delete_conversation(self, conversation_id: str) -> bool:
        return False

    @override
    def feedback(self, body: FeedbackBody) -> bool:
        self.rated.append(body)
        return body.answer_id == "a1"


_NO_SYLLABLES = SyllableModel.count([])


class Found(Canned):
    """Understands what it is asked, and finds nothing; but it has one article, `cho-noi`."""

    @override
    def answer_events(self, body: AskBody) -> Generator[AnswerEvent, None, None]:
        understand(body.question, _NO_SYLLABLES)
        yield StageOut(stage="search")

    @override
    def search(self, body: SearchBody | str) -> SearchOut:
        understood = understand(body if isinstance(body, str) else body.query, _NO_SYLLABLES)
        query = QueryOut(text=understood.text, understood=understood.understood, language=understood.language)
        return SearchOut(query=query, hits=[], timings_ms=TimingsOut(encoding=1, search=1, answer=0, total=2))

    @override
    def article(self, article_id: str) -> StoredArticle | None:
        article = {"id": "cho-noi", "text": "Chợ nổi họp sớm.", "captions": []}
        particulars = dict.fromkeys(("title", "url", "source", "published_at", "language"))
        return StoredArticle.model_validate(article | particulars) if article_id == "cho-noi" else None
