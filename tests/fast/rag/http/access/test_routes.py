"""The gate before the routes of the application."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from rag.http.access.gate import needed
from rag.http.access.keys import Keys
from tests.support.gate import HERE, TOLD
from tests.support.http import canned_state, http_of


@pytest.fixture
def ours(keys: Keys) -> Iterator[TestClient]:
    with http_of(canned_state(keys=keys), HERE) as client:
        yield client


def test_every_route_is_in_the_table(ours: TestClient) -> None:
    described = ours.get("/openapi.json").json()["paths"]
    lines = {f"{method.upper()} {path}" for path, methods in described.items() for method in methods}
    assert "DELETE /v1/articles/{article_id}" in lines
    public = {"GET /livez", "GET /readyz", "GET /v1/session", "POST /v1/session", "DELETE /v1/session"}
    secret = {"GET /feeds/{secret}.atom", "GET /unsubscribe/{token}", "POST /unsubscribe/{token}"}
    admin = {"GET /metrics", "GET /v1/settings"}
    for line in lines - public - secret:
        method, path = line.split()
        assert (line in admin, needed(method, path)) in {(False, "ask"), (False, "ingest"), (True, "admin")}
        answer = ours.request(method, path)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), line
        assert {name: answer.headers.get(name) for name in TOLD} == TOLD


def test_our_routes_with_a_key(ours: TestClient, keys: Keys) -> None:
    headers = {"Authorization": f"Bearer {keys.add('a', ['ask'])[1]}"}
    answer = ours.get("/v1/articles", headers=headers)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert ours.get("/v1/models", headers=headers).status_code == 200
    assert ours.get("/metrics", headers=headers).status_code == 403
    assert ours.delete("/v1/articles/none", headers=headers).status_code == 403
    assert ours.get("/livez").status_code == 200
    admin = {"Authorization": f"Bearer {keys.add('b', ['admin'])[1]}"}
    assert ours.get("/metrics", headers=admin).status_code == 200
    # Paths come decoded: these are other routes, or none.
    for path in ("//v1/articles", "/v1/articles/%2e%2e/%2e%2e/metrics", "/v1/%61rticles", "/V1/articles"):
        expected = {"/v1/%61rticles": 200}.get(path, 403)
        assert ours.get(f"{HERE}{path}", headers=headers).status_code == expected, path
