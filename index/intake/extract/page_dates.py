"""Dates as pages and records write them for people, made into ISO 8601.

Day comes before month, unless the second number can be no month. A time without a zone is Vietnamese time, and every
time is given with `+07:00`, so that dates compare as text. What can mean two days is no date.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, timezone

from babel.dates import get_day_names, get_month_names

from index.intake.extract.machine_dates import from_machine, in_vietnam, usable_day
from index.intake.extract.tidy import tidy_line
from index.language.dates.calendar import VIETNAM
from index.language.dates.readers import number_of
from index.language.text import fold, lower, nfc
from index.records import Removed

# Beside Vietnamese, Chinese and Japanese, whose months are numbers.
_LANGUAGES = ("en", "ru", "fr", "de")
_LONGEST_DATE_LINE = 120


def _months() -> dict[str, int]:
    """Names and short names of months, without full stops, with and without accents."""
    names = {
        nfc(name).lower().rstrip("."): number
        for language in _LANGUAGES
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context, language).items()
    }
    return names | {fold(name): number for name, number in names.items()}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_MONTHS = _months()
_EN_DAYS = [name.lower() for width in ("wide", "abbreviated") for name in get_day_names(width, "format", "en").values()]
_DAYS = [name.lower() for language in _LANGUAGES[1:] for name in get_day_names("wide", "format", language).values()]

# --- Forms -----------------------------------------------------------------------------------------------

_D, _M, _Y = r"(?P<day>\d{1,2})", r"(?P<month>\d{1,2})", r"(?P<year>\d{4})"
_NAME = rf"(?P<name>{_any_of(_MONTHS)})\.?"
_WORD = r"(?P<name>\d{1,2}|mười\s(?:một|hai)|một|hai|ba|tư|bốn|năm(?=,|\snăm)|sáu|bảy|bẩy|tám|chín|mười)"
_FORMS = (
    rf"{_Y}(?P<mark>[/-]){_M}(?P=mark){_D}(?:T(?=\d))?",
    rf"{_D}\s?(?P<mark>[/.-])\s?{_M}\s?(?P=mark)\s?{_Y}",
    rf"{_D}\s{{1,3}}tháng\s{{1,3}}{_WORD}(?:,|\snăm|,\snăm)?\s{{1,3}}{_Y}",
    rf"tháng\s{{1,3}}{_WORD}\s{{1,3}}{_D},?\s{{1,3}}{_Y}",
    rf"{_D}(?:st|nd|rd|th|er)?(?:\.?\s|[-/]|\sof\s){_NAME}(?:,?\s{{1,3}}|[-/]){_Y}",
    rf"(?<![^\W\d_]){_NAME}\s{{1,3}}{_D}(?:st|nd|rd|th)?,?\s{{1,3}}{_Y}",
    rf"{_Y}[\s-]{_NAME}[\s-]{_D}",
    rf"{_Y}\s?[年년]\s?{_M}\s?[月월]\s?{_D}\s?[日号號일]",
    # The form of old mail, whose order of day, month and year is fixed.
    rf"{_D}[\s-]{_NAME}[\s-](?P<short>\d\d)(?=\s\d\d:\d\d:\d\d\s(?:[A-Z]{{2,4}}|[+-]\d{{4}})(?!\w))",
)
_DATES = tuple(
    re.compile(
        rf"(?:(?<![\d/.-])|(?<=[:hg]\d\d-)){form}(?!\d|/|-(?!\s?\d{{1,2}}[:hg]))",
        re.IGNORECASE,
    )
    for form in _FORMS
)
# Every form has a year of four digits, or a mail's time of day.
_MAY_HOLD_A_DAY = re.compile(r"\d{4}|:\d\d:")

_BEFORE_NOON, _AFTER_NOON = r"AM|A\.M\.?|SA|sáng|上午|午前", r"PM|P\.M\.?|CH|chiều|tối|下午|午後"
_HALF = rf"{_BEFORE_NOON}|{_AFTER_NOON}"
_HOUR = r"(?<!\d)(?:(?P<early>[上下]午|午[前後])\s?)?(?P<hour>[01]?\d|2[0-3])"
_MINUTE = r"(?:\s?[:：hg时時]\s?|\s?giờ\s?)(?P<minute>[0-5]\d)"
_SECOND = r"(?:\s?(?:[:'分]|p(?!\.m))\s?(?:(?P<second>[0-5]\d)秒?(?:[.,]\d{1,9})?)?)?"
# Zones by their letters; those of the last line stand for several offsets.
_ZONES: dict[str, int | None] = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3, "мск": 3, "ict": 7, "sgt": 8, "hkt": 8, "jst": 9, "kst": 9,
    "aest": 10, "aedt": 11,
    "cst": None, "ist": None, "bst": None, "ast": None,
}  # fmt: skip
_SIGNED = r"[+−–-]\s?\d{1,2}(?::?\d{2})?"
_GMT = rf"\(?\b(?:GMT|UTC)\s?(?P<gmt>{_SIGNED})?(?:\s\((?:[^\W\d_]|\s){{1,40}}\))?\)?"
_NAMED_ZONE = r"\(?(?:theo\s)?giờ\s(?:(?P<ours>việt\snam|vn|hà\snội)|(?P<local>địa\sphương))\)?"
# Right behind a time, where a hyphen with minutes after a colon would be the end of an event.
_LETTERS = rf"(?P<letters>{_any_of(_ZONES)})(?!\w|\s?[+−–-]\s?\d)"
_BEHIND = rf"[\s,|(]{{0,5}}(?:{_LETTERS}|(?P<bare>\+\d\d:?\d\d|-\d{{4}}|\+\d\d)(?!\d))\)?"
_CLOCKS = tuple(
    re.compile(rf"{form}(?:{_BEHIND}|(?=$|[\W\d_]|GMT|UTC))", re.IGNORECASE)
    for form in (
        rf"{_HOUR}{_MINUTE}{_SECOND}(?!\d)(?:\s?(?P<half>{_HALF})(?![^\W\d_]))?",
        rf"{_HOUR}\s?(?:(?:h|giờ)(?!\s?\d)(?:\s(?P<half>{_HALF}))?|(?P<late>[AP]\.?M\.?))(?![^\W\d_])",
    )
)
_OFFSET = re.compile(f"{_GMT}|{_NAMED_ZONE}", re.IGNORECASE)
_WEEKDAY = re.compile(
    rf"\b(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s+nhật|cn|t[2-7]|{_any_of([*_EN_DAYS, *_DAYS])})\b"
    r"|(?:星期|周|週)[一二三四五六日天]|[月火水木金土日]曜日?|(?<=[(（])[月火水木金土日](?=[)）])",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(?:ngày\s+(?:đăng|xuất\s+bản|cập\s+nhật)|thời\s+gian|đăng|xuất\s+bản|cập\s+nhật|lần\s+cuối|phát\s+hành|ngày|lúc"
    r"|vào|phút|hôm\s+nay|published|updated|posted|last|modified|date|time|on|at|опубликовано|обновлено|года?|г|в|le|à|um"
    r"|uhr)\b|发布时间|更新时间|发布于|发布|更新|公開|掲載|配信",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\d{1,4}\s{1,3}(?:giây|phút|giờ|ngày|tuần|tháng|năm)\s{1,3}trước\.?", re.IGNORECASE)
# 6/3/2025 is of March or of June where English words stand around it; a Vietnamese letter or zone tells.
_AMERICAN = re.compile(
    rf"/\d{{4}},?\s(?:at\s)?\d{{1,2}}(?::\d\d){{1,2}}\s?[AP]\.?M\b|\b(?:{_any_of(_EN_DAYS)})\b", re.IGNORECASE
)
_VIETNAMESE = re.compile(r"[à-ãèéêìíò-õùúýăđĩũơưạ-ỹ]|(?:GMT|UTC)\s?\+\s?0?7|\+07", re.IGNORECASE)
# What C and Unix write: the time before the year.
_CTIME = re.compile(r"(?:[A-Z][a-z]{2}\s)?([A-Z][a-z]{2}\s{1,2}\d{1,2})\s(\d\d:\d\d:\d\d(?:\s[A-Z]{1,4})?)\s(\d{4})")


# --- What they mean --------------------------------------------------------------------------------------


def parse_date(value: str) -> str | None:
    """`value` as ISO 8601, or None where it is no whole date, or may be two.

    Read are machines' forms (`machine_dates`), and days with or without a time and a zone as people write them in
    Vietnamese, English, Russian, French, German, Chinese and Japanese, where nothing else stands beside them.
    """
    value = value.strip()
    if len(value) > _LONGEST_DATE_LINE:
        return None
    if (machine := from_machine(value)) is not None:
        return machine
    value = _CTIME.sub(r"\1 \3 \2", nfc(value))
    days = {tuple(days) for _, days in _days(value)}
    return find_date(value) if len(days) == 1 and not _without_date(value) else None


def unread_date(stated: str | None, published_at: str | None) -> tuple[Removed, ...]:
    """What was `stated` as the date and could not be read, for the reader of the article to see."""
    if not stated or published_at is not None:
        return ()
    return (Removed(tidy_line(stated)[:_LONGEST_DATE_LINE], "date-line"),)


def find_date(line: str) -> str | None:
    """The first full date (day, month and year) in `line`, with the time of day where the line shows one.

    None where the first date may be two.
    """
    first = next(_days(line), None)
    if first is None or len(first[1]) > 1:
        return None
    found, (day,) = first
    rest = line[: found.start()] + " " + line[found.end() :]
    clock = next((match for pattern in _CLOCKS if (match := pattern.search(rest))), None)
    moment = _time(clock) if clock is not None else None
    if clock is None or moment is None:
        return day.isoformat()
    zone = _zone(clock, rest)
    return in_vietnam(datetime.combine(day, moment, zone)) if zone is not None else None


def is_date_line(line: str) -> bool:
    """Whether `line` shows a date or a time and says nothing else: `Thứ hai, 15/11/2021 | 06:00 GMT+7`."""
    if len(line) > _LONGEST_DATE_LINE or not re.search(r"\d", line):
        return False
    shows = next(_days(line), None) is not None or _CLOCKS[0].search(line) or _RELATIVE.search(line)
    return bool(shows) and not _without_date(line)


def _days(line: str) -> Iterator[tuple[re.Match[str], list[date]]]:
    """Where `line` shows days, in order, with what each may mean: one day, or two in doubt."""
    if not _MAY_HOLD_A_DAY.search(line):
        return
    found = [match for pattern in _DATES for match in pattern.finditer(line)]
    for match in sorted(found, key=lambda match: match.start()):
        if days := _meanings(match):
            yield match, days


def _meanings(match: re.Match[str]) -> list[date]:
    parts = match.groupdict()
    year, day = int(parts.get("year") or _full_year(match["short"])), int(match["day"])
    month = int(parts["month"]) if parts.get("month") else _month(match["name"])
    days = [usable_day(year, month, day)]
    if match.re is _DATES[1]:
        turned = usable_day(year, day, month)
        american = match["mark"] == "/" and _AMERICAN.search(match.string) and not _VIETNAMESE.search(match.string)
        if days == [None] or american:
            days.append(turned)
    return list(dict.fromkeys(known for known in days if known is not None))


def _full_year(short: str) -> int:
    """Section 4.3 of RFC 2822."""
    return int(short) + (2000 if int(short) < 50 else 1900)


def _month(name: str) -> int:
    return _MONTHS.get(lower(name)) or number_of(name)


def _time(clock: re.Match[str]) -> time | None:
    """The time of day; None where its half contradicts it (`20:30 AM`)."""
    parts = clock.groupdict()
    hour, half = int(clock["hour"]), parts["early"] or parts["half"] or parts.get("late")
    if half is not None:
        late = re.fullmatch(_AFTER_NOON, half, re.IGNORECASE) is not None
        if hour > 12 and not late:
            return None
        hour = hour if hour > 12 else hour % 12 + 12 * late
    return time(hour, int(parts.get("minute") or 0), int(parts.get("second") or 0))


def _zone(clock: re.Match[str], line: str) -> timezone | None:
    """The zone behind the time or named in the line; Vietnam's for want of one, None where it is unclear."""
    if clock["letters"]:
        hours = _ZONES[lower(clock["letters"])]
        return timezone(timedelta(hours=hours)) if hours is not None else None
    if clock["bare"]:
        return _signed(clock["bare"])
    named = _OFFSET.search(line)
    if named is None or named["ours"]:
        return VIETNAM
    return _signed(named["gmt"] or "+0") if not named["local"] else None


def _signed(offset: str) -> timezone | None:
    digits = re.sub(r"\D", "", offset)
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    if hours > 14 or minutes > 59:
        return None
    behind = timedelta(hours=hours, minutes=minutes)
    return timezone(behind if offset[0] == "+" else -behind)


def _without_date(line: str) -> str:
    """The letters and digits of `line` that belong to no date, time, zone, weekday or label."""
    for pattern in (_RELATIVE, *_DATES, *_CLOCKS, _OFFSET, _WEEKDAY, _LABEL):
        line = pattern.sub(" ", line)
    return re.sub(r"[\W_]+", "", line)
