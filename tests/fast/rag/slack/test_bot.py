"""The running bot: events once each, connections that end, messages a second apart, a full queue."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.slack.bot import Tokens, running
from rag.slack.memory import Memory
from tests.support.slack_bot import Gate, Scripted, answered, bot, source
from tests.support.slack_server import Slack, running_slack
from tests.support.slack_workspace import ANH, APP_TOKEN, BINH, BOT, BOT_TOKEN, NEWS


@pytest.fixture
def slack() -> Iterator[Slack]:
    with running_slack() as slack:
        yield slack


# --- Events ----------------------------------------------------------------------------------------------


def test_an_event_is_acknowledged_before_its_work_is_done(slack: Slack, tmp_path: Path) -> None:
    gate = Gate()
    with bot(slack, Scripted(gate), tmp_path):
        asked = slack.mention("Ai?")
        sent = next(entry for entry in slack.entries if entry.kind == "envelope")
        slack.acknowledged(sent.data["envelope_id"])
        assert gate.asked.wait(60)
        gate.open.set()
        slack.answer(asked["ts"])

    order = [entry.name if entry.kind == "call" else entry.kind for entry in slack.entries]
    assert order.index("ack") < order.index("chat.update")


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


# --- Connections and limits ------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["refresh_requested", "warning"])
def test_an_answer_survives_a_reconnection(slack: Slack, tmp_path: Path, way: str) -> None:
    gate = Gate()
    with bot(slack, Scripted(gate), tmp_path):
        slack.connected()
        asked = slack.mention("Ai?")
        assert gate.asked.wait(60)
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
    assert taken.at - refused.at == 2


def test_a_channel_gets_one_message_a_second(slack: Slack, tmp_path: Path) -> None:
    with bot(slack, Scripted(), tmp_path):
        for number in range(3):
            slack.answer(slack.mention(f"Ai là số {number}?")["ts"])

    assert [call.at for call in slack.calls("chat.postMessage")] == [0, 1, 2]


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


@pytest.mark.parametrize("tokens", [Tokens("xoxb-wrong", APP_TOKEN), Tokens(BOT_TOKEN, "xapp-wrong")])
def test_a_wrong_token_is_a_setting_to_mend(slack: Slack, tmp_path: Path, tokens: Tokens) -> None:
    with (
        Memory(tmp_path / "slack.sqlite3") as memory,
        pytest.raises(SettingsError, match="HOIDAP_SLACK"),
        running(Scripted(), memory, tokens, f"{slack.url}/api/"),
    ):
        pass
