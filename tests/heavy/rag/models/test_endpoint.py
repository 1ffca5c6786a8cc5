"""A language model at an endpoint, where only real seconds show what is right; generous for a loaded machine."""

import socket
import time

import pytest

from rag.models.endpoint import Endpoint
from tests.fast.rag.models.test_endpoint import ASKED, broken_off, endpoint, stream, words
from tests.support.llm_server import Raw, Reply, scripted


def test_retry_after_is_heeded() -> None:
    with scripted([Reply(status=429, headers={"Retry-After": "1"}), Reply(("Có.",))]) as server:
        began = time.monotonic()
        assert "".join(stream(server)) == "Có."
    assert time.monotonic() - began >= 1


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    _, why = broken_off(Endpoint(url, "m", None, 60).stream(ASKED, 10))
    assert why == "the language model 'm' cannot be reached, or broke off; check the address, and that it is running"


@pytest.mark.parametrize(
    "pause",
    [
        (60,),
        # Comments keep a connection open, and say nothing of the model.
        (0.05, Raw(": keep-alive\n\n")) * 1200,
    ],
)
def test_silence_after_a_word_has_a_limit(pause: tuple[float | str, ...]) -> None:
    with scripted([Reply(("Cầu", *pause, " dài"))]) as server:
        began = time.monotonic()
        got, why = broken_off(endpoint(server, timeout=4).stream(ASKED, 10))
    assert 4 <= time.monotonic() - began < 60
    assert got == ["Cầu"]
    assert "was silent for 4 s" in why


def test_slow_words_within_the_limit_are_an_answer() -> None:
    with scripted([Reply(("A", 1.5, "B", 1.5, "C", 1.5, "D"))]) as server:
        assert words(list(endpoint(server, timeout=4).stream(ASKED, 10))) == ["A", "B", "C", "D"]
