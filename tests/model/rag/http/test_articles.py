"""Articles over HTTP and the real model: in, listed, found, out again."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.support.http import BRIDGE, BRIDGE_QUESTION, problem
from tests.support.service import check_answer


def test_an_article_comes_back_as_it_was_given(client: TestClient) -> None:
    response = client.post("/v1/articles", json=BRIDGE)

    assert response.status_code == 200
    assert response.json() == {"results": [{"id": BRIDGE["id"], "status": "added", "reason": None}]}
    stored = client.get("/v1/articles/cau-hu-nghi").json()
    assert datetime.now(UTC) - datetime.fromisoformat(stored.pop("added_at")) < timedelta(minutes=5)
    assert stored == {
        **BRIDGE,
        "changed_at": None,
        "named": BRIDGE["title"],
        **{"captions": [], "removed": [], "edited": [], "date_inferred": False, "withdrawn_at": None},
    }


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
        ("d", "added"),
        ("e", "added"),
        (None, "refused"),
    ]
    reasons = [result["reason"] for result in results]
    assert [bool(reason) for reason in reasons] == [False, True, True, False, False, True]
    assert "f/g" in reasons[5]
    kept = client.get("/v1/articles/d").json()
    assert (kept["published_at"], kept["removed"]) == (None, [{"text": "hôm nọ", "reason": "date-line"}])
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
    assert first["articles"][0].pop("added_at") is not None
    assert first["articles"][0] == {
        "id": "bai-0",
        "title": None,
        "named": "“Trời hôm nay nắng đẹp.”",
        "url": None,
        "source": None,
        "published_at": None,
        "date_inferred": False,
        "withdrawn_at": None,
        "characters": 22,
        "changed_at": None,
        "excerpt": None,
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
