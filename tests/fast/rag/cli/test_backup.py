"""`hoidap backup` and `hoidap restore`, also on a disk that fills up."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag.backup.archive import BackupError
from rag.cli.backup import backup, restore
from tests.fast.rag.backup.conftest import data, file
from tests.support.backups import ROWS, there

__all__ = ["data", "file"]

# Files of this process may not grow beyond the limit: for SQLite and for Python, what a full disk is.
LIMITED = """
import resource, sys
from rag.cli.backup import backup, restore
from index.storage.errors import StorageFull
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
try:
    {"backup": backup, "restore": restore}[sys.argv[2]].main([sys.argv[3]], obj={"data": sys.argv[4]})
except StorageFull as error:
    print("full", error)
"""


def limited(limit: int, *arguments: str | Path) -> str:
    command = [sys.executable, "-c", LIMITED, str(limit), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_disk_that_fills_up_during_a_backup(data: Path, file: Path, tmp_path: Path) -> None:
    # Full while the first and the second database is copied, and when all that does not fit is their archive.
    for limit in (30_000, 700_000, file.stat().st_size - 20_000):
        said = limited(limit, "backup", tmp_path / "other.tar", data)
        assert said.startswith(f"full The backup {tmp_path}/other.tar cannot be written: the disk is full"), said
        assert there(tmp_path) == {"data", "backup.tar"}


def test_a_disk_that_fills_up_during_a_restore(file: Path, tmp_path: Path) -> None:
    for limit in (30_000, 700_000):
        said = limited(limit, "restore", file, tmp_path / "back")
        assert said.startswith(f"full The data folder {tmp_path}/back cannot be written: the disk is full"), said
        assert there(tmp_path / "back") == set()


def test_the_commands(data: Path, tmp_path: Path) -> None:
    runner, file = CliRunner(), tmp_path / "backup.tar"
    run = runner.invoke(backup, [str(file)], obj={"data": data}, catch_exceptions=False)
    assert run.exit_code == 0
    assert "hoidap.sqlite3" in run.stdout
    assert f"{ROWS} articles" in run.stdout
    with pytest.raises(BackupError, match="--force"):
        runner.invoke(backup, [str(file)], obj={"data": data}, catch_exceptions=False)
    assert runner.invoke(backup, [str(file), "--force"], obj={"data": data}, catch_exceptions=False).exit_code == 0
    run = runner.invoke(restore, [str(file)], obj={"data": tmp_path / "back"}, catch_exceptions=False)
    assert run.exit_code == 0
    assert "3 turns" in run.stdout
