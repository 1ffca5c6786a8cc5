"""Politeness, at sites on the loopback address and with a clock that lets time pass at once."""

import threading
from collections.abc import Iterator
from time import sleep

import pytest

from index.fetching.client import Accept, Barred, Later, NotNow, Page
from index.fetching.visits import Pace, Visitor
from tests.support.clock import FakeClock
from tests.support.sites import Asked, Reply, Sites, moved, sites

ANY = Accept(("text/html", "text/plain"))


@pytest.fixture
def web() -> Iterator[Sites]:
    with sites() as running:
        yield running


def test_robots_txt_is_asked_once_and_before_anything_else(web: Sites) -> None:
    web.put("http://bao.example/robots.txt", Reply("User-agent: *\nDisallow: /rieng", type="text/plain"))
    web.put("http://bao.example/tin", "Tin")
    visitor = Visitor(web.fetcher(), clock=FakeClock())

    assert isinstance(visitor.fetch("http://bao.example/tin", ANY), Page)
    forbidden = visitor.fetch("http://bao.example/rieng/1", ANY)

    assert isinstance(forbidden, Barred)
    assert "robots.txt" in forbidden.reason
    assert [asked.url for asked in web.asked] == ["http://bao.example/robots.txt", "http://bao.example/tin"]


def test_each_site_on_the_way_is_asked_for_its_own_rules(web: Sites) -> None:
    web.put("http://bao.example/1", moved("http://khac.example/2"))
    web.put("http://khac.example/robots.txt", Reply("User-agent: hoidap\nDisallow: /", type="text/plain"))

    assert isinstance(Visitor(web.fetcher(), clock=FakeClock()).fetch("http://bao.example/1", ANY), Barred)
    assert web.urls() == ["http://bao.example/1"]


def test_a_pause_after_each_request_of_a_host(web: Sites) -> None:
    clock = FakeClock()
    visitor = Visitor(web.fetcher(), 2.0, clock)
    for url in ("http://a.example/1", "http://a.example/2", "http://b.example/1"):
        visitor.fetch(url, ANY)

    # a: robots, 1, 2; b has its own first turn, and waits between its robots.txt and its page.
    assert clock.waits == [2, 2, 2]


def test_a_longer_pause_where_robots_txt_asks_for_it(web: Sites) -> None:
    web.put("http://a.example/robots.txt", Reply("User-agent: *\nCrawl-delay: 20", type="text/plain"))
    clock = FakeClock()
    visitor = Visitor(web.fetcher(), 2.0, clock)
    for _ in range(3):
        visitor.fetch("http://a.example/1", ANY)

    assert clock.waits == [2, 20, 20]


def test_a_pause_of_an_hour_is_not_waited_for(web: Sites) -> None:
    web.put("http://a.example/robots.txt", Reply("User-agent: *\nCrawl-delay: 3600", type="text/plain"))
    web.put("http://a.example/1", "Tin")
    clock = FakeClock()
    visitor = Visitor(web.fetcher(), 2.0, clock)

    assert isinstance(visitor.fetch("http://a.example/1", ANY), Page)
    assert visitor.fetch("http://a.example/1", ANY) == Later(
        "http://a.example/1", "the site is not to be asked again so soon", 3600, asked=False
    )
    clock.pass_(3600)
    assert isinstance(visitor.fetch("http://a.example/1", ANY), Page)


def test_a_host_that_asks_to_wait_is_asked_nothing_else(web: Sites) -> None:
    web.put("http://a.example/1", Reply(status=429, headers={"Retry-After": "900"}))
    web.put("http://a.example/2", "Tin")
    clock = FakeClock()
    visitor = Visitor(web.fetcher(), 2.0, clock)

    assert visitor.fetch("http://a.example/1", ANY) == Later(
        "http://a.example/1", "the site is busy or broken (429)", 900
    )
    found = visitor.fetch("http://a.example/2", ANY)
    assert isinstance(found, Later)
    assert found.seconds == 900
    assert web.urls() == ["http://a.example/1"]
    clock.pass_(900)
    assert isinstance(visitor.fetch("http://a.example/2", ANY), Page)


def test_one_request_at_a_time(web: Sites) -> None:
    def slow(_: Asked) -> Reply:
        sleep(0.01)
        return Reply("Tin")

    web.put("http://a.example/1", slow)
    visitor = Visitor(web.fetcher(), 0.0, FakeClock())
    threads = [threading.Thread(target=visitor.fetch, args=("http://a.example/1", ANY)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert web.together == {"a.example": 1}
    assert len(web.urls()) == 8


def test_waiting_ends_when_the_watch_does() -> None:
    stop = threading.Event()
    pace = Pace(FakeClock())
    with pace.turn("a", 30, stop):
        stop.set()

    with pytest.raises(NotNow, match="ends"), pace.turn("a", 30, stop):
        pass


def test_places_that_nobody_waits_for_are_forgotten() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    for number in range(3000):
        with pace.turn(f"a{number}", 1):
            clock.pass_(2)

    assert len(pace._places) <= 1001


def test_a_page_that_stands_before_an_article_is_barred(web: Sites) -> None:
    web.put("http://a.example/1", "<title>Một lát</title><script src=/cdn-cgi/challenge-platform/h/b/1></script><p>Chờ")
    visitor = Visitor(web.fetcher(), clock=FakeClock())

    found = visitor.article("http://a.example/1", ANY)

    assert isinstance(found, Barred)
    assert "proof that a person reads" in found.reason
    assert isinstance(visitor.fetch("http://a.example/1", ANY), Page)
