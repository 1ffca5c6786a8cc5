"""HTTP over the real model, in this process. What needs a socket or a signal is in test_server."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.http import problem
from tests.support.service import check_answer, client_of, empty, empty_beside

HIT = {
    "article_id",
    "chunk_id",
    "title",
    "url",
    "source",
    "published_at",
    "text",
    "start_char",
    "end_char",
    "score",
    "copies",
}
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


@pytest.fixture(scope="module")
def service(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with empty_beside(sample_service, tmp_path_factory.mktemp("own") / "data", body_megabytes=1) as service:
        yield service


@pytest.fixture(scope="module")
def module_client(service: Service) -> Iterator[TestClient]:
    with client_of(service) as client:
        yield client


@pytest.fixture
def client(module_client: TestClient, service: Service) -> Iterator[TestClient]:
    """HTTP to a store that is empty at first."""
    yield module_client
    empty(service)


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
    }
    assert answered["checks"] is answered["trouble"] is None
    assert answered["conversation_id"] == "c_1"
    assert answered["generator"] == "extractive"
    assert len(answered["passages"]) == 4
    assert all(set(hit) == HIT for hit in answered["passages"])
    answer = answered["answer"]
    assert set(answer) == {"text", "abstained", "confidence", "language", "citations", "disagreement", "note"}
    assert not answer["abstained"]
    assert answer["language"] == "vi"
    assert 0 <= answer["confidence"] <= 1
    for citation in answer["citations"]:
        assert set(citation) == {"index", "start", "end", "text", "sources"}
        for source in citation["sources"]:
            assert set(source) == HIT - {"text"} | {"cited_text", "support", "why"}
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


# --- Articles --------------------------------------------------------------------------------------------


def test_an_article_comes_back_as_it_was_given(client: TestClient) -> None:
    response = client.post("/v1/articles", json=BRIDGE)

    assert response.status_code == 200
    assert response.json() == {"results": [{"id": BRIDGE["id"], "status": "added", "reason": None}]}
    assert client.get("/v1/articles/cau-hu-nghi").json() == {**BRIDGE, "captions": [], "removed": []}


def test_an_article_is_found_by_the_next_question_and_not_after_its_removal(client: TestClient) -> None:
    client.post("/v1/articles", json=BRIDGE)
    answered = client.post("/v1/ask", json={"question": BRIDGE_QUESTION}).json()
    check_answer(answered, client)
    assert "58 triệu USD" in answered["answer"]["text"]

    assert client.delete("/v1/articles/cau-hu-nghi").status_code == 204
    answered = client.post("/v1/ask", json={"question": BRIDGE_QUESTION}).json()
    assert answered["answer"]["abstained"]
    assert answered["passages"] == []
    problem(client.get("/v1/articles/cau-hu-nghi"), 404)
    problem(client.delete("/v1/articles/cau-hu-nghi"), 404)


def test_a_corrected_article_is_cited_in_its_new_words(client: TestClient) -> None:
    client.post("/v1/articles", json=BRIDGE)
    corrected = {**BRIDGE, "text": BRIDGE["text"].replace("58 triệu", "61 triệu")}
    assert client.post("/v1/articles", json=corrected).json()["results"][0]["status"] == "updated"
    assert client.post("/v1/articles", json=corrected).json()["results"][0]["status"] == "unchanged"

    answered = client.post("/v1/ask", json={"question": BRIDGE_QUESTION}).json()

    assert "61 triệu USD" in answered["answer"]["text"]
    assert "58 triệu USD" not in json.dumps(answered, ensure_ascii=False)
    check_answer(answered, client)


def test_one_bad_article_among_good_ones_is_refused_alone(client: TestClient) -> None:
    sent = [
        {"id": "a", "text": "Chợ nổi họp từ sớm."},
        {"id": "b"},
        {"id": "c", "text": 5},
        {"id": "d", "text": "Ngày mai có gió mùa.", "published_at": "hôm nọ"},
        {"id": "e", "text": "Đường về bản đã thông.", "published_at": "21/10/2025", "other": [1, {"x": None}]},
        {"id": "f/g", "text": "Tàu cập bến."},
    ]
    results = client.post("/v1/articles", json={"articles": sent}).json()["results"]

    assert [(result["id"], result["status"]) for result in results] == [
        ("a", "added"),
        (None, "refused"),
        (None, "refused"),
        (None, "refused"),
        ("e", "added"),
        (None, "refused"),
    ]
    reasons = [result["reason"] for result in results]
    assert [bool(reason) for reason in reasons] == [False, True, True, True, False, True]
    assert "hôm nọ" in reasons[3]
    assert "f/g" in reasons[5]
    assert client.get("/v1/articles/e").json()["published_at"] == "2025-10-21"


def test_html_is_read_as_a_page(client: TestClient) -> None:
    page = (
        "<html><head><title>Lễ hội đèn</title></head><body><nav>Trang chủ</nav><article><h1>Lễ hội đèn ở Hội An</h1>"
        "<p>Lễ hội đèn lồng mở cửa tối 12/9 ở phố cổ, đón chừng 9.000 khách trong đêm đầu tiên.</p>"
        "<p>Ban tổ chức treo 1.200 chiếc đèn dọc bờ sông, nhiều hơn năm ngoái 300 chiếc.</p></article></body></html>"
    )
    results = client.post("/v1/articles", json={"id": "den", "html": page}).json()["results"]

    assert results[0]["status"] == "added"
    assert "1.200 chiếc đèn" in client.get("/v1/articles/den").json()["text"]


def test_the_list_is_read_page_by_page(client: TestClient) -> None:
    sent = [{"id": f"bai-{number}", "text": "Trời hôm nay nắng đẹp."} for number in range(5)]
    client.post("/v1/articles", json={"articles": sent})

    first = client.get("/v1/articles", params={"limit": 2}).json()
    assert first["total"] == 5
    assert first["articles"][0] == {
        "id": "bai-0",
        "title": None,
        "url": None,
        "source": None,
        "published_at": None,
        "characters": 22,
    }
    pages, after = [], None
    while True:
        page = client.get("/v1/articles", params={"limit": 2} | ({"after": after} if after else {})).json()
        pages.append([article["id"] for article in page["articles"]])
        after = page["next"]
        if after is None:
            break
    assert pages == [["bai-0", "bai-1"], ["bai-2", "bai-3"], ["bai-4"]]


@pytest.mark.parametrize(
    ("article_id", "path"),
    [
        ("50%", "50%25"),
        ("a?b#c", "a%3Fb%23c"),
        ("bài-ơi", "b%C3%A0i-%C6%A1i"),
        ("<script>", "%3Cscript%3E"),
        ("'; DROP TABLE articles; --".replace(" ", "_"), "'%3B_DROP_TABLE_articles%3B_--"),
        ("新闻🙂", "%E6%96%B0%E9%97%BB%F0%9F%99%82"),
        ("x" * 200, "x" * 200),
    ],
)
def test_odd_ids_are_only_names(client: TestClient, article_id: str, path: str) -> None:
    body = {"id": article_id, "text": "Bến phà mở lại."}
    assert client.post("/v1/articles", json=body).json()["results"][0] == {
        "id": article_id,
        "status": "added",
        "reason": None,
    }
    assert client.get(f"/v1/articles/{path}").json()["id"] == article_id
    assert client.delete(f"/v1/articles/{path}").status_code == 204
    assert client.get("/v1/articles").json()["total"] == 0


@pytest.mark.parametrize("path", ["%00", "..%2F..%2Fetc%2Fpasswd", "%ED%A0%80", "x" * 5000, "khong-co", "%FF"])
def test_ids_that_are_not_there(client: TestClient, path: str) -> None:
    problem(client.get(f"/v1/articles/{path}"), 404)
    problem(client.delete(f"/v1/articles/{path}"), 404)


@pytest.mark.parametrize("article_id", [".", ".."])
def test_ids_that_no_path_can_name_are_refused(client: TestClient, article_id: str) -> None:
    # Clients take these parts out of a path, as RFC 3986 says, so such an article could never be read or removed.
    result = client.post("/v1/articles", json={"id": article_id, "text": "Bến phà mở lại."}).json()["results"][0]

    assert result["status"] == "refused"


@pytest.mark.parametrize("key", ["id", "title", "text", "url", "source", "published_at", "language", "khac"])
@pytest.mark.parametrize("value", ["\ud800", "Đ\udfffè", "\x00", "a\x00b"], ids=repr)
def test_half_characters_and_nul_in_an_article(client: TestClient, key: str, value: str) -> None:
    article = {"id": "x", "text": "Bến phà mở lại.", key: value}
    for body in (article, {"articles": [article, {"id": "y", "text": "Chợ họp sớm."}]}):
        response = client.post("/v1/articles", content=json.dumps(body), headers={"Content-Type": "application/json"})
        if response.status_code != 200:
            problem(response, 422)
            assert body is article
            continue
        for result in response.json()["results"]:
            if result["status"] == "refused":
                assert result["reason"]
            else:
                stored = client.get(f"/v1/articles/{result['id']}")
                assert stored.status_code == 200
                assert "\x00" not in stored.json()["text"]
    assert client.get("/v1/articles/y").status_code == 200


# --- Errors ----------------------------------------------------------------------------------------------


def test_articles_are_listed_newest_first(sample_client: TestClient) -> None:
    listed: list[dict[str, Any]] = []
    query: dict[str, Any] = {"order": "newest", "limit": 15}
    while True:
        page = sample_client.get("/v1/articles", params=query).json()
        listed += page["articles"]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    days = [article["published_at"] or "" for article in listed]
    assert len({article["id"] for article in listed}) == page["total"] == 42
    assert days == sorted(days, reverse=True)


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
        "/v1/files",
        "/v1/articles",
        "/v1/articles/{article_id}",
        "/v1/conversations",
        "/v1/conversations/{conversation_id}",
        "/v1/feedback",
        "/v1/models",
        "/v1/models/{model}",
        "/v1/chat/completions",
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
    assert client.get("/readyz").json() == {"status": "ready", "articles": 0, "chunks": 0}
    client.post("/v1/articles", json=BRIDGE)
    assert client.get("/readyz").json() == {"status": "ready", "articles": 1, "chunks": 1}


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
