"""Dates as Vietnamese pages and records write them, made into ISO 8601.

Day comes before month. A time without an offset is Vietnamese time, and every time is given with `+07:00`, so
that dates compare as text.
"""

import re
from datetime import date, datetime

from index.language.dates.calendar import VIETNAM

_TIME = r"(?P<hour>[01]?\d|2[0-3])(?:\s?[:hg]\s?|\s?giờ\s?)(?P<minute>[0-5]\d)(?:\s?[:'p]\s?(?P<second>[0-5]\d)?)?"
_HALF = r"(?:\s?(?P<half>AM|PM|SA|CH))?"
_NUMERIC = r"(?P<day>\d{1,2})\s?(?P<mark>[/.-])\s?(?P<month>\d{1,2})\s?(?P=mark)\s?(?P<year>\d{4})"
_WORDS = r"(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})(?:,|\s+năm)?\s+(?P<year>\d{4})"
_ISO = r"(?P<year>\d{4})(?P<mark>[/-])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
_DATES = tuple(re.compile(rf"(?<![\d/.-]){form}(?![\d/-])", re.IGNORECASE) for form in (_ISO, _NUMERIC, _WORDS))
_CLOCK = re.compile(rf"(?<!\d){_TIME}(?!\d){_HALF}(?![^\W\d_])", re.IGNORECASE)
_OFFSET = re.compile(r"\(?\b(?:GMT|UTC)\s?(?:[+-]\s?\d{1,2}(?::?\d{2})?)?\s?\)?|(?<=\d)\s?\+07:?00\b", re.IGNORECASE)
_WEEKDAY = re.compile(r"\b(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s+nhật|cn|t[2-7])\b", re.IGNORECASE)
_LABEL = re.compile(
    r"\b(?:ngày\s+(?:đăng|xuất\s+bản|cập\s+nhật)|thời\s+gian|đăng|xuất\s+bản|cập\s+nhật|lần\s+cuối|phát\s+hành|ngày|lúc"
    r"|vào|phút|published|updated|posted|date|on|at)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\d+\s+(?:giây|phút|giờ|ngày|tuần|tháng|năm)\s+trước\.?", re.IGNORECASE)
_LONGEST_DATE_LINE = 120


def parse_date(value: str) -> str | None:
    """`value` as ISO 8601, or None where it is no whole date: ISO itself, or dd/mm/yyyy with or without a time."""
    value = value.strip()
    if len(value) > _LONGEST_DATE_LINE:
        return None
    if re.match(r"\d{4}-\d{2}-\d{2}", value):
        return _from_iso(value)
    found = find_date(value)
    return found if found is not None and not _without_date(value) else None


def find_date(line: str) -> str | None:
    """The first full date (day, month and year) in `line`, with the time of day where the line shows one."""
    day, rest = _find_day(line)
    if day is None:
        return None
    clock = _CLOCK.search(rest)
    if clock is None:
        return day.isoformat()
    hour = int(clock["hour"])
    half = (clock["half"] or "").upper()
    if half in {"PM", "CH"} and hour < 12:
        hour += 12
    elif half in {"AM", "SA"} and hour == 12:
        hour = 0
    moment = datetime(
        day.year, day.month, day.day, hour, int(clock["minute"]), int(clock["second"] or 0), tzinfo=VIETNAM
    )
    return moment.isoformat()


def is_date_line(line: str) -> bool:
    """Whether `line` shows a date or a time and says nothing else: `Thứ hai, 15/11/2021 | 06:00 GMT+7`."""
    if len(line) > _LONGEST_DATE_LINE or not re.search(r"\d", line):
        return False
    shows = _find_day(line)[0] is not None or _CLOCK.search(line) or _RELATIVE.search(line)
    return bool(shows) and not _without_date(line)


def _from_iso(value: str) -> str | None:
    try:
        if len(value) == 10:
            return date.fromisoformat(value).isoformat()
        moment = datetime.fromisoformat(value.replace(" +", "+"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=VIETNAM)
        return moment.astimezone(VIETNAM).replace(microsecond=0).isoformat()
    except (ValueError, OverflowError):
        return None


def _find_day(line: str) -> tuple[date | None, str]:
    """The first valid date in `line`, and the line without it."""
    for pattern in _DATES:
        for found in pattern.finditer(line):
            try:
                day = date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                continue
            return day, line[: found.start()] + " " + line[found.end() :]
    return None, line


def _without_date(line: str) -> str:
    """The letters and digits of `line` that belong to no date, time, weekday or label."""
    for pattern in (_RELATIVE, _OFFSET, *_DATES, _CLOCK, _WEEKDAY, _LABEL):
        line = pattern.sub(" ", line)
    return re.sub(r"[\W_]+", "", line)
