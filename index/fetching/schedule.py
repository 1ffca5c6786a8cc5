"""When a feed is asked again: about as often as it has something new, and ever more seldom while it fails."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from random import Random
from statistics import median

SHORTEST, LONGEST = 300.0, 86_400.0
FIRST = 1800.0  # of a feed that nothing is known about
_LOOKED_AT = 20
# Three gaps say how often; a single one says nothing.
_FEWEST = 4
# A feed that has been silent for ten hours can wait an hour.
_SHARE_OF_SILENCE = 10


def interval(dates: Iterable[str | None], now: float, before: float, *, changed: bool) -> float:
    """Seconds until a feed is worth asking again, between five minutes and a day.

    The median of the gaps between its latest `dates` (ISO 8601 with a time), longer while it is silent. Where it has
    too few, the interval `before` shrinks with each change and grows without one.
    """
    times = _times(dates, now)
    if len(times) < _FEWEST:
        return _within(before * (0.75 if changed else 1.5))
    gap = median(later - earlier for later, earlier in pairwise(times))
    return _within(max(gap, (now - times[0]) / _SHARE_OF_SILENCE))


def backoff(failures: int, asked: float | None, random: Random) -> float:
    """Seconds until a feed or page that failed so often in a row is asked again: doubled each time, at most a day.

    A quarter more or less, so that those that failed together do not come back together; never before the site asked.
    """
    wait = min(SHORTEST * 2.0 ** min(max(failures - 1, 0), 20), LONGEST)
    return max(wait * random.uniform(0.75, 1.25), asked or 0.0)


def scattered(seconds: float, random: Random) -> float:
    """A tenth more or less."""
    return seconds * random.uniform(0.9, 1.1)


def moment(date: str | None) -> float | None:
    """An ISO 8601 date with a time as seconds since 1970; None for a day without one."""
    if date is None or "T" not in date:
        return None
    try:
        return datetime.fromisoformat(date).timestamp()
    except (ValueError, OverflowError):
        return None


def _times(dates: Iterable[str | None], now: float) -> Sequence[float]:
    """The latest moments, newest first, those in the future left out."""
    times = {time for date in dates if (time := moment(date)) is not None and time <= now}
    return sorted(times, reverse=True)[:_LOOKED_AT]


def _within(seconds: float) -> float:
    return min(max(seconds, SHORTEST), LONGEST)
