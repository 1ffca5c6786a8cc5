"""Errors over HTTP, after RFC 9457: one shape, the fitting status, and never a stack trace."""

import logging
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from index.storage.errors import EncoderBusy, IndexingError, Refused, StorageFull, StoreError
from rag.contract.answers import Problem
from rag.errors import BadQuestion, ServerStops
from rag.http.events import message

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1
_TITLES = {404: "Not found", 405: "Method not allowed", 413: "Too large", 503: "Not now"}
# What each kind of error means to a client; the first that fits.
_STATUSES: tuple[tuple[type[Exception], int, str], ...] = (
    (BadQuestion, 422, "The question cannot be taken"),
    (Refused, 422, "The article cannot be taken"),
    (ServerStops, 503, "Not now"),
    (EncoderBusy, 429, "Too many requests"),
    (StorageFull, 507, "The disk is full"),
    (StoreError, 503, "The database cannot be used now"),
    (IndexingError, 503, "The index cannot be used now"),
)


def problem(status: int, title: str, detail: str, errors: list[dict[str, object]] | None = None) -> JSONResponse:
    """A response in the form of RFC 9457."""
    body = Problem(title=title, status=status, detail=detail, errors=errors or [])
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status in (429, 503) else None
    return JSONResponse(body.model_dump(exclude_defaults=True), status, headers, MEDIA_TYPE)


def add_handlers(app: FastAPI) -> None:
    """Answer every error of the application in one form."""
    handlers: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
        RequestValidationError: _invalid,
        HTTPException: _http,
        Exception: _unexpected,
        **{kind: _ours for kind, _, _ in _STATUSES},
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def problem_of(error: Exception) -> Problem:
    """An error as clients are told of it; of one that we did not foresee they learn that it happened."""
    for kind, status, title in _STATUSES:
        if isinstance(error, kind):
            return Problem(title=title, status=status, detail=str(error))
    return Problem(title="Something went wrong on our side", status=500, detail="The server's log says what.")


def error_message(error: Exception) -> bytes:
    """The event `error` of a stream that broke off."""
    return message(problem_of(error).model_dump_json(exclude_defaults=True), "error")


async def _ours(_: Request, error: Exception) -> Response:
    told = problem_of(error)
    return problem(told.status, told.title, told.detail)


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = _TITLES.get(error.status_code, "The request failed")
    response = problem(error.status_code, title, error.detail)
    response.headers.update(error.headers or {})
    return response


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # The rejected input itself is not sent back: it may be huge, or not even encodable.
    found: list[dict[str, object]] = [
        {"where": [_printable(part) for part in item["loc"]], "what": _printable(item["msg"])}
        for item in error.errors()[:20]
    ]
    first = found[0]
    where = ".".join(map(str, first["where"])) if isinstance(first["where"], list) else ""
    return problem(422, "The request does not fit the description", f"{where}: {first['what']}", found)


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("A request failed", exc_info=error)
    return await _ours(request, error)


def _printable(text: object) -> object:
    return text if isinstance(text, int) else str(text).encode("utf-8", "replace").decode()[:300]
