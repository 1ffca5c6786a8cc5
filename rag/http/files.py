"""HTTP: files in. The body is the file's bytes as they are; its name says what kind it is."""

from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from index.intake.files import MEDIA_TYPES, Refusal, read_bytes
from index.language.text import nfc
from index.records import Draft
from index.storage.errors import Refused
from rag.contract.articles import OutcomeBody
from rag.errors import ServerStops
from rag.http.events import EventStream, message
from rag.http.ingesting import STOPPED, taken
from rag.http.problems import problem_of
from rag.http.state import Shared, State

# A file is read whole before the first article is taken in, so that progress can be told.
MOST_ARTICLES = 10_000
_STATUSES = ("added", "updated", "unchanged", "refused")
_BODY = {
    "requestBody": {
        "description": "The file's bytes, of any content type.",
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_STREAM: dict[int | str, dict[str, object]] = {
    200: {
        "description": "The outcomes, or their events.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}

router = APIRouter(prefix="/v1")


class FileOutcome(OutcomeBody):
    """What became of an article of a file; also the event `outcome`."""

    origin: str = Field(description="The file's name, with the line or the number of the article in it.")
    title: str | None = None


class FileOutcomes(BaseModel):
    """One outcome an article, in the order of the file. A file that holds none has none."""

    results: list[FileOutcome]


class FileBegun(BaseModel):
    """The event `begun`: how many outcomes will follow."""

    articles: int


class FileDone(BaseModel):
    """The event `done`: how many outcomes there were, and of which kind."""

    results: int
    added: int
    updated: int
    unchanged: int
    refused: int


async def _bytes(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect as error:
        raise HTTPException(400, "The file did not come whole; send it again.") from error


def _label(
    name: Annotated[
        str, Query(min_length=1, max_length=400, description=f"The file's name, in {' '.join(MEDIA_TYPES)}.")
    ],
) -> str:
    """The name as results show it: one line, without folders. Raises `Refused` for a kind that is not read."""
    shown = "".join(letter if letter.isprintable() else " " for letter in nfc(name))
    label = shown.replace("\\", "/").rpartition("/")[2].strip()
    suffix = PurePosixPath(label).suffix
    if suffix.lower() not in MEDIA_TYPES:
        raise Refused(f"files named {label[-80:]!r} are not read; send one that ends in {' '.join(MEDIA_TYPES)}")
    return label


@router.post(
    "/files",
    summary="Add or update the articles of a file",
    response_model=FileOutcomes,
    responses=_STREAM,
    openapi_extra=_BODY,
)
def put_file(
    data: Annotated[bytes, Depends(_bytes)],
    label: Annotated[str, Depends(_label)],
    state: Shared,
    stream: Annotated[bool, Query(description="Whether the outcomes come as server-sent events.")] = False,
) -> FileOutcomes | EventStream:
    """Take in a page, a text, or a JSON file of articles. Each result is on the disk, and found by the next question.

    A page or text is known by its file's name, so the file sent again is `unchanged`, or `updated` where it differs.
    With `stream` the outcomes come as server-sent events as they are made: `begun`, `outcome`, and `done`; or `error`.
    """
    if stream:
        return EventStream(_messages(data, label, state), _failed, state.stopping)
    items = _items(data, label)
    results = list(_outcomes(state, items))
    results += [_refused(item) for item in items[len(results) :]]
    return FileOutcomes(results=results)


def _items(data: bytes, label: str) -> list[Draft | Refusal]:
    items = list(islice(read_bytes(data, label), MOST_ARTICLES + 1))
    if len(items) > MOST_ARTICLES:
        raise Refused(f"{label} holds more than {MOST_ARTICLES:,} articles; split it")
    return items


def _outcomes(state: State, items: Iterable[Draft | Refusal]) -> Generator[FileOutcome, None, None]:
    """Outcomes with titles. Fewer than `items` where the server stops."""
    titles: deque[str | None] = deque()
    for outcome in taken(state, _noting(items, titles)):
        yield FileOutcome(
            id=outcome.id,
            status=outcome.status,
            reason=outcome.reason,
            origin=outcome.origin,
            title=titles.popleft(),
        )


def _noting(items: Iterable[Draft | Refusal], titles: deque[str | None]) -> Iterator[Draft | Refusal]:
    for item in items:
        titles.append(item.article.metadata.title if isinstance(item, Draft) else None)
        yield item


def _messages(data: bytes, label: str, state: State) -> Generator[bytes, None, None]:
    items = _items(data, label)
    yield message(FileBegun(articles=len(items)).model_dump_json(), "begun")
    counts: Counter[str] = Counter()
    with closing(_outcomes(state, items)) as outcomes:
        for outcome in outcomes:
            counts[outcome.status] += 1
            yield message(outcome.model_dump_json(), "outcome")
    if counts.total() < len(items):
        raise ServerStops(f"{label}: {STOPPED}; of {len(items):,} articles, {counts.total():,} are kept.")
    done = FileDone(results=len(items), **{status: counts[status] for status in _STATUSES})
    yield message(done.model_dump_json(), "done")


def _failed(error: Exception) -> bytes:
    return message(problem_of(error).model_dump_json(exclude_defaults=True), "error")


def _refused(item: Draft | Refusal) -> FileOutcome:
    origin = item.origin if isinstance(item, Refusal) else item.raw.origin
    return FileOutcome(id=None, status="refused", reason=STOPPED, origin=origin)
