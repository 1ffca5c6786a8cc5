"""Requests made up from the service's own description: whatever comes, no answer is a 5xx."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from starlette.testclient import TestClient

from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.service import client_of, empty_beside

OPERATIONS = [
    ("/livez", "GET"),
    ("/readyz", "GET"),
    ("/metrics", "GET"),
    ("/feeds/{secret}.atom", "GET"),
    ("/unsubscribe/{token}", "GET"),
    ("/unsubscribe/{token}", "POST"),
    ("/v1/ask", "POST"),
    ("/v1/search", "POST"),
    ("/v1/sources", "GET"),
    ("/v1/settings", "GET"),
    ("/v1/session", "GET"),
    ("/v1/session", "POST"),
    ("/v1/session", "DELETE"),
    ("/v1/files", "POST"),
    ("/v1/articles", "GET"),
    ("/v1/articles", "POST"),
    ("/v1/articles", "PATCH"),
    ("/v1/articles", "DELETE"),
    ("/v1/facets", "GET"),
    ("/v1/archive", "GET"),
    ("/v1/entities", "GET"),
    ("/v1/entities/{kind}/{key}", "GET"),
    ("/v1/articles/{article_id}", "GET"),
    ("/v1/articles/{article_id}", "PATCH"),
    ("/v1/articles/{article_id}", "DELETE"),
    ("/v1/stories", "GET"),
    ("/v1/stories/{number}", "GET"),
    ("/v1/timeline", "GET"),
    ("/v1/feeds", "GET"),
    ("/v1/feeds", "POST"),
    ("/v1/feeds", "DELETE"),
    ("/v1/conversations", "GET"),
    ("/v1/conversations/{conversation_id}", "GET"),
    ("/v1/conversations/{conversation_id}", "PATCH"),
    ("/v1/conversations/{conversation_id}", "DELETE"),
    ("/v1/answers/{answer_id}/suggestions", "GET"),
    ("/v1/answers/{answer_id}/export", "GET"),
    ("/v1/answers/{answer_id}/share", "POST"),
    ("/v1/shared", "GET"),
    ("/v1/shared/{token}", "GET"),
    ("/v1/shared/{token}", "DELETE"),
    ("/v1/feedback", "POST"),
    ("/v1/topics", "GET"),
    ("/v1/topics", "POST"),
    ("/v1/topics/{topic_id}", "GET"),
    ("/v1/topics/{topic_id}", "PATCH"),
    ("/v1/topics/{topic_id}", "DELETE"),
    ("/v1/topics/{topic_id}/news", "GET"),
    ("/v1/topics/{topic_id}/seen", "POST"),
    ("/v1/topics/{topic_id}/feed", "POST"),
    ("/v1/topics/{topic_id}/feed", "DELETE"),
    ("/v1/issues/{issue_id}/deliveries/{delivery_id}", "POST"),
    ("/v1/brief", "POST"),
    ("/v1/briefings", "GET"),
    ("/v1/briefings", "POST"),
    ("/v1/briefings/{briefing_id}", "GET"),
    ("/v1/briefings/{briefing_id}", "PATCH"),
    ("/v1/briefings/{briefing_id}", "DELETE"),
    ("/v1/briefings/{briefing_id}/preview", "POST"),
    ("/v1/briefings/{briefing_id}/issues", "GET"),
    ("/v1/issues/{issue_id}", "GET"),
    ("/v1/models", "GET"),
    ("/v1/models/{model}", "GET"),
    ("/v1/chat/completions", "POST"),
]


# Where something can be wrong; any string names an article that is not there.
CHECKED = [
    ("/v1/ask", "POST"),
    ("/v1/search", "POST"),
    ("/v1/articles", "GET"),
    ("/v1/articles", "POST"),
    ("/v1/articles", "PATCH"),
    ("/v1/articles", "DELETE"),
    ("/v1/facets", "GET"),
    ("/v1/entities", "GET"),
    ("/v1/entities/{kind}/{key}", "GET"),
    ("/v1/articles/{article_id}", "PATCH"),
    ("/v1/feeds", "POST"),
    ("/v1/files", "POST"),
    ("/v1/session", "POST"),
    ("/v1/conversations", "GET"),
    ("/v1/conversations/{conversation_id}", "PATCH"),
    ("/v1/answers/{answer_id}/export", "GET"),
    ("/v1/feedback", "POST"),
    ("/v1/topics", "POST"),
    ("/v1/topics/{topic_id}", "PATCH"),
    ("/v1/topics/{topic_id}/news", "GET"),
    ("/v1/brief", "POST"),
    ("/v1/briefings", "POST"),
    ("/v1/briefings/{briefing_id}", "PATCH"),
    ("/v1/chat/completions", "POST"),
]
VALID, WRONG = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


@pytest.fixture(scope="module")
def service(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with empty_beside(sample_service, tmp_path_factory.mktemp("fuzz") / "data", access="open") as service:
        yield service


@pytest.fixture(scope="module")
def described(service: Service) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/openapi.json", build_app(State.of(service)))


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[TestClient]:
    with client_of(service) as client:
        yield client


def test_every_operation_is_listed_here(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]

    assert {(path, method.upper()) for path, methods in paths.items() for method in methods} == set(OPERATIONS)


@pytest.mark.parametrize(
    ("path", "method", "mode"),
    [(*operation, VALID) for operation in OPERATIONS] + [(*operation, WRONG) for operation in CHECKED],
)
def test_no_request_breaks_the_server(
    described: schemathesis.BaseSchema, path: str, method: str, mode: GenerationMode
) -> None:
    operation = described[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    # Each example is a whole request: fewer than of other properties.
    @settings(max_examples=settings().max_examples // 5, suppress_health_check=list(HealthCheck))
    def check(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=[not_a_server_error])

    check()
