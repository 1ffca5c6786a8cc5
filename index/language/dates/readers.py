"""What a match of a Vietnamese date form means, or that it is no date after all.

What looks like a date and is none (a score, a fraction, the number of a law, a duration) is told by the words around
it.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from index.language.currencies import currency
from index.language.dates.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    Part,
    Period,
    Unit,
    day_period,
    from_anchor,
    last_ones,
    month_period,
    months_period,
    quarter_period,
    year_period,
    years_period,
)
from index.language.text import fold

Reader = Callable[[re.Match[str], date | None], Period | None]


WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_NUMBERS = {fold(word): number for number, word in enumerate(WORDS, 1)} | {
    "tu": 4,
    "bay": 7,
    "muoi mot": 11,
    "muoi hai": 12,
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
}
_PARTS: dict[str, Part] = {"dau": "early", "giua": "mid", "cuoi": "late"}
_SHIFTS = {"nay": 0, "qua": -1, "truoc": -1, "ngoai": -1, "roi": -1, "sau": 1, "toi": 1}
_UNITS: dict[str, Unit] = {"ngay": "day", "tuan": "week", "thang": "month", "quy": "quarter", "nam": "year"}
_HALVES = {"dau": (1, 6), "cuoi": (7, 12)}
_DAYS = {"hom nay": 0, "hom qua": -1, "hom kia": -2, "ngay mai": 1, "mai": 1, "nay": 0, "qua": -1}
_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5, "nhat": 6}

_MARKED = re.compile("[à-ỹăđơư]")


def either(form: str) -> str:
    """The pattern with every accented letter standing for its base letter too."""
    return _MARKED.sub(lambda letter: f"[{letter[0]}{fold(letter[0])}]", form)


# Words before `12/5` and `9/2025` that make them the number of a law, a road, a house or a score.
_NOT_DATED = re.compile(
    either(
        r"\b(?:số|quyết định|nghị quyết|nghị định|thông tư|chỉ thị|công văn|luật|pháp lệnh|quốc lộ|đường|hẻm|ngõ|nhà"
        r"|tỷ số|tỉ số|điểm|đạt|mốc|phòng|tỷ lệ|tỉ lệ|huyết áp|chiếm|hơn|gần)\s+$"
    )
)
# Words before `5/10` that make it a date; after the uncertain ones, what is counted tells a fraction. With their
# accents: "tối 2/3" is an evening, "tới 2/3" up to two thirds.
_DATED = re.compile(
    r"\b(?:ngày|ngay|hôm|hom|sáng|sang|trưa|trua|chiều|chieu|tối|đêm|dem|khuya|mùng|mung|mồng|mong|dịp|dip|lễ|le"
    r"|(?:thứ|thu) \w+|chủ nhật|chu nhat)[\s,]+$"
)
_MAYBE_DATED = re.compile(
    r"(?:\b(?:từ|tu|đến|den|tới|toi|trước|truoc|sau|vào|vao|hết|het|trong|và|va|qua|(?:lúc|luc) .{1,12})\s+|[(,]\s?)$"
)
_COUNTED = re.compile(
    r"\s+(?:so|dan|dien|tong|trong|nguoi|thanh|the|quang|chang|thoi|luong|gia|nuoc|dai|phieu|suc|san|ca|von|nhu|cac|hoc)\b"
)
_LUNAR = re.compile(r"\s+\(?(?:am lich|al\b)")
# With their accents: folded, "từ tháng ba" and "sau tháng ba" would begin with numbers.
_NUMBER_BEFORE = re.compile(
    rf"(?:\d|\b(?:{'|'.join(WORDS)}|tư|mot|hai|bon|chin|muoi|mấy|may|nhiều|nhieu|vài|vai|hàng|hang|các|cac|những|nhung"
    r"|mỗi|moi|hằng|từng|tung|kỳ|ky|với|voi|học|hoc))\s*$"
)
_NOT_A_DAY = re.compile(r"\s+(?:ngay|tuan|gio|lan)\b")
# What follows the amount in "mỗi tháng 5 triệu đồng".
_AMOUNT = re.compile(r"\s?(?:%|\s(?:trieu|ty|ti|nghin|ngan|tram|lan|nguoi|ca|chuyen|luot|buoi|suat|kg|lit)\b)")
_RELATION = re.compile(r"\s+(?:khi|do|them|luc)\b")


def _before(match: re.Match[str], width: int = 24) -> str:
    return match.string[max(0, match.start() - width) : match.start()]


def _after(match: re.Match[str], width: int = 16) -> str:
    return fold(match.string[match.end() : match.end() + width])


def _counted(match: re.Match[str]) -> bool:
    """Whether a number or a word like one stands before: `hai tuần trước`, `cùng kỳ năm trước`."""
    return _NUMBER_BEFORE.search(_before(match, 12)) is not None


def number_of(word: str) -> int:
    """A number from 1 to 12 in digits, Roman digits or a word; 0 for anything else."""
    return int(word) if word.isdecimal() else _NUMBERS.get(" ".join(fold(word).split()), 0)


def _year(match: re.Match[str], anchor: date | None) -> int | None:
    """The year that a form's tail names, as a number or from the anchor."""
    groups = match.groupdict()
    if groups.get("year"):
        return int(groups["year"])
    if groups.get("shift") and anchor is not None:
        return anchor.year + _SHIFTS[fold(groups["shift"])]
    return None


