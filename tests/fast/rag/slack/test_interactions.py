"""Buttons below answers: shared, and rated."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from typing_extensions import override

from index.storage.errors import StorageFull
from rag.client.protocol import OnStage, ignore_stage
from rag.contract.answers import AskOut
from rag.contract.conversations import ConversationOut, TurnOut
from rag.contract.questions import AskBody, FeedbackBody
from rag.slack.memory import Draft
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


class Rereading(Scripted):
    """A client whose kept answers cite an article that was removed since."""

    @override
    def conversation(self, conversation_id: str) -> ConversationOut | None:
        (body,) = self.asked
        assert body.conversation_id == conversation_id
        out = plain(body, ignore_stage)
        (citation,) = out.answer.citations
        gone = citation.sources[0].model_copy(update={"changed": "removed"})
        answer = out.answer.model_copy(update={"citations": [citation.model_copy(update={"sources": [gone]})]})
        turn = TurnOut(
            question=body.question,
            asked_at="2026-11-21T12:00:00.000000+00:00",
            answered=out.model_copy(update={"answer": answer}),
        )
        return ConversationOut(id=conversation_id, turns=[turn])


def test_what_is_shared_later_says_what_changed_meanwhile(slack: Slack, tmp_path: Path) -> None:
    with bot(slack, Rereading(), tmp_path):
        slack.command("Bao nhiêu người?")
        [private] = slack.until(slack.whispered)
        slack.press(private, "share")
        [shared] = slack.until(lambda: [p for p in slack.posted.values() if p.ephemeral is None and p.user == BOT])

    assert "Ba người." in private.shown
    assert "bài đã bị xóa" not in private.shown
    assert "Trả lời ngày 21/11/2026" in shared.shown
    assert "bài đã bị xóa sau câu trả lời này" in shared.shown


def test_on_a_full_disk_a_question_is_answered(slack: Slack, tmp_path: Path) -> None:
    client = Scripted()
    with bot(slack, client, tmp_path) as memory:
        pages = memory._db.rows("PRAGMA page_count")[0][0]
        memory._db.rows(f"PRAGMA max_page_count = {pages}")
        with suppress(StorageFull):
            for number in range(1000):
                memory.put_draft(Draft(f"filling {number}", "U", "c", "x" * 500))
        for number in range(3):
            assert "Ba người." in slack.answer(slack.mention(f"Ai {number}?")["ts"]).shown
        slack.command("Ai?")
        [private] = slack.until(slack.whispered)

    assert "Ba người." in private.shown
    # What could not be put aside cannot be shared later.
    assert "Chia sẻ" not in private.shown
    assert len(client.asked) == 4
