"""A process that is killed at any statement between match and issue: nothing is lost, nothing is doubled."""

import signal
import subprocess
import sys
from pathlib import Path

from rag.delivery.channels import Email
from tests.support import ROOT
from tests.support.encoders import ingester
from tests.support.topics import HOUR, MONDAY, QUESTION, DeskClock, bridge, opened_desk_over

DUE = MONDAY + HOUR
_WORDS = "Cầu phao Hạc Trì thêm chuyến phà đêm số {n}, tỉnh Trung Giang trả tiền dầu cho phà {n}."


def killed(folder: Path, step: int) -> bool:
    """Whether the child was killed before it was done."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.killed_desk", str(folder), str(DUE), str(step)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in (0, -signal.SIGKILL), run.stderr
    return run.returncode != 0


def test_killed_between_match_and_issue(tmp_path: Path) -> None:
    with opened_desk_over(tmp_path, DeskClock()) as desk:
        desk.briefing(desk.topic(QUESTION), channels=[Email("an@bao.example"), Email("ha@bao.example")])
        list(ingester(desk.store, desk.encoder).ingest([bridge(f"a{n}", _WORDS.format(n=n)) for n in (1, 2)]))
    # Each child gets a little further; those that follow must not repeat what the dead one had committed.
    deaths = [killed(tmp_path, step) for step in (2, 6, 9, 12, 18, 25, 30, 34, 38)]
    assert sum(deaths) >= 3
    killed(tmp_path, 10**6)

    with opened_desk_over(tmp_path, DeskClock(DUE)) as desk:
        assert sorted(desk.rows("SELECT article, kind FROM matches")) == [("a1", "new"), ("a2", "new")]
        assert desk.rows("SELECT sequence FROM position") == [(desk.store.sequence(),)]
        assert desk.rows("SELECT count(*) FROM issues") == [(1,)]
        assert desk.rows("SELECT count(*), count(DISTINCT issue) FROM deliveries") == [(2, 1)]
        told = desk.rows("SELECT source FROM told")
        assert len(told) == len(set(told)) > 0
        assert desk.rows("PRAGMA integrity_check") == [("ok",)]
