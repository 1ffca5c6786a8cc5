"""Events of a slow iterator -> server-sent events, as the HTML standard describes them.

The iterator runs on a thread of its own. While it has nothing to say, a comment goes out every second; a client that
goes away, or a server that stops, closes it.
"""

import threading
from collections.abc import Callable, Generator
from concurrent.futures import CancelledError
from contextlib import closing, suppress
from time import monotonic

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from index.storage.errors import IndexingError
from rag.client.protocol import AnswerEvent, FileEvent
from rag.contract.answers import ANSWER_EVENTS
from rag.contract.articles import FILE_EVENTS
from rag.errors import AnsweringError, ServerStops
from rag.records.answers import Working

_COMMENT_SECONDS = 1.0
_GRACE_SECONDS = 4.0
_WAITING = 16  # messages made and not yet taken by the client

Messages = Generator[bytes, None, None]
_NAMES = {kind: name for name, kind in (*ANSWER_EVENTS.items(), *FILE_EVENTS.items())}


def message(data: str, event: str | None = None) -> bytes:
    """One event. `data` may not hold a line end, as JSON does not."""
    name = f"event: {event}\n" if event else ""
    return f"{name}data: {data}\n\n".encode()


def event_message(event: AnswerEvent | FileEvent) -> bytes:
    """What a client yields, as an event; nothing for a sign of life, for which a comment stands."""
    return b"" if isinstance(event, Working) else message(event.model_dump_json(), _NAMES[type(event)])


class EventStream(Response):
    """Sends messages as they are made. `failed` puts an error that happens midway into a message."""

    media_type = "text/event-stream"

    def __init__(
        self,
        messages: Messages,
        failed: Callable[[Exception], bytes],
        stopping: threading.Event,
        *,
        comment_seconds: float = _COMMENT_SECONDS,
        grace_seconds: float = _GRACE_SECONDS,
    ) -> None:
        """`stopping` is set when the server is to stop; what still streams then has `grace_seconds` to finish."""
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._messages = messages
        self._failed = failed
        self._stopping = stopping
        self._comment_seconds, self._grace_seconds = comment_seconds, grace_seconds
        self._gone = threading.Event()
        self._whole = False

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        making, made = anyio.create_memory_object_stream[bytes](_WAITING)
        async with anyio.create_task_group() as group:

            async def leave_with_the_client() -> None:
                while (await receive())["type"] != "http.disconnect":
                    pass
                group.cancel_scope.cancel()

            group.start_soon(leave_with_the_client)
            group.start_soon(self._make, making)
            try:
                await self._send_all(made, send)
            finally:
                self._gone.set()
                group.cancel_scope.cancel()

    async def _send_all(self, made: MemoryObjectReceiveStream[bytes], send: Send) -> None:
        told: float | None = None
        with made:
            while True:
                body: bytes | None = b": working\n\n"
                with anyio.move_on_after(self._comment_seconds):
                    body = await _next(made)
                if self._stopping.is_set():
                    told = told or monotonic()
                    if body and monotonic() - told > self._grace_seconds:
                        body = self._failed(ServerStops("The server is stopping; ask again in a moment."))
                        self._gone.set()
                if body is None and not self._whole:
                    # A stream that ended here would look whole; the error is about to cancel this.
                    await anyio.sleep_forever()
                if body is None:
                    break
                await send({"type": "http.response.body", "body": body, "more_body": True})
                if self._gone.is_set():
                    break
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _make(self, making: MemoryObjectSendStream[bytes]) -> None:
        # What is none of our errors cuts the stream, and the server logs it. Nobody may be left to be told.
        with making, suppress(anyio.BrokenResourceError, CancelledError):
            try:
                await anyio.to_thread.run_sync(self._run, making)
            except (AnsweringError, IndexingError) as error:
                await making.send(self._failed(error))
            self._whole = True

    def _run(self, making: MemoryObjectSendStream[bytes]) -> None:
        """Runs on a thread. Every message, even an empty one, is a chance to see that nobody listens."""
        with closing(self._messages) as messages:
            for body in messages:
                if self._gone.is_set():
                    break
                if body:
                    anyio.from_thread.run(making.send, body)


async def _next(made: MemoryObjectReceiveStream[bytes]) -> bytes | None:
    try:
        return await made.receive()
    except anyio.EndOfStream:
        return None
