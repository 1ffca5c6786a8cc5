"""The Slack bot when things go wrong: retries, restarts, lost connections, rate limits, floods, a signal."""

import itertools
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from rag.client.protocol import Told
from rag.contract.answers import AskBody, AskOut
from rag.errors import BadQuestion, ServiceError
from rag.slack.memory import Memory
from tests.support.slack_bot import Scripted, answered, bot, plain, source
from tests.support.slack_server import ANH, BINH, BOT, NEWS, Slack, running_slack

_PROCESS = """
import logging, signal, sys, threading, time
from pathlib import Path
from tests.support.slack_bot import Scripted, bot, plain
from tests.support.slack_server import Slack

def slow(body, told):
    time.sleep(float(body.question.split()[0]))
    return plain(body, told)

slack, stopping = Slack(), threading.Event()
slack.url = sys.argv[1]
with bot(slack, Scripted(slow), Path(sys.argv[2])):
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    stopping.wait()
"""


@pytest.fixture
def slack() -> Iterator[Slack]:
    with running_slack() as slack:
        yield slack


class Gate:
    """Plays an answer that is held back until it is opened."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.open = threading.Event()

    def __call__(self, body: AskBody, told: Told) -> AskOut:
        self.asked.set()
        assert self.open.wait(20)
        return plain(body, told)


# --- Events ----------------------------------------------------------------------------------------------


def test_an_event_is_acknowledged_before_its_work_is_done(slack: Slack, tmp_path: Path) -> None:
    gate = Gate()
    with bot(slack, Scripted(gate), tmp_path):
        asked = slack.mention("Ai?")
        sent = next(entry for entry in slack.entries if entry.kind == "envelope")
        ack = slack.acknowledged(sent.data["envelope_id"])
        assert gate.asked.wait(10)
        gate.open.set()
        slack.answer(asked["ts"])

    # Slack's limit; a fraction of it here, but for how slow a shared machine may be.
    assert ack.at - sent.at < 3
    order = [entry.name if entry.kind == "call" else entry.kind for entry in slack.entries]
    assert order.index("ack") < order.index("chat.postMessage") < order.index("chat.update")


def test_a_repeated_event_is_answered_once(slack: Slack, tmp_path: Path) -> None:
    client = Scripted()
    with bot(slack, client, tmp_path):
        event = slack.written(ANH, NEWS, f"<@{BOT}> Ai?") | {"type": "app_mention"}
        slack.event(event, "Ev77")
        slack.answer(event["ts"])
        slack.event(event, "Ev77", retry=1)
        slack.event(event | {"type": "message", "channel_type": "channel", "thread_ts": event["ts"]}, "Ev78")
    with bot(slack, client, tmp_path):
        slack.acknowledged(slack.event(event, "Ev77", retry=2))
        # Another bot's memory, to see that it is the memory that tells.
        slack.answer(slack.mention("Ai đó?")["ts"])

    assert [body.question for body in client.asked] == ["Ai?", "Ai đó?"]
    with bot(slack, client, tmp_path / "other"):
        slack.event(event, "Ev77", retry=3)
        slack.answer(event["ts"], 2)


def test_more_questions_than_it_takes_are_refused_in_words(slack: Slack, tmp_path: Path) -> None:
    gate = Gate()
    with bot(slack, Scripted(gate), tmp_path):
        # Four at once and 32 waiting; commands cost Slack nothing of its own pace.
        said = [slack.command(f"Ai là số {number}?", user=BINH)["text"] for number in range(38)]
        gate.open.set()

    assert said.count("Đang tìm trong bài báo…") == 36
    assert all("xin hỏi lại" in text for text in said[36:])


def test_stages_are_shown_at_most_once_a_second(slack: Slack, tmp_path: Path) -> None:
    def play(body: AskBody, told: Told) -> AskOut:
        for _ in range(6):
            for stage in ("search", "answer"):
                told(stage)
                sleep(0.2)
        return plain(body, told)

    with bot(slack, Scripted(play), tmp_path):
        slack.answer(slack.mention("Ai?")["ts"])

    *stages, last = slack.calls("chat.update")
    times = [slack.calls("chat.postMessage")[0].at, *(stage.at for stage in stages)]
    assert stages
    assert {stage.data["text"] for stage in stages} <= {"Đang soạn câu trả lời…", "Đang tìm trong bài báo…"}
    assert all(later - earlier > 0.9 for earlier, later in itertools.pairwise(times))
    assert "Ba người." in last.data["text"]


# --- Connections and limits ------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["refresh_requested", "warning", pytest.param("dropped", marks=pytest.mark.slow)])
def test_an_answer_survives_a_reconnection(slack: Slack, tmp_path: Path, way: str) -> None:
    gate = Gate()
    with bot(slack, Scripted(gate), tmp_path):
        slack.connected()
        asked = slack.mention("Ai?")
        assert gate.asked.wait(10)
        if way == "dropped":
            slack.drop()
        else:
            slack.disconnect(way)
        slack.connected(2)
        gate.open.set()
        answer = slack.answer(asked["ts"])
        again = slack.mention("Ai nữa?")
        slack.answer(again["ts"])

    assert len(slack.in_thread(asked["ts"])) == 1
    assert "Ba người." in answer.shown


def test_a_rate_limit_of_slack_is_waited_for(slack: Slack, tmp_path: Path) -> None:
    with bot(slack, Scripted(), tmp_path):
        slack.limit("chat.update", 1, retry_after=2)
        slack.answer(slack.mention("Ai?")["ts"])

    refused, taken = slack.calls("chat.update")
    assert refused.result["error"] == "ratelimited"
    assert taken.result["ok"]
    assert 2 <= taken.at - refused.at < 5


def test_a_channel_gets_one_message_a_second(slack: Slack, tmp_path: Path) -> None:
    with bot(slack, Scripted(), tmp_path):
        for thread in [slack.mention(f"Ai là số {number}?")["ts"] for number in range(3)]:
            slack.answer(thread)

    times = [call.at for call in slack.calls("chat.postMessage")]
    assert len(times) == 3
    assert all(later - earlier > 0.9 for earlier, later in itertools.pairwise(times))


def test_a_busy_service_is_asked_again(slack: Slack, tmp_path: Path) -> None:
    times: list[float] = []

    def play(body: AskBody, told: Told) -> AskOut:
        times.append(monotonic())
        if len(times) < 3:
            raise ServiceError(429, "busy", 0.5)
        return plain(body, told)

    with bot(slack, Scripted(play), tmp_path):
        slack.answer(slack.mention("Ai?")["ts"])

    assert len(times) == 3
    assert all(later - earlier >= 0.5 for earlier, later in itertools.pairwise(times))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ServiceError(429, "busy", 0), "quá tải"),
        (ServiceError(None, "down"), "Không liên lạc được"),
        (ServiceError(401, "key"), "HOIDAP_SERVICE_KEY"),
        (BadQuestion("bí mật"), "cần có chữ"),
        (ServiceError(500, "bí mật"), "Có lỗi"),
        (KeyError("bí mật"), "Có lỗi"),
    ],
)
def test_a_failure_is_said_plainly(
    slack: Slack, tmp_path: Path, error: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    def play(*_: object) -> AskOut:
        raise error

    caplog.set_level(logging.INFO)
    with bot(slack, Scripted(play), tmp_path):
        asked = slack.mention("Chuyện bí mật là gì?")
        slack.until(lambda: slack.calls("chat.update"))
        [told] = slack.in_thread(asked["ts"])

    assert said in told.shown
    assert "Traceback" not in told.shown
    assert "bí mật" not in told.shown
    assert type(error).__name__ in caplog.text
    assert "bí mật" not in caplog.text


def test_blocks_that_slack_refuses_become_text(slack: Slack, tmp_path: Path) -> None:
    with bot(slack, Scripted(), tmp_path):
        slack.fail("chat.update", "invalid_blocks")
        asked = slack.mention("Ai?")
        slack.until(lambda: slack.calls("chat.update")[1:])
        [told] = slack.in_thread(asked["ts"])

    assert told.blocks == []
    assert "Ba người." in told.text


def test_a_long_answer_goes_on_in_the_thread(slack: Slack, tmp_path: Path) -> None:
    sentences = [(f"Câu số {number} nói về một hai ba bốn năm sáu bảy tám chín.", source()) for number in range(80)]

    with bot(slack, Scripted(lambda *_: answered(*sentences)), tmp_path):
        asked = slack.mention("Ai?")
        slack.answer(asked["ts"])

    messages = slack.in_thread(asked["ts"])
    shown = "".join(message.shown for message in messages)
    assert len(messages) > 1
    assert [len(slack.calls("chat.update")), len(slack.calls("chat.postMessage"))] == [1, len(messages)]
    assert [shown.count(f"Câu số {number} nói") for number in range(80)] == [1] * 80
    assert all(call.result["ok"] for call in slack.calls("chat.postMessage"))


# --- The end ---------------------------------------------------------------------------------------------


@pytest.mark.slow
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


@pytest.mark.slow
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
