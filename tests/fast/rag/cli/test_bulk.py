"""What `hoidap bulk` says where a step cannot be done; the heavy tests do the steps."""

from pathlib import Path

import pytest

from index.bulk.shards import Shard, begin, finish
from index.bulk.steps import embedding
from tests.support.bulk import SETTINGS, archive, prepare
from tests.support.commands import Run, runner
from tests.support.encoders import HashEncoder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys, 200, threads="1")


@pytest.mark.parametrize("step", ["embed", "load"])
def test_nothing_is_prepared(run: Run, step: str) -> None:
    ran = run("bulk", step, "shards")

    assert (ran.code, ran.out) == (66, "")
    assert "shards holds no prepared articles; make them: `hoidap bulk prepare ARTICLES --into shards`" in ran.err


def test_not_all_is_embedded(run: Run, tmp_path: Path) -> None:
    prepare(tmp_path / "shards", archive(tmp_path / "archive", 12))
    embedding(HashEncoder)(Shard(tmp_path / "shards", 0))
    ran = run("bulk", "load", "shards")

    assert ran.code == 66
    assert "1 of 2 shards are not embedded yet; give `hoidap bulk embed shards`" in ran.err


def test_a_folder_of_other_articles(run: Run, tmp_path: Path) -> None:
    prepare(tmp_path / "shards", archive(tmp_path / "archive", 12))
    ran = run("bulk", "prepare", "archive", "--into", "shards")

    assert ran.code == 66
    assert "shards was begun with other articles or settings" in ran.err


def test_an_empty_archive_is_all_done(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shards").mkdir()
    begin(tmp_path / "shards", [], SETTINGS)
    finish(tmp_path / "shards")

    assert run("bulk", "embed", "shards").out == "0 shards are embedded; 0 chunks of them now\n"


@pytest.mark.parametrize("workers", ["0", "-1", "x"])
def test_a_wrong_number_of_workers(run: Run, workers: str) -> None:
    ran = run("bulk", "embed", "shards", "--workers", workers)

    assert ran.code == 2
    assert "--workers" in ran.err
