"""The log: one line a request, by route and never by path; nothing of what was asked, and no line that was forged."""

import io
import json
import logging
import warnings
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import anyio
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.http.access.callers import Caller
from rag.telemetry.logs import Logged, described
from rag.telemetry.requests import request_id
from tests.support.logs import logging_to

# Nobody but the tests writes this: wherever it stands, it came from what was asked.
ASKED = "Nguyễn-Thị-Bí-Mật-7q91"
ASCII_ASKED = "bi-mat-7q91"


def records(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


async def plain(_: Request) -> PlainTextResponse:
    return PlainTextResponse("0123456789")


async def with_a_log(_: Request) -> PlainTextResponse:
    logging.getLogger("rag.tests").warning("On the way")
    return PlainTextResponse("0123456789")


async def broken(_: Request) -> PlainTextResponse:
    raise ValueError(ASKED)


async def stream(_: Request) -> StreamingResponse:
    async def pieces() -> Any:
        for piece in ("một ", "hai ", "ba"):
            yield piece

    return StreamingResponse(pieces())


async def probe(_: Request) -> PlainTextResponse:
    return PlainTextResponse("alive")


class FromACaller:
    """Says who sent a request, as the gate does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = {"caller": Caller("k7", "Toà soạn", frozenset())}
        await self._app(scope, receive, send)


APP = FromACaller(
    Starlette(
        routes=[
            Route("/plain/{which}", plain),
            Route("/livez", probe),
            Route("/with-a-log", with_a_log),
            Route("/stream", stream),
            Route("/broken", broken),
        ]
    )
)


@pytest.fixture
def client() -> TestClient:
    return TestClient(Logged(APP), raise_server_exceptions=False)


# --- One line a request ----------------------------------------------------------------------------------


def test_a_request_is_one_object(client: TestClient) -> None:
    with logging_to("json") as written:
        response = client.get(f"/plain/{ASCII_ASKED}?question={ASCII_ASKED}", headers={"X-Request-Id": "abc-1.2_3"})
    (line,) = records(written)
    assert response.headers["X-Request-Id"] == "abc-1.2_3"
    assert datetime.fromisoformat(line.pop("time")).utcoffset() is not None
    assert 0 <= line.pop("milliseconds") < 60_000
    assert line == {
        "level": "INFO",
        "logger": "hoidap.requests",
        "message": "Request",
        "request_id": "abc-1.2_3",
        "method": "GET",
        "route": "/plain/{which}",
        "status": 200,
        "bytes": 10,
        "key": "k7",
    }


def test_a_request_is_one_line_however_narrow_the_terminal(client: TestClient) -> None:
    with logging_to("text") as written:
        client.get("/plain/a", headers={"X-Request-Id": "abc"})
    (line,) = written.getvalue().splitlines()
    words = line.split(" ")
    assert words[1:5] == ["INFO", "hoidap.requests", "Request", "method=GET"]
    assert words[5:7] == ["route=/plain/{which}", "status=200"]
    assert words[8:] == ["bytes=10", "key=k7", "request_id=abc"]


@pytest.mark.parametrize("given", ["", "a" * 65, "a b", "a\tb", "ä", "a;b", '{"x":1}', "a/b"])
def test_an_id_that_may_hold_anything_is_replaced(client: TestClient, given: str) -> None:
    with logging_to("json") as written:
        headers = [(b"x-request-id", given.encode("latin-1"))]
        first, second = (client.get("/plain/a", headers=headers).headers["X-Request-Id"] for _ in range(2))
    assert given not in (first, second)
    assert first != second
    assert len(first) == 16
    assert [line["request_id"] for line in records(written)] == [first, second]


def test_what_is_logged_on_the_way_has_the_id_of_its_request(client: TestClient) -> None:
    with logging_to("json") as written:
        known = client.get("/with-a-log").headers["X-Request-Id"]
        logging.getLogger("rag.tests").warning("Outside")
    on_the_way, request, outside = records(written)
    assert (on_the_way["message"], on_the_way["request_id"]) == ("On the way", known)
    assert (request["route"], request["request_id"]) == ("/with-a-log", known)
    assert (outside["message"], outside["request_id"]) == ("Outside", None)


def test_a_stream_is_logged_at_its_end(client: TestClient) -> None:
    with logging_to("json") as written:
        assert client.get("/stream").text == "một hai ba"
    (line,) = records(written)
    assert (line["status"], line["bytes"]) == (200, len("một hai ba".encode()))


def test_probes_are_logged_for_whoever_looks_closer(client: TestClient) -> None:
    with logging_to("json") as written:
        client.get("/livez")
    assert records(written) == []
    with logging_to("json", logging.DEBUG) as written:
        client.get("/livez")
    assert [line["level"] for line in records(written)] == ["DEBUG"]


@pytest.mark.parametrize(("whole", "status"), [(False, 499), (True, 200)])
def test_a_client_that_left_before_the_end_is_told_apart(whole: bool, status: int) -> None:
    async def app(_: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"12345", "more_body": not whole})
        assert (await receive())["type"] == "http.disconnect"

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        """Send to nobody."""

    with logging_to("json") as written:
        anyio.run(Logged(app), {"type": "http", "method": "GET", "headers": []}, receive, send)
    (line,) = records(written)
    assert (line["status"], line["bytes"]) == (status, 5)


def test_a_failure_is_logged_with_its_request_and_without_its_words(client: TestClient) -> None:
    with logging_to("json") as written:
        response = client.get("/broken")
    assert response.status_code == 500
    (line,) = records(written)
    assert (line["status"], line["request_id"]) == (500, response.headers["X-Request-Id"])


def test_a_route_that_nobody_has_is_not_named(client: TestClient) -> None:
    with logging_to("json") as written:
        client.request("BREW", f"/{ASCII_ASKED}")
    (line,) = records(written)
    assert (line["method"], line["route"], line["status"]) == ("other", "unknown", 404)


def test_what_is_no_request_passes() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        """Send to nobody."""

    with logging_to("json") as written:
        anyio.run(Logged(app), {"type": "lifespan"}, receive, send)
    assert (seen, records(written)) == (["lifespan"], [])


# --- Lines that nobody forges ----------------------------------------------------------------------------

FORGED = "fine\n2026-01-01T00:00:00 INFO all is well\r\x1b[2K\u2028\x00\ud800 end"


def test_line_ends_and_control_characters_are_spelled_out() -> None:
    with logging_to("text") as written:
        logging.getLogger("rag.tests").warning("A file: %s [bold]x[/bold] :smile:", FORGED, extra={"origin": FORGED})
    (line,) = written.getvalue().split("\n")[:-1]
    escaped = r"fine\n2026-01-01T00:00:00 INFO all is well\r\x1b[2K\u2028\x00\ud800 end"
    assert line.split(" ", 1)[1] == f"WARNING rag.tests A file: {escaped} [bold]x[/bold] :smile: origin={escaped}"


def test_an_object_is_one_line_and_gives_back_what_it_was_told() -> None:
    with logging_to("json") as written:
        logging.getLogger("rag.tests").warning("%s", FORGED)
    assert written.getvalue().isascii()
    (line,) = written.getvalue().split("\n")[:-1]
    assert json.loads(line)["message"] == FORGED


def test_others_are_heard_when_they_warn() -> None:
    with logging_to("json") as written:
        logging.getLogger("httpx").info("POST https://example.invalid")
        logging.getLogger("rag.tests").info("ours")
        logging.getLogger("httpx").warning("theirs")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            logging.captureWarnings(capture=False)
            logging.captureWarnings(capture=True)
            warnings.warn("an old option", stacklevel=1)
    messages = [line["message"] for line in records(written)]
    assert messages[:2] == ["ours", "theirs"]
    assert "an old option" in messages[2]


# --- Exceptions ------------------------------------------------------------------------------------------


def raised(make: Callable[[], None]) -> BaseException:
    try:
        make()
    except (ValueError, OSError, ExceptionGroup) as error:
        return error
    raise AssertionError("nothing was raised")


def test_an_exception_is_types_and_places() -> None:
    def inner() -> None:
        raise KeyError(ASKED)

    def outer() -> None:
        try:
            inner()
        except KeyError as error:
            raise ValueError(ASKED) from error

    said = described(raised(outer))
    assert said.startswith("ValueError at telemetry/test_logs.py:")
    assert " outer, telemetry/test_logs.py:" in said
    assert "; from KeyError at telemetry/test_logs.py:" in said
    assert " inner, " in said
    assert ASKED not in said


def test_the_systems_own_words_are_kept() -> None:
    def full() -> None:
        raise OSError(28, ASKED, ASKED)

    def own() -> None:
        raise OSError(ASKED)

    assert described(raised(full)).startswith("OSError (No space left on device) at telemetry/")
    assert described(raised(own)).startswith("OSError at telemetry/")


def test_a_group_shows_what_is_in_it() -> None:
    def several() -> None:
        raise ExceptionGroup(ASKED, [ValueError(ASKED), KeyError(ASKED)])

    said = described(raised(several))
    assert said.startswith("ExceptionGroup at ")
    assert "; from ValueError; from KeyError" in said
    assert ASKED not in said


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_form_shows_the_words_of_an_exception(form: Literal["text", "json"]) -> None:
    def fail() -> None:
        raise ValueError(ASCII_ASKED)

    with logging_to(form) as written:
        logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=raised(fail))
        logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <%s>", ASCII_ASKED)
    assert ASCII_ASKED not in written.getvalue()
    assert len(written.getvalue().splitlines()) == 2
    assert "ValueError at telemetry/test_logs.py" in written.getvalue()


def test_outside_a_request_there_is_no_id() -> None:
    assert request_id.get() is None


def test_a_log_on_a_full_disk_stops_nothing() -> None:
    async def answer(_: Request) -> PlainTextResponse:
        logging.getLogger("rag.tests").warning("x" * 100_000)
        return PlainTextResponse("0123456789")

    # The system's own file that is always full; what Python holds back of a line fails again when it is closed.
    full = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115
    with logging_to("text", file=full), TestClient(Logged(Starlette(routes=[Route("/", answer)]))) as client:
        for _ in range(50):
            assert client.get("/").text == "0123456789"
    with suppress(OSError):
        full.close()
