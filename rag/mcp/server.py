"""The server: tools over the protocol, each call on a thread."""

import logging
from collections.abc import Callable
from importlib.metadata import version
from types import TracebackType
from typing import Any

import anyio
from anyio import CapacityLimiter, from_thread, to_thread
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as ListedTool
from pydantic import BaseModel, ValidationError

from index.storage.errors import IndexingError
from rag.client.protocol import Client, OnStage
from rag.errors import AnsweringError, ServiceError
from rag.mcp.tools import INSTRUCTIONS, TOOLS, Tool

_log = logging.getLogger(__name__)

ClientFor = Callable[[Any], Client]
"""The client that answers a request: the HTTP request that brought it, or None over other transports. May block."""

_STAGES = ("search", "answer")
_SHOWN = 200  # characters of a value that is refused
_PROBLEMS = 5  # told at once


def build_server(client_for: ClientFor, threads: int) -> Server[Any]:
    """The server over clients; at most `threads` calls work at once, and the others wait."""
    limiter = CapacityLimiter(threads)

    async def call_tool(context: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        tool = TOOLS.get(params.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"There is no tool {params.name!r}; there are {', '.join(TOOLS)}.")
        try:
            arguments = tool.arguments.model_validate(params.arguments or {})
        except ValidationError as error:
            return _failed(_refusal(tool, error))
        on_stage = _progress(context)

        def work() -> tuple[str, BaseModel]:
            return tool.run(client_for(context.request), arguments, on_stage)

        try:
            with _Unforeseen():
                text, result = await to_thread.run_sync(work, limiter=limiter)
        except (AnsweringError, IndexingError) as error:
            return _failed(_complaint(error))
        return CallToolResult(content=[_text(text)], structured_content=result.model_dump(mode="json"))

    return Server(
        "hoidap",
        title="Hỏi Đáp",
        version=version("hoidap"),
        description="Cited answers from Vietnamese news.",
        instructions=INSTRUCTIONS,
        on_list_tools=_list_tools,
        on_call_tool=call_tool,
    )


def serve_stdio(client: Callable[[], Client], threads: int) -> None:
    """Serve over standard input and output until the input ends. `client` may block until there is one."""

    async def serve() -> None:
        server = build_server(lambda _: client(), threads)
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    anyio.run(serve)


async def _list_tools(_: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
    return ListToolsResult(
        tools=[
            ListedTool(
                name=tool.name,
                title=tool.title,
                description=tool.description,
                input_schema=tool.arguments.model_json_schema(),
                output_schema=tool.result.model_json_schema(mode="serialization"),
                annotations=ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False),
            )
            for tool in TOOLS.values()
        ]
    )


def _progress(context: ServerRequestContext[Any]) -> OnStage:
    """Tells the stages to whoever asked for progress; called on the thread, which it ends if the call is cancelled."""

    def on_stage(stage: str) -> None:
        from_thread.check_cancelled()
        from_thread.run(context.session.report_progress, _STAGES.index(stage), len(_STAGES), stage)

    return on_stage


def _refusal(tool: Tool[Any], error: ValidationError) -> str:
    problems = []
    for found in error.errors()[:_PROBLEMS]:
        name, place = str(found["loc"][0]) if found["loc"] else "", ".".join(map(str, found["loc"]))
        message = found["msg"].removeprefix("Value error, ")
        if not name:
            problems.append(f"{message}.")
        elif found["type"] == "missing":
            problems.append(f"{name} is missing. {_meaning(tool.arguments, name)}")
        elif found["type"] == "extra_forbidden":
            problems.append(f"There is no argument {_shown(name)}; there are {', '.join(tool.arguments.model_fields)}.")
        else:
            problems.append(f"{place} = {_shown(found['input'])}: {message}. {_meaning(tool.arguments, name)}")
    return "\n".join(problems)


def _meaning(arguments: type[BaseModel], name: str) -> str:
    return f"It takes: {arguments.model_fields[name].description}"


def _complaint(error: AnsweringError | IndexingError) -> str:
    if isinstance(error, ServiceError) and error.retry_after is not None:
        return f"{error} Try again in {error.retry_after:g} s."
    return str(error)


def _failed(problem: str) -> CallToolResult:
    return CallToolResult(content=[_text(problem)], is_error=True)


def _text(text: str) -> TextContent:
    return TextContent(type="text", text=text)


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."


class _Unforeseen:
    """Keeps the words of an error that is not ours from the client: the SDK would send them over older versions."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: TracebackType | None) -> None:
        if isinstance(error, Exception) and not isinstance(error, AnsweringError | IndexingError):
            _log.error("A tool failed", exc_info=error)
            raise ServiceError(
                500, "Something went wrong on our side; the server's log says what.", kind="internal"
            ) from error
