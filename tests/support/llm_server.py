"""A scripted server that speaks OpenAI's chat protocol, over real sockets of this machine."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.support.loopback import mounted

MODEL = "scripted"
_MODELS = {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 1, "owned_by": "tests"}]}
Body = dict[str, Any]


class Raw(str):
    """Goes onto the wire as it is, in the midst of the events."""

    __slots__ = ()


@dataclass(frozen=True)
class Reply:
    """What the server plays to one request.

    `play` is streamed: text becomes a chunk, a number is a pause in seconds, a `Raw` goes out as it is. Then comes
    `finish` as the reason of a last chunk (None: no such chunk), and [DONE] if `done`. `cut` drops the connection
    after `play` instead. With a `body`, or another status than 200, that is all that is sent, with the `headers`.
    """

    play: Iterable[str | float] = ()
    finish: str | None = "stop"
    done: bool = True
    cut: bool = False
    status: int = 200
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    before: float = 0  # seconds before the status line


# Replies in turn, the last one for ever; or what answers the body of a request, on a thread of its own.
Script = Sequence[Reply] | Callable[[Body], Reply]


@dataclass(frozen=True)
class Received:
    """A request for a completion."""

    path: str
    headers: Mapping[str, str]
    body: Body


@dataclass
class Scripted:
    """A running server. `disconnected` is set once a client has left in the middle of a reply."""

    script: Script
    url: str = ""
    requests: list[Received] = field(default_factory=list)
    disconnected: threading.Event = field(default_factory=threading.Event)

    async def reply(self, body: Body) -> Reply:
        if callable(self.script):
            return await run_in_threadpool(self.script, body)
        return self.script[min(len(self.requests), len(self.script)) - 1]


def event(delta: Mapping[str, Any] | None, finish: str | None = None) -> Raw:
    """A chunk of a completion as a server-sent event; with None instead of a delta, one without choices."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": choices}
    return Raw(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n")


@contextmanager
def scripted(script: Script) -> Iterator[Scripted]:
    """Serve a script on the loopback address; `url` is the base URL, with `/v1`."""
    state = Scripted(script)
    with mounted(_app(state)) as url:
        state.url = f"{url}/v1"
        yield state


def _app(state: Scripted) -> Starlette:
    async def complete(request: Request) -> Response:
        body = await request.json()
        state.requests.append(Received(request.url.path, dict(request.headers), body))
        reply = await state.reply(body)
        await asyncio.sleep(reply.before)
        if reply.body is not None or reply.status != 200:
            return Response(reply.body, reply.status, {"Content-Type": "application/json", **reply.headers})
        return _Streamed(reply, state.disconnected)

    return Starlette(
        routes=[
            Route("/v1/chat/completions", complete, methods=["POST"]),
            Route("/v1/models", JSONResponse(_MODELS)),
        ]
    )


class _Streamed(Response):
    """Server-sent events, until they end or the client leaves."""

    media_type = "text/event-stream"

    def __init__(self, reply: Reply, disconnected: threading.Event) -> None:
        super().__init__(headers=dict(reply.headers))
        del self.headers["Content-Length"]
        self._reply = reply
        self._disconnected = disconnected

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        playing = asyncio.create_task(self._play(send))
        leaving = asyncio.create_task(_left(receive))
        await asyncio.wait({playing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not playing.done():
            self._disconnected.set()
        playing.cancel()
        leaving.cancel()

    async def _play(self, send: Send) -> None:
        async def put(text: str) -> None:
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
            # However fast a reply is, the client may leave, and others be answered.
            await asyncio.sleep(0)

        await put(event({"role": "assistant", "content": ""}))
        for item in self._reply.play:
            if isinstance(item, str):
                await put(item if isinstance(item, Raw) else event({"content": item}))
            else:
                await asyncio.sleep(item)
        if self._reply.cut:
            # Left without its end, the connection is dropped by uvicorn.
            return
        if self._reply.finish is not None:
            await put(event({}, self._reply.finish))
        if self._reply.done:
            await put("data: [DONE]\n\n")
        await send({"type": "http.response.body", "body": b""})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
