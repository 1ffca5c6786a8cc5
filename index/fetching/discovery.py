"""From what a person types (a feed, a site's front page) to the feeds of the site.

the address itself -> what the page names (link rel=alternate) -> sitemaps of robots.txt -> common places
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from index.fetching.client import FEEDS, NotNow, Page, page_of
from index.fetching.visits import HTML_TYPES, Visitor
from index.intake.feeds.entries import Feed, absolute
from index.intake.feeds.reading import read_feed
from index.language.showing import shorten
from index.storage.errors import Refused

_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"})
# Where sites that name no feed often have one.
_PLACES = (
    "/rss",
    "/feed",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/feed.json",
    "/news-sitemap.xml",
    "/sitemap-news.xml",
)
# A page may name any number; somebody waits for the answer.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A feed of a site: where it lies, and how it is read now."""

    url: str
    feed: Feed


def find_feeds(url: str, visitor: Visitor) -> list[Found]:
    """The feeds that an address is or leads to, the site's own order first.

    Refused where the address cannot be read, or leads to no feed.
    """
    page = page_of(visitor.fetch(url, FEEDS))
    if (feed := _feed(page)) is not None:
        return [Found(page.moved or url, feed)]
    named = list(_named(page))
    found = list(_read(named or list(_of_robots(visitor, page.address)), visitor))
    if not found:
        found = list(_read([urljoin(page.address, place) for place in _PLACES], visitor))[:1]
    if not found:
        raise Refused(f"no feed is found at {shorten(page.address)}; give the address of its RSS, Atom or JSON feed")
    return found


def _feed(page: Page) -> Feed | None:
    try:
        return read_feed(page.content, page.address, page.charset)
    except Refused:
        return None


def _read(urls: list[str], visitor: Visitor) -> Iterator[Found]:
    for url in dict.fromkeys(urls[:_MOST]):
        page = visitor.fetch(url, FEEDS)
        feed = _feed(page) if isinstance(page, Page) else None
        if isinstance(page, Page) and feed is not None and (feed.entries or feed.parts):
            yield Found(page.moved or url, feed)


def _named(page: Page) -> Iterator[str]:
    """The feeds that a page's head names."""
    if page.media_type not in HTML_TYPES:
        return
    try:
        tree = document_fromstring(page.content, parser=HTMLParser(encoding=None, recover=True))
    except (etree.ParserError, ValueError):
        return
    base = absolute(next(iter(tree.xpath("//base/@href")), None), page.address) or page.address
    for link in tree.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in rel and kind in _TYPES and (url := absolute(link.get("href"), base)):
            yield url


def _of_robots(visitor: Visitor, address: str) -> Iterator[str]:
    """The sitemaps of news that a robots.txt lists."""
    try:
        sitemaps = visitor.rules(address).sitemaps
    except (NotNow, Refused, OSError):
        return
    for sitemap in sitemaps:
        if (url := absolute(sitemap, address)) and "news" in url.lower():
            yield url
