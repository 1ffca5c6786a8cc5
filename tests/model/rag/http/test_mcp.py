"""The Model Context Protocol over HTTP."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from mcp import Client as McpClient
from mcp.client.streamable_http import streamable_http_client
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.client.in_process import InProcess
from rag.http.access.callers import Caller
from rag.http.app import build_app
from rag.http.mcp import McpEndpoint
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.loopback import served
from tests.support.mcp import MODES, QUESTION, Mode, asked_and_read, run, text_of


class KeyInHeader:
    """Stands for the gate: the caller is who the header `x-key` says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            key = dict(scope["headers"]).get(b"x-key", b"").decode()
            scope.setdefault("state", {})["caller"] = Caller(key, key, frozenset({"ask"}))
        await self._app(scope, receive, send)


@pytest.fixture(scope="module")
def service_url(sample_service: Service) -> Iterator[str]:
    with served(build_app(State.of(sample_service))) as url:
        yield url


@pytest.fixture(scope="module")
def mcp_url(sample_service: Service) -> Iterator[str]:
    endpoint = McpEndpoint(lambda owner: InProcess(sample_service, owner), 4)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with endpoint.running():
            yield

    app = Starlette(routes=[endpoint.route()], middleware=[Middleware(KeyInHeader)], lifespan=lifespan)
    with served(app) as url:
        yield f"{url}/mcp"


@asynccontextmanager
async def over_http(url: str, key: str, mode: Mode) -> AsyncIterator[McpClient]:
    async with (
        httpx2.AsyncClient(headers={"x-key": key}, timeout=30) as http,
        McpClient(streamable_http_client(url, http_client=http), mode=mode) as connection,
    ):
        yield connection


@pytest.mark.parametrize("mode", MODES)
def test_over_http_a_conversation_is_its_key_s(mcp_url: str, sample_service: Service, mode: Mode) -> None:
    told: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    async def ask(key: str, **more: str) -> dict[str, Any]:
        async with over_http(mcp_url, key, mode) as connection:
            arguments = {"question": QUESTION, **more}
            result = await connection.call_tool("ask", arguments, progress_callback=hear)
        assert not result.is_error, text_of(result)
        assert isinstance(result.structured_content, dict)
        return result.structured_content

    async def work() -> str:
        asked = await ask(f"anna-{mode}")
        assert not asked["answer"]["abstained"]
        assert told == [(0, 2, "search"), (1, 2, "answer")]
        conversation: str = asked["conversation_id"]
        await ask(f"anna-{mode}", conversation_id=conversation)
        await ask(f"ben-{mode}", conversation_id=conversation)
        return conversation

    conversation = run(work)
    kept = sample_service.conversations
    assert [len(kept.turns(f"{name}-{mode}", conversation)) for name in ("anna", "ben")] == [2, 1]
    assert not kept.turns("", conversation)


def test_the_application_serves_it_too(service_url: str) -> None:
    async def work() -> None:
        async with McpClient(f"{service_url}/mcp") as connection:
            await asked_and_read(connection)

    run(work)
    for method in ("GET", "DELETE"):
        assert httpx2.request(method, f"{service_url}/mcp").status_code == 405
    assert 'route="/mcp",status="200"' in httpx2.get(f"{service_url}/metrics").text


def test_over_http_there_are_no_sessions(mcp_url: str) -> None:
    for method in ("GET", "DELETE"):
        assert httpx2.request(method, mcp_url, headers={"accept": "text/event-stream"}).status_code == 405
