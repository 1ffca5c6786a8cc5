"""What systemd does for a restart: the socket it hands over, what it is told, and that no question is lost."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.http.systemd import notify, watchdog_seconds
from tests.support import ROOT
from tests.support.service import save_small_model

WORDS = "Sáng nay chợ nổi họp sớm hơn mọi khi . Bến phà mở lại sau ba ngày mưa lớn"
# As systemd starts a service: the socket is file 3, and the process that gets it is named.
START = """
import os, sys
os.dup2(int(sys.argv[1]), 3, inheritable=True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execvp(sys.argv[2], sys.argv[2:])
"""
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


@contextmanager
def told(address: str) -> Iterator[socket.socket]:
    """What systemd listens to; an address with @ is abstract."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + address[1:] if address.startswith("@") else address)
        listening.settimeout(120)
        yield listening


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


def started(listening: socket.socket, *command: str, **variables: str) -> "subprocess.Popen[str]":
    """A process that gets this socket from its parent, as from systemd."""
    return subprocess.Popen(
        [sys.executable, "-S", "-c", START, str(listening.fileno()), *command],
        cwd=ROOT,
        pass_fds=[listening.fileno()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **variables},
    )


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


# --- A whole restart -------------------------------------------------------------------------------------


class Asking:
    """Clients that ask one question after the other, each over a connection of its own, and never ask again."""

    def __init__(self, port: int, clients: int) -> None:
        self._port = port
        self._ended = threading.Event()
        self.statuses: list[int | str] = []
        self.waited: list[float] = []
        self._threads = [threading.Thread(target=self._ask) for _ in range(clients)]
        for thread in self._threads:
            thread.start()

    def _ask(self) -> None:
        body = json.dumps({"question": "Chợ nổi họp lúc nào?"})
        headers = {"Content-Type": "application/json", "Connection": "close"}
        while not self._ended.is_set():
            began = time.monotonic()
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
            try:
                connection.request("POST", "/v1/ask", body, headers)
                response = connection.getresponse()
                response.read()
                self.statuses.append(response.status)
            except (OSError, http.client.HTTPException) as error:
                self.statuses.append(repr(error))
            finally:
                connection.close()
            self.waited.append(time.monotonic() - began)

    def stop(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def wait_for_more(self, answers: int) -> None:
        target = len(self.statuses) + answers
        while len(self.statuses) < target:
            time.sleep(0.02)


@pytest.mark.slow
def test_no_question_is_lost_when_the_service_is_restarted(tmp_path: Path) -> None:
    model = save_small_model(tmp_path, WORDS)
    settings = {
        "HOIDAP_DATA": str(tmp_path / "data"),
        "HOIDAP_EMBEDDING_MODEL": str(model),
        "HOIDAP_THREADS": "1",
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
        "WATCHDOG_USEC": "200000",
    }
    serve = [sys.executable, "-c", "from rag.cli import main; main()", "serve"]
    with told(str(tmp_path / "notify")) as systemd, socket.create_server(("127.0.0.1", 0), backlog=128) as listening:

        def wait_until(state: bytes) -> None:
            while systemd.recv(100) != state:
                pass

        def start() -> "subprocess.Popen[str]":
            process = started(listening, *serve, **settings)
            wait_until(b"READY=1")
            wait_until(b"WATCHDOG=1")
            return process

        process = start()
        asking = Asking(listening.getsockname()[1], clients=4)
        try:
            for _ in range(2):
                asking.wait_for_more(20)
                process.send_signal(signal.SIGTERM)
                wait_until(b"STOPPING=1")
                out, err = process.communicate(timeout=30)
                assert process.returncode == 0, out + err
                process = start()
            asking.wait_for_more(20)
        finally:
            asking.stop()
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=30)
    assert set(asking.statuses) == {200}, [status for status in asking.statuses if status != 200]
    # Those that came in between waited for the next process.
    assert max(asking.waited) > 0.5


@pytest.mark.slow
def test_a_socket_for_everybody_is_not_served_as_if_it_were_private(tmp_path: Path) -> None:
    model = save_small_model(tmp_path, WORDS)
    settings = {"HOIDAP_DATA": str(tmp_path / "data"), "HOIDAP_EMBEDDING_MODEL": str(model), "COLUMNS": "200"}
    with socket.create_server(("", 0)) as listening:
        process = started(listening, sys.executable, "-c", "from rag.cli import main; main()", "serve", **settings)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 78
    assert "systemd listens on 0.0.0.0, and host = 127.0.0.1; set HOIDAP_HOST to 0.0.0.0." in err
