"""Server-sent events over real sockets: the stream itself over made-up messages, and the answers that go through it."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from index.storage.errors import StoreError
from rag.errors import ModelFailed
from rag.http.app import build_app
from rag.http.events import EventStream, Messages, message
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.llm_server import Reply, scripted
from tests.support.service import check_answer, copied, serving
from tests.support.streams import SCHOLARSHIPS, Told, Writer, asked, beside, named, on_loopback, told, without_ids

QUESTIONS = [
    SCHOLARSHIPS,
    "Kim ngạch thương mại Việt Nam và Nga năm 2024 là bao nhiêu?",
    "Nghiem Xuan Bach la ai?",
    "How many scholarships does Viet Nam give to Lao students?",
    "Ai phát minh ra máy hơi nước trên sao Hỏa?",
]
ABSTAINED = QUESTIONS[-1]


@contextmanager
def streaming(make: Callable[[], Messages], stopping: threading.Event | None = None) -> Iterator[httpx.Client]:
    """A client of a server whose every path streams what `make` makes."""

    def stream(_: Request) -> EventStream:
        return EventStream(
            make(), lambda error: message(f'"{type(error).__name__}"', "error"), stopping or threading.Event()
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


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    ends = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends:
        time.sleep(0.02)
    return condition()


# --- The stream ------------------------------------------------------------------------------------------


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
    with streaming(lambda: numbers(3000, "x" * 5000)) as client, client.stream("GET", "/") as response:
        got = []
        for event in told(response.iter_lines()):
            got.append(int(event.data.rstrip("x")))
            if len(got) % 500 == 0:
                time.sleep(0.05)

    assert got == list(range(3000))


def test_a_message_goes_out_when_it_is_made() -> None:
    release = threading.Event()

    def make() -> Messages:
        yield message('"first"')
        release.wait(20)
        yield message('"second"')

    with streaming(make) as client, client.stream("GET", "/") as response:
        events = (event for event in told(response.iter_lines()) if event.name != "comment")
        assert next(events).data == "first"
        release.set()
        assert next(events).data == "second"


def test_silence_is_broken_every_second() -> None:
    def make() -> Messages:
        yield message('"first"')
        time.sleep(2.6)
        yield b""
        yield message('"last"')

    with streaming(make) as client:
        began = time.monotonic()
        events = read(client)

    assert [event.name for event in events] == ["message", "comment", "comment", "message"]
    times = [began, *(event.at for event in events)]
    assert max(later - earlier for earlier, later in pairwise(times)) < 1.4


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
    [(0.05, b""), (0.05, message('"x"')), (0, message(f'"{"x" * 100_000}"'))],
    ids=["silent", "talking", "more than is read"],
)
def test_a_client_that_leaves_ends_the_work(pause: float, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    endless = Endless(pause, body)
    with streaming(endless) as client:
        with client.stream("GET", "/") as response:
            # Whoever drops the iterator leaves.
            read = response.iter_raw()
            next(read)
            time.sleep(0.3)
            assert not endless.closed.is_set()
        assert endless.closed.wait(5)

    assert caplog.records == []


def test_a_server_that_stops_lets_short_streams_end_and_tells_long_ones(caplog: pytest.LogCaptureFixture) -> None:
    stopping = threading.Event()
    endless = Endless(0.05, message('"x"'))
    made: Iterator[Callable[[], Messages]] = iter([endless, lambda: slowly(40)])

    def make() -> Messages:
        return next(made)()

    with streaming(make, stopping) as client, ThreadPoolExecutor(2) as pool:
        long = pool.submit(read, client)
        time.sleep(0.2)
        short = pool.submit(read, client)
        time.sleep(0.2)
        stopping.set()
        began = time.monotonic()
        assert [event.data for event in short.result()] == [str(number) for number in range(40)]
        told_long = long.result()
        assert 3 < time.monotonic() - began < 8

    assert (told_long[-1].name, told_long[-1].data) == ("error", "ServerStops")
    assert {event.name for event in told_long[:-1]} == {"message"}
    assert endless.closed.is_set()
    assert caplog.records == []


def slowly(count: int) -> Messages:
    for body in numbers(count):
        time.sleep(0.05)
        yield body


# --- Answers ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        beside(sample_service, tmp_path_factory.mktemp("streams") / "data") as service,
        on_loopback(build_app(State.of(service))) as client,
    ):
        yield client


def check_stream(events: list[Told], client: httpx.Client) -> dict[str, Any]:
    """The answer that a stream ends with; what came before it says the same."""
    names = [event.name for event in events if event.name != "comment"]
    rest = [name for name in names if name not in {"delta", "citation"}]
    assert rest == ["stage", "passages", "stage", "done"]
    assert names[:3] == ["stage", "passages", "stage"]
    assert [stage["stage"] for stage in named(events, "stage")] == ["search", "answer"]
    (done,) = named(events, "done")
    assert named(events, "passages") == [{"query": done["query"], "passages": done["passages"]}]
    assert "".join(delta["text"] for delta in named(events, "delta")) == done["answer"]["text"]
    assert named(events, "citation") == done["answer"]["citations"]
    check_answer(done, client)
    answer: dict[str, Any] = done
    return answer


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_streamed_answer_is_the_answer(client: httpx.Client, question: str) -> None:
    done = check_stream(asked(client, {"question": question}), client)

    assert without_ids(done) == without_ids(client.post("/v1/ask", json={"question": question}).json())
    assert done["answer"]["abstained"] == (question == ABSTAINED)


def test_a_citation_comes_behind_the_words_that_it_is_of(client: httpx.Client) -> None:
    text, cited = "", 0
    for event in asked(client, {"question": QUESTIONS[1]}):
        if event.name == "delta":
            text += event.data["text"]
        elif event.name == "citation":
            cited += 1
            assert text[event.data["start"] : event.data["end"]] == event.data["text"]
    assert cited > 0


def test_a_streamed_answer_is_kept(client: httpx.Client) -> None:
    body = {"question": SCHOLARSHIPS, "conversation_id": "kept-stream"}
    (done,) = named(asked(client, body), "done")

    (turn,) = client.get("/v1/conversations/kept-stream").json()["turns"]

    assert turn["answered"] == done
    assert turn["question"] == SCHOLARSHIPS


def test_a_follow_up_may_be_streamed(client: httpx.Client) -> None:
    body = {"question": "Úc có bao nhiêu sinh viên Việt Nam?", "conversation_id": "follow-stream"}
    client.post("/v1/ask", json=body).raise_for_status()

    done = check_stream(asked(client, {**body, "question": "Còn Nhật Bản thì sao?"}), client)

    assert "Nhật Bản" in done["query"]["understood"]
    assert "sinh viên" in done["query"]["understood"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": "?"}, 422),
        ({"question": SCHOLARSHIPS, "generator": "openai"}, 422),
        ({"question": SCHOLARSHIPS, "conversation_id": "a/b"}, 422),
        ({}, 422),
    ],
)
def test_what_is_wrong_before_the_first_event_is_a_status(
    client: httpx.Client, body: dict[str, Any], status: int
) -> None:
    response = client.post("/v1/ask", json={**body, "stream": True})

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"]


def test_what_goes_wrong_midway_is_an_event(sample_service: Service, tmp_path: Path) -> None:
    with beside(sample_service, tmp_path / "data") as service, on_loopback(build_app(State.of(service))) as client:
        # An answer that cannot be kept is not given as done.
        service.conversations.close()
        events = asked(client, {"question": SCHOLARSHIPS})

    assert named(events, "delta")
    assert events[-1].name == "error"
    assert events[-1].data["status"] == 503
    assert "conversations" in events[-1].data["detail"]
    assert named(events, "done") == []


@pytest.mark.parametrize("times", [2, pytest.param(10, marks=pytest.mark.slow)])
def test_streams_at_once_say_what_each_says_alone(client: httpx.Client, times: int) -> None:
    alone = {question: check_stream(asked(client, {"question": question}), client) for question in QUESTIONS}
    with ThreadPoolExecutor(len(QUESTIONS) * times) as pool:
        together = list(pool.map(lambda question: asked(client, {"question": question}), QUESTIONS * times))

    for question, events in zip(QUESTIONS * times, together, strict=True):
        assert without_ids(check_stream(events, client)) == without_ids(alone[question])


def test_streams_are_counted(sample_service: Service, tmp_path: Path) -> None:
    with beside(sample_service, tmp_path / "data") as service, on_loopback(build_app(State.of(service))) as client:
        asked(client, {"question": SCHOLARSHIPS})
        counted = client.get("/metrics").text

    assert 'hoidap_answers_total{abstained="false"} 1.0' in counted
    assert 'hoidap_stage_seconds_count{stage="answer"} 1.0' in counted


# --- Answers that a language model writes -----------------------------------------------------------------


@contextmanager
def written(service: Service, data: Path, url: str, **more: Any) -> Iterator[httpx.Client]:
    with (
        beside(service, data, generator="openai", llm_url=url, llm_model="scripted", **more) as own,
        on_loopback(build_app(State.of(own))) as client,
    ):
        yield client


def test_a_written_answer_streams_as_it_is_made(sample_service: Service, tmp_path: Path) -> None:
    with (
        scripted(Writer("140 suất", before=2.2, after=1.5)) as model,
        written(sample_service, tmp_path / "data", model.url) as client,
    ):
        began = time.monotonic()
        events = asked(client, {"question": SCHOLARSHIPS})
        done = check_stream(events, client)
        unstreamed = client.post("/v1/ask", json={"question": SCHOLARSHIPS}).json()

    assert done["generator"] == "openai"
    assert done["checks"] == {"written": 1, "repaired": 0, "dropped": 0}
    assert "140 suất" in done["answer"]["text"]
    assert without_ids(done) == without_ids(unstreamed)
    times = [began, *(event.at for event in events)]
    assert max(later - earlier for earlier, later in pairwise(times)) < 1.5
    assert len(named(events, "comment")) >= 2
    # The sentence does not wait for what comes behind it.
    first = next(event.at for event in events if event.name == "delta")
    assert events[-1].at - first > 1


def test_a_model_that_breaks_off_leaves_what_was_checked(sample_service: Service, tmp_path: Path) -> None:
    writer = Writer("140 suất")
    with (
        scripted(lambda body: replace(writer(body), cut=True)) as model,
        written(sample_service, tmp_path / "data", model.url) as client,
    ):
        done = check_stream(asked(client, {"question": SCHOLARSHIPS}), client)

    assert done["generator"] == "openai"
    assert "broke off" in done["trouble"]
    assert done["answer"]["note"]


def test_a_model_that_fails_is_replaced_by_quotes(sample_service: Service, tmp_path: Path) -> None:
    with (
        scripted([Reply(status=400, body="{}")]) as model,
        written(sample_service, tmp_path / "data", model.url) as client,
    ):
        done = check_stream(asked(client, {"question": SCHOLARSHIPS}), client)

    assert done["generator"] == "extractive"
    assert done["trouble"]
    assert done["answer"]["note"]


def test_a_client_that_leaves_stops_the_model_and_frees_its_place(sample_service: Service, tmp_path: Path) -> None:
    body = {"question": SCHOLARSHIPS, "stream": True, "conversation_id": "left"}
    with (
        scripted([Reply([30.0])]) as model,
        written(sample_service, tmp_path / "data", model.url, queue=1) as client,
    ):
        with client.stream("POST", "/v1/ask", json=body) as response:
            lines = response.iter_lines()
            assert any("answer" in line for line in lines)
            assert wait_for(lambda: bool(model.requests))
            refused = client.post("/v1/ask", json={"question": SCHOLARSHIPS, "stream": True})
        assert model.disconnected.wait(5)
        quoted = {"question": SCHOLARSHIPS, "generator": "extractive"}
        assert wait_for(lambda: client.post("/v1/ask", json=quoted).status_code == 200)
        # What nobody read was not said.
        missing = client.get("/v1/conversations/left")

    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    assert missing.status_code == 404


# --- The end of a server ----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("before", [2.0, 60.0])
def test_sigterm_ends_every_stream(sample_data: Path, model_folder: Path, tmp_path: Path, before: float) -> None:
    data = copied(sample_data, tmp_path / "data")
    with scripted(Writer("140 suất", before=before)) as model:
        flags = ("--generator", "openai", "--llm-url", model.url, "--llm-model", "scripted")
        with serving(data, model_folder, *flags) as server, server.client() as client, ThreadPoolExecutor(8) as pool:
            streams = [pool.submit(asked, client, {"question": SCHOLARSHIPS}) for _ in range(8)]
            assert wait_for(lambda: len(model.requests) == 8, 30)
            began = time.monotonic()
            code = server.stop()
            ends = [stream.result()[-1] for stream in streams]
        log = server.log()

    assert code == 0, log
    assert "Traceback" not in log
    assert max(end.at for end in ends) - began < 10
    assert {end.name for end in ends} == ({"done"} if before < 5 else {"error"})
    if before > 5:
        assert {end.data["status"] for end in ends} == {503}
