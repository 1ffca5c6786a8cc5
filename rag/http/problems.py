"""Errors -> responses in the form of RFC 9457. `rag.contract.problems` lists their kinds."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from index.storage.errors import IndexingError
from rag.contract import problems as kinds
from rag.contract.problems import KINDS, Problem, problem
from rag.errors import AnsweringError
from rag.http.events import message

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1
# What the framework raises itself.
_BY_STATUS = {400: "request-broken", 404: "path-not-found", 405: "method-not-allowed"}
# What it says of them, where that says too little.
_DETAILS = {"There was an error parsing the body": "The body is not JSON in UTF-8."}
_OPENAI_CODES = {
    401: "invalid_api_key",
    403: "insufficient_permissions",
    404: "model_not_found",
    429: "rate_limit_exceeded",
}


class HttpProblem(HTTPException):
    """A request that is refused, as a problem of the kind of this name. The framework lets its own exceptions pass."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(KINDS[name].status, detail)
        self.problem = problem(name, detail)


def found(value: _T | None, name: str, detail: str) -> _T:
    """What was asked for. HttpProblem of the kind of this name where there is none: None, or False of what was done."""
    if value is None or value is False:
        raise HttpProblem(name, detail)
    return value


def response_of(told: Problem, headers: Mapping[str, str] | None = None, *, openai: bool = False) -> JSONResponse:
    """A problem as a response; with `openai` it has `error` in it, where OpenAI's clients look."""
    body = told.model_dump(exclude_defaults=True)
    if openai:
        body["error"] = openai_error(told)
    waiting = {"Retry-After": str(RETRY_AFTER_SECONDS)} if told.status in (429, 503) else {}
    return JSONResponse(body, told.status, {**waiting, **(headers or {})}, MEDIA_TYPE)


def openai_error(told: Problem) -> dict[str, object]:
    """A problem in the form of OpenAI's errors."""
    kind = "server_error" if told.status >= 500 else "invalid_request_error"
    return {"message": told.detail, "type": kind, "param": None, "code": _OPENAI_CODES.get(told.status)}


def add_handlers(app: FastAPI) -> None:
    """Answer every error of the application in one form."""
    handlers: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = dict.fromkeys(
        (RequestValidationError, HTTPException, IndexingError, AnsweringError), _foreseen
    )
    for kind, handler in {**handlers, Exception: _unforeseen}.items():
        app.add_exception_handler(kind, handler)


def problem_of(error: Exception) -> Problem:
    """An error as clients are told of it."""
    match error:
        case HttpProblem():
            return error.problem
        case HTTPException():
            return problem(_BY_STATUS.get(error.status_code, "internal"), _DETAILS.get(error.detail, error.detail))
        case RequestValidationError():
            return _invalid(error)
    return kinds.problem_of(error)


def error_message(error: Exception) -> bytes:
    """The event `error` of a stream that broke off."""
    return message(problem_of(error).model_dump_json(exclude_defaults=True), "error")


async def _foreseen(_: Request, error: Exception) -> Response:
    headers = error.headers if isinstance(error, HTTPException) else None
    return response_of(problem_of(error), headers)


async def _unforeseen(request: Request, error: Exception) -> Response:
    _log.error("A request failed", exc_info=error)
    return await _foreseen(request, error)


def _invalid(error: RequestValidationError) -> Problem:
    # The rejected input itself is not sent back: it may be huge, or not even encodable.
    found: list[dict[str, object]] = [
        {"where": [_printable(part) for part in item["loc"]], "what": _printable(item["msg"])}
        for item in error.errors()[:20]
    ]
    first = found[0]
    where = ".".join(map(str, first["where"])) if isinstance(first["where"], list) else ""
    # Under another type a body is not taken apart.
    mend = "; send JSON, with the header Content-Type: application/json" if isinstance(error.body, bytes) else ""
    return problem("request-invalid", f"{where}: {first['what']}{mend}", found)


def _printable(text: object) -> object:
    return text if isinstance(text, int) else str(text).encode("utf-8", "replace").decode()[:300]
