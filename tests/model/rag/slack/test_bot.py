"""The Slack bot as people meet it, over a Slack of this machine; where answers matter, over the real service."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.client.in_process import InProcess
from rag.service.wiring import Service
from rag.slack.memory import ChannelSettings
from tests.support.slack_blocks import texts
from tests.support.slack_bot import bot
from tests.support.slack_server import Slack, running_slack
from tests.support.slack_workspace import BINH, NEWS, OTHER
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
