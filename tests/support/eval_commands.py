"""What the tests of `hoidap eval` share: the command with a small model, and what it left in its folder."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Run, runner
from tests.support.eval_files import BRIDGE, FERRY, MARKET, SCHOOL, squad_file
from tests.support.service import save_small_model

WORDS = " ".join(text for text, _ in (MARKET, FERRY, BRIDGE, SCHOOL))


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_small_model(tmp_path_factory.mktemp("small"), WORDS)


@pytest.fixture
def hoidap(
    tmp_path: Path, small_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run `hoidap` in a folder of its own, with its data in `data`; so do processes that a test starts."""
    settings = {"embedding_model": str(small_model), "threads": "1", "precision": "fp32", "reader": "none"}
    return runner(tmp_path, monkeypatch, capsys, 500, **settings)


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
