"""A server that is told to end while streams are open: each ends whole or says why not, and the server ends in time.

A slow language model writes the answers: those of every second stream within the time that a stop leaves, the others
long after it.
"""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from eval.endurance.outcomes import Outcome
from eval.endurance.serving import fact_server
from eval.endurance.slow_model import NAME, slow_model
from eval.endurance.stand_ins import Fact, facts

# OPERATIONS promises ten; a busy machine takes a little longer to end a process.
_IN_TIME = 15.0
_PAUSES = (2.0, 60.0)
_FACTS = facts(20)


@dataclass(frozen=True, slots=True)
class End:
    """The last event of a stream, with its data, and when it came; "" where the connection broke off before any."""

    event: str
    data: dict[str, Any]
    at: float


def trial(folder: Path, numbers: range, seed: int) -> Iterator[Outcome]:  # noqa: ARG001
    """A stream for each of the numbers, all at once. There is nothing for the seed to choose."""
    asked = [_FACTS[number % len(_FACTS)] for number in numbers]
    with slow_model(_PAUSES, "chiếc thuyền") as model, ThreadPoolExecutor(len(asked)) as pool:
        flags = ("--queue", str(len(asked)), "--generator", "openai", "--llm-url", model.url, "--llm-model", NAME)
        with fact_server(folder, _FACTS, *flags) as server:
            streams = [pool.submit(_read, server.url, fact) for fact in asked]
            while model.asked < len(asked):
                time.sleep(0.02)
            began = time.monotonic()
            code = server.stop()
            took = time.monotonic() - began
            ends = [stream.result() for stream in streams]
        log = server.log()
    well = code == 0 and took < _IN_TIME and "Traceback" not in log
    ended = "" if well else f"the server ended with {code} after {took:.1f} s: {log[-300:]}"
    for fact, end in zip(asked, ends, strict=True):
        kind, wrong = judged(fact, end)
        most = {"seconds until the stream ended": end.at - began, "seconds until the server ended": took}
        yield Outcome(kind, most=most, lost="; ".join(filter(None, (wrong, ended))))


def judged(fact: Fact, end: End) -> tuple[str, str]:
    """The kind of an end, and what is wrong with it."""
    if end.event == "done":
        return "ended whole", "" if fact.answers(end.data) else f"{fact.question} is answered {end.data['answer']}"
    if end.event == "error" and end.data.get("status") == 503:
        return "said that the server stops", ""
    return "broke off", f"after {end.event!r}, {end.data}"


def _read(url: str, fact: Fact) -> End:
    event, data = "", "{}"
    body = {"question": fact.question, "stream": True}
    try:
        with httpx2.stream("POST", f"{url}/v1/ask", json=body, timeout=120) as response:
            for line in response.iter_lines():
                if line.startswith("event: "):
                    event = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    data = line.removeprefix("data: ")
    except httpx2.HTTPError as error:
        return End(f"{event}, {type(error).__name__}", {}, time.monotonic())
    return End(event, json.loads(data), time.monotonic())
