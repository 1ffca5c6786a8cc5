"""Where questions come from, and what is none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.client.protocol import OnStage
from rag.contract.answers import AskOut
from rag.contract.questions import AskBody
from rag.slack.memory import ChannelSettings
from tests.support.slack_bot import Scripted, abstained, bot, plain
from tests.support.slack_server import Slack, running_slack
from tests.support.slack_workspace import ANH, BINH, BOT, DIRECT, NEWS, OTHER

UNKNOWN = "Thủ đô của Mông Cổ tên là gì?"


@pytest.fixture
def slack() -> Iterator[Slack]:
    with running_slack() as slack:
        yield slack


# --- Where questions come from ---------------------------------------------------------------------------


def test_the_assistant_pane_greets_proposes_and_answers(slack: Slack, tmp_path: Path) -> None:
    with bot(slack, Scripted(), tmp_path):
        thread = slack.open_pane()
        slack.until(lambda: slack.calls("assistant.threads.setSuggestedPrompts"))
        slack.say("Bao nhiêu người?", DIRECT, thread)
        answer = slack.answer(thread)
        title = slack.until(lambda: slack.calls("assistant.threads.setTitle"))[0]

    assert "Ba người." in answer.shown
    assert [posted.ts for posted in slack.in_thread(thread)][-1] == answer.ts
    assert slack.statuses == ["Đang tìm trong bài báo…"]
    assert title.data["title"] == "Bao nhiêu người?"
    assert slack.calls("chat.update") == []


def test_a_direct_message_is_answered_where_there_is_no_pane(slack: Slack, tmp_path: Path) -> None:
    with bot(slack, Scripted(), tmp_path):
        asked = slack.say("Bao nhiêu người?", DIRECT)
        slack.answer(asked["ts"])
        slack.say("Còn ai?", DIRECT, asked["ts"])
        slack.answer(asked["ts"], 2)

    assert len(slack.calls("chat.update")) == 2


def test_the_shortcut_of_a_message_answers_in_private(slack: Slack, tmp_path: Path) -> None:
    client = Scripted()
    with bot(slack, client, tmp_path):
        message = slack.written(BINH, NEWS, "Ai biết <https://bao.example/x|bài này> nói gì?")
        slack.shortcut(message["ts"])
        answers = slack.until(lambda: [p for p in slack.whispered() if "Ba người." in p.shown])

    assert client.asked[0].question == "Ai biết bài này nói gì?"
    assert len(answers) == 1
    assert slack.calls("chat.postMessage") == []


def test_help_is_given_where_nothing_is_asked(slack: Slack, tmp_path: Path) -> None:
    client = Scripted()
    with bot(slack, client, tmp_path) as memory:
        memory.set_settings(NEWS, ChannelSettings(language="en"))
        asked = slack.mention("help")
        [told] = slack.until(lambda: slack.in_thread(asked["ts"]))
        files = slack.say("", DIRECT, subtype="file_share", files=[{"id": "F1"}])
        [also] = slack.until(lambda: slack.in_thread(files["ts"]))
        command = slack.command("", OTHER)

    assert told.shown.startswith("Ask a question")
    assert also.shown.startswith("Hãy hỏi")
    assert command["text"].startswith("Hãy hỏi")
    assert client.asked == []


# --- What is no question ---------------------------------------------------------------------------------


def test_bots_edits_and_talk_among_people_are_ignored(slack: Slack, tmp_path: Path) -> None:
    client = Scripted()
    with bot(slack, client, tmp_path):
        thread = slack.mention("Ai?")["ts"]
        slack.answer(thread)
        slack.say("Tôi là bot.", NEWS, thread, "U0X", bot_id="B0X")
        slack.say("Ba người.", NEWS, thread, BOT, bot_id="B0BOT")
        slack.mention("Ai?", bot_id="B0X")
        slack.say("", NEWS, thread, subtype="message_changed", message={"text": "Ai?"})
        slack.say("", NEWS, thread, subtype="message_deleted", hidden=True)
        slack.say("Ai?", NEWS, thread, edited={"user": ANH, "ts": "1"})
        slack.say(f"<@{BINH}> nghĩ sao?", NEWS, thread)
        slack.say("Ai?", NEWS)
        slack.say("Ai?", NEWS, slack.written(ANH, NEWS, "Chuyện khác.")["ts"])
        slack.event({"type": "assistant_thread_context_changed", "assistant_thread": {"context": {}}})
        last = slack.event({"type": "reaction_added", "user": ANH})
        slack.acknowledged(last)
        slack.say("Còn ai?", NEWS, thread)
        slack.answer(thread, 2)

    assert [body.question for body in client.asked] == ["Ai?", "Còn ai?"]
    assert len([entry for entry in slack.entries if entry.kind == "ack"]) == 13


def test_a_channel_may_want_silence_when_unsure(slack: Slack, tmp_path: Path) -> None:
    def play(body: AskBody, told: OnStage) -> AskOut:
        return abstained() if body.question == UNKNOWN else plain(body, told)

    with bot(slack, Scripted(play), tmp_path) as memory:
        memory.set_settings(NEWS, ChannelSettings(quiet=True))
        unknown = slack.mention(UNKNOWN)["ts"]
        [told] = slack.until(slack.whispered)
        slack.until(lambda: slack.calls("reactions.remove"))
        known = slack.mention("Bao nhiêu người?")["ts"]
        slack.answer(known)
        loud = slack.say(UNKNOWN, DIRECT)["ts"]
        slack.answer(loud)

    assert told.thread == unknown
    assert "không cho biết" in told.shown
    assert slack.in_thread(unknown) == []
    assert [call.data["timestamp"] for call in slack.calls("reactions.add")] == [unknown, known]
    assert "Không tìm thấy câu trả lời" in slack.in_thread(loud)[0].shown
