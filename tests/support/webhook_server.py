"""A receiver of webhooks on a loopback port: checks signatures by itself, keeps what it takes, and fails on demand."""

import hashlib
import hmac
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep

from typing_extensions import override

SECRET = "whsec_" + b64encode(bytes(range(32))).decode()


@dataclass
class Hook:
    """What came, by `webhook-id` and body; `statuses` are answered one after the other, then 204."""

    taken: list[tuple[str, bytes]] = field(default_factory=list)
    forged: int = 0
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0
    drip: bool = False
    url: str = ""
    authority: str = ""


@contextmanager
def webhook_server() -> Iterator[Hook]:
    """A receiver for the block."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            name, timestamp, signature = (self.headers[f"webhook-{part}"] for part in ("id", "timestamp", "signature"))
            hook.forged += not signed(name, timestamp, body, signature)
            hook.taken.append((name, body))
            sleep(hook.pause)
            with suppress(OSError):
                self._answer(hook.statuses.pop(0) if hook.statuses else 204)

        def _answer(self, status: int) -> None:
            self.send_response_only(status)
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.end_headers()
            while hook.drip:
                self.wfile.write(b"x" * 1000)
                self.wfile.flush()

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hook.authority = f"127.0.0.1:{server.server_address[1]}"
    hook.url = f"http://{hook.authority}/nhan?khoa=bi-mat"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="webhook", daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        hook.drip = False
        server.shutdown()
        server.server_close()
        thread.join()


def signed(name: str, timestamp: str, body: bytes, signature: str) -> bool:
    """Whether the signature is that of the specification, reckoned apart from what is tested."""
    mac = hmac.new(b64decode(SECRET[6:]), b".".join((name.encode(), timestamp.encode(), body)), hashlib.sha256)
    return signature == "v1," + b64encode(mac.digest()).decode()
