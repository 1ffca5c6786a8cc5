"""How questions in English, Russian, Chinese and Japanese name dates and periods."""

import re
from datetime import date

from index.language.dates.calendar import (
    Part,
    Period,
    Unit,
    day_period,
    from_anchor,
    last_ones,
    month_period,
    quarter_period,
    year_period,
)
from index.language.dates.readers import Reader
from index.language.dates.vietnamese import YEAR, Grammar, Rule

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan январ", "feb феврал", "mar март", "apr апрел", "may мая май мае маю", "jun июн", "jul июл",
            "aug август", "sep сентябр", "oct октябр", "nov ноябр", "dec декабр",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_NUMBERS = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "first": 1, "second": 2, "third": 3, "fourth": 4,
    "перв": 1, "втор": 2, "треть": 3, "четв": 4, "一": 1, "二": 2, "三": 3, "四": 4,
}  # fmt: skip
_PARTS: dict[str, Part] = {"early": "early", "mid": "mid", "late": "late"}
_UNITS: dict[str, Unit] = {
    "day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year",
    "недел": "week", "месяц": "month", "квартал": "quarter", "год": "year",
}  # fmt: skip
# Whole words with the unit and how many of it they lie from the anchor's own.
_RELATIVE: dict[str, tuple[Unit, int]] = {
    "today": ("day", 0), "yesterday": ("day", -1), "tomorrow": ("day", 1),
    "сегодня": ("day", 0), "вчера": ("day", -1), "позавчера": ("day", -2), "завтра": ("day", 1),
    "今天": ("day", 0), "今日": ("day", 0), "昨天": ("day", -1), "昨日": ("day", -1), "明天": ("day", 1),
    "本周": ("week", 0), "这周": ("week", 0), "今週": ("week", 0), "上周": ("week", -1), "先週": ("week", -1),
    "本月": ("month", 0), "这个月": ("month", 0), "今月": ("month", 0),
    "上个月": ("month", -1), "上月": ("month", -1), "先月": ("month", -1), "来月": ("month", 1),
    "下个月": ("month", 1), "今年": ("year", 0), "本年": ("year", 0), "去年": ("year", -1), "昨年": ("year", -1),
    "来年": ("year", 1), "明年": ("year", 1),
}  # fmt: skip


def _month_of(word: str) -> int:
    return next(number for name, number in _MONTHS.items() if word.startswith(name))


def _year(match: re.Match[str]) -> int | None:
    year = match.groupdict().get("year")
    return int(year) if year else None


def _day(match: re.Match[str], anchor: date | None) -> Period | None:
    month = int(match["month"]) if match["month"].isdecimal() else _month_of(match["month"])
    return day_period(_year(match), month, int(match["day"]), anchor)


def _month(match: re.Match[str], anchor: date | None) -> Period | None:
    month = int(match["month"]) if match["month"].isdecimal() else _month_of(match["month"])
    return month_period(_year(match), month, anchor)


def _day_after_preposition(match: re.Match[str], anchor: date | None) -> Period | None:
    return _day(match, anchor) if _after_preposition(match) else None


def _month_after_preposition(match: re.Match[str], anchor: date | None) -> Period | None:
    return _month(match, anchor) if _after_preposition(match) else None


def _after_preposition(match: re.Match[str]) -> bool:
    return _PREPOSITION.search(match.string[max(0, match.start() - 12) : match.start()]) is not None


def _quarter(match: re.Match[str], anchor: date | None) -> Period | None:
    # "iii" begins with "i": the longest name that fits is meant.
    names = sorted((name for name in _NUMBERS if match["quarter"].startswith(name)), key=len)
    number = int(match["quarter"]) if match["quarter"].isdecimal() else _NUMBERS[names[-1]]
    return quarter_period(_year(match), number, anchor)


def _whole_year(match: re.Match[str], _: date | None) -> Period | None:
    part = match.groupdict().get("part")
    return year_period(int(match["year"]), _PARTS[part] if part else None)


def _relative(match: re.Match[str], anchor: date | None) -> Period | None:
    unit, count = _RELATIVE[match["word"]]
    return from_anchor(unit, count, anchor)


def _shifted(match: re.Match[str], anchor: date | None) -> Period | None:
    shift = match["shift"]
    count = -1 if shift.startswith(("last", "прошл")) else 1 if shift.startswith(("next", "следующ")) else 0
    unit = next(unit for name, unit in _UNITS.items() if match["unit"].startswith(name))
    return from_anchor(unit, count, anchor)


def _lately(match: re.Match[str], anchor: date | None) -> Period | None:
    return last_ones(_UNITS[match["unit"]], int(match["count"]), anchor)


def _rule(form: str, read: Reader) -> Rule:
    return Rule(re.compile(rf"(?<![\w/.,-]){form}(?![\w/]|[.,]\d)"), read)


def _spaceless(form: str, read: Reader) -> Rule:
    """A form of a language that is written without spaces."""
    return Rule(re.compile(rf"(?<![\d.,]){form}"), read)


