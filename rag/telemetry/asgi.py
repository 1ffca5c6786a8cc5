"""What every ASGI middleware here shares: it takes HTTP requests alone, and may look at how a response begins."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import final

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Middleware(ABC):
    """Goes around an application; what is no HTTP request, such as its lifespan, passes by."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    @final
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http":
            await self.handle(scope, receive, send)
        elif scope["type"] == "websocket":
            # There are none here.
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._app(scope, receive, send)

    @abstractmethod
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request."""


def seeing_start(send: Send, see: Callable[[Message], None]) -> Send:
    """A `send` that shows the beginning of the response, which has its status and headers, before it goes on."""

    async def seeing(message: Message) -> None:
        if message["type"] == "http.response.start":
            see(message)
        await send(message)

    return seeing
