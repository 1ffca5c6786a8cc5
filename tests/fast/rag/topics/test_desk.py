"""The desk's file: private, backed up, and restored with all that is in it."""

from pathlib import Path

import pytest

from rag.backup.restoring import restore
from rag.backup.writing import back_up
from rag.delivery.channels import Email
from rag.http.access.keys import opened_keys
from rag.records.answers import Feedback
from tests.support.places import IN_A_FILE
from tests.support.topics import HOUR, MONDAY, QUESTION, Desk, bridge, opened_desk_over


@IN_A_FILE
@pytest.mark.usefixtures("desk")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    assert (tmp_path / "desk.sqlite3").stat().st_mode & 0o077 == 0


def test_one_of_version_1_is_opened(tmp_path: Path) -> None:
    with opened_desk_over(tmp_path) as desk:
        briefing = desk.briefing(desk.topic(QUESTION))
        desk.take(bridge("a1"))
        desk.topics.briefings.make_due(MONDAY + HOUR)
        (issue,) = desk.topics.issues.issues("", briefing.id, 9)
        desk.rows("DROP TABLE feedback")
        desk.rows("PRAGMA user_version = 1")

    for _ in range(2):
        with opened_desk_over(tmp_path) as desk:
            assert desk.topics.issues.issues("", briefing.id, 9) == [issue]
            given = Feedback(issue.answer_id(issue.topics[0]), "2026-01-05T01:00:00.000000+00:00", "up", None, None)
            assert desk.topics.issues.rate(given)
            assert desk.rows("SELECT count(*) FROM feedback") == [(1,)]


@IN_A_FILE
def test_it_is_backed_up_and_restored(desk: Desk, tmp_path: Path) -> None:
    briefing = desk.briefing(desk.topic(QUESTION), channels=[Email("an@bao.example")])
    desk.take(bridge("a1"))
    desk.topics.briefings.make_due(MONDAY + HOUR)
    written = back_up(tmp_path, tmp_path / "backup.tar", lambda *_: None)
    assert written.databases["desk.sqlite3"].rows == {"topics": 1, "issues": 1}

    back = tmp_path / "back"
    restore(tmp_path / "backup.tar", back, back / "generations", lambda *_: None)
    with opened_desk_over(back, desk.clock) as restored:
        assert restored.topics.issues.issues("", briefing.id, 9) == desk.topics.issues.issues("", briefing.id, 9)
        restored.follow()
        assert restored.rows("SELECT article, kind FROM matches") == [("a1", "new")]
        assert restored.topics.briefings.make_due(MONDAY + HOUR) == 0


def test_which_keys_let_in(tmp_path: Path) -> None:
    with opened_keys(tmp_path / "keys.sqlite3") as keys:
        key, _ = keys.add("Báo chí", ["ask"])
        assert [keys.live(one) for one in ("", key.id, "00000000")] == [True, True, False]
        keys.revoke(key.id)
        assert not keys.live(key.id)
