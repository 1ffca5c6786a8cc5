"""The protocol over streamable HTTP, as one route of the application.

endpoint = McpEndpoint(client_for, threads)
async with endpoint.running():  # in the application's lifespan
    ...
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from rag.client.protocol import Client
from rag.http.access.callers import caller_of
from rag.mcp.server import build_server


class McpEndpoint:
    """An ASGI application. No state is kept between requests; conversations belong to the caller's key.

    `client_for` gives the client of a key's id; at most `threads` tools work at once.
    """

    def __init__(self, client_for: Callable[[str], Client], threads: int) -> None:
        self._server = build_server(lambda request: client_for(_key(request)), threads)
        self._route = Route("/mcp", self, methods=["POST"], include_in_schema=False)
        self._manager: StreamableHTTPSessionManager | None = None

    def route(self) -> Route:
        """POST alone: without sessions there is nothing to follow (GET) or to end (DELETE)."""
        return self._route

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Takes requests within. May be entered again after it was left, as the SDK's manager may not."""
        manager = StreamableHTTPSessionManager(self._server, stateless=True)
        async with manager.run():
            self._manager = manager
            try:
                yield
            finally:
                self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; Host and Origin are checked in front of the application."""
        assert self._manager is not None, "a request before the lifespan began, or after it ended"
        # As FastAPI does for its own routes: requests are counted by it.
        scope["route"] = self._route
        await self._manager.handle_request(scope, receive, send)


def _key(request: object) -> str:
    assert isinstance(request, Request)
    return caller_of(request).key
