"""How Vietnamese writes dates and periods: one rule a form, with and without diacritics.

A rule matches lower-case text, code point for code point the original.
"""

import re
from dataclasses import dataclass

from index.language.dates import readers
from index.language.dates.readers import WORDS, Reader, either


@dataclass(frozen=True, slots=True)
class Rule:
    """A form of a date, and what it means; None where the match is no date after all."""

    pattern: re.Pattern[str]
    read: Reader


@dataclass(frozen=True, slots=True)
class Grammar:
    """The rules of a language, and the words and digits that every form of it begins with.

    A text in which nothing matches `script` has no forms of this grammar.
    """

    opens: re.Pattern[str]
    rules: tuple[Rule, ...]
    script: re.Pattern[str]


YEAR = r"(?:1\d|20|21)\d\d(?!\d|[.,]\d)"


def _rule(form: str, read: Reader) -> Rule:
    return Rule(re.compile(rf"(?<![\w/.,-]){either(form)}(?![\w/]|[.,]\d)"), read)


_D, _M = r"(?P<day>\d{1,2})", r"(?P<month>\d{1,2})"
_Y = rf"(?P<year>{YEAR})"
_SHIFT = r"(?P<shift>này|trước|qua|tới|sau|rồi)"
# `/2025`, `-2025`, `.2025`, `, 2025`, ` năm 2025`, ` năm ngoái`, or nothing.
_OF_YEAR = rf"(?:(?:\s?[/.-]\s?|,?\s+(?:năm\s+)?){_Y}|\s+năm\s+(?P<shift>nay|ngoái))?"
_COUNT = r"(?P<count>\d{1,2}|mười\s+một|mười\s+hai|" + "|".join(WORDS) + ")"
_MONTH = r"(?P<month>\d{1,2}|mười\s+một|mười\s+hai|hai|ba|tư|bốn|năm(?!\s(?:đầu|thứ|cuối))|sáu|bảy|tám|chín|mười)"
_PART = r"(?:(?P<part>đầu|giữa|cuối)\s+)"
_TO = r"\s*(?:[-–—]|đến(?:\s+hết)?|tới)\s*"

_RULES = (
    _rule(
        rf"(?:ngày\s+|từ\s+|mùng\s+)(?P<from>\d{{1,2}})(?:{_TO}|\s+và\s+)(?:ngày\s+)?{_D}/{_M}{_OF_YEAR}",
        readers.several_days,
    ),
    _rule(
        rf"(?:ngày\s+|từ\s+)(?P<from>\d{{1,2}})(?:{_TO}|\s+và\s+)(?:ngày\s+)?{_D}\s+tháng\s+{_M}{_OF_YEAR}",
        readers.several_days,
    ),
    _rule(rf"(?P<from>\d{{1,2}})/(?P<from_month>\d{{1,2}}){_TO}{_D}/{_M}(?:/{_Y})?", readers.day_to_day),
    _rule(
        rf"(?P<named>ngày\s+)?{_D}\s?(?P<mark>[/.-])\s?{_M}(?:(?:\s?(?P=mark)\s?|,?\s+năm\s+){_Y}"
        r"|\s+năm\s+(?P<shift>nay|ngoái))?",
        readers.numeric_day,
    ),
    _rule(rf"(?P<named>(?:ngày|hôm|mùng|mồng)\s+)?{_D}\s+tháng\s+{_MONTH}{_OF_YEAR}", readers.worded_day),
    _rule(r"(?P<day>hôm\s(?:nay|qua|kia)|ngày\smai)", readers.relative_day),
    _rule(r"(?:sáng|trưa|chiều|tối|đêm|khuya)\s(?P<day>nay|qua|mai)", readers.relative_day),
    _rule(
        rf"(?:(?P<weekday>thứ\s(?:[2-7]|hai|ba|tư|năm|sáu|bảy)|chủ\snhật|cuối)\s+)?tuần\s{_SHIFT}",
        readers.weekday,
    ),
    _rule(rf"tháng\s+(?P<from>\d{{1,2}}){_TO}(?:tháng\s+)?{_M}{_OF_YEAR}", readers.several_months),
    _rule(rf"{_PART}?tháng\s+{_MONTH}{_OF_YEAR}", readers.one_month),
    _rule(rf"{_M}[/-]{_Y}", readers.bare_month),
    _rule(
        rf"{_COUNT}\s+tháng\s+{_PART}?(?:của\s+)?năm(?:\s+{_Y}|\s+(?P<shift>nay|ngoái|trước))?", readers.months_of_year
    ),
    _rule(rf"nửa\s+(?P<part>đầu|cuối)\s+(?:của\s+)?năm(?:\s+{_Y}|\s+(?P<shift>nay|ngoái|trước))?", readers.half_year),
    _rule(rf"quý\s+(?P<quarter>[1-4]|i{{1,3}}|iv){_OF_YEAR}", readers.one_quarter),
    _rule(rf"{_PART}?năm\s+(?:{_Y}|(?P<shift>nay|ngoái|trước|sau|tới))", readers.year_alone),
    _rule(rf"{_PART}năm", readers.part_of_this_year),
    _rule(
        rf"(?:(?:giai\sđoạn|thời\skỳ|nhiệm\skỳ|năm\shọc|năm)\s+)?(?P<from>{YEAR}){_TO}(?:năm\s+)?{_Y}",
        readers.several_years,
    ),
    _rule(r"(?:thập\s(?:niên|kỷ|kỉ)|những\snăm)\s+(?P<decade>\d{4}|\d{2})", readers.decade),
    _rule(rf"(?P<unit>tháng|quý)\s{_SHIFT}", readers.shifted),
    _rule(rf"{_COUNT}\s+(?P<unit>ngày|tuần|tháng|năm)\s+trước", readers.ago),
    _rule(rf"{_COUNT}\s+(?P<unit>ngày|tuần|tháng|năm)\s+(?:vừa\s+)?(?:qua|gần\sđây|trở\slại\sđây)", readers.lately),
    _rule(
        r"(?P<year>(?:19|20)\d\d)(?=\s*(?:[?.,;:)]|$)|\s(?:đạt|tăng|giảm|so|là|có|thế|ra|bao|của|và)\b)",
        readers.bare_year,
    ),
)

_OPENS = (
    r"(?<![\w/.,-])(?:\d|(?:ngày|từ|mùng|mồng|hôm|sáng|trưa|chiều|tối|đêm|khuya|thứ|chủ|cuối|đầu|giữa|tuần|tháng|nửa|quý"
    r"|năm|giai|thời|nhiệm|thập|những|" + "|".join(WORDS) + r")\b)"
)
VIETNAMESE = Grammar(re.compile(either(_OPENS)), _RULES, re.compile(r"\w"))