def _part(match: re.Match[str]) -> Part | None:
    return _PARTS[fold(match["part"])] if match["part"] else None


# --- Days ------------------------------------------------------------------------------------------------


def numeric_day(match: re.Match[str], anchor: date | None) -> Period | None:
    """`15/10`, `ngày 15-10`, `15/10/2025`, `ngày 15/10 năm 2025`."""
    before, after = _before(match), _after(match)
    if _LUNAR.match(after):
        return None
    day, month = int(match["day"]), int(match["month"])
    if match["year"] is None and not (match["named"] or _is_date(match["mark"], day, before, after)):
        return None
    return day_period(_year(match, anchor), month, day, anchor)


def _is_date(mark: str, day: int, before: str, after: str) -> bool:
    """Whether `day` `mark` `month` without a year is a date rather than a fraction, a score or a range."""
    if _DATED.search(before):
        return True
    if mark != "/" or _NOT_DATED.search(before):
        return False
    if _MAYBE_DATED.search(before):
        return not _COUNTED.match(after)
    return day > 12 and day != 24


def worded_day(match: re.Match[str], anchor: date | None) -> Period | None:
    """`ngày 15 tháng 10`, `15 tháng mười, 2025`; not `15 tháng 10 ngày`."""
    after = _after(match)
    if _LUNAR.match(after) or (match["year"] is None and _NOT_A_DAY.match(after)):
        return None
    if not match["named"] and not match["month"].isdecimal():
        return None
    return day_period(_year(match, anchor), number_of(match["month"]), int(match["day"]), anchor)


def several_days(match: re.Match[str], anchor: date | None) -> Period | None:
    """`ngày 1 đến 5/10`, `ngày 2 và 3/11`."""
    last = day_period(_year(match, anchor), int(match["month"]), int(match["day"]), anchor)
    if last is None or _LUNAR.match(_after(match)):
        return None
    year = last.last.year if last.last else None
    first = day_period(year, int(match["month"]), int(match["from"]), None)
    if first is None or int(match["from"]) >= int(match["day"]):
        return None
    return Period(first.first, last.last, tuple(dict.fromkeys(first.keys + last.keys)), last.assumed)


def day_to_day(match: re.Match[str], anchor: date | None) -> Period | None:
    """`1/10-5/10`."""
    last = day_period(_year(match, anchor), int(match["month"]), int(match["day"]), anchor)
    if last is None or _NOT_DATED.search(_before(match)):
        return None
    first = day_period(None, int(match["from_month"]), int(match["from"]), last.first)
    if first is None or (first.first and last.first and first.first > last.first):
        return None
    return Period(first.first, last.last, tuple(dict.fromkeys(first.keys + last.keys)), last.assumed)


def relative_day(match: re.Match[str], anchor: date | None) -> Period | None:
    """`hôm qua`, `sáng nay`."""
    return from_anchor("day", _DAYS[fold(match["day"])], anchor)


def weekday(match: re.Match[str], anchor: date | None) -> Period | None:
    """`thứ 5 tuần trước`, `cuối tuần này`, `tuần trước`; not `hai tuần trước`."""
    if _counted(match) or _RELATION.match(_after(match)):
        return None
    week = from_anchor("week", _SHIFTS[fold(match["shift"])], anchor)
    if week is None or week.first is None or not match["weekday"]:
        return week
    named = fold(match["weekday"]).split()[-1]
    if named == "cuoi":
        return Period(week.first + timedelta(5), week.last)
    ahead = int(named) - 2 if named.isdecimal() else _WEEKDAYS[named]
    return from_anchor("day", ahead, week.first)


# --- Months, quarters, years -----------------------------------------------------------------------------


