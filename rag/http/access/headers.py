"""What every response tells a browser.

The server's own errors come from outside of what `add_middleware` adds, so this goes around the whole application.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send
from typing_extensions import override

from rag.telemetry.asgi import Middleware, seeing_start

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    # For what is not a page. The page says what it may load itself.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_A_YEAR = "max-age=31536000"


class Headers(Middleware):
    """Adds the headers that a response does not have yet. None lets other sites read it: there is no CORS here."""

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:

        def add(start: Message) -> None:
            headers = MutableHeaders(scope=start)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if scope["scheme"] == "https":
                headers.setdefault("Strict-Transport-Security", _A_YEAR)
            # Answers and articles belong to who asked; no proxy and no disk keeps them.
            if scope["path"].startswith("/v1/"):
                headers.setdefault("Cache-Control", "no-store")

        await self._app(scope, receive, seeing_start(send, add))
