"""A `rag.client.protocol.Client` of a server at an address."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypedDict, TypeVar, Unpack
from urllib.parse import quote

import httpx2
from pydantic import BaseModel
from typing_extensions import override

from rag.client.protocol import AnswerEvent, Client, FileEvent, Order
from rag.contract.answers import ANSWER_EVENTS, Overview, SearchOut
from rag.contract.articles import FILE_EVENTS, ArticleEdit, ArticlePage, OutcomesBody, SourcesOut, StoredArticle
from rag.contract.conversations import ConversationOut, ConversationPage
from rag.contract.feeds import FeedsOut
from rag.contract.problems import Problem, name_of
from rag.contract.questions import AskBody, FeedbackBody, SearchBody
from rag.errors import ServiceError
from rag.records.answers import Working

Out = TypeVar("Out", bound=BaseModel)


class _Sent(TypedDict, total=False):
    json: Mapping[str, object]
    params: Mapping[str, str | int]
    content: bytes


# A stream says something every second; a language model may think for long before an answer that is not streamed.
_TIMEOUT = httpx2.Timeout(60, connect=5)


class OverHttp(Client):
    """A `Client` of a server at a base URL; conversations belong to the key that it is asked with."""

    def __init__(self, url: str, key: str | None, transport: httpx2.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx2.Client(base_url=url, headers=headers, timeout=_TIMEOUT, transport=transport)

    def __enter__(self) -> "OverHttp":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @override
    def answer_events(self, body: AskBody) -> Generator[AnswerEvent, None, None]:
        # Streamed, so that its stages can be told, and silence noticed.
        sent = {**_json(body), "stream": True}
        yield from self._streamed("/v1/ask", ANSWER_EVENTS, json=sent)

    @override
    def search(self, body: SearchBody | str) -> SearchOut:
        sought = SearchBody(query=body) if isinstance(body, str) else body
        return self._got(SearchOut, "POST", "/v1/search", json=_json(sought))

    @override
    def overview(self) -> Overview:
        return self._got(Overview, "GET", "/v1/session")

    @override
    def ingest(self, articles: Sequence[Mapping[str, object]]) -> OutcomesBody:
        return self._got(OutcomesBody, "POST", "/v1/articles", json={"articles": list(articles)})

    @override
    def ingest_file(self, data: bytes, name: str) -> Generator[FileEvent, None, None]:
        yield from self._streamed("/v1/files", FILE_EVENTS, params={"name": name, "stream": "true"}, content=data)

    @override
    def article(self, article_id: str) -> StoredArticle | None:
        return self._found(StoredArticle, f"/v1/articles/{quote(article_id, safe='')}")

    @override
    def articles(self, limit: int = 100, after: str | None = None, order: Order = "id") -> ArticlePage:
        params = {"limit": limit, "order": order} | ({"after": after} if after else {})
        return self._got(ArticlePage, "GET", "/v1/articles", params=params)

    @override
    def edit(self, article_id: str, body: ArticleEdit) -> StoredArticle | None:
        path = f"/v1/articles/{quote(article_id, safe='')}"
        response = self._response("PATCH", path, may_miss=True, json=body.changes)
        return None if response.status_code == 404 else StoredArticle.model_validate_json(response.content)

    @override
    def remove(self, article_id: str) -> bool:
        return self._done("DELETE", f"/v1/articles/{quote(article_id, safe='')}")

    @override
    def sources(self) -> SourcesOut:
        return self._got(SourcesOut, "GET", "/v1/sources")

    @override
    def feeds(self) -> FeedsOut:
        return self._got(FeedsOut, "GET", "/v1/feeds")

    @override
    def add_feed(self, url: str) -> FeedsOut:
        return self._got(FeedsOut, "POST", "/v1/feeds", json={"url": url})

    @override
    def remove_feed(self, url: str) -> bool:
        return self._done("DELETE", "/v1/feeds", params={"url": url})

    @override
    def conversations(self, limit: int = 100, before: str | None = None) -> ConversationPage:
        params = {"limit": limit} | ({"before": before} if before else {})
        return self._got(ConversationPage, "GET", "/v1/conversations", params=params)

    @override
    def conversation(self, conversation_id: str) -> ConversationOut | None:
        return self._found(ConversationOut, f"/v1/conversations/{quote(conversation_id, safe='')}")

    @override
    def delete_conversation(self, conversation_id: str) -> bool:
        return self._done("DELETE", f"/v1/conversations/{quote(conversation_id, safe='')}")

    @override
    def feedback(self, body: FeedbackBody) -> bool:
        return self._done("POST", "/v1/feedback", json=_json(body))

    # --- Shared ------------------------------------------------------------------------------------------

    def _got(self, kind: type[Out], method: str, path: str, **sent: Unpack[_Sent]) -> Out:
        return kind.model_validate_json(self._response(method, path, **sent).content)

    def _found(self, kind: type[Out], path: str) -> Out | None:
        response = self._response("GET", path, may_miss=True)
        return None if response.status_code == 404 else kind.model_validate_json(response.content)

    def _done(self, method: str, path: str, **sent: Unpack[_Sent]) -> bool:
        return self._response(method, path, may_miss=True, **sent).status_code != 404

    def _response(self, method: str, path: str, *, may_miss: bool = False, **sent: Unpack[_Sent]) -> httpx2.Response:
        with _reached():
            response = self._http.request(method, path, **sent)
        if not (response.is_success or (may_miss and response.status_code == 404)):
            raise _refused(response)
        return response

    def _streamed(
        self, path: str, kinds: Mapping[str, type[BaseModel]], **sent: Unpack[_Sent]
    ) -> Generator[Any, None, None]:
        """The events of a stream up to `done`. ServiceError for an `error` in it."""
        with _reached(), self._http.stream("POST", path, **sent) as response:
            if response.status_code != 200:
                response.read()
                raise _refused(response)
            for name, data in _events(response.iter_lines()):
                if name == "error":
                    told = Problem.model_validate_json(data)
                    raise ServiceError(told.status, told.detail, kind=name_of(told.type))
                yield kinds[name].model_validate_json(data) if name in kinds else Working()
                if name == "done":
                    return


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except httpx2.HTTPError as error:
        # Its message may hold the address, and the address a password.
        problem = f"The service cannot be reached ({type(error).__name__})"
        detail = f"{problem}; see that it runs, and that HOIDAP_SERVICE_URL is its address."
        raise ServiceError(None, detail, kind="service-unreachable") from error


def _refused(response: httpx2.Response) -> ServiceError:
    try:
        told = response.json()
        detail, kind = str(told["detail"]), name_of(str(told.get("type")))
    except (ValueError, KeyError, TypeError, AttributeError):
        detail = f"The service answered with status {response.status_code}; see that the address is one of ours."
        kind = ""
    wait = response.headers.get("retry-after", "")
    return ServiceError(response.status_code, detail, float(wait) if wait.isdigit() else None, kind)


def _events(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Names and data of server-sent events, each of which has one line of data as ours do; a comment has no name."""
    name = ""
    for line in lines:
        field, _, value = line.partition(": ")
        match field:
            case "event":
                name = value
            case "data":
                yield name, value
            case "" if value:
                yield "", value


def _json(body: BaseModel) -> dict[str, Any]:
    return body.model_dump(mode="json", exclude_none=True)
