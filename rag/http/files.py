"""HTTP: files in. The body is the file's bytes as they are; its name says what kind it is."""

from collections.abc import Generator
from contextlib import closing, suppress
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.requests import ClientDisconnect

from index.intake.files import MEDIA_TYPES
from index.intake.forms.reading import INSTEAD
from index.language.text import nfc
from index.storage.errors import Refused
from rag.client.protocol import Client, FileEvent
from rag.contract.articles import FileOutcome, FileOutcomes
from rag.errors import ServerStops
from rag.http.events import EventStream, event_message
from rag.http.problems import HttpProblem, error_message
from rag.http.state import Asking, Shared, State

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


async def _bytes(request: Request) -> bytes:
    if request.headers.get("content-type", "").strip().lower().startswith("multipart/form-data"):
        raise Refused("a form is not read, as its parts would be taken for the text; send the file's bytes as the body")
    try:
        return await request.body()
    except ClientDisconnect as error:
        raise HttpProblem("request-broken", "The file did not come whole; send it again.") from error


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
        mend = INSTEAD.get(suffix.lower()) or f"send one that ends in {' '.join(MEDIA_TYPES)}"
        raise Refused(f"files named {label[-80:]!r} are not read; {mend}")
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
    client: Asking,
    stream: Annotated[bool, Query(description="Whether the outcomes come as server-sent events.")] = False,
) -> FileOutcomes | EventStream:
    """Take in a page, a text, or a JSON file of articles. Each result is on the disk, and found by the next question.

    A page or text is known by its file's name, so the file sent again is `unchanged`, or `updated` where it differs.
    With `stream` the outcomes come as server-sent events as they are made: `begun`, `outcome`, and `done`; or `error`.
    """
    events = _counted(client, data, label, state)
    if stream:
        return EventStream(_messages(events), error_message, state.stopping)
    results: list[FileOutcome] = []
    # What was not taken in is among the outcomes.
    with suppress(ServerStops):
        for event in events:
            if isinstance(event, FileOutcome):
                results.append(event)  # noqa: PERF401 (what came before ServerStops is to stay)
    return FileOutcomes(results=results)


def _counted(client: Client, data: bytes, label: str, state: State) -> Generator[FileEvent, None, None]:
    with closing(client.ingest_file(data, label)) as events:
        for event in events:
            if isinstance(event, FileOutcome):
                state.metrics.outcomes.labels(event.status).inc()
            yield event


def _messages(events: Generator[FileEvent, None, None]) -> Generator[bytes, None, None]:
    with closing(events):
        yield from map(event_message, events)
