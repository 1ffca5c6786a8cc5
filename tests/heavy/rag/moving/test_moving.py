"""A move that is stopped or killed at any moment, and a source that changes between two tries."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from rag.moving.folder import Folder
from rag.moving.moving import move
from rag.moving.server import OnServer
from tests.support import ROOT
from tests.support.backups import nothing
from tests.support.moving import (
    CHANGES,
    TABLES,
    Stopped,
    copied,
    down,
    fill,
    no_indexes,
    of_file,
    quiet,
    same_rows,
    stopping,
    up,
)
from tests.support.postgres import Postgres


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("filled") / "data"
    fill(data, articles=1100)
    return data


@pytest.fixture
def address(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as made:
        yield made


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_move_that_is_stopped_at_any_moment_goes_on(way: str, filled: Path, address: str, tmp_path: Path) -> None:
    server = OnServer(address, quiet)
    if way == "down":
        up(filled, address)
    source, target = (Folder(filled), server) if way == "up" else (server, Folder(tmp_path))
    for steps in range(1, 500, 15):
        try:
            move(source, target, stopping(steps), no_indexes)
        except Stopped:
            assert not (tmp_path / "hoidap.sqlite3").exists()
        else:
            break
    assert steps > 100
    if way == "up":
        same_rows(filled, address)
        return
    for name, table in TABLES:
        assert of_file(tmp_path / f"{name}.sqlite3", table) == of_file(filled / f"{name}.sqlite3", table), table


# Files of this process may not grow beyond the limit: for SQLite, what a full disk is.
_LIMITED = """
import resource, sys
from pathlib import Path
from index.storage.errors import StorageFull
from rag.moving.folder import Folder
from rag.moving.moving import move
from rag.moving.server import OnServer

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
try:
    move(OnServer(sys.stdin.read(), str), Folder(Path(sys.argv[2])), lambda done, total: None, list)
except StorageFull as error:
    print(error)
"""


def test_a_disk_that_fills_up_stops_a_move_which_goes_on_once_there_is_room(
    filled: Path, address: str, tmp_path: Path
) -> None:
    up(filled, address)
    for limit in (100_000, 500_000, 1_500_000):
        command = [sys.executable, "-c", _LIMITED, str(limit), str(tmp_path / "data")]
        ran = subprocess.run(command, cwd=ROOT, input=address, capture_output=True, text=True, check=True)
        assert "the disk is full or refuses" in ran.stdout
        assert [path.name for path in (tmp_path / "data").iterdir()] == [".moving"]
    down(address, tmp_path / "data")
    for name, table in TABLES:
        assert of_file(tmp_path / "data" / f"{name}.sqlite3", table) == of_file(filled / f"{name}.sqlite3", table), (
            table
        )


_MOVE = """
import sys
from pathlib import Path
from rag.moving.folder import Folder
from rag.moving.moving import move
from rag.moving.server import OnServer

def said(done, total):
    print(done, flush=True)

move(Folder(Path(sys.argv[1])), OnServer(sys.stdin.read(), print), said, list)
"""


def test_a_move_that_is_killed_goes_on(filled: Path, address: str) -> None:
    for lines in (1, 10, 30, 60, 90):
        child = subprocess.Popen(
            [sys.executable, "-c", _MOVE, str(filled)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        with child.stdin as given, child.stdout as said:
            given.write(address)
            given.close()
            for _ in range(lines):
                assert said.readline()
            child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    up(filled, address)
    same_rows(filled, address)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("steps", [60, 80, 100])
def test_what_changed_since_a_stopped_move_is_not_missed(
    steps: int, change: str, filled: Path, address: str, tmp_path: Path
) -> None:
    data, server = copied(filled, tmp_path / "data"), OnServer(address, quiet)
    with pytest.raises(Stopped):
        move(Folder(data), server, stopping(steps), no_indexes)
    with closing(apsw.Connection(str(data / "hoidap.sqlite3"))) as db:
        db.execute(change)
    move(Folder(data), server, nothing, no_indexes)
    same_rows(data, address)
