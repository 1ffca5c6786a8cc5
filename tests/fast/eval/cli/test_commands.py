"""What `hoidap eval` makes of runs and question files."""

import re
from pathlib import Path

from tests.support.commands import Run
from tests.support.eval_commands import runs
from tests.support.eval_files import lines_file


def test_two_runs_are_compared_and_reported(hoidap: Run, run: Run, village: Path) -> None:
    assert run(village, "--name", "a").code == 0
    assert run(village, "--name", "b", "--bare").code == 0

    compared = hoidap("eval", "compare", runs("a"), runs("a"))
    assert compared.code == 0
    assert "A = a, B = a" in compared.out
    assert "làng: 4 cases in both" in compared.out
    other = hoidap("eval", "compare", runs("a"), runs("b"))
    assert other.code == 66
    assert "asks ['Chợ nổi họp từ mấy giờ?'] in one run and ['cho noi hop tu may gio?'] in the other" in other.err

    reported = hoidap("eval", "report", runs("a"), runs("a"), "-o", "page.html")
    assert (reported.code, reported.out) == (0, "page.html\n")
    assert "Chợ nổi họp từ mấy giờ?" in Path("page.html").read_text(encoding="utf-8")
    missing = hoidap("eval", "report", "none", "-o", "page.html")
    assert missing.code == 66
    assert "none/manifest.json cannot be read" in missing.err


def test_questions_are_validated(hoidap: Run, tmp_path: Path) -> None:
    own = hoidap("eval", "validate")
    assert own.code == 0
    assert re.match(r"\d{3} questions: \d+ ", own.out)

    wrong = lines_file(tmp_path / "q.jsonl", [{"id": "a", "question": "?"}])
    found = hoidap("eval", "validate", wrong)
    assert found.code == 1
    assert found.out.startswith(f"{wrong}:1: ")


def test_a_mean_needs_weights_to_begin_with(hoidap: Run, tmp_path: Path) -> None:
    data = lines_file(tmp_path / "reading.jsonl", [])
    refused = hoidap("eval", "train-reader", data, "-o", "made", "--averaged")
    assert refused.code == 66
    assert "--averaged takes the mean with the weights begun with, and there are none; give --start too" in refused.err
    assert not Path("made").exists()
