"""HEAD, as GET without the body (RFC 9110, 9.3.2)."""

from starlette.types import Message, Receive, Scope, Send
from typing_extensions import override

from rag.telemetry.asgi import Middleware


class Head(Middleware):
    """Answers HEAD wherever GET is answered: routes of the framework take only the methods that they name."""

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        got = {**scope, "method": "GET"}
        try:
            await self._app(got, receive, without_body)
        finally:
            # The log and the metrics name a request by its route.
            scope["route"] = got.get("route")
