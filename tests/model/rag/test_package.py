"""The Python API: the example in the package's own documentation."""

import doctest
from pathlib import Path

import pytest

import rag


def test_the_example_runs_as_it_stands(model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "models").symlink_to(model_folder.parent)
    monkeypatch.setenv("HOIDAP_THREADS", "1")

    failed, attempted = doctest.testmod(rag)

    assert failed == 0
    assert attempted >= 5
