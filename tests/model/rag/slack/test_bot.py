"""The Slack bot as people meet it, over a Slack of this machine; where answers matter, over the real service."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag.cli.slack import slack as command
from rag.client.in_process import InProcess
from rag.client.protocol import Told
from rag.contract.answers import AskBody, AskOut, FeedbackBody
from rag.errors import SettingsError
from rag.service.wiring import Service
from rag.slack.bot import Tokens, running
from rag.slack.memory import ChannelSettings, Memory
from rag.slack.presses import COMMAND, SHORTCUT
from tests.support.slack_blocks import texts
from tests.support.slack_bot import Scripted, abstained, bot, plain
from tests.support.slack_server import ANH, APP_TOKEN, BINH, BOT, BOT_TOKEN, DIRECT, NEWS, OTHER, Slack, running_slack
from tests.support.streams import beside

AUSTRALIA = "Bao nhiêu sinh viên Việt Nam đang học tại Úc?"
JAPAN = "Còn Nhật Bản thì sao?"
UNKNOWN = "Thủ đô của Mông Cổ tên là gì?"


@pytest.fixture
def slack() -> Iterator[Slack]:
    with running_slack() as slack:
        yield slack


@pytest.fixture
def service(sample_service: Service, tmp_path: Path) -> Iterator[Service]:
    with beside(sample_service, tmp_path / "data") as service:
        yield service


# --- Over the real service -------------------------------------------------------------------------------


def test_a_mention_is_answered_in_its_thread_with_sources(slack: Slack, service: Service, tmp_path: Path) -> None:
    with bot(slack, InProcess(service, "slack"), tmp_path):
        asked = slack.mention(AUSTRALIA)
        answer = slack.answer(asked["ts"])

    links = [element["url"] for element in texts(answer.blocks) if element["type"] == "link"]
    assert "31.200 sinh viên" in answer.shown
    assert "[1] Hơn 31.000 sinh viên Việt Nam đang học tại Úc — Hãng tin Lạc Việt, 10/12/2024" in answer.shown
    assert links
    assert all(url.startswith("https://") for url in links)
    posted = slack.calls("chat.postMessage")
    assert [call.data["thread_ts"] for call in posted] == [asked["ts"]]
    assert posted[0].data["unfurl_links"] is posted[0].data["unfurl_media"] is False
    assert "Đang tìm trong bài báo…" in posted[0].data["text"]
    assert len(slack.in_thread(asked["ts"])) == 1


def test_a_follow_up_in_the_thread_needs_no_mention(slack: Slack, service: Service, tmp_path: Path) -> None:
    with bot(slack, InProcess(service, "slack"), tmp_path):
        asked = slack.mention(AUSTRALIA)
        slack.answer(asked["ts"])
        slack.say(JAPAN, NEWS, asked["ts"], BINH)
        second = slack.answer(asked["ts"], 2)

    [conversation] = service.conversations.list("slack", 10)
    assert conversation.turns == 2
    assert "Nhật Bản" in second.shown
    kept = service.conversations.turns("slack", conversation.id)[1]
    assert "sinh viên" in kept.turn.understood


def test_opinions_reach_the_conversations(slack: Slack, service: Service, tmp_path: Path) -> None:
    with bot(slack, InProcess(service, "slack"), tmp_path):
        answer = slack.answer(slack.mention(AUSTRALIA)["ts"])
        slack.press(answer, "feedback_down")
        view = slack.until(lambda: next(iter(slack.views.values()), None))
        [(_, pressed)] = slack.until(lambda: list(service.conversations.rated()) or None)
        slack.submit(view, {"better": {"value": "31.200 sinh viên."}})
        thanks = slack.until(slack.whispered)
        assert thanks[0].thread == answer.thread
        [(kept, told)] = list(service.conversations.rated())
        slack.press(answer, "feedback_up", BINH)
        slack.until(lambda: slack.whispered(BINH))

    [(_, last)] = list(service.conversations.rated())
    assert (pressed.rating, pressed.better) == ("down", None)
    assert (kept.turn.question, told.rating, told.better) == (AUSTRALIA, "down", "31.200 sinh viên.")
    assert "Cảm ơn" in thanks[0].shown
    assert last.rating == "up"


def test_settings_change_which_sources_answer(slack: Slack, service: Service, tmp_path: Path) -> None:
    with bot(slack, InProcess(service, "slack"), tmp_path) as memory:
        assert slack.command("settings") == {}
        view = slack.until(lambda: next((v for v in slack.views.values() if "submit" in v), None))
        options = view["blocks"][0]["element"]["options"]
        chosen = next(option for option in options if option["value"] == "Báo Sông Hậu")
        language = {"selected_option": view["blocks"][1]["element"]["options"][2]}
        slack.submit(
            view, {"sources": {"selected_options": [chosen]}, "language": language, "quiet": {"selected_options": []}}
        )
        slack.until(slack.whispered)
        answer = slack.answer(slack.mention(AUSTRALIA)["ts"])
        assert memory.settings(NEWS) == ChannelSettings(("Báo Sông Hậu",), "en", False)
        assert memory.settings(OTHER) == ChannelSettings()

    assert "36.400 sinh viên" in answer.shown
    assert "31.200" not in answer.shown
    assert "Confidence" in answer.shown


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


def test_a_command_is_answered_in_private_and_shared_once(slack: Slack, tmp_path: Path) -> None:
    client = Scripted()
    with bot(slack, client, tmp_path):
        said = slack.command("Bao nhiêu người &lt;!channel&gt;?")
        [private] = slack.until(slack.whispered)
        assert slack.calls("chat.postMessage") == []
        slack.press(private, "share")
        slack.press(private, "share")
        [shared] = slack.until(lambda: [p for p in slack.posted.values() if p.ephemeral is None and p.user == BOT])
        slack.until(lambda: private.ts not in slack.posted)
        slack.say("Còn ai?", NEWS, shared.ts)
        slack.answer(shared.ts)

    assert said == {"response_type": "ephemeral", "text": "Đang tìm trong bài báo…"}
    assert "Ba người." in private.shown
    assert shared.shown.startswith(f"@{ANH} hỏi: Bao nhiêu người <!channel>?")
    assert len([call for call in slack.calls("chat.postMessage") if "thread_ts" not in call.data]) == 1
    assert client.asked[0].conversation_id == client.asked[1].conversation_id


def test_who_shares_where_the_bot_is_not_is_told_to_invite_it(slack: Slack, tmp_path: Path) -> None:
    with bot(slack, Scripted(), tmp_path):
        slack.command("Bao nhiêu người?", OTHER)
        [private] = slack.until(slack.whispered)
        slack.press(private, "share")
        told = slack.until(lambda: slack.whispered()[1:])

    assert "/invite" in told[0].shown


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
    def play(body: AskBody, told: Told) -> AskOut:
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


# --- Tokens ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tokens", [Tokens("xoxb-wrong", APP_TOKEN), Tokens(BOT_TOKEN, "xapp-wrong")])
def test_a_wrong_token_is_a_setting_to_mend(slack: Slack, tmp_path: Path, tokens: Tokens) -> None:
    with (
        Memory(tmp_path / "slack.sqlite3") as memory,
        pytest.raises(SettingsError, match="HOIDAP_SLACK"),
        running(Scripted(), memory, tokens, f"{slack.url}/api/"),
    ):
        pass


def test_an_opinion_of_an_answer_that_is_gone(slack: Slack, tmp_path: Path) -> None:
    def play(body: AskBody, told: Told) -> AskOut:
        return plain(body, told).model_copy(update={"id": "gone"})

    client = Scripted(play)
    with bot(slack, client, tmp_path):
        slack.press(slack.answer(slack.mention("Ai?")["ts"]), "feedback_up")
        [told] = slack.until(slack.whispered)

    assert client.rated == [FeedbackBody(answer_id="gone", rating="up")]
    assert "không còn được lưu" in told.shown


def test_an_opinion_of_a_private_answer_where_the_bot_is_not(slack: Slack, tmp_path: Path) -> None:
    client = Scripted()
    with bot(slack, client, tmp_path):
        slack.command("Ai?", OTHER)
        slack.press(slack.until(slack.whispered)[0], "feedback_up")
        told = slack.until(lambda: slack.whispered()[1:])

    assert client.rated == [FeedbackBody(answer_id="a1", rating="up")]
    assert "Cảm ơn" in told[0].shown


# --- The command -----------------------------------------------------------------------------------------


def test_the_manifest_names_what_the_bot_listens_to() -> None:
    printed = CliRunner().invoke(command, ["--manifest"], obj={}).output

    for name in (COMMAND, SHORTCUT, "app_mention", "message.im", "message.channels", "assistant_thread_started"):
        assert f" {name}\n" in printed
    assert "socket_mode_enabled: true" in printed


def test_without_tokens_it_says_what_to_set(tmp_path: Path) -> None:
    failed = CliRunner().invoke(command, [], obj={"data": tmp_path}).exception

    assert isinstance(failed, SettingsError)
    assert "HOIDAP_SLACK_BOT_TOKEN" in str(failed)
