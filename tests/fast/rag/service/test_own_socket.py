"""The socket in a data folder: whom it leads to, and that it leads nobody astray."""

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.service.own_socket import FILE, found_in, listening_in

# Listens in the folder and under the name that it is given, as the user of the given number, until its input ends.
LISTENER = """
import os, socket, sys
os.chdir(sys.argv[1])
os.setuid(int(sys.argv[3]))
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[2])
listening.listen()
print("listens", flush=True)
sys.stdin.read()
"""


def found(data: Path) -> bool:
    with found_in(data) as path:
        return path is not None


@contextmanager
def listener(data: Path, user: int) -> "Iterator[subprocess.Popen[str]]":
    command = [sys.executable, "-S", "-c", LISTENER, str(data), FILE, str(user)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "listens\n"
        yield process


@pytest.mark.parametrize("folder", [".", "x" * 200 + "/bài vở"], ids=["here", "deep"])
def test_it_is_found_while_it_listens_and_by_its_owner_alone(tmp_path: Path, folder: str) -> None:
    data = tmp_path / folder
    data.mkdir(parents=True, exist_ok=True)
    assert not found(data)
    with listening_in(data) as own, found_in(data) as path:
        assert path is not None
        status = (data / FILE).stat()
        assert stat.S_ISSOCK(status.st_mode)
        assert stat.S_IMODE(status.st_mode) == 0o600
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(path)
            taken, _ = own.listening.accept()
            taken.close()
    assert list(data.iterdir()) == []
    assert not found(data)


def test_one_that_was_killed_is_not_asked_and_leaves_room_for_the_next(tmp_path: Path) -> None:
    with listener(tmp_path, os.getuid()) as killed:
        assert found(tmp_path)
        killed.kill()
    assert (tmp_path / FILE).is_socket()
    assert not found(tmp_path)
    with listening_in(tmp_path):
        assert found(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_end_of_one_server_leaves_the_next_ones_file(tmp_path: Path) -> None:
    with listening_in(tmp_path) as first:
        with listening_in(tmp_path):
            first.hide()
            assert found(tmp_path)
        assert not found(tmp_path)


@pytest.mark.skipif(os.getuid() != 0, reason="only root may be another user")
def test_what_another_user_put_into_the_folder_is_not_asked(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with listener(tmp_path, 65534):
        assert not found(tmp_path)
        # Its own folder is another matter: who owns that may change all that is in it.
        os.chown(tmp_path, 65534, -1)
        assert found(tmp_path)


def test_what_is_no_socket_is_not_asked(tmp_path: Path) -> None:
    assert not found(tmp_path / "none")
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert not found(tmp_path / "file")
    (tmp_path / FILE).write_text("http://127.0.0.1:9", encoding="utf-8")
    assert not found(tmp_path)
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()
    assert not found(tmp_path)
    with pytest.raises(OSError, match=FILE), listening_in(tmp_path):
        pass
