"""Dates as machines write them: ISO 8601, plain digits, seconds since 1970, and `Date(...)` of .NET and JavaScript."""

import re
from datetime import UTC, date, datetime, timedelta

from index.language.dates.calendar import VIETNAM

# Newspapers have been printed in Vietnam since 1861; a year of the Buddhist calendar (2568) is no year of this one.
_FIRST_YEAR, _LAST_YEAR = 1850, 2199
# The time zones that there are lie between these.
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Seconds outside these are a telephone number, or a count of something else. A number fits at most one unit.
_FIRST_SECOND, _LAST_SECOND = datetime(1990, 1, 1, tzinfo=UTC).timestamp(), datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_UNITS = (1, 1_000, 1_000_000)

_ISO = re.compile(r"(\d{4}-\d\d-\d\d|\d{8})(?:[T ](\d.{1,40}))?", re.IGNORECASE)
_ISO_DAY_IN_A_ZONE = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)")
_ZONE_NAME = re.compile(r"\[[A-Za-z_/]{1,40}\]$")
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?")
_HOUR_OF_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])")
_SECONDS = re.compile(r"[1-9]\d{8,15}(?:\.\d{1,9})?")
_CALL = re.compile(r"\\?/?(?:new )?Date\((?P<seconds>\d{9,16})(?:[+-]\d{4})?\)\\?/?;?")


def from_machine(value: str) -> str | None:
    """The day or the moment that `value`, without outer spaces, is in a machine's form; None where it is in none."""
    if (call := _CALL.fullmatch(value)) is not None:
        return _from_count(call["seconds"])
    if _SECONDS.fullmatch(value) is not None:
        digits = _DIGITS.fullmatch(value)
        return _from_digits(digits) if digits is not None else _from_count(value)
    return _from_iso(value)


def in_vietnam(moment: datetime) -> str | None:
    """`moment` in Vietnamese time, which it is taken to be in where it has no zone; None where it is no usable one."""
    try:
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=VIETNAM)
        if not _WEST <= (moment.utcoffset() or timedelta()) <= _EAST:
            return None
        moment = moment.astimezone(VIETNAM)
    except (ValueError, OverflowError):
        return None
    # What has no date is often written as the first second that computers count.
    if moment == _EPOCH or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return moment.replace(microsecond=0).isoformat()


def usable_day(year: int, month: int, day: int) -> date | None:
    """The day, where the calendar has it and an article may be of it."""
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if _FIRST_YEAR <= year <= _LAST_YEAR else None


def _from_iso(value: str) -> str | None:
    if (dated := _ISO_DAY_IN_A_ZONE.fullmatch(value)) is not None:
        value = dated[1]
    found = _ISO.fullmatch(_ZONE_NAME.sub("", value))
    if found is None:
        return None
    try:
        day = date.fromisoformat(found[1])
        if found[2] is None:
            known = usable_day(day.year, day.month, day.day)
            return known.isoformat() if known else None
        # A space before the offset is no ISO, but common.
        clock = re.sub(r"\s(?=[+-]\d|Z$)", "", found[2].upper())
        return in_vietnam(datetime.fromisoformat(f"{day.isoformat()}T{clock}"))
    except (ValueError, OverflowError):
        return None


def _from_digits(digits: re.Match[str]) -> str | None:
    """`20251021083000`, a day and a time without marks."""
    try:
        return in_vietnam(datetime(*(int(part or 0) for part in digits.groups())))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None


def _from_count(value: str) -> str | None:
    # 2025102108 is a second of 2034, and also the hour 8 of a day of 2025.
    if _HOUR_OF_DAY.fullmatch(value):
        return None
    counts = [float(value) / unit for unit in _UNITS]
    seconds = next((count for count in counts if _FIRST_SECOND <= count < _LAST_SECOND), None)
    return in_vietnam(_EPOCH + timedelta(seconds=int(seconds))) if seconds is not None else None
