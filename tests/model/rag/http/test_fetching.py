"""Articles from the web over HTTP and the real model: pages by their address, feeds, what is put right by hand."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from index.fetching.visits import Visitor
from index.fetching.watch import Watcher
from rag.service.visiting import ARTICLES
from rag.service.watching import ServiceDesk
from rag.service.wiring import Service
from tests.support import ROOT
from tests.support.clock import FakeClock
from tests.support.desks import item, rss
from tests.support.http import problem
from tests.support.service import client_of, empty
from tests.support.sites import Reply, Sites, moved, sites

URL = "http://bao.example/pha-con-tien.html"
TEXT = "Bến phà Cồn Tiên chở 1.900 lượt khách trong ngày mở lại, theo ban quản lý bến."
MORE = "Phà chạy từ 5 giờ sáng đến 22 giờ, mỗi chuyến chở được 40 xe máy và hai xe tải nhỏ."
QUESTION = "Bến phà Cồn Tiên chở bao nhiêu lượt khách?"


def page(text: str = TEXT, head: str = "") -> str:
    title = "Bến phà Cồn Tiên mở lại"
    return (
        f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1><p>{text}</p><p>{MORE}</p></body></html>"
    )


@pytest.fixture
def web() -> Iterator[Sites]:
    with sites() as played:
        yield played


@pytest.fixture
def fetching(service: Service, web: Sites) -> Iterator[Service]:
    """The service of the module, which may fetch from the sites that are played."""
    visitor = Visitor(web.fetcher(), delay=0, clock=FakeClock())
    with_visitor = replace(service, visitor=visitor)
    yield with_visitor
    empty(service)
    for feed in service.feeds.feeds():
        service.feeds.remove(feed.url)


@pytest.fixture
def http(fetching: Service) -> Iterator[TestClient]:
    with client_of(fetching) as client:
        yield client


def outcome(http: TestClient, url: str) -> dict[str, str | None]:
    response = http.post("/v1/articles", json={"url": url})
    assert response.status_code == 200
    (result,) = response.json()["results"]
    return dict(result)


# --- One page ------------------------------------------------------------------------------------------------


def test_an_article_is_taken_in_by_its_address_once(http: TestClient, web: Sites) -> None:
    web.put(URL, page())
    web.put(f"{URL}?utm_source=zalo", page())
    added = outcome(http, URL)
    assert added["status"] == "added"
    assert outcome(http, f"{URL}?utm_source=zalo#top") == {**added, "status": "unchanged"}

    (source,) = http.post("/v1/ask", json={"question": QUESTION}).json()["answer"]["citations"][0]["sources"]
    assert (source["url"], source["cited_text"]) == (URL, TEXT)


def test_a_document_at_an_address_is_known_by_it_and_names_its_pages(http: TestClient, web: Sites) -> None:
    pdf = (ROOT / "tests" / "data" / "forms" / "cau.libreoffice.pdf").read_bytes()
    url = "http://bao.example/cau.pdf"
    web.put(url, Reply(pdf, type="application/pdf"))
    added = outcome(http, url)
    assert added["status"] == "added"
    article = http.get(f"/v1/articles/{added['id']}").json()
    assert article["url"] == url

    last = article["text"].split("\n\n")[-1]
    hits = http.post("/v1/search", json={"query": last}).json()["hits"]
    assert max(hit["page"] for hit in hits) > 1


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply("Không có", 404), "the page is not there (404)"),
        (moved("http://10.0.0.7/"), "not public"),
        (Reply(b"\x89PNG", type="image/png"), "which is not taken"),
        (Reply("<html><body></body></html>"), "no article text found"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_reason(
    http: TestClient, web: Sites, reply: Reply, reason: str
) -> None:
    web.put(URL, reply)
    refused = outcome(http, URL)
    assert refused["status"] == "refused"
    assert reason in (refused["reason"] or "")


def test_nothing_is_fetched_without_a_contact(client: TestClient) -> None:
    refused = outcome(client, URL)
    assert refused["status"] == "refused"
    assert "HOIDAP_FETCH_CONTACT" in (refused["reason"] or "")
    problem(client.post("/v1/feeds", json={"url": URL}), 422)
    assert client.get("/v1/feeds").json() == {"feeds": [], "watched": False}


# --- Feeds ---------------------------------------------------------------------------------------------------

FEED = "http://bao.example/rss"


def watcher(service: Service, clock: FakeClock) -> Watcher:
    assert service.visitor is not None
    return Watcher(service.feeds, service.visitor, ServiceDesk(service), ARTICLES, clock=clock)


def test_a_feed_is_found_watched_corrected_and_its_withdrawals_are_marked(
    http: TestClient, fetching: Service, web: Sites
) -> None:
    web.put(
        "http://bao.example/", f"<html><head><link rel=alternate type=application/rss+xml href={FEED}></head></html>"
    )
    web.put(FEED, Reply(rss(item(URL, date="Tue, 21 Oct 2025 08:30:00 +0700")), type="application/rss+xml"))
    web.put(URL, page())
    found = http.post("/v1/feeds", json={"url": "http://bao.example/"}).json()
    assert [feed["url"] for feed in found["feeds"]] == [FEED]

    clock = FakeClock()
    clock.pass_(2_000_000_000)
    watch = watcher(fetching, clock)
    watch.run_once()
    (article,) = http.get("/v1/articles").json()["articles"]
    # The page has no date, and the feed has.
    assert (article["url"], article["published_at"]) == (URL, "2025-10-21T08:30:00+07:00")
    assert http.get("/v1/feeds").json()["feeds"][0]["pages"] == {"taken": 1}

    web.put(URL, page(TEXT.replace("1.900", "2.100")))
    clock.pass_(3601)
    watch.run_once()
    assert "2.100 lượt" in http.get(f"/v1/articles/{article['id']}").json()["text"]

    web.put(URL, Reply("", 410))
    for _ in range(3):
        clock.pass_(6 * 3600)
        watch.run_once()
    gone = http.get(f"/v1/articles/{article['id']}").json()
    assert gone["withdrawn_at"] is not None
    assert http.get("/metrics").text.count("hoidap_feeds{outcome=") == 5

    web.put(URL, page())
    clock.pass_(86_401)
    watch.run_once()
    assert http.get(f"/v1/articles/{article['id']}").json()["withdrawn_at"] is None
    assert http.get("/v1/articles").json()["total"] == 1

    assert http.delete("/v1/feeds", params={"url": FEED}).status_code == 204
    problem(http.delete("/v1/feeds", params={"url": FEED}), 404)


# --- Put right by hand ---------------------------------------------------------------------------------------


def test_a_date_that_is_put_right_counts_at_once_and_stays(http: TestClient, web: Sites) -> None:
    web.put(URL, page())
    article = outcome(http, URL)["id"]
    edited = http.patch(f"/v1/articles/{article}", json={"published_at": "21/10/2025", "title": "Phà Cồn Tiên"}).json()
    assert (edited["published_at"], edited["title"]) == ("2025-10-21", "Phà Cồn Tiên")
    assert sorted(edited["edited"]) == ["published_at", "title"]
    asked = {"question": QUESTION, "filters": {"published_from": "2025-10-21", "published_to": "2025-10-21"}}
    assert not http.post("/v1/ask", json=asked).json()["answer"]["abstained"]

    web.put(URL, page(head='<meta property="article:published_time" content="2025-01-01">'))
    assert outcome(http, URL)["status"] == "updated"
    assert http.get(f"/v1/articles/{article}").json()["published_at"] == "2025-10-21"
    assert http.patch(f"/v1/articles/{article}", json={"published_at": None}).json()["published_at"] == "2025-01-01"

    problem(http.patch(f"/v1/articles/{article}", json={"published_at": "31/02/2025"}), 422)
    problem(http.patch(f"/v1/articles/{article}", json={"text": "Khác."}), 422)
    problem(http.patch("/v1/articles/none", json={"title": "Khác"}), 404)


def test_a_text_that_dates_itself_is_given_that_day_as_inferred(http: TestClient) -> None:
    text = "Lễ khai mạc Hội chợ Tân Hòa 2025 diễn ra chiều 29/5 tại công viên trung tâm, với 120 gian hàng."
    (result,) = http.post("/v1/articles", json={"title": "Khai mạc hội chợ", "text": text}).json()["results"]
    article = http.get(f"/v1/articles/{result['id']}").json()
    assert (article["published_at"], article["date_inferred"]) == ("2025-05-29", True)
    confirmed = http.patch(f"/v1/articles/{result['id']}", json={"published_at": "2025-05-29"}).json()
    assert (confirmed["published_at"], confirmed["date_inferred"]) == ("2025-05-29", False)
