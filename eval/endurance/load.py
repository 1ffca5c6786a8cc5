"""Ten times as many questions as a server can answer: each is answered rightly, or told at once to come again.

What the server can answer is measured first, by as many clients as it takes requests at once. Then so many times that
number of questions are sent each second, whatever became of those before.
"""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from eval.endurance.outcomes import Outcome
from eval.endurance.serving import fact_server
from eval.endurance.stand_ins import Fact, facts

TIMES_TOO_MUCH = 10
_QUEUE, _SENDERS = 4, 48
_WARMING, _MEASURED = 3.0, 5.0  # seconds
_FACTS = facts(20)
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a status, or 0 for none; what is wrong with it; and the seconds that it took."""

    status: int
    wrong: str
    seconds: float


def trial(folder: Path, numbers: range, seed: int) -> Iterator[Outcome]:  # noqa: ARG001
    """Each of the numbers is a second of too many questions. There is nothing for the seed to choose."""
    with fact_server(folder, _FACTS, "--queue", str(_QUEUE)) as server:
        with _Senders(server.url, _QUEUE) as senders:
            time.sleep(_WARMING)
            senders.taken()
            time.sleep(_MEASURED)
            replies = senders.taken()
        able = sum(reply.status == 200 for reply in replies) / _MEASURED
        if not able:
            raise RuntimeError(f"the server answers nothing: {replies[:1]}")
        with _Senders(server.url, _SENDERS, TIMES_TOO_MUCH * able) as senders:
            for number in numbers:
                time.sleep(1)
                probe = urlopen(f"{server.url}/readyz", timeout=10).status  # noqa: S310 (our own server)
                if number == numbers[-1]:
                    senders.stop()
                yield counted(senders.taken(), able, probe)


def counted(replies: Sequence[Reply], able: float, probe: int) -> Outcome:
    """What a second came to, where `able` answers were possible and a probe was told so."""
    answered = [reply for reply in replies if reply.status == 200]
    counts = {
        "sent": len(replies),
        "200": len(answered),
        "429": sum(reply.status == 429 for reply in replies),
    }
    most = {
        "times too much": len(replies) / able,
        "seconds of a 200": max((reply.seconds for reply in answered), default=0.0),
        "seconds of a 429": max((reply.seconds for reply in replies if reply.status == 429), default=0.0),
    }
    wrong = [reply.wrong for reply in replies if reply.wrong]
    if probe != 200:
        wrong.insert(0, f"the probe was told {probe}")
    return Outcome("seconds", counts, most, "; ".join(wrong[:3]))


class _Senders:
    """Clients on threads that ask one question after the other; at a rate, or each as soon as it has its answer."""

    def __init__(self, url: str, threads: int, rate: float | None = None) -> None:
        self._address = urlsplit(url).netloc
        self._rate = rate
        self._numbers = count()
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._replies: list[Reply] = []
        self._threads = [threading.Thread(target=self._send) for _ in range(threads)]

    def __enter__(self) -> "_Senders":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Send no more, and wait for what was sent."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def taken(self) -> list[Reply]:
        """What came back since the last time."""
        with self._lock:
            taken, self._replies = self._replies, []
        return taken

    def _send(self) -> None:
        with closing(HTTPConnection(self._address, timeout=60)) as connection:
            while not self._ended.is_set():
                number = next(self._numbers)
                if self._rate is not None:
                    self._ended.wait(self._began + number / self._rate - time.monotonic())
                reply = asked(connection, _FACTS[number % len(_FACTS)])
                with self._lock:
                    self._replies.append(reply)


def asked(connection: HTTPConnection, fact: Fact, base: str = "") -> Reply:
    """Ask for a fact, and look at what comes back."""
    started = time.monotonic()
    try:
        connection.request("POST", f"{base}/v1/ask", json.dumps({"question": fact.question}), _JSON)
        response = connection.getresponse()
        body = response.read()
    except (OSError, HTTPException) as error:
        connection.close()
        return Reply(0, f"{type(error).__name__}: {error}", time.monotonic() - started)
    wrong = ""
    if response.status not in (200, 429):
        wrong = f"{response.status} {body[:200]!r}"
    elif response.status == 429 and response.headers["Retry-After"] is None:
        wrong = "429 does not say when to come again"
    elif response.status == 200 and not fact.answers(json.loads(body)):
        wrong = f"{fact.question} is answered {json.loads(body)['answer']['text']!r}"
    return Reply(response.status, wrong, time.monotonic() - started)
