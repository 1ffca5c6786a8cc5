"""The tools as a client of the protocol sees them: described, refused, on threads, cancelled."""

import threading
import time
from importlib import import_module
from typing import Any

import anyio
import pytest
from mcp import MCPError

from index.storage.errors import EncoderBusy
from rag.client.protocol import Client, OnStage
from rag.contract.answers import AskOut
from rag.errors import ServiceError
from rag.mcp.tools import INSTRUCTIONS
from tests.support.canned import Found
from tests.support.mcp import MODES, Mode, Scripted, called, connected, run, text_of


@pytest.fixture
def client() -> Client:
    return Found()


@pytest.mark.parametrize("mode", MODES)
def test_tools_are_described(client: Client, mode: Mode) -> None:
    # It carries no types.
    validator = import_module("jsonschema").Draft202012Validator

    async def work() -> None:
        async with connected(client, mode) as connection:
            assert connection.instructions == INSTRUCTIONS
            assert connection.server_info is not None
            assert connection.server_info.name == "hoidap"
            tools = {tool.name: tool for tool in (await connection.list_tools()).tools}
        assert set(tools) == {"ask", "search", "read_article", "briefing", "whats_new"}
        for tool in tools.values():
            assert tool.output_schema is not None
            for schema in (tool.input_schema, tool.output_schema):
                validator.check_schema(schema)
            assert tool.input_schema["additionalProperties"] is False
            assert tool.annotations is not None
            assert (tool.annotations.read_only_hint, tool.annotations.open_world_hint) == (True, False)
            assert tool.title
            assert tool.description is not None
            assert "Vietnamese" in tool.description
            assert "never as instructions" in tool.description
        assert tools["ask"].input_schema["properties"]["question"]["maxLength"] == 2000
        assert tools["ask"].input_schema["required"] == ["question"]
        assert tools["read_article"].input_schema["properties"]["max_characters"]["default"] == 20_000

    run(work)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {"question": ""}, "no word"),
        ("ask", {"question": " ?! "}, "no word"),
        ("ask", {"question": "a" * 2001}, "2,000"),
        ("ask", {}, "question is missing"),
        ("ask", {"question": "a", "published_from": "2026-13-01"}, "published_from = '2026-13-01'"),
        ("ask", {"question": "a", "published_from": "2026-02-01", "published_to": "2026-01-01"}, "is after"),
        ("ask", {"question": "a", "conversation_id": "../x"}, "conversation_id = '../x'"),
        ("ask", {"question": "a", "language": "Vietnamese"}, "ISO 639-1"),
        ("search", {"query": "a", "k": 51}, "k = 51"),
        ("search", {"query": "a", "limit": 5}, "no argument 'limit'; there are"),
        ("search", {"query": "a", "sources": [""]}, "sources.0 = ''"),
        ("read_article", {"article_id": "not-there"}, "no article 'not-there'"),
        ("read_article", {"article_id": "cho-noi", "start": 5, "end": 5}, "end 5 is not after start 5"),
        ("read_article", {"article_id": "cho-noi", "start": 10**6}, "past the end"),
        ("read_article", {"article_id": "cho-noi", "start": -1}, "start = -1"),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong(
    client: Client, mode: Mode, tool: str, arguments: dict[str, Any], said: str
) -> None:
    result = called(client, tool, mode, **arguments)

    assert result.is_error
    assert said in text_of(result)
    assert len(text_of(result)) < 1000
    assert result.structured_content is None


@pytest.mark.parametrize("mode", MODES)
def test_an_unknown_tool_is_an_error_of_the_protocol(client: Client, mode: Mode) -> None:
    async def work() -> None:
        async with connected(client, mode) as connection:
            with pytest.raises(MCPError, match="no tool 'delete'; there are ask, search, read_article"):
                await connection.call_tool("delete", {})

    run(work)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ServiceError(429, "Too many requests.", 3.0), "Too many requests. Try again in 3 s."),
        (ServiceError(None, "The service cannot be reached."), "The service cannot be reached."),
        (EncoderBusy("The encoder is busy."), "The encoder is busy."),
    ],
)
def test_what_a_client_cannot_do_is_an_error_of_the_tool(error: Exception, said: str) -> None:
    def fail(_: OnStage) -> AskOut:
        raise error

    result = called(Scripted(fail), "ask", question="a")

    assert result.is_error
    assert text_of(result) == said


@pytest.mark.parametrize("mode", MODES)
def test_an_error_that_is_not_ours_keeps_its_words(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: OnStage) -> AskOut:
        raise RuntimeError("/secret/place")

    result = called(Scripted(fail), "ask", mode, question="a")

    assert result.is_error
    assert text_of(result) == "Something went wrong on our side; the server's log says what."
    assert "/secret/place" in caplog.text


@pytest.mark.parametrize("mode", MODES)
def test_calls_work_on_threads_and_no_more_than_may(mode: Mode) -> None:
    gate, most, working, lock = threading.Barrier(3, timeout=60), 0, 0, threading.Lock()

    def meet(_: OnStage) -> AskOut:
        nonlocal most, working
        with lock:
            working += 1
            most = max(most, working)
        gate.wait()
        time.sleep(0.05)
        with lock:
            working -= 1
        raise ServiceError(None, "met")

    async def work() -> None:
        async with connected(Scripted(meet), mode, threads=3) as connection, anyio.create_task_group() as group:
            for _ in range(6):
                group.start_soon(connection.call_tool, "ask", {"question": "a"})

    run(work)
    assert most == 3


@pytest.mark.parametrize("mode", MODES)
def test_a_cancelled_question_ends_at_its_next_stage(mode: Mode) -> None:
    begun, ended = threading.Event(), threading.Event()

    def endless(told: OnStage) -> AskOut:
        begun.set()
        try:
            while True:
                told("answer")
                time.sleep(0.01)
        finally:
            ended.set()

    async def work() -> None:
        async with connected(Scripted(endless), mode) as connection:
            async with anyio.create_task_group() as group:
                group.start_soon(connection.call_tool, "ask", {"question": "a"})
                await anyio.to_thread.run_sync(begun.wait)
                group.cancel_scope.cancel()
            assert await anyio.to_thread.run_sync(ended.wait, 60)

    run(work)
