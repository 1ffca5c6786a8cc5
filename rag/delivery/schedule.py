"""When a briefing is due, by the clocks of a zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from index.language.showing import shorten
from index.storage.errors import Refused

Every = Literal["hourly", "daily", "weekly"]

_AT = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Each hour at the minute of `at`, each day at `at`, or on each `weekday` (0 is Monday) at `at`, in `zone`.

    Where the clocks leap over a time, it is the first one that they show after it; a time that they show twice counts
    the first time. Hours are those that pass: the one that clocks show twice is two. Refused where a value cannot be.
    """

    every: Every
    at: str
    weekday: int | None
    zone: str

    def __post_init__(self) -> None:
        if self.every not in ("hourly", "daily", "weekly"):
            raise Refused(f"{shorten(self.every)} is no interval; take hourly, daily or weekly")
        if not _AT.fullmatch(self.at):
            raise Refused(f"{shorten(self.at)} is no time of day; write it as 07:00")
        if (self.every == "weekly") != (self.weekday is not None):
            raise Refused("a weekday belongs to a weekly briefing and to no other; 0 is Monday, 6 is Sunday")
        if self.weekday is not None and self.weekday not in range(7):
            raise Refused(f"{shorten(self.weekday)} is no weekday; 0 is Monday, 6 is Sunday")
        if self.zone not in _zones():
            raise Refused(f"{shorten(self.zone)} is no time zone; take one of the IANA's, as Asia/Ho_Chi_Minh")

    def next_after(self, moment: float) -> float:
        """The next time that it is due after a moment; both in seconds since 1970."""
        after = datetime.fromtimestamp(moment, UTC)
        return (self._next_hour(after) if self.every == "hourly" else self._next_day(after)).timestamp()

    def _next_hour(self, after: datetime) -> datetime:
        minute = int(self.at[3:])
        local = after.astimezone(ZoneInfo(self.zone))
        found = (after - timedelta(minutes=local.minute)).replace(second=0, microsecond=0) + minute * _MINUTE
        # Some clocks leap by half an hour, so that the minute comes sooner or later than in an hour.
        while found <= after or found.astimezone(ZoneInfo(self.zone)).minute != minute:
            found += _MINUTE
        return found

    def _next_day(self, after: datetime) -> datetime:
        zone = ZoneInfo(self.zone)
        hour, minute = map(int, self.at.split(":"))
        # Two days back: a day may be left out whole, and its time is then the beginning of the next.
        day = after.astimezone(zone).date() - 2 * _DAY
        while True:
            if self.weekday is None or day.weekday() == self.weekday:
                due = _first_shown(datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone))
                if due > after:
                    return due
            day += _DAY


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _first_shown(local: datetime) -> datetime:
    """The moment, in UTC, at which clocks first show `local`; where they leap over it, the first after the leap."""
    first, second = local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    if first <= second:
        return first
    # PEP 495: in a gap fold 0 reckons from the clocks before it, fold 1 from those after it; the leap lies between.
    before, after, zone = second, first, local.tzinfo
    offset = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
