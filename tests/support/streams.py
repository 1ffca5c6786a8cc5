"""What the tests of streamed answers share: services with a generator of their own, servers, events, a slow model."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
from starlette.types import ASGIApp

from index.language.text import sentences
from rag.service.wiring import Service, put_together
from tests.support.llm_server import Body, Reply
from tests.support.loopback import served
from tests.support.sample import settings_for

SCHOLARSHIPS = "Quỹ Musashino trao bao nhiêu suất học bổng?"


@dataclass(frozen=True)
class Told:
    """A server-sent event, its data read as JSON where it is; a comment has the name `comment`."""

    name: str
    data: Any
    at: float


@contextmanager
def beside(service: Service, data: Path, **more: Any) -> Iterator[Service]:
    """A service over the same articles, with settings and conversations of its own."""
    data.mkdir()
    settings = settings_for(data, Path(service.settings.embedding_model), **more)
    with put_together(
        settings, service.store, service.encoder, service.ingester, service.catalogue, lambda _: None
    ) as own:
        yield own


@contextmanager
def on_loopback(app: ASGIApp) -> Iterator[httpx.Client]:
    """A client of a server in this process, over real sockets."""
    with (
        served(app) as url,
        httpx.Client(base_url=url, timeout=60, limits=httpx.Limits(max_connections=None)) as client,
    ):
        yield client


def told(lines: Iterable[str]) -> Iterator[Told]:
    """Events as they come. AssertionError at a line that the HTML standard gives no meaning to, or a lost end."""
    name, data = "message", ""
    for line in lines:
        field, colon, value = line.partition(": ")
        if line == "":
            if data:
                yield Told(name, data if data == "[DONE]" else json.loads(data), monotonic())
            name, data = "message", ""
        elif line.startswith(":"):
            yield Told("comment", line, monotonic())
        elif field == "event":
            name = value
        else:
            assert (field, colon, data) == ("data", ": ", ""), line
            data = value
    assert data == ""


def asked(client: httpx.Client, body: dict[str, Any], path: str = "/v1/ask") -> list[Told]:
    """All events of a streamed answer."""
    with client.stream("POST", path, json={**body, "stream": True}) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        return list(told(response.iter_lines()))


def named(events: Iterable[Told], name: str) -> list[Any]:
    """The data of the events of a name."""
    return [event.data for event in events if event.name == name]


def without_ids(answered: dict[str, Any]) -> dict[str, Any]:
    """What two answers to one question share."""
    return {key: value for key, value in answered.items() if key not in {"id", "conversation_id", "timings_ms"}}


class Writer:
    """Plays a language model that copies, from the passages it is given, the first sentence that says `about`.

    It pauses `before` the sentence and `after` it. Asked to word a question anew, it copies the question.
    """

    def __init__(self, about: str, before: float = 0, after: float = 0) -> None:
        self._about, self._before, self._after = about, before, after

    def __call__(self, body: Body) -> Reply:
        given, _ = json.JSONDecoder().raw_decode(body["messages"][-1]["content"])
        if "history" in given:
            return Reply([given["question"]])
        found = (
            f"{passage['text'][start:end]} [{passage['number']}]"
            for passage in given["passages"]
            for start, end in sentences(passage["text"])
            if self._about in passage["text"][start:end]
        )
        written = next(found, "NO_ANSWER")
        half = len(written) // 2
        # The first words behind a sentence say that it has ended.
        return Reply([self._before, written[:half], written[half:], "\nNO_", self._after, "ANSWER"])
