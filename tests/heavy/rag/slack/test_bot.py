"""The bot when a connection is lost, at its end, and when it is killed; with the real clock where it waits."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from index.clock import CLOCK
from rag.slack.memory import Memory
from tests.support.slack_bot import Gate, Scripted, bot
from tests.support.slack_server import Slack, running_slack

_PROCESS = """
import logging, signal, sys, threading, time
from pathlib import Path
from index.clock import CLOCK
from tests.support.slack_bot import Scripted, bot, plain
from tests.support.slack_server import Slack

def slow(body, told):
    time.sleep(float(body.question.split()[0]))
    return plain(body, told)

slack, stopping = Slack(CLOCK), threading.Event()
slack.url = sys.argv[1]
with bot(slack, Scripted(slow), Path(sys.argv[2])):
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    stopping.wait()
"""


@pytest.fixture
def slack() -> Iterator[Slack]:
    with running_slack(CLOCK) as slack:
        yield slack


def test_an_answer_survives_a_lost_connection(slack: Slack, tmp_path: Path) -> None:
    gate = Gate()
    with bot(slack, Scripted(gate), tmp_path):
        slack.connected()
        asked = slack.mention("Ai?")
        assert gate.asked.wait(10)
        slack.drop()
        slack.connected(2)
        gate.open.set()
        answer = slack.answer(asked["ts"])
        again = slack.mention("Ai nữa?")
        slack.answer(again["ts"])

    assert len(slack.in_thread(asked["ts"])) == 1
    assert "Ba người." in answer.shown


def test_what_is_not_done_at_the_end_is_said_to_be_interrupted(slack: Slack, tmp_path: Path) -> None:
    gate = Gate()
    with bot(slack, Scripted(gate), tmp_path):
        asked = slack.mention("Ai?")
        assert gate.asked.wait(10)
        begun = monotonic()
    took = monotonic() - begun
    [told] = slack.in_thread(asked["ts"])
    gate.open.set()

    assert took < 10
    assert "bị dừng" in told.shown
    with Memory(tmp_path / "slack.sqlite3") as memory:
        assert memory.begun() == []


def test_a_process_finishes_on_a_signal_and_mends_after_being_killed(slack: Slack, tmp_path: Path) -> None:
    def started() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", _PROCESS, slack.url, str(tmp_path)]
        return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(Path.cwd())})

    with started() as process:
        slack.until(lambda: slack._sockets, 120)
        short = slack.mention("2 giây?")["ts"]
        slack.until(lambda: slack.in_thread(short))
        process.send_signal(signal.SIGTERM)
        assert process.wait(12) == 0
    assert "Ba người." in slack.in_thread(short)[0].shown

    with started() as process:
        slack.until(lambda: slack._sockets, 120)
        long = slack.mention("60 giây?")["ts"]
        # Once it is noted: what is killed between a message and the note of it stays as it was.
        with Memory(tmp_path / "slack.sqlite3") as memory:
            slack.until(memory.begun)
        process.kill()
    with bot(slack, Scripted(), tmp_path):
        assert "bị dừng" in slack.in_thread(long)[0].shown
