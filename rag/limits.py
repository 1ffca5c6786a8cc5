"""How many requests the server takes on at once. Pure ASGI."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from rag.problems import problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Admission:
    """Answers 429 at once when `limit` requests are in progress, instead of letting a line grow.

    Only `/v1` counts: probes and metrics are always answered.
    """

    def __init__(self, app: App, limit: int) -> None:
        self._app = app
        self._limit = limit
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        if self._running >= self._limit:
            detail = f"{self._running} requests are in progress; try again in a moment."
            await problem(429, "Too many requests", detail)(scope, receive, send)
            return
        self._running += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._running -= 1
