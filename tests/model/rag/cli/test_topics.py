"""`hoidap topics` and `hoidap briefings` against a server on a loopback port, over HTTP."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rag.cli import cli
from rag.client.in_process import InProcess
from rag.http.app import build_app
from rag.http.state import State
from rag.service.background import caught_up
from rag.service.wiring import Service
from tests.support.http import BRIDGE
from tests.support.loopback import served
from tests.support.service import empty_beside

Run = Callable[..., Result]


@pytest.fixture
def service(sample_service: Service, tmp_path: Path) -> Iterator[Service]:
    with empty_beside(sample_service, tmp_path / "data", access="open") as service:
        yield service


@pytest.fixture
def run(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    with served(build_app(State.of(service))) as url:
        monkeypatch.setenv("HOIDAP_SERVICE_URL", url)

        def ran(*words: str, code: int = 0) -> Result:
            result = CliRunner().invoke(cli, words)
            assert result.exit_code == code, result.output
            return result

        yield ran


def test_topics_and_briefings_on_the_command_line(run: Run, service: Service) -> None:
    topic = run("topics", "add", "Cầu", "Hữu", "Nghị", "4", "--name", "Cầu").stdout.split()[0]
    InProcess(service, "").ingest([BRIDGE])
    caught_up(service)

    assert run("topics", "list").stdout.split()[:3] == [topic, "1", "new"]
    assert run("topics", "news", topic, "--seen").stdout.startswith("* ")
    assert json.loads(run("topics", "list", "--json").stdout)["topics"][0]["new"] == 0
    assert run("topics", "news", "none", code=1).stdout == ""

    flags = ("--every", "weekly", "--weekday", "tuesday", "--at", "08:30", "--email", "an@bao.example")
    briefing = run("briefings", "add", "Bản tin", "--topic", topic, *flags).stdout.split()[0]
    listed = json.loads(run("briefings", "list", "--json").stdout)["briefings"][0]
    assert (listed["schedule"]["weekday"], listed["schedule"]["at"], listed["paused"]) == (1, "08:30", False)
    assert "an@bao.example" in run("briefings", "list").stdout
    preview = run("briefings", "preview", briefing).stdout
    assert preview.startswith("Cầu  (1 notices, 1 sources)")
    assert "cau-hu-nghi" in preview
    assert run("briefings", "pause", briefing).stdout == f"changed  {briefing}\n"
    assert "paused" in run("briefings", "list").stdout
    assert run("briefings", "pause", briefing, "--resume").stdout == f"changed  {briefing}\n"
    assert "paused" not in run("briefings", "list").stdout
    assert run("briefings", "preview", "none", code=1).stdout == ""
    assert run("briefings", "remove", briefing, "none", code=1).stdout == f"removed  {briefing}\nnot found  none\n"
    assert run("topics", "remove", topic).stdout == f"removed  {topic}\n"


def test_what_cannot_be_sent_is_wrong_usage(run: Run) -> None:
    assert "topics.0" in run("briefings", "add", "B", "--topic", "", code=2).stderr
    assert "name: " in run("topics", "add", "Cầu", "--name", "n" * 1001, code=2).stderr
