"""Requests to a server of ours: bodies and answers as the shapes of `rag.contract`, problems as ServiceError."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.message import Message
from importlib.metadata import version
from typing import Any, TypedDict, TypeVar, Unpack

import httpx2
from pydantic import BaseModel, ValidationError

from rag.contract.problems import Problem, name_of
from rag.errors import ServiceError
from rag.records.answers import Working

Out = TypeVar("Out", bound=BaseModel)


class _Sent(TypedDict, total=False):
    json: Mapping[str, object]
    params: Mapping[str, str | int | Sequence[str]]
    content: bytes


# A stream says something every second; a language model may think for long before an answer that is not streamed.
_TIMEOUT = httpx2.Timeout(60, connect=5)
# What to do where the server that the settings name does not answer.
NAMED = "see that it runs, and that HOIDAP_SERVICE_URL is its address"
_KEY = {"key-missing", "key-wrong", "key-scope"}


class Requests:
    """A server at a base URL, asked with a key. Every method raises ServiceError.

    `mend` says what to do where it does not answer.
    """

    def __init__(
        self, url: str, key: str | None, transport: httpx2.BaseTransport | None = None, mend: str = NAMED
    ) -> None:
        self._mend = mend
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx2.Client(base_url=url, headers=headers, timeout=_TIMEOUT, transport=transport)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def got(self, kind: type[Out], method: str, path: str, **sent: Unpack[_Sent]) -> Out:
        """What the server answers, in this shape."""
        return self._read(kind, self._response(method, path, **sent).content)

    def file(self, method: str, path: str, **sent: Unpack[_Sent]) -> tuple[str, bytes] | None:
        """The name and the bytes of the file that the server answers with; None where there is nothing at the path."""
        response = self._response(method, path, may_miss=True, **sent)
        told = Message()
        told["Content-Disposition"] = response.headers.get("content-disposition", "")
        return None if response.status_code == 404 else (told.get_filename() or "", response.content)

    def found(self, kind: type[Out], method: str, path: str, **sent: Unpack[_Sent]) -> Out | None:
        """What the server answers, in this shape; None where there is nothing at the path."""
        response = self._response(method, path, may_miss=True, **sent)
        return None if response.status_code == 404 else self._read(kind, response.content)

    def done(self, method: str, path: str, **sent: Unpack[_Sent]) -> bool:
        """Whether there was something at the path."""
        return self._response(method, path, may_miss=True, **sent).status_code != 404

    def _response(self, method: str, path: str, *, may_miss: bool = False, **sent: Unpack[_Sent]) -> httpx2.Response:
        with self._reached():
            response = self._http.request(method, path, **sent)
        if not (response.is_success or (may_miss and response.status_code == 404)):
            raise _refused(response)
        return response

    def streamed(
        self, path: str, kinds: Mapping[str, type[BaseModel]], **sent: Unpack[_Sent]
    ) -> Generator[Any, None, None]:
        """The events of a stream up to `done`. ServiceError for an `error` in it."""
        with self._reached(), self._http.stream("POST", path, **sent) as response:
            if response.status_code != 200:
                response.read()
                raise _refused(response)
            if not response.headers.get("content-type", "").startswith("text/event-stream"):
                raise self._unreadable()
            for name, data in _events(response.iter_lines()):
                if name == "error":
                    told = self._read(Problem, data)
                    raise ServiceError(told.status, told.detail, kind=name_of(told.type))
                yield self._read(kinds[name], data) if name in kinds else Working()
                if name == "done":
                    return

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except httpx2.HTTPError as error:
            # Its message may hold the address, and the address a password.
            problem = f"The service cannot be reached ({type(error).__name__})"
            raise ServiceError(None, f"{problem}; {self._mend}.", kind="service-unreachable") from error

    def _read(self, kind: type[Out], text: str | bytes) -> Out:
        try:
            return kind.model_validate_json(text)
        except ValidationError as error:
            raise self._unreadable() from error

    def _unreadable(self) -> ServiceError:
        detail = f"The service answers in a form that version {version('hoidap')} does not know"
        return ServiceError(None, f"{detail}; have both of one version, and {self._mend}.")


def _refused(response: httpx2.Response) -> ServiceError:
    try:
        told = response.json()
        detail, kind = str(told["detail"]), name_of(str(told.get("type")))
    except (ValueError, KeyError, TypeError, AttributeError):
        detail = f"The service answered with status {response.status_code}; see that the address is one of ours."
        kind = ""
    if kind in _KEY:
        detail += " HOIDAP_SERVICE_KEY is the key that is sent."
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


def fields(body: BaseModel) -> dict[str, Any]:
    """A body as it is sent."""
    return body.model_dump(mode="json", exclude_none=True)
