"""Visits to other people's sites: as their robots.txt asks, one request at a time, with a pause after each."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from index.clock import CLOCK, Clock
from index.fetching.addresses import Target
from index.fetching.client import Accept, Barred, Fetched, Fetcher, Later, NotNow, Page, Validators
from index.fetching.robots import Robots, Rules
from index.fetching.walls import wall
from index.storage.errors import Refused

HTML_TYPES = ("text/html", "application/xhtml+xml")
# Who has to wait longer comes back later.
_PATIENCE = 60.0
_PLACES = 1000


@dataclass(slots=True)
class _Place:
    free_at: float = 0.0
    users: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Pace:
    """Lets one request at a time go to a host, and the next some seconds after it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._places: dict[str, _Place] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, host: str, delay: float, stop: threading.Event | None = None) -> Iterator[None]:
        """Wait for this caller's turn, and hold it. NotNow where that takes too long, or `stop` is set meanwhile."""
        with self._place(host) as place, place.lock:
            wait = place.free_at - self._clock.now()
            if wait > _PATIENCE:
                raise NotNow("the site is not to be asked again so soon", wait)
            if wait > 0 and self._clock.wait(wait, stop):
                raise NotNow("the watch ends", 0)
            try:
                yield
            finally:
                place.free_at = max(place.free_at, self._clock.now() + delay)

    def hold(self, host: str, seconds: float) -> None:
        """Let nobody ask a host for so long."""
        with self._place(host) as place:
            place.free_at = max(place.free_at, self._clock.now() + seconds)

    @contextmanager
    def _place(self, host: str) -> Iterator[_Place]:
        with self._lock:
            place = self._places.setdefault(host, _Place())
            place.users += 1
        try:
            yield place
        finally:
            with self._lock:
                place.users -= 1
                if len(self._places) > _PLACES:
                    now = self._clock.now()
                    kept = self._places.items()
                    self._places = {name: each for name, each in kept if each.users or each.free_at > now}


class Visitor:
    """Fetches politely; any number of threads may call it."""

    def __init__(self, fetcher: Fetcher, delay: float = 1.0, clock: Clock = CLOCK) -> None:
        """`delay` is the pause after each request to a host, in seconds; a longer one of its robots.txt is kept."""
        self.addresses = fetcher.addresses
        self._fetcher, self._delay = fetcher, delay
        self._pace = Pace(clock)
        self._robots = Robots(self._robots_txt, clock)

    def fetch(
        self,
        url: str,
        accept: Accept,
        *,
        since: Validators = Validators(),
        inside: bool = True,
        stop: threading.Event | None = None,
    ) -> Fetched:
        """As `Fetcher.fetch`, in turn; a host that asks to wait is asked nothing else meanwhile."""
        turn = partial(self._turn, stop=stop)
        found = self._fetcher.fetch(url, accept, since=since, inside=inside, turn=turn)
        if isinstance(found, Later) and found.seconds:
            self._pace.hold(urlsplit(found.address).hostname or "", found.seconds)
        return found

    def article(
        self,
        url: str,
        accept: Accept,
        *,
        since: Validators = Validators(),
        inside: bool = True,
        stop: threading.Event | None = None,
    ) -> Fetched:
        """As `fetch`, where a page that only stands before an article (see `walls`) is barred."""
        found = self.fetch(url, accept, since=since, inside=inside, stop=stop)
        if isinstance(found, Page) and found.media_type in HTML_TYPES:
            before = wall(found.content, url, found.address)
            return found if before is None else Barred(found.address, before)
        return found

    def rules(self, url: str) -> Rules:
        """What the robots.txt of a page's site says. NotNow where it cannot be read now; else as `Addresses.check`."""
        return self._robots.rules(self.addresses.check(url))

    @contextmanager
    def _turn(self, target: Target, stop: threading.Event | None) -> Iterator[None]:
        rules = self._robots.rules(target)
        if not rules.allow(target.url):
            raise Refused("the site's robots.txt asks programs not to read it; open it in a browser and paste the text")
        with self._pace.turn(target.host, max(self._delay, rules.delay), stop):
            yield

    def _robots_txt(self, url: str, accept: Accept, inside: bool) -> Fetched:
        return self._fetcher.fetch(
            url, accept, inside=inside, turn=lambda target: self._pace.turn(target.host, self._delay)
        )
