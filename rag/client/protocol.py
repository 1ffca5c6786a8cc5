"""What surfaces outside the server ask: a service in the same process, or one over HTTP.

with opened_client(settings, progress, owner) as client:
    client.ask(AskBody(question="..."), told=print)
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Protocol
from urllib.parse import quote

import httpx2
from pydantic import BaseModel

from rag.contract.answers import AskBody, AskOut, FeedbackBody, SearchBody, SearchOut, StageOut
from rag.contract.articles import SourcesOut, StoredArticle
from rag.errors import ServiceError
from rag.settings import Settings

Told = Callable[[str], None]

# A stream says something every second; a language model may think for long before an answer that is not streamed.
_TIMEOUT = httpx2.Timeout(60, connect=5)


def say_nothing(stage: str, /) -> None:
    """For who does not follow the stages of an answer."""


class Client(Protocol):
    """What can be asked. Every method raises ServiceError, or what the service in the same process raises.

    Any number of threads may call it.
    """

    def ask(self, body: AskBody, told: Told = say_nothing) -> AskOut:
        """The answer. `told` gets the name of each stage as it begins; what it raises breaks the answer off."""

    def search(self, body: SearchBody) -> SearchOut:
        """The passages nearest to a question, best first."""

    def article(self, article_id: str) -> StoredArticle | None:
        """An article as it is stored, if it is there."""

    def feedback(self, body: FeedbackBody) -> bool:
        """Keep what a reader thinks of an answer; False where the answer is not known any more."""

    def sources(self) -> SourcesOut:
        """What filters can choose from."""


@contextmanager
def opened_client(settings: Settings, progress: Told, owner: str) -> Iterator[Client]:
    """A client of the service that the settings name; without one, of a service opened here.

    Conversations there belong to `owner`, those at a server to the key that it is asked with.
    """
    if settings.service_url is not None:
        key = settings.service_key.get_secret_value() if settings.service_key else None
        with OverHttp(str(settings.service_url), key) as client:
            yield client
        return
    # The embedding model's libraries take seconds to load, and who asks over HTTP needs none of them.
    with import_module("rag.client.in_process").opened_in_process(settings, progress, owner) as client:
        yield client


class OverHttp:
    """A `Client` of a server at a base URL."""

    def __init__(self, url: str, key: str | None, transport: httpx2.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx2.Client(base_url=url, headers=headers, timeout=_TIMEOUT, transport=transport)

    def __enter__(self) -> "OverHttp":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ask(self, body: AskBody, told: Told = say_nothing) -> AskOut:
        """The answer, over a stream: so that its stages can be told, and silence noticed."""
        sent = {**body.model_dump(mode="json", exclude_none=True), "stream": True}
        with _translated(), self._http.stream("POST", "/v1/ask", json=sent) as response:
            if response.status_code != 200:
                response.read()
                raise _refused(response)
            for name, data in _events(response.iter_lines()):
                match name:
                    case "stage":
                        told(StageOut.model_validate_json(data).stage)
                    case "done":
                        return AskOut.model_validate_json(data)
                    case "error":
                        problem = json.loads(data)
                        raise ServiceError(problem["status"], problem["detail"])
        raise ServiceError(None, "The service broke its answer off; ask again.")

    def search(self, body: SearchBody) -> SearchOut:
        """The passages nearest to a question, best first."""
        return SearchOut.model_validate_json(self._sent("POST", "/v1/search", body).content)

    def article(self, article_id: str) -> StoredArticle | None:
        """An article as it is stored, if it is there."""
        response = self._sent("GET", f"/v1/articles/{quote(article_id, safe='')}", may_miss=True)
        return None if response.status_code == 404 else StoredArticle.model_validate_json(response.content)

    def feedback(self, body: FeedbackBody) -> bool:
        """Keep what a reader thinks of an answer; False where the answer is not known any more."""
        return self._sent("POST", "/v1/feedback", body, may_miss=True).status_code != 404

    def sources(self) -> SourcesOut:
        """What filters can choose from."""
        return SourcesOut.model_validate_json(self._sent("GET", "/v1/sources").content)

    def _sent(
        self, method: str, path: str, body: BaseModel | None = None, *, may_miss: bool = False
    ) -> httpx2.Response:
        sent = body.model_dump(mode="json", exclude_none=True) if body else None
        with _translated():
            response = self._http.request(method, path, json=sent)
        if not (response.is_success or (may_miss and response.status_code == 404)):
            raise _refused(response)
        return response


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except httpx2.HTTPError as error:
        # Its message may hold the address, and the address a password.
        problem = f"The service cannot be reached ({type(error).__name__})"
        raise ServiceError(None, f"{problem}; see that it runs, and that HOIDAP_SERVICE_URL is its address.") from error


def _refused(response: httpx2.Response) -> ServiceError:
    try:
        detail = str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"The service answered with status {response.status_code}; see that the address is one of ours."
    wait = response.headers.get("retry-after", "")
    return ServiceError(response.status_code, detail, float(wait) if wait.isdigit() else None)


def _events(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Names and data of server-sent events, each of which has one line of data as ours do."""
    name = ""
    for line in lines:
        field, _, value = line.partition(": ")
        match field:
            case "event":
                name = value
            case "data":
                yield name, value
