"""HTTP in this process over a client with canned answers, and problems as RFC 9457 has them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from rag.client.protocol import Client
from rag.http.access.keys import Keys
from rag.http.app import build_app
from rag.http.state import State
from rag.settings import Settings
from tests.support.canned import Canned

BRIDGE = {
    "id": "cau-hu-nghi",
    "title": "Cầu Hữu Nghị 4 thông xe",
    "text": "Cầu Hữu Nghị 4 qua sông Mê Kông thông xe sáng 3/5. Cầu dài 1.420 m và tốn 58 triệu USD để xây dựng.",
    "url": "https://bao.example/cau-huu-nghi-4",
    "source": "Báo Ven Sông",
    "published_at": "2026-05-03",
    "language": "vi",
}
BRIDGE_QUESTION = "Cầu Hữu Nghị 4 tốn bao nhiêu tiền để xây dựng?"


def canned_state(client: Client | None = None, keys: Keys | None = None, **settings: Any) -> State:
    """The state of an application that asks nobody but `client`."""
    asked = client or Canned()
    return State(lambda _: asked, Settings(data=Path("none"), **settings), keys)


@contextmanager
def http_of(state: State, url: str = "http://127.0.0.1") -> Iterator[TestClient]:
    """HTTP to the application; what it raises comes out as its answer, as it does live."""
    with TestClient(build_app(state), url, raise_server_exceptions=False) as client:
        yield client


def problem(response: Any, status: int) -> dict[str, Any]:
    """The problem that a response states, in the form of RFC 9457 and without anything of a stack trace."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in response.text
    assert ".py" not in response.text
    stated: dict[str, Any] = response.json()
    assert stated["status"] == status
    assert stated["title"]
    assert stated["detail"]
    assert set(stated) <= {"type", "title", "status", "detail", "errors"}
    return stated
