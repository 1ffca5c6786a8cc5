"""From a front page to its feeds, at sites on the loopback address."""

from collections.abc import Iterator

import pytest

from index.fetching.discovery import find_feeds
from index.fetching.visits import Visitor
from index.storage.errors import Refused
from tests.support.clock import FakeClock
from tests.support.sites import Reply, Sites, moved, sites

RSS = "<rss version='2.0'><channel><title>%s</title><item><link>/1</link></item></channel></rss>"
NEWS = "<urlset><url><loc>/1</loc><lastmod>2025-11-29</lastmod></url></urlset>"
FRONT = "http://bao.example/"


@pytest.fixture
def web() -> Iterator[Sites]:
    with sites() as running:
        yield running


def found(web: Sites, url: str = FRONT) -> list[tuple[str, str | None]]:
    return [(each.url, each.feed.title) for each in find_feeds(url, Visitor(web.fetcher(), clock=FakeClock()))]


def test_a_feed_is_itself(web: Sites) -> None:
    web.put("http://bao.example/cu", moved("/rss", 301))
    web.put("http://bao.example/rss", Reply(RSS % "Thời sự", type="text/html"))

    assert found(web, "http://bao.example/rss") == [("http://bao.example/rss", "Thời sự")]
    assert found(web, "http://bao.example/cu") == [("http://bao.example/rss", "Thời sự")]


def test_what_the_front_page_names(web: Sites) -> None:
    web.put(
        FRONT,
        "<base href='/vi/'><link rel='alternate' hreflang=en href=/en/>"
        "<link rel='home ALTERNATE' type='application/rss+xml; charset=utf-8' href='thoi-su.rss'>"
        "<link rel=alternate type=application/atom+xml href='//khac.example/a'>"
        "<link rel=alternate type=application/rss+xml href='/hong'>"
        "<link rel=alternate type=application/rss+xml href='http://10.0.0.1/rss'>"
        "<link rel=alternate type=application/rss+xml href='javascript:1'>",
    )
    web.put("http://bao.example/vi/thoi-su.rss", RSS % "Thời sự")
    web.put("http://khac.example/a", RSS % "Khác")
    web.put("http://bao.example/hong", "<p>Không")

    assert found(web) == [("http://bao.example/vi/thoi-su.rss", "Thời sự"), ("http://khac.example/a", "Khác")]
    assert not any("10.0.0.1" in ip for ip in web.connected)


def test_sitemaps_of_news_that_robots_txt_lists(web: Sites) -> None:
    web.put(FRONT, "<p>Tin")
    web.put(
        "http://bao.example/robots.txt",
        Reply("Sitemap: http://bao.example/trang.xml\nSitemap: /sitemap-news-1.xml", type="text/plain"),
    )
    web.put("http://bao.example/sitemap-news-1.xml", NEWS)
    web.put("http://bao.example/trang.xml", NEWS)

    assert found(web) == [("http://bao.example/sitemap-news-1.xml", None)]


def test_common_places(web: Sites) -> None:
    web.put("http://bao.example/muc/xa-hoi", "<p>Tin")
    web.put("http://bao.example/feed", RSS % "Chung")
    web.put("http://bao.example/atom.xml", RSS % "Khác")

    assert found(web, "http://bao.example/muc/xa-hoi") == [("http://bao.example/feed", "Chung")]


@pytest.mark.parametrize("page", ["<p>Tin", "", "\x00"])
def test_a_site_without_feeds(web: Sites, page: str) -> None:
    web.put(FRONT, page)

    with pytest.raises(Refused, match="no feed is found"):
        found(web)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1/rss", "not public"),
        ("http://bao.example/khong-co", "not there"),
        ("http://bao.example/ban", "busy"),
        ("feed://bao.example/rss", "no web address"),
    ],
)
def test_an_address_that_cannot_be_read(web: Sites, url: str, reason: str) -> None:
    web.put("http://bao.example/ban", Reply(status=503))

    with pytest.raises(Refused, match=reason):
        found(web, url)
