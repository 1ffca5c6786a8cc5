"""`hoidap mcp` as a process: what it writes, and how it ends."""

import json
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.mcp import (
    COMMAND,
    environment,
)


def test_standard_output_holds_nothing_but_messages(tmp_path: Path) -> None:
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    call = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "search", "arguments": {"query": "a"}},
    }
    sent = [hello, {"jsonrpc": "2.0", "method": "notifications/initialized"}, call]
    nobody = environment(HOIDAP_SERVICE_URL="http://127.0.0.1:9", HOIDAP_DATA=str(tmp_path))
    with subprocess.Popen(
        [*COMMAND, "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=nobody, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("not JSON\n" + "".join(f"{json.dumps(message)}\n" for message in sent))
        process.stdin.flush()
        received = [json.loads(process.stdout.readline()) for _ in range(2)]
        rest, _ = process.communicate(timeout=60)
    assert [message["id"] for message in received] == [1, 2]
    assert received[0]["result"]["protocolVersion"] == "2025-06-18"
    assert received[1]["result"]["isError"] is True
    assert "cannot be reached" in received[1]["result"]["content"][0]["text"]
    assert rest == ""
    assert process.returncode == 0


def test_an_interrupt_ends_it(tmp_path: Path) -> None:
    nobody = environment(HOIDAP_SERVICE_URL="http://127.0.0.1:9", HOIDAP_DATA=str(tmp_path))
    with subprocess.Popen([*COMMAND, "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=nobody) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == -signal.SIGINT


def test_asking_a_running_service_loads_no_model() -> None:
    heavy = "{'torch', 'faiss', 'sentence_transformers', 'transformers', 'sklearn', 'tantivy'}"
    commands = ", ".join(f"rag.cli.{name}" for name in ("asking", "export", "feeds", "mcp", "stories", "topics"))
    check = f"import sys, {commands}; assert not (found := {heavy} & set(sys.modules)), found"
    subprocess.run([sys.executable, "-c", check], check=True, timeout=120)
