"""Applications on free ports of this machine, in this process."""

import asyncio
import itertools
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.service.own_socket import OwnSocket, listening_in


class Server(uvicorn.Server):
    """One on a thread of its own, which looks every hundredth of a second, not every tenth, whether it is to end."""

    def __init__(self, app: ASGIApp, **more: object) -> None:
        super().__init__(uvicorn.Config(app, port=0, log_config=None, access_log=False, **more))  # type: ignore[arg-type]
        self.thread = threading.Thread(target=self.run, name="loopback", daemon=True)

    async def main_loop(self) -> None:
        await self.on_tick(0)
        while not self.should_exit:
            await asyncio.sleep(0.01)

    def begin(self) -> str:
        """Start; the address."""
        self.start()
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"

    def start(self) -> None:
        self.thread.start()
        while not self.started:
            assert self.thread.is_alive()
            self.thread.join(0.001)


@contextmanager
def served_in(data: Path, app: ASGIApp) -> Iterator[OwnSocket]:
    """A server of the application over the socket in a data folder alone."""
    with listening_in(data) as own:
        server = Server(app, timeout_graceful_shutdown=5)
        server.thread = threading.Thread(target=server.run, args=([own.listening],), name="own socket", daemon=True)
        server.start()
        try:
            yield own
        finally:
            server.should_exit = True
            server.thread.join()


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The address of a server of its own for the application, with its start and end."""
    server = Server(app, timeout_graceful_shutdown=5)
    url = server.begin()
    try:
        yield url
    finally:
        server.should_exit = True
        server.thread.join()


@contextmanager
def mounted(app: ASGIApp) -> Iterator[str]:
    """The address of the application below a server that the whole process shares; it is told no start and no end."""
    shared = _shared()
    key = str(next(shared.numbers))
    shared.apps[key] = app
    try:
        yield f"{shared.url}/{key}"
    finally:
        shared.end(key)


class _Shared:
    """Takes a request to the application that the first part of its path names."""

    def __init__(self) -> None:
        self.apps: dict[str, ASGIApp] = {}
        self.numbers = itertools.count(1)
        self._running: defaultdict[str, set[asyncio.Task[None]]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None
        self.url = Server(self, lifespan="off", ws="websockets-sansio", ws_ping_interval=0.05).begin()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        _, key, path = scope["path"].split("/", 2)
        app = self.apps.get(key, PlainTextResponse("", 404))
        inside = {**scope, "path": f"/{path}", "raw_path": scope["raw_path"].removeprefix(f"/{key}".encode())}
        task = asyncio.create_task(_call(app, inside, receive, send))
        self._running[key].add(task)
        with suppress(asyncio.CancelledError):
            await task
        self._running[key].discard(task)

    def end(self, key: str) -> None:
        """Break off what an application does, and take nothing more for it."""
        del self.apps[key]
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._cancel(key), self._loop).result(20)

    async def _cancel(self, key: str) -> None:
        running = self._running.pop(key, set())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@cache
def _shared() -> _Shared:
    return _Shared()


async def _call(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)
