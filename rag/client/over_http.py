"""A `rag.client.protocol.Client` of a server at an address."""

from collections.abc import Generator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx2
from typing_extensions import override

from rag.client.protocol import AnswerEvent, Client, FileEvent
from rag.client.requests import NAMED, Requests, fields
from rag.contract.answers import ANSWER_EVENTS, Overview, SearchOut, SettingsOut
from rag.contract.articles import FILE_EVENTS, ArticleEdit, OutcomesBody, SourcesOut, StoredArticle
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
from rag.records.search import Language, Origin

if TYPE_CHECKING:
    from rag.client.archive.protocol import ArchiveClient
    from rag.client.stories.protocol import StoriesClient
    from rag.client.topics.protocol import TopicsClient


class OverHttp(Client):
    """A `Client` of a server at a base URL; conversations belong to the key that it is asked with."""

    def __init__(
        self, url: str, key: str | None, transport: httpx2.BaseTransport | None = None, mend: str = NAMED
    ) -> None:
        self._requests = Requests(url, key, transport, mend)

    # Each is imported by who needs it: their shapes take long to load.

    @cached_property
    def stories(self) -> "StoriesClient":  # type: ignore[override]
        """Stories and timelines."""
        from rag.client.stories.over_http import OverHttpStories  # noqa: PLC0415

        return OverHttpStories(self._requests)

    @cached_property
    def topics(self) -> "TopicsClient":  # type: ignore[override]
        """Topics and briefings."""
        from rag.client.topics.over_http import OverHttpTopics  # noqa: PLC0415

        return OverHttpTopics(self._requests)

    @cached_property
    def archive(self) -> "ArchiveClient":  # type: ignore[override]
        """What there is to browse."""
        from rag.client.archive.over_http import OverHttpArchive  # noqa: PLC0415

        return OverHttpArchive(self._requests)

    def __enter__(self) -> "OverHttp":
        return self

    def __exit__(self, *_: object) -> None:
        self._requests.close()

    @override
    def answer_events(self, body: AskBody) -> Generator[AnswerEvent, None, None]:
        # Streamed, so that its stages can be told, and silence noticed.
        sent = {**fields(body), "stream": True}
        yield from self._requests.streamed("/v1/ask", ANSWER_EVENTS, json=sent)

    @override
    def search(self, body: SearchBody | str) -> SearchOut:
        sought = SearchBody(query=body) if isinstance(body, str) else body
        return self._requests.got(SearchOut, "POST", "/v1/search", json=fields(sought))

    @override
    def overview(self) -> Overview:
        return self._requests.got(Overview, "GET", "/v1/session")

    def settings(self) -> SettingsOut:
        """The settings that the server answers with; a key needs the scope `admin` for them."""
        return self._requests.got(SettingsOut, "GET", "/v1/settings")

    @override
    def ingest(self, articles: Sequence[Mapping[str, object]]) -> OutcomesBody:
        return self._requests.got(OutcomesBody, "POST", "/v1/articles", json={"articles": list(articles)})

    @override
    def ingest_file(self, data: bytes, name: str) -> Generator[FileEvent, None, None]:
        yield from self._requests.streamed(
            "/v1/files", FILE_EVENTS, params={"name": name, "stream": "true"}, content=data
        )

    @override
    def article(self, article_id: str) -> StoredArticle | None:
        return self._requests.found(StoredArticle, "GET", f"/v1/articles/{quote(article_id, safe='')}")

    @override
    def edit(self, article_id: str, body: ArticleEdit) -> StoredArticle | None:
        path = f"/v1/articles/{quote(article_id, safe='')}"
        return self._requests.found(StoredArticle, "PATCH", path, json=body.changes)

    @override
    def remove(self, article_id: str) -> bool:
        return self._requests.done("DELETE", f"/v1/articles/{quote(article_id, safe='')}")

    @override
    def sources(self) -> SourcesOut:
        return self._requests.got(SourcesOut, "GET", "/v1/sources")

    @override
    def feeds(self) -> FeedsOut:
        return self._requests.got(FeedsOut, "GET", "/v1/feeds")

    @override
    def add_feed(self, url: str) -> FeedsOut:
        return self._requests.got(FeedsOut, "POST", "/v1/feeds", json={"url": url})

    @override
    def remove_feed(self, url: str) -> bool:
        return self._requests.done("DELETE", "/v1/feeds", params={"url": url})

    @override
    def conversations(
        self, limit: int = 100, before: str | None = None, *, origin: Origin | None = None, q: str = ""
    ) -> ConversationPage:
        params = {"limit": limit} | {
            name: value for name, value in (("before", before), ("origin", origin), ("q", q)) if value
        }
        return self._requests.got(ConversationPage, "GET", "/v1/conversations", params=params)

    @override
    def conversation(self, conversation_id: str) -> ConversationOut | None:
        return self._requests.found(ConversationOut, "GET", f"/v1/conversations/{quote(conversation_id, safe='')}")

    @override
    def edit_conversation(self, conversation_id: str, body: ConversationEdit) -> ListedConversation | None:
        path = f"/v1/conversations/{quote(conversation_id, safe='')}"
        return self._requests.found(ListedConversation, "PATCH", path, json=body.changes)

    @override
    def delete_conversation(self, conversation_id: str) -> bool:
        return self._requests.done("DELETE", f"/v1/conversations/{quote(conversation_id, safe='')}")

    @override
    def feedback(self, body: FeedbackBody) -> bool:
        return self._requests.done("POST", "/v1/feedback", json=fields(body))

    @override
    def suggestions(self, answer_id: str) -> SuggestionsOut | None:
        return self._requests.found(SuggestionsOut, "GET", f"/v1/answers/{quote(answer_id, safe='')}/suggestions")

    @override
    def export(self, answer_id: str, form: ExportForm, language: Language = "vi") -> Exported | None:
        path = f"/v1/answers/{quote(answer_id, safe='')}/export"
        file = self._requests.file("GET", path, params={"format": form, "language": language})
        return Exported(*file) if file else None

    @override
    def share(self, answer_id: str) -> ShareOut | None:
        return self._requests.found(ShareOut, "POST", f"/v1/answers/{quote(answer_id, safe='')}/share")

    @override
    def shares(self) -> SharesOut:
        return self._requests.got(SharesOut, "GET", "/v1/shared")

    @override
    def shared(self, token: str) -> SharedOut | None:
        return self._requests.found(SharedOut, "GET", f"/v1/shared/{quote(token, safe='')}")

    @override
    def unshare(self, token: str) -> bool:
        return self._requests.done("DELETE", f"/v1/shared/{quote(token, safe='')}")
