"""What CI has in small of `python -m eval.endurance.run`."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from eval.endurance import changes, disk, kills, load, stop
from eval.endurance.outcomes import Outcome
from tests.support import ROOT
from tests.support.postgres import Postgres

SMALL_DISK = ["unshare", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs -o size=32m none "$0" && exec "$@"']


def kinds(outcomes: Iterable[Outcome]) -> list[str]:
    """What was done at each time, after a look that nothing was lost."""
    done = list(outcomes)
    assert [outcome.lost for outcome in done if outcome.lost] == []
    return [outcome.kind for outcome in done]


def test_eight_kills(tmp_path: Path) -> None:
    assert len(kinds(kills.trial(tmp_path, range(8), 2))) == 8


def test_three_kills_on_a_server(tmp_path: Path, postgres: Postgres) -> None:
    assert len(kinds(kills.trial(tmp_path, range(3), 3, postgres.address))) == 3


def test_a_disk_that_is_full_for_each_file(tmp_path: Path) -> None:
    done = kinds(disk.trial(tmp_path, range(45, 48), 1))
    assert done == ["ingestion, full", "generation, full", "start, full"]


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    inside = [*SMALL_DISK, str(tmp_path)]
    if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    trial = [sys.executable, "-m", "eval.endurance.run", "disk", "--times", "3", "--volume", str(tmp_path)]
    ran = subprocess.run([*inside, *trial], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "generation, full" in ran.stdout


def test_questions_across_changes_of_generation(tmp_path: Path) -> None:
    assert kinds(changes.trial(tmp_path, range(3), 1, questions=40)) == ["changes"] * 3


def test_three_seconds_of_ten_times_too_much(tmp_path: Path) -> None:
    outcomes = list(load.trial(tmp_path, range(3), 1))
    assert kinds(outcomes) == ["seconds"] * 3
    assert sum(outcome.counts["200"] for outcome in outcomes) > 0
    assert sum(outcome.counts["429"] for outcome in outcomes) > 0


def test_sigterm_ends_every_stream(tmp_path: Path) -> None:
    done = kinds(stop.trial(tmp_path, range(8), 1))
    assert sorted(done) == ["ended whole"] * 4 + ["said that the server stops"] * 4