def one_month(match: re.Match[str], anchor: date | None) -> Period | None:
    """`tháng 9`, `đầu tháng chín`, `tháng 9/2025`; not `mỗi tháng 5 triệu`."""
    after = _after(match)
    amount = _AMOUNT.match(after) or currency(after.lstrip())
    if _LUNAR.match(after) or _counted(match) or (match["year"] is None and amount):
        return None
    return month_period(_year(match, anchor), number_of(match["month"]), anchor, _part(match))


def bare_month(match: re.Match[str], anchor: date | None) -> Period | None:
    """`9/2025`; not `Nghị quyết 9/2025`."""
    return None if _NOT_DATED.search(_before(match)) else month_period(int(match["year"]), int(match["month"]), anchor)


def several_months(match: re.Match[str], anchor: date | None) -> Period | None:
    """`tháng 3 đến tháng 5`, `tháng 3-5/2025`."""
    last = month_period(_year(match, anchor), int(match["month"]), anchor)
    first, end = int(match["from"]), int(match["month"])
    if last is None or last.last is None or not 1 <= first < end:
        return None
    keys = tuple(f"@{last.last.year:04}-{month:02}" for month in range(first, end + 1))
    return Period(date(last.last.year, first, 1), last.last, keys, last.assumed)


def months_of_year(match: re.Match[str], anchor: date | None) -> Period | None:
    """`6 tháng đầu năm`, `chín tháng năm 2025`."""
    part, count = fold(match["part"] or ""), number_of(match["count"])
    year = _year(match, anchor)
    if not 1 <= count <= 12 or (year is None and (anchor is None or not part)):
        return None
    first, last = (13 - count, 12) if part == "cuoi" else (1, count)
    return _of_year(year, first, last, anchor)


def half_year(match: re.Match[str], anchor: date | None) -> Period | None:
    """`nửa đầu năm nay`."""
    return _of_year(_year(match, anchor), *_HALVES[fold(match["part"])], anchor)


def _of_year(year: int | None, first: int, last: int, anchor: date | None) -> Period | None:
    if year is not None:
        return months_period(year, first, last)
    if anchor is None:
        return None
    # What has hardly begun cannot be reported on yet: the year before is meant.
    period = months_period(anchor.year - (anchor.month < last and first == 1), first, last)
    return Period(period.first, period.last, period.keys, assumed=True)


def one_quarter(match: re.Match[str], anchor: date | None) -> Period | None:
    """`quý III`, `quý 3/2025`."""
    return quarter_period(_year(match, anchor), number_of(match["quarter"]), anchor)


def year_alone(match: re.Match[str], anchor: date | None) -> Period | None:
    """`năm 2025`, `cuối năm ngoái`; not `hai năm trước`."""
    year = _year(match, anchor)
    if match["year"] is None and (_counted(match) or _RELATION.match(_after(match))):
        return None
    return year_period(year, _part(match)) if year is not None else None


def part_of_this_year(match: re.Match[str], anchor: date | None) -> Period | None:
    """`đầu năm`, `cuối năm`."""
    if anchor is None or re.match(r"\s+(?:thu|hoc|\d)", _after(match)):
        return None
    period = year_period(anchor.year, _part(match))
    return Period(period.first, period.last, period.keys, assumed=True)


def bare_year(match: re.Match[str], _: date | None) -> Period | None:
    """`2025` where nothing is counted."""
    return None if _NOT_DATED.search(_before(match)) else year_period(int(match["year"]))


def several_years(match: re.Match[str], _: date | None) -> Period | None:
    """`giai đoạn 2021-2025`, `năm học 2025 - 2026`."""
    return years_period(int(match["from"]), int(match["year"]))


def decade(match: re.Match[str], _: date | None) -> Period | None:
    """`thập niên 90`, `những năm 1990`."""
    short = int(match["decade"])
    first = short if short >= FIRST_YEAR else (1900 if short >= 30 else 2000) + short
    return years_period(first, first + 9) if first % 10 == 0 and first < LAST_YEAR - 9 else None


def shifted(match: re.Match[str], anchor: date | None) -> Period | None:
    """`tháng trước`, `quý này`."""
    if _counted(match) or _RELATION.match(_after(match)):
        return None
    return from_anchor(_UNITS[fold(match["unit"])], _SHIFTS[fold(match["shift"])], anchor)


def ago(match: re.Match[str], anchor: date | None) -> Period | None:
    """`3 ngày trước`; not `3 ngày trước khi`."""
    if _RELATION.match(_after(match)):
        return None
    return from_anchor(_UNITS[fold(match["unit"])], -number_of(match["count"]), anchor)


def lately(match: re.Match[str], anchor: date | None) -> Period | None:
    """`3 tháng qua`, `7 ngày gần đây`."""
    return last_ones(_UNITS[fold(match["unit"])], number_of(match["count"]), anchor)
