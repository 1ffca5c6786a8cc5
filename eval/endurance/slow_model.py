"""A language model behind an OpenAI-compatible endpoint on this machine, which takes its time before it copies."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from index.language.sentences import sentences

NAME = "slow"


@dataclass
class SlowModel:
    """Where it is, and how often it was asked. It waits for each of the pauses in turn, in seconds."""

    pauses: Sequence[float]
    about: str
    url: str = ""
    asked: int = field(default=0)

    async def complete(self, request: Request) -> StreamingResponse:
        """Copy the first sentence of the passages that says `about`."""
        body = await request.json()
        pause = self.pauses[self.asked % len(self.pauses)]
        self.asked += 1
        return StreamingResponse(self._written(body, pause), media_type="text/event-stream")

    async def _written(self, body: dict[str, Any], pause: float) -> AsyncIterator[str]:
        given, _ = json.JSONDecoder().raw_decode(body["messages"][-1]["content"])
        told = (
            f"{passage['text'][start:end]} [{passage['number']}]"
            for passage in given["passages"]
            for start, end in sentences(passage["text"])
            if self.about in passage["text"][start:end]
        )
        yield _chunk({"role": "assistant", "content": ""}, None)
        await asyncio.sleep(pause)
        yield _chunk({"content": next(told, "NO_ANSWER")}, None)
        yield _chunk({}, "stop")
        yield "data: [DONE]\n\n"


def _chunk(delta: dict[str, str], finish: str | None) -> str:
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
    made = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": NAME, "choices": choices}
    return f"data: {json.dumps(made, ensure_ascii=False)}\n\n"


@contextmanager
def slow_model(pauses: Sequence[float], about: str) -> Iterator[SlowModel]:
    """The model on a free port, within the block."""
    model = SlowModel(pauses, about)
    app = Starlette(routes=[Route("/v1/chat/completions", model.complete, methods=["POST"])])
    config = uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    model.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1"
    try:
        yield model
    finally:
        server.should_exit = True
        thread.join()
