"""What was asked of a whole service is nowhere in its log."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

import pytest
from starlette.testclient import TestClient

from index.intake.drafts import draft_from_record
from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service, opened
from rag.telemetry.logs import Logged
from tests.support.logs import logging_to
from tests.support.sample import settings_for
from tests.support.service import save_small_model

# Nobody but the tests writes this: wherever it stands, it came from what was asked.
ASKED = "Nguyễn-Thị-Bí-Mật-7q91"
ASCII_ASKED = "bi-mat-7q91"
WORDS = "Sáng nay chợ nổi họp sớm hơn mọi khi . Bến phà mở lại sau ba ngày mưa lớn"


class Failing:
    """A generator whose errors quote the question, as those of libraries may."""

    def generate(self, query: Any, passages: Any, idf: Any) -> Iterator[Any]:
        raise ValueError(query.text)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    model = save_small_model(tmp_path_factory.mktemp("small"), WORDS)
    with opened(settings_for(tmp_path_factory.mktemp("data"), model, reader="none"), lambda _: None) as service:
        article = {"id": "cho", "title": "Chợ nổi", "text": "Sáng nay chợ nổi họp sớm hơn mọi khi."}
        list(service.ingester.ingest([draft_from_record(article, "test")]))
        service.catalogue.refresh()
        failing = replace(service.answerer, generators={**service.answerer.generators, "failing": Failing()})
        yield replace(service, answerer=failing)


def ask_in_many_ways(client: TestClient) -> list[int]:
    """The secret in every place that a client can write to; the statuses."""
    question = f"Chợ nổi họp lúc nào, {ASKED} {ASCII_ASKED}?"
    chat = {"model": "hoidap", "messages": [{"role": "user", "content": question}]}
    article = {"id": f"x-{ASCII_ASKED}", "title": ASKED, "text": f"{ASKED} đi chợ. {ASCII_ASKED}"}
    posts: list[tuple[str, Any]] = [
        ("/v1/ask", {"question": question, "conversation_id": ASCII_ASKED}),
        ("/v1/ask", {"question": question, "stream": True}),
        ("/v1/ask", {"question": question, "generator": ASCII_ASKED}),
        ("/v1/ask", {"question": question, "k": ASCII_ASKED}),
        ("/v1/ask", {"question": "", "filters": {"sources": [ASKED]}}),
        ("/v1/ask", {"question": question, "generator": "failing"}),
        ("/v1/ask", {"question": question, "generator": "failing", "stream": True}),
        ("/v1/search", {"query": question}),
        ("/v1/chat/completions", chat),
        ("/v1/chat/completions", {**chat, "stream": True}),
        ("/v1/articles", article),
        ("/v1/articles", {"articles": [{"id": ASCII_ASKED}]}),
        ("/v1/feedback", {"answer_id": ASCII_ASKED, "rating": "up", "comment": ASKED}),
    ]
    headers = {
        "Authorization": f"Bearer {ASCII_ASKED}",
        "Cookie": f"hoidap_key={ASCII_ASKED}",
        "Origin": ASCII_ASKED,
    }
    statuses = []
    for path, body in posts:
        for more in ({}, headers):
            try:
                statuses.append(client.post(path, json=body, headers=more).status_code)
            except BaseExceptionGroup:
                statuses.append(0)  # a stream that was cut
    malformed = f'{{"question": "{ASKED}", {ASCII_ASKED}'.encode()
    statuses.append(client.post("/v1/ask", content=malformed, headers={"Content-Type": "application/json"}).status_code)
    for path in (f"/v1/articles/{ASCII_ASKED}", f"/{ASKED}?q={ASKED}", f"/v1/conversations/{ASCII_ASKED}"):
        statuses += [client.get(path).status_code, client.delete(path).status_code]
    statuses.append(client.request(ASCII_ASKED.upper(), "/v1/ask").status_code)
    return statuses


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_that_was_asked_is_in_the_log(service: Service, form: Literal["text", "json"]) -> None:
    app = Logged(build_app(State.of(service)))
    with (
        logging_to(form, logging.DEBUG) as written,
        TestClient(app, "http://127.0.0.1", raise_server_exceptions=False) as client,
    ):
        statuses = ask_in_many_ways(client)
    assert {200, 404, 422, 500} <= set(statuses)
    log = written.getvalue()
    assert log.count("Request") >= len(statuses)
    assert "ValueError at" in log
    for said in (ASKED, ASCII_ASKED, ASCII_ASKED.upper(), json.dumps(ASKED).strip('"'), "7q91"):
        assert said not in log, [line for line in log.splitlines() if said in line]
