"""What a robots.txt lets us read, by RFC 9309; the rules are worked out by hand."""

from time import monotonic

import pytest

from index.fetching.addresses import Target
from index.fetching.client import Accept, Barred, Fetched, Later, Missing, NotNow, Page
from index.fetching.robots import Robots, read_rules
from tests.support.clock import FakeClock

SITE = Target("https://bao.example/tin", "https", "bao.example", 443, "/tin", ("93.184.216.34",), named=False)


def allows(text: str, path: str) -> bool:
    return read_rules(text.encode()).allow(f"https://bao.example{path}")


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: hoidap\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: HoiDap/2.0\nDisallow: /rieng", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: HoiDap\nDisallow: /rieng", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: HoiDap\nDisallow: /rieng", "/rieng/a", False),
        ("User-agent: Googlebot\nDisallow: /", "/a", True),
        ("User-agent: Googlebot\nUser-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: Googlebot\nUser-agent: hoidap\nDisallow: /a", "/a", False),
        ("User-agent: hoidap\nUser-agent: Googlebot\nDisallow: /a", "/a", False),
        ("User-agent: Googlebot\nDisallow: /\nUser-agent: Bingbot\nDisallow: /", "/a", True),
        ("user agent *\ndisallow /a", "/a", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: *\nDisallow: /tin\nAllow: /tin/moi", "/tin/moi/1", True),
        ("User-agent: *\nDisallow: /tìm", "/t%C3%ACm?q=1", False),
        ("\ufeffUser-agent: *\r\nDisallow: /a # chú thích\r\n", "/a", False),
        ("<!doctype html><title>Trang chủ</title>", "/a", True),
    ],
)
def test_rules(text: str, path: str, allowed: bool) -> None:
    assert allows(text, path) == allowed


def test_delay_and_sitemaps() -> None:
    rules = read_rules(b"Sitemap: https://bao.example/1.xml\nUser-agent: *\nCrawl-delay: 2.5\nSitemap: /2.xml")

    assert (rules.delay, rules.sitemaps) == (2.5, ("https://bao.example/1.xml", "/2.xml"))


@pytest.mark.parametrize(("said", "delay"), [("-3", 0), ("nan", 0), ("1e400", 0), ("mau", 0), ("1000000", 86_400)])
def test_an_odd_delay(said: str, delay: float) -> None:
    assert read_rules(f"User-agent: *\nCrawl-delay: {said}".encode()).delay == delay


def test_thousands_of_robots_cost_no_more_than_their_lines() -> None:
    text = "".join(f"User-agent: bot{number}\n" for number in range(15_000)) + "Disallow: /x\n" * 15_000
    started = monotonic()

    assert allows(text + "User-agent: *\nDisallow: /a" + "*a" * 50, "/" + "a" * 1500) is False
    assert monotonic() - started < 2


class Site:
    """Answers robots.txt as it is told, and counts."""

    def __init__(self, *answers: Fetched) -> None:
        self.answers, self.asked = list(answers), 0

    def fetch(self, url: str, _: Accept, __: bool) -> Fetched:
        assert url == "https://bao.example/robots.txt"
        self.asked += 1
        return self.answers.pop(0)


def page(text: str) -> Page:
    return Page("https://bao.example/robots.txt", text.encode(), "text/plain")


def test_rules_are_kept_for_a_day() -> None:
    clock = FakeClock()
    site = Site(page("User-agent: *\nDisallow: /"), page(""))
    robots = Robots(site.fetch, clock)

    assert [robots.rules(SITE).allow(SITE.url) for _ in range(3)] == [False] * 3
    clock.pass_(86_399)
    assert robots.rules(SITE).allow(SITE.url) is False
    assert site.asked == 1
    clock.pass_(1)
    assert robots.rules(SITE).allow(SITE.url) is True


@pytest.mark.parametrize("answer", [Missing("", False, "404"), Missing("", True, "410"), Barred("", "403")])
def test_a_site_without_rules_allows_all(answer: Fetched) -> None:
    assert Robots(Site(answer).fetch, FakeClock()).rules(SITE).allow(SITE.url)


def test_a_site_that_cannot_be_reached_is_left_alone_until_then() -> None:
    clock = FakeClock()
    site = Site(Later("", "the site is busy or broken (503)"), Later("", "busy", 30), page(""))
    robots = Robots(site.fetch, clock)

    for _ in range(2):
        with pytest.raises(NotNow, match="503") as wait:
            robots.rules(SITE)
    assert (wait.value.seconds, site.asked) == (600, 1)
    clock.pass_(600)
    with pytest.raises(NotNow) as wait:
        robots.rules(SITE)
    assert wait.value.seconds == 30
    clock.pass_(30)
    assert robots.rules(SITE).allow(SITE.url)
