"""What the server takes on: how many requests at once, and how large."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

from rag.contract.problems import problem
from rag.http.problems import HttpProblem, response_of
from rag.telemetry.asgi import Middleware

_COUNTED = ("/v1/", "/mcp")


class Limits(Middleware):
    """Answers 429 at once when `requests` are in progress, instead of letting a line grow; 413 to a huge body and
    415 to a compressed one.

    Only `/v1` and `/mcp` count: the page, probes and metrics are always answered. A body that does not state its
    length is cut off when it passes the limit.
    """

    def __init__(self, app: ASGIApp, requests: int, body_bytes: int) -> None:
        super().__init__(app)
        self._requests = requests
        self._body_bytes = body_bytes
        self._running = 0

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].startswith(_COUNTED):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        encoding = headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()
        if encoding not in ("", "identity"):
            detail = f"A body with Content-Encoding {encoding[:40]!r} is not read; send it as it is, uncompressed."
            await response_of(problem("body-encoded", detail), {"Accept-Encoding": "identity"})(scope, receive, send)
            return
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > self._body_bytes:
            await response_of(problem("body-too-large", self._too_large(f"{int(length):,}")))(scope, receive, send)
            return
        if self._running >= self._requests:
            detail = f"{self._running} requests are in progress; try again in a moment."
            await response_of(problem("busy", detail))(scope, receive, send)
            return
        self._running += 1
        try:
            await self._app(scope, self._limited(receive), send)
        finally:
            self._running -= 1

    def _limited(self, receive: Receive) -> Receive:
        received = 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._body_bytes:
                raise HttpProblem("body-too-large", self._too_large(f"{received:,} and more"))
            return message

        return receive_limited

    def _too_large(self, stated: str) -> str:
        return f"A body of {stated} bytes is more than {self._body_bytes:,}; send it in parts."
