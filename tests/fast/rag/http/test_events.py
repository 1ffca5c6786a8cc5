"""Server-sent events over real sockets, of made-up messages."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from index.storage.errors import StoreError
from rag.errors import ModelFailed
from rag.http.events import EventStream, Messages, message
from tests.support.sse import Told, on_loopback, told


@contextmanager
def streaming(
    make: Callable[[], Messages], stopping: threading.Event | None = None, comment_seconds: float = 1, grace: float = 4
) -> Iterator[httpx.Client]:
    """A client of a server whose every path streams what `make` makes."""

    def stream(_: Request) -> EventStream:
        return EventStream(
            make(),
            lambda error: message(f'"{type(error).__name__}"', "error"),
            stopping or threading.Event(),
            comment_seconds=comment_seconds,
            grace_seconds=grace,
        )

    with on_loopback(Starlette(routes=[Route("/", stream)])) as client:
        yield client


def numbers(count: int, padding: str = "") -> Messages:
    for number in range(count):
        yield message(f'"{number}{padding}"')


class Endless:
    """Messages for ever, a pause apart. `closed` is set once they are closed."""

    def __init__(self, pause: float, body: bytes = b"") -> None:
        self._pause, self._body = pause, body
        self.closed = threading.Event()

    def __call__(self) -> Messages:
        try:
            while True:
                yield self._body
                time.sleep(self._pause)
        finally:
            self.closed.set()


def read(client: httpx.Client) -> list[Told]:
    with client.stream("GET", "/") as response:
        return list(told(response.iter_lines()))


def test_a_message_is_lines_and_a_blank_one() -> None:
    assert message('{"a": "ơ"}') == 'data: {"a": "ơ"}\n\n'.encode()
    assert message("{}", "done") == b"event: done\ndata: {}\n\n"


def test_headers_say_what_comes_and_that_nobody_may_hold_it_back() -> None:
    with streaming(lambda: numbers(2)) as client:
        response = client.get("/")

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    assert "content-length" not in response.headers
    assert response.text == 'data: "0"\n\ndata: "1"\n\n'


def test_nothing_to_say_is_an_empty_stream() -> None:
    with streaming(lambda: numbers(0)) as client:
        assert client.get("/").content == b""


def test_a_reader_slower_than_the_writer_gets_every_message() -> None:
    with streaming(lambda: numbers(1500, "x" * 5000)) as client, client.stream("GET", "/") as response:
        got = []
        for event in told(response.iter_lines()):
            got.append(int(event.data.rstrip("x")))
            if len(got) % 500 == 0:
                time.sleep(0.05)

    assert got == list(range(1500))


def test_a_message_goes_out_when_it_is_made() -> None:
    release = threading.Event()

    def make() -> Messages:
        yield message('"first"')
        release.wait(60)
        yield message('"second"')

    with streaming(make) as client, client.stream("GET", "/") as response:
        events = (event for event in told(response.iter_lines()) if event.name != "comment")
        assert next(events).data == "first"
        release.set()
        assert next(events).data == "second"


def test_silence_is_broken_by_comments() -> None:
    release = threading.Event()

    def make() -> Messages:
        yield message('"first"')
        assert release.wait(60)
        yield b""
        yield message('"last"')

    with streaming(make, comment_seconds=0.05) as client, client.stream("GET", "/") as response:
        events = told(response.iter_lines())
        # A slow machine may be silent before the first message too.
        assert next(event for event in events if event.name != "comment").data == "first"
        assert [next(events).name for _ in range(2)] == ["comment", "comment"]
        release.set()
        *comments, last = list(events)

    assert {event.name for event in comments} <= {"comment"}
    assert last.data == "last"


@pytest.mark.parametrize("error", [ModelFailed("the model left"), StoreError("the disk is gone")])
def test_an_error_of_ours_midway_is_the_last_message(error: Exception) -> None:
    def make() -> Messages:
        yield message('"first"')
        raise error

    with streaming(make) as client:
        events = read(client)

    assert [(event.name, event.data) for event in events] == [("message", "first"), ("error", type(error).__name__)]


def test_an_error_that_nobody_foresaw_cuts_the_stream_and_the_server_goes_on() -> None:
    made = iter([True, False])

    def make() -> Messages:
        yield message('"first"')
        if next(made):
            raise ZeroDivisionError
        yield message('"second"')

    with streaming(make) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            read(client)
        assert [event.data for event in read(client)] == ["first", "second"]


@pytest.mark.parametrize(
    ("pause", "body"),
    [(0.01, b""), (0.05, message('"x"')), (0, message(f'"{"x" * 100_000}"'))],
    ids=["silent", "talking", "more than is read"],
)
def test_a_client_that_leaves_ends_the_work(pause: float, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    endless = Endless(pause, body)
    with streaming(endless, comment_seconds=0.05) as client:
        with client.stream("GET", "/") as response:
            # Whoever drops the iterator leaves.
            read = response.iter_raw()
            next(read)
            assert not endless.closed.is_set()
        assert endless.closed.wait(60)

    assert caplog.records == []


def test_a_server_that_stops_lets_short_streams_end(caplog: pytest.LogCaptureFixture) -> None:
    stopping = threading.Event()

    def make() -> Messages:
        yield message('"first"')
        assert stopping.wait(60)
        yield from numbers(40)

    with streaming(make, stopping, grace=60) as client, client.stream("GET", "/") as response:
        events = told(response.iter_lines())
        assert next(events).data == "first"
        stopping.set()
        rest = [event.data for event in events if event.name != "comment"]

    assert rest == [str(number) for number in range(40)]
    assert caplog.records == []


def test_a_server_that_stops_tells_long_streams(caplog: pytest.LogCaptureFixture) -> None:
    stopping = threading.Event()
    endless = Endless(0.01, message('"x"'))
    with streaming(endless, stopping, grace=0.1) as client, client.stream("GET", "/") as response:
        events = told(response.iter_lines())
        assert next(events).data == "x"
        stopping.set()
        *others, last = events

    assert (last.name, last.data) == ("error", "ServerStops")
    assert {event.name for event in others} <= {"message"}
    assert endless.closed.wait(60)
    assert caplog.records == []
