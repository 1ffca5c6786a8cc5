"""What the tests of streamed answers share: services with a generator of their own, and a slow model."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from index.language.sentences import sentences
from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service, put_together
from tests.support.llm_server import Body, Reply
from tests.support.sample import settings_for
from tests.support.sse import on_loopback

SCHOLARSHIPS = "Quỹ Musashino trao bao nhiêu suất học bổng?"
QUESTIONS = [
    SCHOLARSHIPS,
    "Kim ngạch thương mại Việt Nam và Nga năm 2024 là bao nhiêu?",
    "Nghiem Xuan Bach la ai?",
    "How many scholarships does Viet Nam give to Lao students?",
    "Ai phát minh ra máy hơi nước trên sao Hỏa?",
]
ABSTAINED = QUESTIONS[-1]


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
def streaming(service: Service, data: Path) -> Iterator[httpx.Client]:
    """HTTP on loopback to a service beside another."""
    with beside(service, data) as own, on_loopback(build_app(State.of(own))) as client:
        yield client


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
