"""The protocol over streamable HTTP, as one route of the application.

endpoint = McpEndpoint(client_for, threads)
async with endpoint.running():  # in the application's lifespan
    ...
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pydantic_core
from mcp.server.streamable_http import check_accept_headers
from mcp.server.streamable_http_manager import (
    DEFAULT_MAX_REQUEST_BODY_SIZE,
    RequestBodyLimitMiddleware,
    StreamableHTTPSessionManager,
)
from mcp_types import INVALID_REQUEST
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from rag.client.protocol import Client
from rag.http.access.callers import caller_of
from rag.mcp.server import build_server

_BOTH = b"application/json, text/event-stream"


class McpEndpoint:
    """An ASGI application. No state is kept between requests; conversations belong to the caller's key.

    `client_for` gives the client of a key's id; at most `threads` tools work at once.

    The SDK refuses who does not accept both JSON and a stream, and leaves a request whose id is none without an answer.
    Here who accepts one of the two is answered in that, and such a request is refused.
    """

    def __init__(self, client_for: Callable[[str], Client], threads: int) -> None:
        self._server = build_server(lambda request: client_for(_key(request)), threads)
        self._route = Route("/mcp", self, methods=["POST"], include_in_schema=False)
        self._handle = RequestBodyLimitMiddleware(self._checked, DEFAULT_MAX_REQUEST_BODY_SIZE)
        self._streaming: StreamableHTTPSessionManager | None = None
        self._plain: StreamableHTTPSessionManager | None = None

    def route(self) -> Route:
        """POST alone: without sessions there is nothing to follow (GET) or to end (DELETE)."""
        return self._route

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Takes requests within. May be entered again after it was left, as the SDK's manager may not."""
        streaming = StreamableHTTPSessionManager(self._server, stateless=True)
        plain = StreamableHTTPSessionManager(self._server, stateless=True, json_response=True)
        async with streaming.run(), plain.run():
            self._streaming, self._plain = streaming, plain
            try:
                yield
            finally:
                self._streaming = self._plain = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; Host and Origin are checked in front of the application."""
        # As FastAPI does for its own routes: requests are counted by it.
        scope["route"] = self._route
        await self._handle(scope, receive, send)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`receive` gives the body whole, as the limit in front leaves it."""
        assert self._streaming is not None, "a request before the lifespan began, or after it ended"
        assert self._plain is not None
        message = await receive()
        if problem := _problem(message.get("body", b"")):
            error = {"code": INVALID_REQUEST, "message": problem}
            await JSONResponse({"jsonrpc": "2.0", "id": None, "error": error}, 400)(scope, receive, send)
            return
        read = [message]

        async def again() -> Message:
            return read.pop() if read else await receive()

        json, stream = check_accept_headers(Request(scope))
        if json or stream or not _header(scope, b"accept"):
            scope = {
                **scope,
                "headers": [*(pair for pair in scope["headers"] if pair[0] != b"accept"), (b"accept", _BOTH)],
            }
        manager = self._plain if json and not stream else self._streaming
        await manager.handle_request(scope, again, send)


def _problem(body: bytes) -> str | None:
    """What is wrong with a message that the SDK would not answer; what it can tell itself is left to it."""
    try:
        message = pydantic_core.from_json(body)
    except ValueError:
        return None
    if isinstance(message, list):
        return "Batches are not read; send each message in a request of its own."
    if not isinstance(message, dict):
        return "A message is a JSON object with jsonrpc, method and, for a request, id."
    number = message.get("id", "")
    if "method" in message and (isinstance(number, bool) or not isinstance(number, int | str)):
        return "A request's id is a string or an integer; leave it out of a notification."
    return None


def _header(scope: Scope, name: bytes) -> bytes:
    return b",".join(value for key, value in scope["headers"] if key == name).strip()


def _key(request: object) -> str:
    assert isinstance(request, Request)
    return caller_of(request).key
