"""`hoidap eval run`, killed and resumed."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.commands import Run
from tests.support.eval_commands import manifest, results, runs
from tests.support.eval_files import Paragraph, squad_file


def many(count: int) -> list[Paragraph]:
    return [
        (f"Thuyền {i} chở {i + 7} bao gạo về bến.", [(f"Thuyền {i} chở bao nhiêu?", [str(i)])]) for i in range(count)
    ]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 130)])
def test_a_run_that_was_killed_gives_the_same_lines_when_it_is_resumed(
    run: Run, tmp_path: Path, number: int, code: int
) -> None:
    path = squad_file(tmp_path / "thuyền.json", many(60))
    assert run(path, "--name", "whole").code == 0
    file = runs("killed") / "thuyền.jsonl"
    log = tmp_path / "killed.log"
    with log.open("w") as stderr:
        child = subprocess.Popen(
            [sys.executable, "-c", "from rag.cli import main; main()", "eval", "run", str(path), "--name", "killed"],
            stderr=stderr,
        )
    while not (file.exists() and file.read_bytes().count(b"\n") >= 3):
        assert child.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.001)
    child.send_signal(number)
    assert child.wait(timeout=300) == code
    stopped = "hoidap eval run --resume data/eval/runs/killed" in log.read_text(encoding="utf-8")
    assert stopped == (number == signal.SIGTERM)
    assert 3 <= file.read_bytes().count(b"\n") < 60
    assert manifest("killed")["finished"] is None

    assert run("--resume", runs("killed")).code == 0
    assert results("killed", "thuyền") == results("whole", "thuyền")
