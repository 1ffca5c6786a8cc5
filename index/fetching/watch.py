"""Feeds, watched: due feeds -> what they list -> pages that are new or due -> the desk that takes articles in.

    Watcher.run_once()     everything that is due now, once
    Watcher.run(stop)      on and on

A page is marked only after the desk has acknowledged it; killed in between, it is fetched and handed over again, which
the desk has to make nothing of, as it knows articles by their address. Each page is looked at again for some days, so
that corrections and withdrawals are noticed, whether the feed tells of them or not.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from hashlib import sha256
from random import Random
from typing import Protocol
from urllib.parse import urlsplit

from index.clock import WALL_CLOCK, Clock
from index.fetching.client import FEEDS, Accept, Barred, Fetched, Later, Missing, Page, Unchanged, Validators
from index.fetching.feed_store import DuePage, FeedStore, PageState, Reading, WatchedFeed
from index.fetching.schedule import LONGEST, SHORTEST, backoff, interval, moment, scattered
from index.fetching.visits import Visitor
from index.intake.feeds.entries import Entry, Feed, plain_text
from index.intake.feeds.reading import read_feed
from index.storage.errors import IndexingError, Refused

_log = logging.getLogger(__name__)

HOUR, DAY = 3600.0, 86_400.0
# After it was taken, a page is looked at again after so long, then after so long, and then no more.
REVISITS = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY)
_SECOND_LOOK = HOUR  # at a page that was not there
_MOST_TRIES = 8
_PAGES_A_VISIT = 50
_PARTS = 3  # of a sitemap index: the newest
# A whole article in a feed, not its first sentences.
_WHOLE = 500
_TICK = 5.0


@dataclass(frozen=True, slots=True)
class Taking:
    """A page for the desk: the bytes of `url`, or the HTML that the feed carries of it (`from_feed`).

    `address` is where redirects led to, `charset` what the server said, `feed` the address of the feed.
    """

    url: str
    address: str
    content: bytes = field(repr=False)
    media_type: str
    charset: str | None
    entry: Entry
    feed: str
    from_feed: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """The desk's answer: the id of the article, or why there is none."""

    article: str | None
    reason: str | None = None


class Desk(Protocol):
    """What takes articles in. Several threads call it.

    An IndexingError says that nothing can be taken now; the page is handed over again later.
    """

    def take(self, taking: Taking) -> Taken:
        """Add or update the article of an address. The same page again changes nothing."""

    def withdraw(self, article: str, url: str, reason: str) -> None:
        """Mark an article whose page is gone. Doing it again changes nothing."""


