"""The Model Context Protocol as the official SDK's client sees it."""

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

import anyio
from mcp import Client as McpClient
from mcp import StdioServerParameters
from mcp_types import CallToolResult, TextContent
from typing_extensions import override

from rag.client.protocol import Client, OnStage, ignore_stage
from rag.contract.answers import AskOut
from rag.contract.questions import AskBody
from rag.mcp.server import build_server
from tests.support.canned import Canned

T = TypeVar("T")
Mode = Literal["auto", "legacy"]  # the protocol without a handshake, and those before it
MODES: tuple[Mode, ...] = ("auto", "legacy")
QUESTION = "Cuba chuyển giao vắc-xin nào cho Việt Nam?"
UNKNOWN = "How tall is the tallest giraffe in the zoo of Paris?"
COMMAND = [sys.executable, "-c", "from rag.cli import main; main()"]


def run(work: Callable[[], Awaitable[T]]) -> T:
    async def timely() -> T:
        with anyio.fail_after(120):
            return await work()

    return anyio.run(timely)


@asynccontextmanager
async def connected(client: Client, mode: Mode = "auto", threads: int = 8) -> AsyncIterator[McpClient]:
    async with McpClient(build_server(lambda _: client, threads), mode=mode) as connection:
        yield connection


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert "Traceback" not in content.text
    return content.text


def called(client: Client, tool: str, mode: Mode = "auto", /, **arguments: Any) -> CallToolResult:
    """One call. The SDK's client checks the structured content against the output schema."""

    async def work() -> CallToolResult:
        async with connected(client, mode) as connection:
            await connection.list_tools()
            return await connection.call_tool(tool, arguments)

    return run(work)


def result_of(client: Client, tool: str, /, **arguments: Any) -> tuple[str, dict[str, Any]]:
    result = called(client, tool, **arguments)
    text = text_of(result)
    assert not result.is_error, text
    assert isinstance(result.structured_content, dict)
    return text, result.structured_content


class Scripted(Canned):
    """A client whose answers a test makes itself."""

    def __init__(self, asking: Callable[[OnStage], AskOut]) -> None:
        super().__init__()
        self.asking = asking

    @override
    def ask(self, body: AskBody | str, on_stage: OnStage = ignore_stage) -> AskOut:
        return self.asking(on_stage)


async def asked_and_read(connection: McpClient) -> None:
    asked = (await connection.call_tool("ask", {"question": QUESTION})).structured_content
    assert asked is not None
    for citation in asked["answer"]["citations"]:
        for source in citation["sources"]:
            place = {name: source[f"{name}_char"] for name in ("start", "end")}
            read = await connection.call_tool("read_article", {"article_id": source["article_id"], **place})
            assert read.structured_content["text"] == source["cited_text"]
    assert asked["answer"]["citations"]


def environment(**settings: str) -> dict[str, str]:
    return {**os.environ, "HOIDAP_THREADS": "1", **settings}


def over_pipes(folder: Path, environ: Mapping[str, str], work: Callable[[McpClient], Awaitable[T]]) -> T:
    """The work of a client of `hoidap mcp`, which it starts and stops."""
    server = StdioServerParameters(
        command=COMMAND[0], args=[*COMMAND[1:], "--data", str(folder), "mcp"], env=dict(environ), cwd=Path.cwd()
    )

    async def connect() -> T:
        async with McpClient(server) as connection:
            return await work(connection)

    return run(connect)
