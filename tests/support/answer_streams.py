"""Streams of answers, checked as a whole."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.service import check_answer
from tests.support.sse import Told, named, on_loopback
from tests.support.streams import beside


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


@contextmanager
def written(service: Service, data: Path, url: str, **more: Any) -> Iterator[httpx.Client]:
    with (
        beside(service, data, generator="openai", llm_url=url, llm_model="scripted", **more) as own,
        on_loopback(build_app(State.of(own))) as client,
    ):
        yield client


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> bool:
    ends = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends:
        time.sleep(0.02)
    return condition()
