"""A whole restart as systemd does it: no question is lost."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.support.service import save_small_model
from tests.support.systemd import started, told

WORDS = "Sáng nay chợ nổi họp sớm hơn mọi khi . Bến phà mở lại sau ba ngày mưa lớn"


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


def test_no_question_is_lost_when_the_service_is_restarted(tmp_path: Path) -> None:
    model = save_small_model(tmp_path, WORDS)
    settings = {
        "HOIDAP_DATA": str(tmp_path / "data"),
        "HOIDAP_EMBEDDING_MODEL": str(model),
        "HOIDAP_READER": "none",
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


def test_a_socket_for_everybody_is_not_served_as_if_it_were_private(tmp_path: Path) -> None:
    model = save_small_model(tmp_path, WORDS)
    settings = {
        "HOIDAP_DATA": str(tmp_path / "data"),
        "HOIDAP_EMBEDDING_MODEL": str(model),
        "HOIDAP_READER": "none",
        "COLUMNS": "200",
    }
    with socket.create_server(("", 0)) as listening:
        process = started(listening, sys.executable, "-c", "from rag.cli import main; main()", "serve", **settings)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 78
    assert "systemd listens on 0.0.0.0, and host = 127.0.0.1; set HOIDAP_HOST to 0.0.0.0." in err
