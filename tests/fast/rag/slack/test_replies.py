"""Stages of answers, as often as people are shown them."""

from time import monotonic, sleep

from rag.slack.replies import Reply, StageBoard
from rag.slack.web_api import WebApi
from tests.support.clock import FakeClock

_TICKS = 0.25  # seconds of real time in which the board looks at least once, mostly


class Watched(Reply):
    """Keeps its stages with their times."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(WebApi("xoxb-none", "http://127.0.0.1:9/api/", clock), "")
        self.stages: list[tuple[float, str]] = []
        self._clock = clock

    def _show(self, stage: str) -> None:
        self.stages.append((self._clock.now(), stage))

    def wait_for(self, count: int) -> list[tuple[float, str]]:
        end = monotonic() + 60
        while len(self.stages) < count and monotonic() < end:
            sleep(0.01)
        return self.stages


def test_stages_are_shown_at_most_once_a_second() -> None:
    clock = FakeClock()
    board, reply = StageBoard(clock), Watched(clock)
    board.add(reply, "search")
    board.set_stage(reply, "answer")
    sleep(_TICKS)
    assert reply.stages == []
    clock.pass_(1)
    assert reply.wait_for(1) == [(1, "answer")]
    board.set_stage(reply, "search")
    clock.pass_(0.5)
    board.set_stage(reply, "answer")
    board.set_stage(reply, "search")
    sleep(_TICKS)
    clock.pass_(0.5)
    assert reply.wait_for(2) == [(1, "answer"), (2, "search")]
    # The same stage is not shown anew, and nothing once the answer is there.
    clock.pass_(5)
    board.set_stage(reply, "search")
    board.remove(reply)
    board.set_stage(reply, "answer")
    sleep(_TICKS)
    board.close()
    assert reply.stages == [(1, "answer"), (2, "search")]
