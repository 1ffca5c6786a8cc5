"""What a site's robots.txt lets us read (RFC 9309), read once a day.

A site without one allows everything; one that cannot be reached is left alone until its rules can be read. The rules
are read by Protego, which measures wildcards in linear time.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

from index.clock import Clock
from index.fetching.addresses import Target
from index.fetching.client import ANYTHING, NAME, Accept, Fetched, Later, NotNow, Page

# Above what RFC 9309 asks a crawler to read; a larger file is read so far.
ROBOTS = Accept(ANYTHING, size=512 * 1024, cut=True)
_KEPT, _AFTER_FAILURE = 86_400.0, 600.0
_SITES = 1000
_LONGEST_DELAY = 86_400.0
_AGENT = re.compile(r"\s*user[ -]?agent\b[\s:]*(?P<who>.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says to us: `delay` is its Crawl-delay in seconds, `sitemaps` as it has them."""

    _parsed: Protego
    delay: float
    sitemaps: tuple[str, ...]

    def allow(self, url: str) -> bool:
        """Whether we may read an address."""
        return self._parsed.can_fetch(url, NAME)


class Robots:
    """The rules of the sites that were asked lately."""

    def __init__(self, fetch: Callable[[str, Accept, bool], Fetched], clock: Clock) -> None:
        """`fetch` takes the address, what is accepted, and whether the host may be private."""
        self._fetch, self._clock = fetch, clock
        self._kept: OrderedDict[str, tuple[float, Rules | Later]] = OrderedDict()
        self._lock = threading.Lock()

    def rules(self, target: Target) -> Rules:
        """The rules of a target's site. NotNow where they cannot be read now."""
        with self._lock:
            until, known = self._kept.get(target.origin, (0.0, None))
        if known is None or until <= self._clock.now():
            found = self._fetch(f"{target.origin}/robots.txt", ROBOTS, target.named)
            known = found if isinstance(found, Later) else read_rules(found.content if isinstance(found, Page) else b"")
            until = self._clock.now() + (_KEPT if isinstance(known, Rules) else known.seconds or _AFTER_FAILURE)
            self._keep(target.origin, until, known)
        if isinstance(known, Later):
            wait = max(until - self._clock.now(), 1.0)
            raise NotNow(f"the site's robots.txt cannot be read now: {known.reason}", wait)
        return known

    def _keep(self, origin: str, until: float, known: Rules | Later) -> None:
        with self._lock:
            self._kept[origin] = until, known
            self._kept.move_to_end(origin)
            if len(self._kept) > _SITES:
                self._kept.popitem(last=False)


def read_rules(content: bytes) -> Rules:
    """The rules that a robots.txt has for us; broken lines are passed over."""
    parsed = Protego.parse("\n".join(map(_ours, content.decode("utf-8-sig", "replace").splitlines())))
    delay = parsed.crawl_delay(NAME) or 0.0
    return Rules(parsed, min(delay, _LONGEST_DELAY), tuple(dict.fromkeys(parsed.sitemaps)))


def _ours(line: str) -> str:
    """A line that is for other robots names one and the same: the rules of thousands would be kept for each."""
    found = _AGENT.match(line)
    if found is None or "*" in found["who"] or NAME in found["who"].lower():
        return line
    return "User-agent: another"
