"""Errors as they go out: RFC 9457 problems, each of a kind that clients can tell from others without reading English.

A problem's `type` is the URI reference `/problems/NAME`; the names are a contract. OPERATIONS.md lists them.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from index.storage.errors import EncoderBusy, IndexingError, Refused, StorageFull, StoreError
from rag.errors import BadQuestion, NotKept, ServerStops, ServiceError

_PREFIX = "/problems/"


class Problem(BaseModel):
    """An error, after RFC 9457. `type` is about:blank where it is of no kind of ours."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] = []


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its HTTP status, and what it says in general."""

    status: int
    title: str


KINDS = {
    "question-empty": Kind(422, "The question holds no word"),
    "question-too-long": Kind(422, "The question is too long"),
    "question-missing": Kind(422, "A chat does not end with a question"),
    "generator-unknown": Kind(422, "The generator is not set up here"),
    "article-refused": Kind(422, "The article or file cannot be taken in"),
    "topic-refused": Kind(422, "The topic or briefing cannot be kept as asked"),
    "request-invalid": Kind(422, "The request does not fit the description"),
    "request-broken": Kind(400, "The request cannot be read"),
    "body-too-large": Kind(413, "The body is too large"),
    "body-encoded": Kind(415, "The body is compressed"),
    "key-missing": Kind(401, "A key is needed"),
    "key-wrong": Kind(401, "The key is unknown or revoked"),
    "key-scope": Kind(403, "The key may not do this"),
    "key-rate": Kind(429, "The key has sent too many requests"),
    "wrong-keys": Kind(429, "Too many wrong keys came from this address"),
    "host-refused": Kind(421, "The server is not asked by this name"),
    "origin-refused": Kind(403, "A page of another site may not ask"),
    "article-not-found": Kind(404, "There is no such article"),
    "entity-not-found": Kind(404, "No article names this"),
    "feed-not-found": Kind(404, "No such feed is watched"),
    "conversation-not-found": Kind(404, "There is no such conversation"),
    "answer-not-found": Kind(404, "There is no such answer"),
    "topic-not-found": Kind(404, "There is no such topic"),
    "briefing-not-found": Kind(404, "There is no such briefing"),
    "delivery-not-found": Kind(404, "There is no such delivery to be sent again"),
    "issue-not-found": Kind(404, "There is no such issue of a briefing"),
    "share-not-found": Kind(404, "There is no such link"),
    "model-not-found": Kind(404, "There is no such model"),
    "path-not-found": Kind(404, "There is nothing at this path"),
    "method-not-allowed": Kind(405, "The path does not take this method"),
    "busy": Kind(429, "Too many requests are in progress"),
    "stopping": Kind(503, "The server is stopping"),
    "database-unavailable": Kind(503, "The database cannot be used now"),
    "index-unavailable": Kind(503, "The index cannot be used now"),
    "storage-full": Kind(507, "The disk is full"),
    "service-unreachable": Kind(502, "The service behind this one cannot be reached"),
    "internal": Kind(500, "Something went wrong on our side"),
}
_KINDS_OF_ERRORS: tuple[tuple[type[Exception], str], ...] = (
    (Refused, "article-refused"),
    (NotKept, "topic-refused"),
    (ServerStops, "stopping"),
    (EncoderBusy, "busy"),
    (StorageFull, "storage-full"),
    (StoreError, "database-unavailable"),
    (IndexingError, "index-unavailable"),
)


def problem(name: str, detail: str, errors: list[dict[str, Any]] | None = None) -> Problem:
    """A problem of the kind of this name."""
    kind = KINDS[name]
    return Problem(type=_PREFIX + name, title=kind.title, status=kind.status, detail=detail, errors=errors or [])


def problem_of(error: Exception) -> Problem:
    """An error as clients are told of it; of one that nobody foresaw they learn only that it happened."""
    if isinstance(error, BadQuestion):
        return problem(error.kind, str(error))
    if isinstance(error, ServiceError):
        if error.kind:
            return problem(error.kind, str(error))
        return Problem(title="The service refused", status=error.status or 502, detail=str(error))
    for raised, name in _KINDS_OF_ERRORS:
        if isinstance(error, raised):
            return problem(name, str(error))
    return problem("internal", "The server's log says what.")


def name_of(type_: str) -> str:
    """The name in a problem's `type`, empty where it is of no kind of ours."""
    name = type_.removeprefix(_PREFIX)
    return name if name in KINDS else ""
