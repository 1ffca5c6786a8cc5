"""Streams that take their time, and many at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from rag.service.wiring import Service
from tests.support.answer_streams import check_stream, written
from tests.support.llm_server import scripted
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
