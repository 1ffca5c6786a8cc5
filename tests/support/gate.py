"""The gate before a small application, and requests that no client library would send."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from rag.http.access.callers import caller_of
from rag.http.access.gate import Gate, Mode
from rag.http.access.keys import Keys

HERE = "http://tin.example"
# What every response tells browsers.
TOLD = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Clock:
    def __init__(self) -> None:
        self.seconds = 50.0

    def __call__(self) -> float:
        return self.seconds


async def who(request: Request) -> Response:
    caller = caller_of(request)
    return JSONResponse({"key": caller.key, "name": caller.name, "scopes": sorted(caller.scopes)})


async def _socket(socket: WebSocket) -> None:
    await socket.accept()


def small_app() -> Starlette:
    anything = ["GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"]
    return Starlette(routes=[WebSocketRoute("/{path:path}", _socket), Route("/{path:path}", who, methods=anything)])


def gate(
    keys: Keys, mode: Mode = "keys", *, per_minute: int = 1000, loopback_only: bool = False, clock: Clock | None = None
) -> Gate:
    return Gate(
        small_app(), keys if mode == "keys" else None, per_minute, loopback_only=loopback_only, now=clock or Clock()
    )


@dataclass(frozen=True)
class Answer:
    status: int
    headers: httpx.Headers
    body: Any


def ask(
    app: ASGIApp,
    line: str,
    *headers: tuple[bytes, bytes],
    host: Sequence[bytes] = (b"tin.example",),
    client: tuple[str, int] | None = ("192.0.2.7", 4711),
    scheme: str = "http",
) -> Answer:
    """A request as the server hands it in, with headers that no client library would send."""
    method, path = line.split()
    sent: list[Any] = []
    connection = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [*((b"host", each) for each in host), *headers],
        "client": client,
        "server": ("127.0.0.1", 8000),
        "state": {"request_id": "r1"},
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def requested() -> None:
        await app(connection, receive, send)

    asyncio.run(requested())
    assert [message["type"] for message in sent].count("http.response.start") == 1
    body = b"".join(message.get("body", b"") for message in sent)
    return Answer(sent[0]["status"], httpx.Headers(sent[0]["headers"]), json.loads(body) if body else None)


def bearer(text: str, scheme: str = "Bearer") -> tuple[bytes, bytes]:
    return b"authorization", f"{scheme} {text}".encode()


def cookie(text: str) -> tuple[bytes, bytes]:
    return b"cookie", text.encode()
