"""What readers think of the overviews of issues: one opinion each, the last one, as long as issue and topic stay."""

from dataclasses import replace
from pathlib import Path

import pytest

from rag.records.answers import Feedback
from rag.topics.records import Issue, Topic
from tests.support.topics import HOUR, MONDAY, QUESTION, Desk, bridge, opened_desk_over

OPENS = "Cầu phao Hạc Trì mở lại cho xe máy đi qua từ sáng thứ hai, theo sở giao thông của tỉnh Trung Giang."
AT = "2026-01-05T01:00:00.000000+00:00"


def made(desk: Desk) -> tuple[Topic, Issue]:
    """A topic, and an issue that tells of it."""
    topic = desk.topic(QUESTION, "k1")
    briefing = desk.briefing(topic, owner="k1")
    desk.take(bridge("a1", OPENS))
    desk.topics.briefings.make_due(MONDAY + HOUR)
    (issue,) = desk.topics.issues.issues("k1", briefing.id, 9)
    return topic, issue


def up(issue: Issue) -> Feedback:
    return Feedback(issue.answer_id(issue.topics[0]), AT, "up", None, None)


def test_it_is_kept_with_the_question_and_what_was_sent(desk: Desk, tmp_path: Path) -> None:
    _, issue = made(desk)
    down = replace(up(issue), rating="down", comment="Thiếu giờ", better="Mở từ 5 giờ \ud800")
    # As where the server and the bot are two processes.
    with opened_desk_over(tmp_path, desk.clock) as other:
        assert desk.topics.issues.rate(up(issue))
        assert other.topics.issues.rate(down)
        assert other.topics.issues.rate(down)

    ((query, answer, given),) = desk.topics.issues.rated()
    assert (query.text, answer) == (QUESTION, issue.topics[0].answer)
    assert [source.cited_text for citation in answer.citations for source in citation.sources] == [OPENS]
    assert given == replace(down, better="Mở từ 5 giờ \\ud800")


@pytest.mark.parametrize(
    "name", ["", "-", "x", "{issue}", "{issue}-", "{issue}-x", "x-{topic}", "{topic}-{issue}", "\ud800-\0"]
)
def test_there_is_no_such_overview(desk: Desk, name: str) -> None:
    topic, issue = made(desk)
    given = replace(up(issue), answer_id=name.format(issue=issue.id, topic=topic.id))
    assert not desk.topics.issues.rate(given)


def test_an_overview_that_says_nothing_is_not_rated(desk: Desk) -> None:
    topic, issue = made(desk)
    desk.clock.pass_(HOUR)
    desk.store.remove(["a1"])
    desk.follow()
    desk.topics.briefings.make_due(MONDAY + 25 * HOUR)
    later, _ = desk.topics.issues.issues("k1", issue.briefing, 9)

    assert [change.what for change in later.topics[0].changes] == ["withdrawn"]
    assert later.answer_id(later.topics[0]) == ""
    assert not desk.topics.issues.rate(replace(up(issue), answer_id=f"{later.id}-{topic.id}"))


@pytest.mark.parametrize("gone", ["topic", "briefing"])
def test_it_goes_with_its_topic_and_with_its_briefing(desk: Desk, gone: str) -> None:
    topic, issue = made(desk)
    assert desk.topics.issues.rate(up(issue))
    removed = desk.topics.remove("k1", topic.id) if gone == "topic" else desk.topics.issues.remove("k1", issue.briefing)
    assert removed

    assert desk.topics.issues.rated() == []
    assert desk.rows("SELECT count(*) FROM feedback") == [(0,)]
    assert not desk.topics.issues.rate(up(issue))


def test_a_revoked_key_ends_no_opinions(desk: Desk) -> None:
    _, issue = made(desk)
    desk.revoked.add("k1")
    assert desk.topics.issues.rate(up(issue))
