"""`hoidap mcp` of a running service, over pipes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.loopback import served
from tests.support.mcp import asked_and_read, environment, over_pipes


@pytest.fixture(scope="module")
def service_url(sample_service: Service) -> Iterator[str]:
    with served(build_app(State.of(sample_service))) as url:
        yield url


def test_over_pipes_with_a_running_service(service_url: str, tmp_path: Path) -> None:
    over_pipes(tmp_path / "none", environment(HOIDAP_SERVICE_URL=service_url), asked_and_read)

    assert not (tmp_path / "none").exists()