class Watcher:
    """Watches the feeds of a store."""

    def __init__(
        self,
        store: FeedStore,
        visitor: Visitor,
        desk: Desk,
        accept: Accept,
        *,
        clock: Clock = WALL_CLOCK,
        random: Random | None = None,
        workers: int = 8,
        keep_days: int = 30,
    ) -> None:
        """`accept` are the types of pages that the desk reads, `keep_days` how long what left a feed is remembered."""
        self._store, self._visitor, self._desk, self._accept = store, visitor, desk, accept
        self._clock, self._random = clock, random or Random()  # noqa: S311, it scatters requests
        self._workers, self._keep = workers, keep_days * DAY

    def run_once(self, stop: threading.Event | None = None) -> int:
        """Ask every feed and page that is due; the number of feeds that were visited."""
        stop = stop or threading.Event()
        with ThreadPoolExecutor(self._workers, thread_name_prefix="feeds") as pool:
            due = self._due()
            visits = [pool.submit(self._visit_host, feeds, stop) for feeds in due.values()]
            wait(visits)
        for visit in visits:
            visit.result()
        return sum(map(len, due.values()))

    def run(self, stop: threading.Event) -> None:
        """Go on until `stop` is set; a host that is slow holds up no other."""
        running: dict[str, Future[None]] = {}
        with ThreadPoolExecutor(self._workers, thread_name_prefix="feeds") as pool:
            while not stop.is_set():
                running = {host: visit for host, visit in running.items() if not _ended(visit)}
                try:
                    due = self._due()
                except IndexingError as error:
                    _log.warning("The feeds cannot be looked up now: %s", error)
                    due = {}
                for host in due.keys() - running.keys():
                    running[host] = pool.submit(self._visit_host, due[host], stop)
                self._clock.wait(_TICK, stop)

    def _due(self) -> dict[str, list[WatchedFeed]]:
        by_host: dict[str, list[WatchedFeed]] = defaultdict(list)
        for feed in self._store.due(self._clock.now()):
            by_host[urlsplit(feed.url).netloc].append(feed)
        return by_host

    def _visit_host(self, feeds: Sequence[WatchedFeed], stop: threading.Event) -> None:
        for feed in feeds:
            if stop.is_set():
                return
            try:
                self._visit(feed, stop)
            except IndexingError as error:
                _log.warning("The feed %s is put off: %s", feed.url, error)

    def _visit(self, due: WatchedFeed, stop: threading.Event) -> None:
        now = self._clock.now()
        feed = self._store.claim(due.id, now)
        if feed is None:
            return
        if feed.next_at is not None and feed.next_at <= now:
            self._ask(feed, stop)
        self._take_pages(feed, stop)
        self._store.release(feed.id)

    # --- What a feed lists --------------------------------------------------------------------------------------

    def _ask(self, feed: WatchedFeed, stop: threading.Event) -> None:
        found = self._visitor.fetch(feed.url, FEEDS, since=feed.validators, stop=stop)
        if stop.is_set():
            return
        now = self._clock.now()
        reading = self._reading(feed, found, now, stop)
        fresh = self._store.record(feed.id, reading, now, now - self._keep)
        _log.info("The feed %s: %s, %d new", feed.url, reading.detail or reading.outcome, fresh)

    def _reading(self, feed: WatchedFeed, found: Fetched, now: float, stop: threading.Event) -> Reading:
        match found:
            case Page():
                return self._read(feed, found, now, stop)
            case Unchanged():
                wait = interval(self._store.dates(feed.id), now, feed.interval, changed=False)
                return Reading("unchanged", now + scattered(wait, self._random), wait)
            case Missing(gone=True):
                return Reading("gone", None, feed.interval, feed.failures + 1, found.reason)
            case Later(asked=False):
                # Nobody's fault: the site is to be left alone for a while.
                wait = max(found.seconds or 0.0, 1.0)
                return Reading(feed.outcome, now + wait, feed.interval, feed.failures, found.reason)
            case Later():
                return self._failure(feed, found.reason, now, found.seconds)
            case _:
                return self._failure(feed, found.reason, now)

    def _failure(self, feed: WatchedFeed, reason: str, now: float, asked: float | None = None) -> Reading:
        failures = feed.failures + 1
        return Reading("failed", now + backoff(failures, asked, self._random), feed.interval, failures, reason)

    def _read(self, feed: WatchedFeed, page: Page, now: float, stop: threading.Event) -> Reading:
        try:
            found = read_feed(page.content, page.address, page.charset)
        except Refused as refusal:
            return self._failure(feed, str(refusal), now)
        entries = self._entries(found, now)
        for part in found.parts[:_PARTS]:
            entries += self._part(part, self._visitor.addresses.names(feed.url), now, stop)
        wait = interval((entry.updated_at or entry.published_at for entry in entries), now, feed.interval, changed=True)
        return Reading(
            "read",
            now + scattered(wait, self._random),
            wait,
            entries=entries,
            # An index that is as it was says nothing of its parts.
            validators=Validators() if found.parts else page.validators,
            title=found.title,
            moved=page.moved,
        )

    def _part(self, url: str, inside: bool, now: float, stop: threading.Event) -> list[Entry]:
        found = self._visitor.fetch(url, FEEDS, inside=inside, stop=stop)
        if not isinstance(found, Page):
            return []
        try:
            return self._entries(read_feed(found.content, found.address, found.charset), now)
        except Refused as refusal:
            _log.info("The sitemap %s is passed over: %s", url, refusal)
            return []

    def _entries(self, feed: Feed, now: float) -> list[Entry]:
        """The entries of a feed; of a sitemap, which may list the whole archive, those of the last weeks."""
        if feed.kind != "sitemap":
            return list(feed.entries)
        return [entry for entry in feed.entries if _age(entry, now) <= self._keep]

    # --- Their pages --------------------------------------------------------------------------------------------

    def _take_pages(self, feed: WatchedFeed, stop: threading.Event) -> None:
        inside = self._visitor.addresses.names(feed.url)
        for page in self._store.due_pages(feed.id, self._clock.now(), _PAGES_A_VISIT):
            if stop.is_set() or not self._take_page(feed, page, inside, stop):
                return

    def _take_page(self, feed: WatchedFeed, page: DuePage, inside: bool, stop: threading.Event) -> bool:
        """Ask for one page and settle it; whether the site can be asked for more."""
        if not self._store.claim_page(feed.id, page.known.url, self._clock.now()):
            return True
        known = replace(page.known, tries=page.known.tries + 1)
        if known.tries > _MOST_TRIES:
            self._store.settle(replace(known, state="refused", reason=known.reason or "it failed again and again"))
            return True
        since = known.validators if known.article else Validators()
        found = self._visitor.article(known.url, self._accept, since=since, inside=inside, stop=stop)
        try:
            settled = self._settled(feed, replace(page, known=known), found)
        except IndexingError:
            # The desk's fault, not the page's.
            self._store.settle(replace(page.known, next_at=self._clock.now() + SHORTEST))
            raise
        self._store.settle(settled)
        return not isinstance(found, Later)

    def _settled(self, feed: WatchedFeed, page: DuePage, found: Fetched) -> PageState:
        match found:
            case Page():
                return self._taken(feed, page, found)
            case Unchanged():
                return self._again(page.known)
            case Missing():
                return self._missing(page.known, found.reason)
            case Later():
                return self._later(feed, page, found)
            case Barred():
                return self._carried(feed, page, found.reason)

    def _taken(self, feed: WatchedFeed, page: DuePage, found: Page) -> PageState:
        digest = sha256(found.content).hexdigest()
        if page.known.state == "taken" and page.known.digest == digest:
            return self._again(replace(page.known, validators=found.validators))
        taking = Taking(
            page.known.url, found.address, found.content, found.media_type, found.charset, page.entry, feed.url
        )
        known = replace(page.known, validators=found.validators, digest=digest)
        return self._handed(known, taking)

    def _carried(self, feed: WatchedFeed, page: DuePage, reason: str) -> PageState:
        """What the feed carries of an article whose page may not be taken."""
        content = page.entry.content or ""
        if len(plain_text(content)) < _WHOLE:
            if page.known.article is not None:
                return replace(self._again(page.known), reason=reason)
            return replace(page.known, state="refused", next_at=None, tries=0, reason=reason)
        url = page.known.url
        taking = Taking(url, url, content.encode("utf-8", "replace"), "text/html", "utf-8", page.entry, feed.url, True)
        # The page itself is asked for again only if the feed announces a change.
        return replace(self._handed(page.known, taking), next_at=None)

    def _handed(self, known: PageState, taking: Taking) -> PageState:
        taken = self._desk.take(taking)
        if taken.article is None:
            return replace(known, state="refused", next_at=None, tries=0, missing=0, reason=taken.reason)
        return self._again(replace(known, article=taken.article))

    def _again(self, known: PageState) -> PageState:
        """A page that is as it is known, to be looked at again after a while."""
        next_at = self._clock.now() + REVISITS[known.visits] if known.visits < len(REVISITS) else None
        return replace(known, state="taken", next_at=next_at, tries=0, missing=0, visits=known.visits + 1, reason=None)

    def _missing(self, known: PageState, reason: str) -> PageState:
        """A page that was not there; twice, and its article is withdrawn."""
        missing, now = known.missing + 1, self._clock.now()
        if missing == 1:
            state, next_at = known.state, now + _SECOND_LOOK
        elif known.article is None:
            state, next_at = "missing", None
        else:
            self._desk.withdraw(known.article, known.url, reason)
            # Once more, in case the site was broken.
            state, next_at = "withdrawn", now + DAY if missing == 2 else None
        return replace(known, state=state, next_at=next_at, tries=0, missing=missing, reason=reason)

    def _later(self, feed: WatchedFeed, page: DuePage, found: Later) -> PageState:
        known, now = page.known, self._clock.now()
        if not found.asked:
            return replace(known, next_at=now + max(found.seconds or 0.0, 1.0), tries=known.tries - 1)
        if known.tries < _MOST_TRIES:
            return replace(known, next_at=now + backoff(known.tries, found.seconds, self._random), reason=found.reason)
        if known.article is not None:
            return replace(known, next_at=now + LONGEST, tries=0, reason=found.reason)
        return self._carried(feed, page, found.reason)


def _age(entry: Entry, now: float) -> float:
    date = entry.updated_at or entry.published_at or ""
    seconds = moment(date if "T" in date else f"{date}T00:00:00+07:00")
    return LONGEST if seconds is None else now - seconds


def _ended(visit: Future[None]) -> bool:
    """Whether a visit is over; what it did not expect is told, and the other feeds go on."""
    if not visit.done():
        return False
    if (error := visit.exception()) is not None:
        _log.error("A visit to a feed broke off", exc_info=error)
    return True
