"""Server-sent events as a client reads them, over real sockets of this process."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx
from starlette.types import ASGIApp

from tests.support.loopback import served


@dataclass(frozen=True)
class Told:
    """A server-sent event, its data read as JSON where it is; a comment has the name `comment`."""

    name: str
    data: Any
    at: float


@contextmanager
def on_loopback(app: ASGIApp) -> Iterator[httpx.Client]:
    """A client of a server in this process, over real sockets."""
    with (
        served(app) as url,
        httpx.Client(base_url=url, timeout=300, limits=httpx.Limits(max_connections=None)) as client,
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
