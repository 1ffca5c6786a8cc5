"""One HTTP exchange with a target: to the IPs that were checked, within a time and a number of bytes.

What httpcore does is kept (HTTP/1.1, TLS, the server's name in it); only how a connection is made, and how long and
how much may be read from it, is decided here. No proxy of the environment is used: what it resolves cannot be checked.
"""

import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpcore2
from typing_extensions import override

from index.fetching.addresses import Target
from index.storage.errors import Refused

# Makes the TCP connection to one of a target's IPs, within so many seconds.
Connect = Callable[[Target, str, float], httpcore2.NetworkStream]

# Head of the response, TLS and framing come on top of a body.
_BESIDE_THE_BODY = 512 * 1024
# A host may have dozens of IPs; each that is tried takes time.
_IPS = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one answer may take, in seconds, and how large it may be, in bytes before and after decompression."""

    connect: float = 10
    silence: float = 20
    total: float = 60
    size: int = 20 * 1024 * 1024


def connect(target: Target, ip: str, seconds: float) -> httpcore2.NetworkStream:
    """Connect to an IP. httpcore's errors where that fails; Refused where a public IP turns out to be our own."""
    stream = httpcore2.SyncBackend().connect_tcp(ip, target.port, seconds)
    if not target.named and stream.get_extra_info("client_addr")[0] == stream.get_extra_info("server_addr")[0]:
        stream.close()
        raise Refused(f"{target.host} is this machine; give a page of another")
    return stream


@contextmanager
def exchange(
    target: Target,
    headers: Mapping[str, str],
    limits: Limits,
    tls: ssl.SSLContext,
    connect: Connect,
    content: bytes | None = None,
) -> Iterator[httpcore2.Response]:
    """GET a target, or POST `content` to it; the response's `stream` yields the body as it comes, still compressed.

    Errors are those of `connect` and httpcore's (TimeoutException, NetworkError, ProtocolError), here and while the
    body is read.
    """
    url = httpcore2.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    method = "GET" if content is None else "POST"
    length = {} if content is None else {"Content-Length": str(len(content))}
    sent = [("Host", target.authority), *headers.items(), *length.items()]
    waits = {"connect": limits.connect, "read": limits.silence, "write": limits.silence}
    pinned = _Pinned(target, limits, connect)
    with (
        httpcore2.ConnectionPool(ssl_context=tls, network_backend=pinned, max_connections=1) as pool,
        pool.stream(method, url, headers=sent, content=content, extensions={"timeout": waits}) as response,
    ):
        yield response


class _Pinned(httpcore2.NetworkBackend):
    """Connects to the IPs of a target, whatever name it is asked for."""

    def __init__(self, target: Target, limits: Limits, connect: Connect) -> None:
        self._target, self._limits, self._connect = target, limits, connect

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        bounds = _Bounds(monotonic() + self._limits.total, self._limits.size + _BESIDE_THE_BODY)
        failure: httpcore2.NetworkError | httpcore2.TimeoutException | None = None
        for ip in self._target.ips[:_IPS]:
            try:
                return _Bounded(self._connect(self._target, ip, bounds.seconds(self._limits.connect)), bounds)
            except (httpcore2.NetworkError, httpcore2.TimeoutException) as error:
                failure = error
        raise failure or httpcore2.ConnectError(f"{host} has no address")


class _Bounds:
    """What is left of the time and of the bytes of one exchange."""

    def __init__(self, end: float, size: int) -> None:
        self._end, self._size = end, size

    def seconds(self, most: float | None) -> float:
        """How long the next step may take. ReadTimeout where no time is left."""
        left = self._end - monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the whole answer takes too long")
        return left if most is None else min(left, most)

    def took(self, size: int) -> None:
        """Count bytes that came. ReadError where there are too many."""
        self._size -= size
        if self._size < 0:
            raise httpcore2.ReadError("more bytes come than the answer may have")


class _Bounded(httpcore2.NetworkStream):
    """A stream whose every step keeps within the bounds, however slowly the other side drips."""

    def __init__(self, stream: httpcore2.NetworkStream, bounds: _Bounds) -> None:
        self._stream, self._bounds = stream, bounds

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, self._bounds.seconds(timeout))
        self._bounds.took(len(data))
        return data

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._bounds.seconds(timeout))

    @override
    def close(self) -> None:
        self._stream.close()

    @override
    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._bounds.seconds(timeout))
        return _Bounded(secured, self._bounds)

    @override
    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
