"""HTTP over the real model, in this process. What needs a socket or a signal is in test_server."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.http import BRIDGE, BRIDGE_QUESTION, problem
from tests.support.service import check_answer, client_of, empty_beside

HIT = {
    "date_inferred",
    "withdrawn_at",
    "page",
    "article_id",
    "chunk_id",
    "title",
    "named",
    "url",
    "source",
    "published_at",
    "text",
    "start_char",
    "end_char",
    "score",
    "changed",
    "copies",
}


# --- Shapes ----------------------------------------------------------------------------------------------


def test_search_has_the_shape_of_the_contract(sample_client: TestClient) -> None:
    response = sample_client.post("/v1/search", json={"query": "vắc-xin phế cầu Cuba", "k": 3})

    assert response.status_code == 200
    found = response.json()
    assert set(found) == {"query", "hits", "timings_ms"}
    assert found["query"] == {
        "text": "vắc-xin phế cầu Cuba",
        "understood": "vắc-xin phế cầu Cuba",
        "language": "vi",
        "understood_period": None,
    }
    assert len(found["hits"]) == 3
    assert [hit["score"] for hit in found["hits"]] == sorted((hit["score"] for hit in found["hits"]), reverse=True)
    for hit in found["hits"]:
        assert set(hit) == HIT
        stored = sample_client.get(f"/v1/articles/{hit['article_id']}").json()
        assert stored["text"][hit["start_char"] : hit["end_char"]] == hit["text"]
    timings = found["timings_ms"]
    assert timings["total"] == pytest.approx(timings["encoding"] + timings["search"] + timings["answer"], abs=0.01)


def test_ask_has_the_shape_of_the_contract(sample_client: TestClient) -> None:
    question = {"question": "Cuba chuyển giao vắc-xin nào cho Việt Nam?", "k": 4, "conversation_id": "c_1"}
    response = sample_client.post("/v1/ask", json=question)

    assert response.status_code == 200
    answered = response.json()
    assert set(answered) == {
        "id",
        "conversation_id",
        "generator",
        "query",
        "answer",
        "passages",
        "timings_ms",
        "checks",
        "trouble",
        "kept",
    }
    assert answered["checks"] is answered["trouble"] is None
    assert answered["kept"] is True
    assert answered["conversation_id"] == "c_1"
    assert answered["generator"] == "extractive"
    assert len(answered["passages"]) == 4
    assert all(set(hit) == HIT for hit in answered["passages"])
    answer = answered["answer"]
    own = {"text", "outcome", "kind", "short", "lead", "items", "abstained", "confidence", "language", "citations"}
    assert set(answer) == own | {"disagreement", "note"}
    assert (answer["outcome"], answer["kind"], answer["abstained"]) == ("answered", "fact", False)
    assert (answer["lead"], answer["items"]) == (None, [])
    assert answer["language"] == "vi"
    assert 0 <= answer["confidence"] <= 1
    for citation in answer["citations"]:
        assert set(citation) == {"index", "start", "end", "text", "sources"}
        for source in citation["sources"]:
            assert set(source) == HIT - {"text"} | {"cited_text", "support", "why", "translation"}
    check_answer(answered, sample_client)


def test_each_answer_has_an_id_of_its_own(sample_client: TestClient) -> None:
    first, second = (sample_client.post("/v1/ask", json={"question": "Học bổng Lào?"}).json() for _ in range(2))

    assert first["id"] != second["id"]
    assert first["conversation_id"] != second["conversation_id"]
    assert first["answer"] == second["answer"]


def test_filters_keep_out_other_articles(sample_client: TestClient) -> None:
    filters = {"published_from": "2026-01-01", "published_to": "2026-02-28", "sources": ["Hãng tin Lạc Việt"]}
    for path, question in (("/v1/search", "query"), ("/v1/ask", "question")):
        response = sample_client.post(path, json={question: "học bổng Nhật Bản", "filters": filters}).json()
        hits = response["hits"] if path == "/v1/search" else response["passages"]
        assert {hit["article_id"] for hit in hits} == {"w02-hoc-bong-musashino"}


def test_nothing_passes_the_filters(sample_client: TestClient) -> None:
    filters = {"sources": ["Báo Không Có"]}

    assert sample_client.post("/v1/search", json={"query": "học bổng", "filters": filters}).json()["hits"] == []
    answered = sample_client.post("/v1/ask", json={"question": "học bổng Lào?", "filters": filters}).json()
    assert answered["answer"]["abstained"]
    assert answered["answer"]["confidence"] == 0
    assert answered["passages"] == []


# --- Errors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"question": "   "}, "no word"),
        ({"question": "?!… ―"}, "no word"),
        ({"question": "\u200b\u202e\ufeff"}, "no word"),
        ({"question": "\x00"}, "no word"),
        ({"question": "học bổng", "generator": "gpt"}, "generator"),
    ],
)
def test_what_is_wrong_with_a_question_is_named(sample_client: TestClient, body: Any, named: str) -> None:
    stated = problem(sample_client.post("/v1/ask", json=body), 422)

    assert named in json.dumps(stated, ensure_ascii=False)
    assert len(json.dumps(stated)) < 5000


def test_a_nul_inside_a_question_is_white_space(sample_client: TestClient) -> None:
    found = sample_client.post("/v1/search", json={"query": "học\x00bổng", "filters": {"sources": ["a\x00"]}}).json()

    assert found["query"]["text"] == "học bổng"
    assert found["hits"] == []


# --- Description, probes, metrics ------------------------------------------------------------------------


def metric(client: TestClient, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_the_description_names_paths_problems_and_examples(sample_client: TestClient) -> None:
    described = sample_client.get("/openapi.json").json()

    assert set(described["paths"]) == {
        "/livez",
        "/readyz",
        "/metrics",
        "/v1/ask",
        "/v1/search",
        "/v1/sources",
        "/v1/session",
        "/v1/settings",
        "/v1/files",
        "/v1/articles",
        "/v1/articles/{article_id}",
        "/v1/archive",
        "/v1/facets",
        "/v1/entities",
        "/v1/entities/{kind}/{key}",
        "/v1/conversations",
        "/v1/conversations/{conversation_id}",
        "/v1/feedback",
        "/v1/feeds",
        "/v1/models",
        "/v1/models/{model}",
        "/v1/chat/completions",
        "/feeds/{secret}.atom",
        "/unsubscribe/{token}",
        "/v1/answers/{answer_id}/export",
        "/v1/answers/{answer_id}/share",
        "/v1/answers/{answer_id}/suggestions",
        "/v1/brief",
        "/v1/briefings",
        "/v1/briefings/{briefing_id}",
        "/v1/briefings/{briefing_id}/issues",
        "/v1/briefings/{briefing_id}/preview",
        "/v1/issues/{issue_id}",
        "/v1/issues/{issue_id}/deliveries/{delivery_id}",
        "/v1/shared",
        "/v1/shared/{token}",
        "/v1/stories",
        "/v1/stories/{number}",
        "/v1/timeline",
        "/v1/topics",
        "/v1/topics/{topic_id}",
        "/v1/topics/{topic_id}/feed",
        "/v1/topics/{topic_id}/news",
        "/v1/topics/{topic_id}/seen",
    }
    schemas = described["components"]["schemas"]
    for body, path in (("AskBody", "/v1/ask"), ("SearchBody", "/v1/search"), ("ChatBody", "/v1/chat/completions")):
        example = schemas[body]["examples"][0]
        assert sample_client.post(path, json=example).status_code == 200
    assert schemas["ArticleBody"]["examples"][0]["text"]
    for path, methods in described["paths"].items():
        for method in methods.values():
            assert method["summary"]
            if path.startswith("/v1"):
                assert {"413", "422", "429"} <= set(method["responses"])


def test_the_example_article_is_taken(client: TestClient) -> None:
    example = client.get("/openapi.json").json()["components"]["schemas"]["ArticleBody"]["examples"][0]

    assert client.post("/v1/articles", json=example).json()["results"][0]["status"] == "added"


def test_probes(client: TestClient) -> None:
    assert client.get("/livez").json() == {"status": "alive"}
    waiting = {"changes": 0, "seconds": 0.0}
    assert client.get("/readyz").json() == {"status": "ready", "articles": 0, "chunks": 0, "outbox": waiting}
    client.post("/v1/articles", json=BRIDGE)
    assert client.get("/readyz").json() == {"status": "ready", "articles": 1, "chunks": 1, "outbox": waiting}


def test_a_server_that_stops_is_not_ready(sample_service: Service, tmp_path: Path) -> None:
    with empty_beside(sample_service, tmp_path / "data") as service:
        state = State.of(service)
        state.stopping.set()

        with TestClient(build_app(state), "http://127.0.0.1") as client:
            stated = client.get("/readyz")
            results = client.post("/v1/articles", json=BRIDGE).json()["results"]

    problem(stated, 503)
    assert stated.headers["retry-after"] == "1"
    assert results == [{"id": None, "status": "refused", "reason": "the server is stopping; send it again"}]


def test_metrics_count_what_happened(sample_service: Service, tmp_path: Path) -> None:
    with empty_beside(sample_service, tmp_path / "data") as service, client_of(service) as client:
        client.post("/v1/articles", json={"articles": [BRIDGE, {"id": "b"}]})
        client.post("/v1/ask", json={"question": BRIDGE_QUESTION})
        client.post("/v1/search", json={"query": BRIDGE_QUESTION})
        client.post("/v1/ask", json={})
        client.get("/v1/articles/x")
        client.get("/nowhere")

        assert client.get("/metrics").headers["content-type"].startswith("text/plain")
        expected = {
            'hoidap_requests_total{route="/v1/ask",status="200"}': 1,
            'hoidap_requests_total{route="/v1/ask",status="422"}': 1,
            'hoidap_requests_total{route="/v1/articles/{article_id}",status="404"}': 1,
            'hoidap_requests_total{route="unknown",status="404"}': 1,
            'hoidap_articles_taken_total{status="added"}': 1,
            'hoidap_articles_taken_total{status="refused"}': 1,
            'hoidap_answers_total{abstained="false"}': 1,
            'hoidap_stage_seconds_count{stage="encoding"}': 2,
            'hoidap_stage_seconds_count{stage="answer"}': 1,
            "hoidap_articles": 1,
            "hoidap_chunks": 1,
            "hoidap_encoder_waiting": 0,
        }
        assert {name: metric(client, name) for name in expected} == expected
