"""Days, months, quarters and years as periods of days, each with tokens that tell it from others.

What was written without a year is taken to lie nearest to an anchor, the day on which it was written. What lies ahead
counts as twice as far as what lies back: news tell more of what was than of what will be.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal

Part = Literal["early", "mid", "late"]
Unit = Literal["day", "week", "month", "quarter", "year"]

# The time zone that times without one are in.
VIETNAM = timezone(timedelta(hours=7))
# A year outside is not a date of news; an anchor outside is not one to count from.
FIRST_YEAR, LAST_YEAR = 1000, 2199
# Any leap year: it has every day that a year may have.
_LEAP = 2000
_THIRDS: dict[Part, tuple[int, int]] = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}


def today() -> date:
    """The day that it is in Vietnam now."""
    return datetime.now(VIETNAM).date()


@dataclass(frozen=True, slots=True)
class Period:
    """Days `first` to `last`, both included; None where the year is not known.

    `keys` are its canonical tokens, finest first; `assumed` says that the year was not written.
    """

    first: date | None
    last: date | None
    keys: tuple[str, ...] = ()
    assumed: bool = False


def day_period(year: int | None, month: int, day: int, anchor: date | None) -> Period | None:
    """One day, None where there is no such day. Tokens `@2025-10-15`, `@10-15`, `@2025-10`."""
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year or _LEAP, month)[1]):
        return None
    short = f"@{month:02}-{day:02}"
    if year is not None:
        return _one_day(date(year, month, day))
    if anchor is None:
        return Period(None, None, (short,), assumed=True)
    years = (y for y in _years_around(anchor) if day <= monthrange(y, month)[1])
    nearest = _nearest((date(y, month, day) for y in years), anchor)
    return _assumed(_one_day(nearest)) if nearest else Period(None, None, (short,), assumed=True)


def month_period(year: int | None, month: int, anchor: date | None, part: Part | None = None) -> Period | None:
    """One month, or a third of it. Token `@2025-10`."""
    if not 1 <= month <= 12:
        return None
    if year is not None:
        days = monthrange(year, month)[1]
        first, last = {None: (1, days), "early": (1, 10), "mid": (11, 20), "late": (21, days)}[part]
        return Period(date(year, month, first), date(year, month, last), (f"@{year:04}-{month:02}",))
    return _in_nearest_year(anchor, lambda y: month_period(y, month, None, part))


def quarter_period(year: int | None, quarter: int, anchor: date | None) -> Period | None:
    """One quarter. Token `@2025-q3`."""
    if not 1 <= quarter <= 4:
        return None
    if year is not None:
        months = months_period(year, 3 * quarter - 2, 3 * quarter)
        return Period(months.first, months.last, (f"@{year:04}-q{quarter}",))
    return _in_nearest_year(anchor, lambda y: quarter_period(y, quarter, None))


def year_period(year: int, part: Part | None = None) -> Period:
    """One year, or a third of it. Token `@2025`."""
    months = months_period(year, *(_THIRDS[part] if part else (1, 12)))
    return Period(months.first, months.last, (f"@{year:04}",))


def months_period(year: int, first: int, last: int) -> Period:
    """Months `first` to `last` of a year, under the year's token."""
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]), (f"@{year:04}",))


def years_period(first: int, last: int) -> Period | None:
    """Several years, under the tokens of the first and the last."""
    if not FIRST_YEAR <= first < last <= LAST_YEAR:
        return None
    return Period(date(first, 1, 1), date(last, 12, 31), (f"@{first:04}", f"@{last:04}"))


def from_anchor(unit: Unit, count: int, anchor: date | None) -> Period | None:
    """The day, week (from Monday), month, quarter or year that lies `count` of them after the anchor's own."""
    # A count of more than this is no date either, and would leave the calendar.
    if anchor is None or abs(count) > 500:
        return None
    if unit == "day":
        return _one_day(anchor + timedelta(count))
    if unit == "week":
        monday = anchor + timedelta(7 * count - anchor.weekday())
        return Period(monday, monday + timedelta(6))
    if unit == "month":
        months = 12 * anchor.year + anchor.month - 1 + count
        return month_period(months // 12, months % 12 + 1, None)
    if unit == "quarter":
        quarters = 4 * anchor.year + (anchor.month - 1) // 3 + count
        return quarter_period(quarters // 4, quarters % 4 + 1, None)
    return year_period(anchor.year + count)


def last_ones(unit: Unit, count: int, anchor: date | None) -> Period | None:
    """The `count` days, weeks, months or years up to the anchor."""
    if anchor is None or count > 500:
        return None
    days = {"day": 1, "week": 7, "month": 30.4375, "quarter": 91.3125, "year": 365.25}[unit] * count
    return Period(anchor - timedelta(round(days)), anchor)


def usable(anchor: date | None) -> date | None:
    """The anchor, or None where dates cannot be counted from it."""
    return anchor if anchor is not None and FIRST_YEAR + 500 <= anchor.year <= LAST_YEAR else None


def _one_day(day: date) -> Period:
    return Period(day, day, (day.strftime("@%Y-%m-%d"), day.strftime("@%m-%d"), day.strftime("@%Y-%m")))


def _years_around(anchor: date) -> tuple[int, int, int]:
    return anchor.year - 1, anchor.year, anchor.year + 1


def _distance(first: date, last: date, anchor: date) -> int:
    return max(2 * (first - anchor).days, (anchor - last).days, 0)


def _nearest(days: Iterable[date], anchor: date) -> date | None:
    return min(days, key=lambda day: (_distance(day, day, anchor), day), default=None)


def _in_nearest_year(anchor: date | None, of_year: Callable[[int], Period | None]) -> Period:
    """Of the same period in neighbouring years, the one that the anchor lies in or nearest to."""
    if anchor is None:
        return Period(None, None, (), assumed=True)
    around = [period for year in _years_around(anchor) if (period := of_year(year)) is not None]
    return _assumed(min(around, key=lambda period: _distance(*_bounds(period), anchor)))


def _bounds(period: Period) -> tuple[date, date]:
    return period.first or date.min, period.last or date.max


def _assumed(period: Period) -> Period:
    return Period(period.first, period.last, period.keys, assumed=True)
