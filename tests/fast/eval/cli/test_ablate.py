"""`hoidap eval ablate`: a system switched off on a small set, with a small model."""

import json
from pathlib import Path

from tests.support.commands import Run
from tests.support.eval_files import BRIDGE, NEWS, SCHOOL, lines_file, squad_file

FERRY = ("Bến phà mở lại sau ba ngày mưa. Vé giá mười nghìn đồng.", [("Vé phà giá bn?", ["mười nghìn đồng"])])


def benchmarks(folder: Path) -> None:
    (folder / "benchmarks").mkdir(parents=True)
    squad_file(folder / "benchmarks" / "xquad-vi.dev.json", [FERRY, BRIDGE, SCHOOL])
    lines_file(folder / "benchmarks" / "news-20k.jsonl.gz", NEWS)


def test_a_system_is_measured_with_and_without(hoidap: Run, tmp_path: Path) -> None:
    benchmarks(tmp_path / "shared")
    asked = ("eval", "ablate", str(tmp_path / "shared"), "--set", "xquad")

    ran = hoidap(*asked, "--system", "shorthand", "--system", "disagreement", "--cases", "2", "-o", "gains.json")

    assert ran.code == 0
    found = json.loads(Path("gains.json").read_bytes())
    assert found["unmeasured"] == ["disagreement"]
    gains = {(gain["system"], gain["measure"]): gain for gain in found["gains"]}
    # Of two questions, each asked with its passage and without it, the one with "bn" is understood otherwise.
    assert {system: gains[system, "outcome_right"]["touched"] for system in ("shorthand", "disagreement")} == {
        "shorthand": 2,
        "disagreement": 0,
    }
    assert gains["disagreement", "outcome_right"]["gain"] == {"mean": 0.0, "low": None, "high": None, "n": 4}
    assert "unmeasured: disagreement" in ran.out
    assert "too few cases" in ran.out


def test_a_folder_without_the_files_is_refused(hoidap: Run, tmp_path: Path) -> None:
    ran = hoidap("eval", "ablate", str(tmp_path), "--set", "desk", "--system", "shorthand")

    assert ran.code == 66
    assert "desk.dev.jsonl cannot be read" in ran.err
