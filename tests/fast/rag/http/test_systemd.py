"""What systemd hands over and is told."""

import os
import socket
import sys
from pathlib import Path

import pytest

from rag.http.systemd import notify, watchdog_seconds
from tests.support.systemd import started, told

INHERIT = """
import os
from rag.errors import SettingsError
from rag.http.systemd import inherited_socket
try:
    listening = inherited_socket()
except SettingsError as error:
    print("refused:", error)
else:
    left = [name for name in os.environ if name.startswith("LISTEN")]
    print(listening and listening.getsockname(), left, listening and listening.get_inheritable(), inherited_socket())
"""


# --- Telling ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["{folder}/notify", "@hoidap-{pid}"])
def test_systemd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    address = address.format(folder=tmp_path, pid=os.getpid())
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    with told(address) as listening:
        notify("READY=1")
        assert listening.recv(100) == b"READY=1"


def test_without_systemd_nobody_is_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    assert caplog.records == []


def test_a_systemd_that_does_not_listen_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    notify("READY=1")
    assert "could not be told READY=1" in caplog.text


@pytest.mark.parametrize(
    ("period", "process", "seconds"),
    [("30000000", "", 15.0), ("30000000", "own", 15.0), ("30000000", "1", None), ("", "", None), ("soon", "", None)],
)
def test_the_watchdog_is_told_twice_in_its_time(
    monkeypatch: pytest.MonkeyPatch, period: str, process: str, seconds: float | None
) -> None:
    for name, value in (("WATCHDOG_USEC", period), ("WATCHDOG_PID", str(os.getpid()) if process == "own" else process)):
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name, raising=False)
    assert watchdog_seconds() == seconds


# --- The socket ------------------------------------------------------------------------------------------


def test_the_socket_is_taken_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = started(listening, sys.executable, "-c", INHERIT)
        out, err = process.communicate(timeout=60)
        assert (out, err) == (f"{listening.getsockname()} [] False None\n", "")


def test_what_is_meant_for_another_process_is_left_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = started(listening, "env", "LISTEN_PID=1", sys.executable, "-c", INHERIT)
        assert process.communicate(timeout=60) == ("None [] None None\n", "")


@pytest.mark.parametrize(
    ("kind", "count", "said"),
    [
        ("several", "2", "systemd handed over 2 sockets"),
        ("unix", "1", "the first a AF_UNIX"),
        ("idle", "1", "systemd handed over 1 sockets"),
    ],
)
def test_another_kind_of_socket_is_refused(tmp_path: Path, kind: str, count: str, said: str) -> None:
    family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
    with socket.socket(family) as other:
        other.bind(str(tmp_path / "unix") if kind == "unix" else ("127.0.0.1", 0))
        if kind != "idle":
            other.listen()
        process = started(other, "env", f"LISTEN_FDS={count}", sys.executable, "-c", INHERIT)
        out, _ = process.communicate(timeout=60)
    assert out.startswith("refused: ")
    assert said in out
