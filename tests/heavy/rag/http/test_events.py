"""Streams that take their time, many at once, and when the server ends."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path

import httpx
import pytest

from rag.service.wiring import Service
from tests.support.answer_streams import check_stream, wait_for, written
from tests.support.llm_server import Body, Reply, scripted
from tests.support.service import copied, serving
from tests.support.sse import asked, named, without_ids
from tests.support.streams import QUESTIONS, SCHOLARSHIPS, Writer, streaming


@pytest.fixture(scope="module")
def client(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with streaming(sample_service, tmp_path_factory.mktemp("streams") / "data") as client:
        yield client


def test_streams_at_once_say_what_each_says_alone(client: httpx.Client) -> None:
    alone = {question: check_stream(asked(client, {"question": question}), client) for question in QUESTIONS}
    with ThreadPoolExecutor(len(QUESTIONS) * 10) as pool:
        together = list(pool.map(lambda question: asked(client, {"question": question}), QUESTIONS * 10))

    for question, events in zip(QUESTIONS * 10, together, strict=True):
        assert without_ids(check_stream(events, client)) == without_ids(alone[question])


def test_a_written_answer_goes_out_before_the_model_has_ended(sample_service: Service, tmp_path: Path) -> None:
    with (
        scripted(Writer("140 suất", before=4, after=4)) as model,
        written(sample_service, tmp_path / "data", model.url) as client,
    ):
        events = asked(client, {"question": SCHOLARSHIPS})
        done = check_stream(events, client)

    assert done["generator"] == "openai"
    assert done["checks"] == {"written": 1, "repaired": 0, "dropped": 0}
    assert "140 suất" in done["answer"]["text"]
    assert len(named(events, "comment")) >= 2
    # The sentence does not wait for what comes behind it.
    first = next(event.at for event in events if event.name == "delta")
    assert events[-1].at - first > 1


def test_sigterm_ends_every_stream(sample_data: Path, model_folder: Path, tmp_path: Path) -> None:
    """Half of the answers are written within the server's last seconds, the others long after them."""
    data = copied(sample_data, tmp_path / "data")
    writers = cycle(Writer("140 suất", before=seconds) for seconds in (2.0, 60.0))

    def write(body: Body) -> Reply:
        return next(writers)(body)

    with scripted(write) as model:
        flags = ("--generator", "openai", "--llm-url", model.url, "--llm-model", "scripted")
        with serving(data, model_folder, *flags) as server, server.client() as client, ThreadPoolExecutor(8) as pool:
            streams = [pool.submit(asked, client, {"question": SCHOLARSHIPS}) for _ in range(8)]
            assert wait_for(lambda: len(model.requests) == 8)
            began = time.monotonic()
            code = server.stop()
            ends = [stream.result()[-1] for stream in streams]
        log = server.log()

    assert code == 0, log
    assert "Traceback" not in log
    assert max(end.at for end in ends) - began < 60
    assert sorted(end.name for end in ends) == ["done"] * 4 + ["error"] * 4
    assert {end.data["status"] for end in ends if end.name == "error"} == {503}