_Y = rf"(?P<year>{YEAR})"
_D = r"(?P<day>\d{1,2})"
_EN = (
    r"(?P<month>january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?)"
)
# "May 10" is a Vietnamese company, and "may" a verb: without a year it takes a preposition.
_PREPOSITION = re.compile(r"\b(?:in|on|of|since|from|until|by|to|and|between|during|before|after|last|this)\s+$")
_RU = (
    r"(?P<month>январ[ьяе]|феврал[ьяе]|март[ае]?|апрел[ьяе]|ма[йяею]|июн[ьяе]|июл[ьяе]|август[ае]?|сентябр[ьяе]"
    r"|октябр[ьяе]|ноябр[ьяе]|декабр[ьяе])"
)
_EASTERN = "|".join(word for word in _RELATIVE if ord(word[0]) > 0x3000)

_ENGLISH = (
    _rule(rf"(?P<year>{YEAR})-(?P<month>\d\d)-(?P<day>\d\d)", _day),
    _rule(rf"{_EN}\s+{_D}(?:st|nd|rd|th)?,?\s+{_Y}", _day),
    _rule(rf"{_D}(?:st|nd|rd|th)?\s+(?:of\s+)?{_EN}(?:,?\s+{_Y})?", _day),
    _rule(rf"{_EN}\s+{_D}(?:st|nd|rd|th)?", _day_after_preposition),
    _rule(rf"{_EN},?\s+{_Y}", _month),
    _rule(_EN, _month_after_preposition),
    _rule(rf"q(?P<quarter>[1-4])(?:\s+(?:of\s+)?{_Y})?", _quarter),
    _rule(rf"(?P<quarter>first|second|third|fourth)\s+quarter(?:\s+(?:of\s+)?{_Y})?", _quarter),
    _rule(rf"(?:in|since|during|year|by|until|from|(?:in\s+)?(?P<part>early|mid|late))[\s-]+{_Y}", _whole_year),
    _rule(r"(?P<shift>last|this|next)\s+(?P<unit>week|month|quarter|year)", _shifted),
    _rule(r"(?:last|past)\s+(?P<count>\d{1,3})\s+(?P<unit>day|week|month|year)s?", _lately),
    _rule(r"(?P<word>today|yesterday|tomorrow)", _relative),
)
_RUSSIAN = (
    _rule(rf"{_D}\s+{_RU}(?:\s+{_Y}(?:\s+года|\s+г\.)?)?", _day),
    _rule(rf"{_RU}\s+{_Y}(?:\s+года|\s+г\.)?", _month),
    _rule(rf"(?:в|с|по|до|к|за)\s+{_RU}", _month),
    _rule(rf"{_Y}\s?(?:год(?:а|у|ом|е)?|г\.)", _whole_year),
    _rule(rf"(?P<quarter>[1-4]|i{{1,3}}|iv|перв\w{{2,3}}|втор\w{{2,3}}|треть\w{{1,3}}|четв[её]рт\w{{2,3}})[\s-]+квартал[еау]?"
          rf"(?:\s+{_Y}(?:\s+года|\s+г\.)?)?", _quarter),
    _rule(
        r"(?P<shift>прошл(?:ый|ая|ом|ой|ого|ую)|эт(?:от|а|ом|ой|ого|у)|следующ(?:ий|ая|ем|ей|его|ую))\s+"
        r"(?P<unit>недел[яеиюь]|месяц[еа]?|квартал[еа]?|год[ау]?)",
        _shifted,
    ),
    _rule(r"(?P<word>сегодня|вчера|позавчера|завтра)", _relative),
)  # fmt: skip
_CHINESE_JAPANESE = (
    _spaceless(rf"{_Y}\s?年\s?(?P<month>\d{{1,2}})\s?月\s?{_D}\s?[日号]", _day),
    _spaceless(r"(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?[日号]", _day),
    _spaceless(rf"{_Y}\s?年\s?第?(?P<quarter>[1-4一二三四])(?:季度|四半期)", _quarter),
    _spaceless(rf"{_Y}\s?年\s?(?P<month>\d{{1,2}})\s?月", _month),
    _spaceless(r"(?P<month>\d{1,2})\s?月(?!\s?\d)", _month),
    _spaceless(rf"{_Y}\s?年", _whole_year),
    _spaceless(f"(?P<word>{_EASTERN})", _relative),
)

ENGLISH = Grammar(
    re.compile(
        r"(?<![\w/.,-])(?:\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?[jfmasond]|\d{4}-|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|in|since|during|year|by|until|from|early|mid|late"
        r"|q[1-4]|first|second|third|fourth|last|past|this|next|today|yesterday|tomorrow))"
    ),
    _ENGLISH,
    re.compile(r"\w"),
)
RUSSIAN = Grammar(re.compile(r"(?<![\w/.,-])(?:\d|[а-яi])"), _RUSSIAN, re.compile("[а-я]"))
CHINESE_JAPANESE = Grammar(
    re.compile(r"(?<!\d)\d|[本这今上先来下去昨明]"), _CHINESE_JAPANESE, re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
)
