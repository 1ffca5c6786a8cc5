"""The web as the tests have it: sites on a loopback port, each with a name and a public IP of its own.

A page is put under its whole address; the server tells sites apart by the Host header. `resolve` and `connect` are
what the fetcher is given in place of the name server and of the network, so that no packet leaves this machine.
"""

import gzip
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

import httpcore2
from typing_extensions import override

from index.fetching.addresses import Addresses, Target
from index.fetching.client import Fetcher, user_agent
from index.fetching.connection import Limits

AGENT = user_agent("https://toasoan.example/lienhe")
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """A request: the address as the client names it, and its headers in small letters."""

    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What a page answers. A body of several pieces is sent without a length; `cut` breaks off before the last byte."""

    body: bytes | str | Iterable[bytes] = b""
    status: int = 200
    type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


Page = Reply | Callable[[Asked], Reply]


def zipped(body: bytes, type: str = HTML) -> Reply:  # noqa: A002
    return Reply(gzip.compress(body), type=type, headers={"Content-Encoding": "gzip"})


def moved(url: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"Location": url})


def tagged(body: bytes | str, etag: str, type: str = HTML) -> Page:  # noqa: A002
    """A page that answers 304 to who knows it."""

    def answer(asked: Asked) -> Reply:
        known = asked.headers.get("if-none-match") == etag
        return Reply(b"" if known else body, 304 if known else 200, type, {"ETag": etag})

    return answer


class Sites:
    """All sites, what they were asked, and which IPs were connected to."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self.connected: list[str] = []
        self.together: dict[str, int] = {}  # the most requests that a host had at once
        self.names: dict[str, list[str]] = {}
        self.port = 0
        self._now: dict[str, int] = {}
        self._lock = threading.Lock()

    def put(self, url: str, page: Page | bytes | str) -> None:
        self.pages[url] = Reply(page) if isinstance(page, bytes | str) else page

    def urls(self, part: str = "") -> list[str]:
        """What was asked for, in order, but for robots.txt."""
        return [asked.url for asked in self.asked if part in asked.url and not asked.url.endswith("/robots.txt")]

    def fetcher(self, *allowed: str, limits: Limits | None = None, tls: ssl.SSLContext | None = None) -> Fetcher:
        limits = limits or Limits(connect=2, silence=2, total=5)
        return Fetcher(Addresses(allowed, self.resolve), AGENT, limits, tls=tls, connect=self.connect)

    def resolve(self, host: str, _port: int) -> list[str]:
        """The name server."""
        with self._lock:
            return self.names.setdefault(host, [f"93.184.216.{len(self.names) + 1}"])

    def connect(self, target: Target, ip: str, seconds: float) -> httpcore2.NetworkStream:
        """The network: whatever IP is connected to, the server of these tests answers."""
        with self._lock:
            self.connected.append(ip)
        return httpcore2.SyncBackend().connect_tcp("127.0.0.1", self.port, seconds)

    def answer(self, asked: Asked) -> Reply:
        page = self.pages.get(asked.url, Reply("Không có trang này", 404))
        return page(asked) if callable(page) else page

    @contextmanager
    def counted(self, asked: Asked, host: str) -> Iterator[None]:
        with self._lock:
            self.asked.append(asked)
            self._now[host] = self._now.get(host, 0) + 1
            self.together[host] = max(self.together.get(host, 0), self._now[host])
        try:
            yield
        finally:
            with self._lock:
                self._now[host] -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 200

    def __init__(self, sites: Sites, scheme: str) -> None:
        self.sites, self.scheme = sites, scheme
        super().__init__(("127.0.0.1", 0), _Handler)

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Clients leave as they like."""


class _Handler(BaseHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the requests are kept."""

    def do_GET(self) -> None:
        server = cast(_Server, self.server)
        host = self.headers.get("Host", "")
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(f"{server.scheme}://{host}{self.path}", headers)
        # Not while it is sent: whoever has all of it may ask again before the server is done.
        with server.sites.counted(asked, host):
            reply = server.sites.answer(asked)
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        self.send_response_only(reply.status)
        if reply.type and reply.status != 304:
            self.send_header("Content-Type", reply.type)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if isinstance(body, bytes) and reply.status != 304:
            self.send_header("Content-Length", str(len(body) + reply.cut))
        self.end_headers()
        with suppress(OSError):
            for piece in [body] if isinstance(body, bytes) else body:
                self.wfile.write(piece)


@contextmanager
def sites(tls: ssl.SSLContext | None = None) -> Iterator[Sites]:
    """A server for the block, with TLS where a context is given."""
    web = Sites()
    server = _Server(web, "https" if tls else "http")
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    web.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="sites", daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
