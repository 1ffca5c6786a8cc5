"""A process that is killed at any statement between match and issue: nothing is lost, nothing is doubled."""

import signal
import subprocess
import sys
from pathlib import Path

from rag.delivery.channels import Email
from tests.support import ROOT
from tests.support.encoders import ingester
from tests.support.topics import HOUR, MONDAY, QUESTION, Desk, DeskClock, bridge, opened_desk_over

DUE = MONDAY + HOUR
_WORDS = "Cầu phao Hạc Trì thêm chuyến phà đêm số {n}, tỉnh Trung Giang trả tiền dầu cho phà {n}."


def killed(folder: Path, step: int) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.killed_desk", str(folder), str(DUE), str(step)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr


def counts(desk: Desk) -> tuple[object, ...]:
    """Matches, issues, sentences told and deliveries."""
    (found,) = desk.rows(
        "SELECT (SELECT count(*) FROM matches), (SELECT count(*) FROM issues), (SELECT count(*) FROM told),"
        " (SELECT count(*) FROM deliveries)"
    )
    return found


# The statements of a run are counted from 0: matching writes in 5 to 13 and the issue is put together from 15 on. Once
# the matches are kept, the issue is written in 6 to 14.
def test_killed_between_match_and_issue(tmp_path: Path) -> None:
    with opened_desk_over(tmp_path, DeskClock()) as desk:
        desk.briefing(desk.topic(QUESTION), channels=[Email("an@bao.example"), Email("ha@bao.example")])
        list(ingester(desk.store, desk.encoder).ingest([bridge(f"a{n}", _WORDS.format(n=n)) for n in (1, 2)]))
    with opened_desk_over(tmp_path, DeskClock(DUE)) as desk:
        killed(tmp_path, 12)
        assert counts(desk) == (0, 0, 0, 0)
        assert desk.rows("SELECT sequence FROM position") == [(0,)]
        killed(tmp_path, 17)
        assert counts(desk) == (2, 0, 0, 0)
        assert desk.rows("SELECT sequence FROM position") == [(desk.store.sequence(),)]
        killed(tmp_path, 13)
        assert counts(desk) == (2, 0, 0, 0)

        desk.follow()
        assert desk.topics.briefings.make_due(DUE) == 1
        assert desk.topics.briefings.make_due(DUE) == 0
        assert counts(desk) == (2, 1, 1, 2)
        assert desk.rows("SELECT article, kind FROM matches ORDER BY article") == [("a1", "new"), ("a2", "new")]
