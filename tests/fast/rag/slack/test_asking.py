"""A question asked of the service: as often as it is busy, and whatever goes wrong is said."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.client.protocol import OnStage
from rag.contract.answers import AskOut
from rag.contract.questions import AskBody
from rag.errors import BadQuestion, ServiceError
from tests.support.slack_bot import Scripted, bot, plain
from tests.support.slack_server import Slack, running_slack


@pytest.fixture
def slack() -> Iterator[Slack]:
    with running_slack() as slack:
        yield slack


def test_a_busy_service_is_asked_again(slack: Slack, tmp_path: Path) -> None:
    times: list[float] = []

    def play(body: AskBody, told: OnStage) -> AskOut:
        times.append(slack.clock.now())
        if len(times) < 3:
            raise ServiceError(429, "busy", 0.5)
        return plain(body, told)

    with bot(slack, Scripted(play), tmp_path):
        slack.answer(slack.mention("Ai?")["ts"])

    assert times == [0, 0.5, 1]


@pytest.mark.parametrize(("asked_for", "times"), [(None, [0, 1, 4, 12]), (100, [0, 30, 60, 90])])
def test_a_service_that_stays_busy_is_given_up(
    slack: Slack, tmp_path: Path, asked_for: float | None, times: list[float]
) -> None:
    asked: list[float] = []

    def play(*_: object) -> AskOut:
        asked.append(slack.clock.now())
        raise ServiceError(503, "busy", asked_for)

    with bot(slack, Scripted(play), tmp_path):
        thread = slack.mention("Ai?")["ts"]
        slack.until(lambda: slack.calls("chat.update"))

    assert asked == times
    assert "quá tải" in slack.in_thread(thread)[0].shown


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ServiceError(429, "busy", 0), "quá tải"),
        (ServiceError(None, "down"), "Không liên lạc được"),
        (ServiceError(401, "key"), "HOIDAP_SERVICE_KEY"),
        (BadQuestion("bí mật", "question-empty"), "cần có chữ"),
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
