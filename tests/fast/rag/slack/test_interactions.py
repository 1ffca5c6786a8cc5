"""Buttons below answers: shared, and rated."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.client.protocol import OnStage
from rag.contract.answers import AskOut
from rag.contract.questions import AskBody, FeedbackBody
from tests.support.slack_bot import Scripted, bot, plain
from tests.support.slack_server import Slack, running_slack
from tests.support.slack_workspace import ANH, BOT, NEWS, OTHER


@pytest.fixture
def slack() -> Iterator[Slack]:
    with running_slack() as slack:
        yield slack


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


def test_an_opinion_of_an_answer_that_is_gone(slack: Slack, tmp_path: Path) -> None:
    def play(body: AskBody, told: OnStage) -> AskOut:
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
