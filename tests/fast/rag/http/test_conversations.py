"""Feedback over HTTP that is none."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.support.http import canned_state, http_of


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with http_of(canned_state()) as client:
        yield client


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        {"answer_id": "x"},
        {"rating": "up"},
        {"answer_id": "", "rating": "up"},
        {"answer_id": "x" * 201, "rating": "up"},
        {"answer_id": 5, "rating": "up"},
        {"answer_id": "x", "rating": "sideways"},
        {"answer_id": "x", "rating": 1},
        {"answer_id": "x", "rating": "up", "comment": "x" * 2001},
        {"answer_id": "x", "rating": "up", "better": ["x"]},
        {"answer_id": "x", "rating": "up", "note": "x"},
        {"answer_id": "\ud800", "rating": "up"},
        {"answer_id": "x", "rating": "up", "comment": "\udfff"},
    ],
)
def test_feedback_that_is_none(client: TestClient, body: Any) -> None:
    content = json.dumps(body)
    response = client.post("/v1/feedback", content=content, headers={"Content-Type": "application/json"})

    assert response.status_code == 422
    assert client.post("/v1/feedback", content=content, headers={"Content-Type": "text/plain"}).status_code == 422
