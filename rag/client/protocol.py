"""What every door of the product asks: a service in the same process, or one over HTTP.

The routes over HTTP, the Slack bot, the MCP tools and the Python API are each given a `Client`, and speak the shapes of
`rag.contract`.
"""

from abc import abstractmethod
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from rag.contract.answers import AskOut, CitationOut, DeltaOut, Overview, PassagesOut, SearchOut, StageOut
from rag.contract.articles import (
    ArticleEdit,
    FileBegun,
    FileDone,
    FileOutcome,
    OutcomesBody,
    SourcesOut,
    StoredArticle,
)
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
from rag.errors import ServiceError
from rag.records.answers import Working
from rag.records.search import Language, Origin

if TYPE_CHECKING:
    # Their shapes take long to load, and most who ask need none of them.
    from rag.client.archive.protocol import ArchiveClient
    from rag.client.stories.protocol import StoriesClient
    from rag.client.topics.protocol import TopicsClient

# Called with the name of each stage of an answer, `search` or `answer`, as it begins.
OnStage = Callable[[str], None]

AnswerEvent = StageOut | PassagesOut | Working | DeltaOut | CitationOut | AskOut
FileEvent = FileBegun | FileOutcome | FileDone


def ignore_stage(stage: str, /) -> None:
    """An `OnStage` that does nothing."""


class Client(Protocol):
    """A service as its users see it; any number of threads may call it.

    Every method raises ServiceError where the service is asked over HTTP, or what a service in the same process
    raises: BadQuestion, and the errors of `index.storage.errors`.
    """

    stories: "StoriesClient"
    topics: "TopicsClient"
    archive: "ArchiveClient"

    @abstractmethod
    def answer_events(self, body: AskBody) -> Generator[AnswerEvent, None, None]:
        """The answer as it is made; the last event is the whole of it, an `AskOut`.

        `Working` is a sign of life where there is nothing to show. Closing the generator breaks the answer off.
        """

    def ask(self, body: AskBody | str, on_stage: OnStage = ignore_stage) -> AskOut:
        """The answer to a question, or to one with filters and a conversation; what `on_stage` raises breaks it off."""
        asked = AskBody(question=body) if isinstance(body, str) else body
        with closing(self.answer_events(asked)) as events:
            for event in events:
                match event:
                    case StageOut(stage=name):
                        on_stage(name)
                    case AskOut():
                        return event
        raise ServiceError(None, "The service broke its answer off; ask again.", kind="service-unreachable")

    @abstractmethod
    def search(self, body: SearchBody | str) -> SearchOut:
        """The passages nearest to a question, best first."""

    @abstractmethod
    def overview(self) -> Overview:
        """How many articles there are, and what can answer."""

    # --- Articles ----------------------------------------------------------------------------------------

    @abstractmethod
    def ingest(self, articles: Sequence[Mapping[str, object]]) -> OutcomesBody:
        """Add or update articles, each with `text` or `html`; one outcome an article, in their order.

        Each outcome is on the disk, and found by the next question. README.md lists the fields of an article. One that
        has a `url` alone is fetched, and may hold several articles.
        """

    @abstractmethod
    def ingest_file(self, data: bytes, name: str) -> Generator[FileEvent, None, None]:
        """Add or update the articles of a file whose name ends in one of `index.intake.files.MEDIA_TYPES`.

        First `FileBegun`, then an outcome an article as it is on the disk, then `FileDone`. Raises Refused for a file
        that cannot be read. Where the service is told to stop, what is left is refused, and ServerStops ends it.
        """

    @abstractmethod
    def article(self, article_id: str) -> StoredArticle | None:
        """An article as it is stored, or None."""

    @abstractmethod
    def edit(self, article_id: str, body: ArticleEdit) -> StoredArticle | None:
        """Put an article's title, source or date right; no later state of it takes that back. None for an unknown id.

        Raises Refused for a value that cannot be one.
        """

    @abstractmethod
    def remove(self, article_id: str) -> bool:
        """Remove an article, so that no later answer cites it; False where there is none of this id."""

    @abstractmethod
    def sources(self) -> SourcesOut:
        """The sources and days that filters can choose from."""

    # --- Feeds -------------------------------------------------------------------------------------------

    @abstractmethod
    def feeds(self) -> FeedsOut:
        """The feeds that are watched, and how they fare."""

    @abstractmethod
    def add_feed(self, url: str) -> FeedsOut:
        """Watch a feed, or the feeds of a site; all that are watched then.

        Raises Refused where there is no feed, or it may not be fetched.
        """

    @abstractmethod
    def remove_feed(self, url: str) -> bool:
        """Watch a feed no longer; its articles stay. False where it was not watched."""

    # --- Conversations -----------------------------------------------------------------------------------

    @abstractmethod
    def conversations(
        self, limit: int = 100, before: str | None = None, *, origin: Origin | None = None, q: str = ""
    ) -> ConversationPage:
        """A page of the list, pinned ones first, then the one with the last turn; `before` is the last page's `next`.

        Of all origins unless one is named. The words of `q` begin words of the title or of a question; typed without
        diacritics, they stand for all that are spelled so without them.
        """

    @abstractmethod
    def conversation(self, conversation_id: str) -> ConversationOut | None:
        """A conversation with every answer as it was given, or None."""

    @abstractmethod
    def edit_conversation(self, conversation_id: str, body: ConversationEdit) -> ListedConversation | None:
        """Rename a conversation, or pin it; None where there is none of this id."""

    @abstractmethod
    def delete_conversation(self, conversation_id: str) -> bool:
        """Delete a conversation with its questions, answers and feedback; False where there is none of this id."""

    @abstractmethod
    def feedback(self, body: FeedbackBody) -> bool:
        """Keep a reader's opinion of an answer instead of the one before; False where there is no such answer."""

    # --- Answers that are kept ---------------------------------------------------------------------------

    @abstractmethod
    def suggestions(self, answer_id: str) -> SuggestionsOut | None:
        """Questions to go on with after an answer, each of which is answered; None where there is no such answer.

        Worked out when they are asked for first, in some seconds, and kept.
        """

    @abstractmethod
    def export(self, answer_id: str, form: ExportForm, language: Language = "vi") -> Exported | None:
        """An answer as a file, with a footnote an article; None where there is no such answer."""

    @abstractmethod
    def share(self, answer_id: str) -> ShareOut | None:
        """Make a link by which whoever may ask can read an answer; None where there is no such answer."""

    @abstractmethod
    def shares(self) -> SharesOut:
        """The links to answers of one's own conversations."""

    @abstractmethod
    def shared(self, token: str) -> SharedOut | None:
        """The answer that a link leads to, as its articles are today; None where the link is revoked or unknown."""

    @abstractmethod
    def unshare(self, token: str) -> bool:
        """Revoke a link of one's own, by its token or id; False where there is none."""
