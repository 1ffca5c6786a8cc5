"""What the tests of `hoidap eval` share: the command with a small model, and what it left in its folder."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from rag.cli import main
from tests.support.eval_files import BRIDGE, FERRY, MARKET, SCHOOL, squad_file
from tests.support.service import save_small_model

WORDS = " ".join(text for text, _ in (MARKET, FERRY, BRIDGE, SCHOOL))


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_small_model(tmp_path_factory.mktemp("small"), WORDS)


@pytest.fixture
def hoidap(
    tmp_path: Path, small_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run `hoidap` in a folder of its own, with its data in `data`; so do processes that a test starts."""
    for name in os.environ:
        if name.startswith("HOIDAP_"):
            monkeypatch.delenv(name)
    for name, value in (("EMBEDDING_MODEL", str(small_model)), ("THREADS", "1"), ("PRECISION", "fp32")):
        monkeypatch.setenv(f"HOIDAP_{name}", value)
    monkeypatch.setenv("COLUMNS", "500")
    monkeypatch.chdir(tmp_path)

    def hoidap(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["hoidap", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as ended:
            assert ended.code is None or isinstance(ended.code, int)
            code = ended.code or 0
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(code, captured.out, captured.err)

    return hoidap


@pytest.fixture
def run(hoidap: Run) -> Run:
    """Run `hoidap eval run`."""
    return partial(hoidap, "eval", "run")


@pytest.fixture
def village(tmp_path: Path) -> Path:
    return squad_file(tmp_path / "làng.json", [MARKET, FERRY], [BRIDGE, SCHOOL])


def runs(name: str) -> Path:
    return Path("data/eval/runs") / name


def manifest(name: str) -> Any:
    return json.loads((runs(name) / "manifest.json").read_bytes())


def results(name: str, suite: str) -> list[dict[str, Any]]:
    """The lines of a suite. Times are never the same twice."""
    lines = (runs(name) / f"{suite}.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    for result in found:
        assert set(result.pop("timings_ms")) >= {"encoding", "search"}
    return found
