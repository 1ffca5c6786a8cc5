"""A newsroom that watches feeds: the desk that takes articles in, and the watcher with all its parts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from index.clock import Clock
from index.fetching.client import Accept
from index.fetching.feed_store import FeedStore
from index.fetching.visits import Visitor
from index.fetching.watch import Taken, Taking, Watcher
from index.storage.database import Where
from tests.support.clock import FakeClock
from tests.support.sites import Sites, sites
from tests.support.stores import placed

ARTICLES = Accept(("text/html", "application/pdf", "text/plain"))
# 08:00 on 29 November 2025 in Vietnam.
HOUR, DAY = 3600.0, 86_400.0
MORNING = 1_764_378_000.0


@dataclass
class ListDesk:
    """Keeps what it is handed, by address; `refusing` says why it will not take a page, or raises."""

    refusing: Callable[[Taking], str | None] = lambda _: None
    handed: list[Taking] = field(default_factory=list)
    articles: dict[str, bytes] = field(default_factory=dict)
    withdrawn: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, taking: Taking) -> Taken:
        with self.lock:
            reason = self.refusing(taking)
            if reason is not None:
                return Taken(None, reason)
            self.handed.append(taking)
            self.articles[taking.url] = taking.content
            return Taken(f"bai:{taking.url}")

    def withdraw(self, article: str, url: str, reason: str) -> None:
        with self.lock:
            self.withdrawn.append((article, reason))
            self.articles.pop(url, None)


@dataclass
class Newsroom:
    """A store of feeds, the web, a desk and a clock; and watchers over them."""

    web: Sites
    store: FeedStore
    clock: FakeClock
    desk: ListDesk
    allowed: tuple[str, ...] = ()
    delay: float = 1.0

    def watcher(self, **more: int) -> Watcher:
        return self.watching(self.store, self.clock, **more)

    def watching(self, store: FeedStore, clock: Clock, **more: int) -> Watcher:
        visitor = Visitor(self.web.fetcher(*self.allowed), self.delay, clock)
        return Watcher(store, visitor, self.desk, ARTICLES, clock=clock, random=Random(1), **more)  # noqa: S311

    def add(self, *urls: str) -> None:
        for url in urls:
            self.store.add(url, None, self.clock.now())

    def after(self, seconds: float) -> list[str]:
        """Let time pass, have everything due asked, as often as something is; what was asked for, in order."""
        before = len(self.web.urls())
        self.clock.pass_(seconds)
        watcher = self.watcher()
        for _ in range(20):
            if not watcher.run_once():
                break
        return self.web.urls()[before:]


@contextmanager
def newsroom(where: Where) -> Iterator[Newsroom]:
    clock = FakeClock()
    clock.pass_(MORNING)
    with sites() as web:
        store = FeedStore(placed(where))
        try:
            yield Newsroom(web, store, clock, ListDesk())
        finally:
            store.close()


def rss(*items: str) -> str:
    return f"<rss version='2.0'><channel><title>Báo</title>{''.join(items)}</channel></rss>"


def item(link: str, title: str = "Tin", date: str = "", **more: str) -> str:
    fields = {"link": link, "title": title, "pubDate": date, **more}
    return f"<item>{''.join(f'<{name}>{value}</{name}>' for name, value in fields.items() if value)}</item>"
