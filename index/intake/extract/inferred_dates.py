"""The day that an article without a date most probably appeared on, as far as its own words tell it.

    the lead -> the latest day that it reports, unless a later one follows -> the year, where the text is sure of it

Vietnamese news name the day of what they report without its year (`chiều 29/5`). The year is taken from a date in full
that lies days before, from the part of a year just past (`5 tháng đầu năm 2025`), from the name of the event (`Diễn đàn
Hòa Sơn 2025`) or from an anniversary (`1973 - 2025`). No day is better than a wrong one: what is planned or long past,
and the day of a document, give none; nor does a month with its year, which is mostly last year's.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from index.language.dates.mentions import Mention, mentions
from index.language.sentences import sentences
from index.language.text import Span, lower, nfc

# Code points after which a text tells of before, and after which it is not read.
_LEAD, _LONGEST = 900, 40_000
# Where the sentence begins that may date a text by a day with its year, and how near to its beginning that day stands.
_OPENING, _FOREMOST = 200, 12
# Days after which what is reported later is another story, and within which a date in full has the same year; days
# after the end of a period within which it is told of as the last one.
_SAME_STORY, _NEAR, _JUST_PAST = 3, 10, 60
_FIRST_YEAR = 2000
# Before the first an event may bear the year before in its name, after the second the year after.
_SPRING, _AUTUMN = 3, 10
_MONTH, _YEAR_LONG = 31, 330

_DAY_KEY = re.compile(r"@(\d\d)-(\d\d)")
_DIGITS = "0123456789/.-"
_REPORTED = re.compile(
    r"(?:\b(?:rạng\ssáng|sáng|trưa|chiều|tối|đêm|khuya|hôm)(?:\s(?P<when>nay|qua))?"
    r"|\b(?:thứ\s(?:[2-7]|hai|ba|tư|năm|sáu|bảy)|chủ\snhật)|\bngày)[\s,(]{1,4}(?:ngày\s+)?$"
)
# Before a day: that it begins or ends a time, is a document's, or lies far back.
_OTHERWISE = re.compile(
    r"\b(?:từ|đến|tới|trước|sau|hết|quá|sinh|mất|số|hạn|chót|nghỉ|khoảng|cách\sđây|năm\sngoái|năm\strước|từng|cáo\strạng|hồ\ssơ"
    r"|thành\slập|thiết\slập|kỷ\sniệm|quyết\sđịnh|nghị\squyết|nghị\sđịnh|thông\stư|công\svăn|chỉ\sthị|luật|khi\sđó)\b"
)
_PLANNED = re.compile(r"\b(?:sẽ|dự\skiến|sắp|chuẩn\sbị|dự\sđịnh|kế\shoạch)\b")
_SAID = re.compile(
    r"\b(?:cho\s(?:biết|hay|rằng)|thông\s(?:báo|tin|qua|cáo)|khẳng\sđịnh|tuyên\sbố|công\sbố|phát\sbiểu|nói|yêu\scầu|ký"
    r"|trao\sđổi|xác\snhận|đề\snghị|họp|quyết\sđịnh|ban\shành|diễn\sra|dẫn|viết)\b"
)
# After a day: that it is ahead, some days back, or a line of a schedule.
_NOT_NOW = re.compile(r"\s?\)?(?:\s(?:tới|sắp\stới|năm\ssau|vừa\squa|vừa\srồi)\b|:)")

# What looks back over years, or on a crime, tells days of those years in full.
_LOOKS_BACK = re.compile(
    r"\b(?:\d+|một|hai|ba|mười)\snăm\s(?:qua|trước|sau|kể|ngày|tại)|\b(?:kỷ\sniệm|kỉ\sniệm|đánh\sdấu|tròn\s\d+|nhìn\slại)\b"
)
_ON_TRIAL = re.compile(r"\b(?:xét\sxử|tuyên\sán|tuyên\sphạt|bị\scáo|cáo\strạng|phiên\sto[àa]|phiên\stòa|truy\stố)\b")
# Before a day with its year: that it is a goal's, or of the past.
_ELSEWHEN = re.compile(r"\b(?:hồ\ssơ|tiến\sđộ|hoàn\sthành|mục\stiêu|dự\skiến|sẽ|cách\sđây|năm\strước|từng|hồi)\b")
_LIMIT = re.compile(r"\b(?:từ|đến|hết|trước|sau)\s$")
_YEAR = re.compile(r"(?<![\d.,])20\d\d(?![\d%]|[.,]\d)")
_AHEAD = re.compile(
    r"(?:\b(?:đến|tới)\s(?:(?:hết|cuối|đầu|giữa)\s)?(?:năm\s)?|\b(?:tầm\snhìn|mục\stiêu|giai\sđoạn|kho[áa]|nhiệm\skỳ)\b.{0,16})$"
)
_ANNIVERSARY = re.compile(
    r"\b(?:kỷ\sniệm|kỉ\sniệm|thiết\slập|thành\slập|truyền\sthống|ra\sđời)\b[^.]{0,80}?"
    r"(?<!\d)(?:19|20)\d\d\s?[-–—]\s?(?P<year>20\d\d)(?!\d)"
)
# Before an anniversary: that it is ahead.
_COMING = re.compile(r"\b(?:tới|sắp|chuẩn\sbị)\b")
# A name, which may end in two words without capitals (`THPT quốc gia`), and a year; not a title that a person bears.
_EVENT = re.compile(
    r"\b[^\W\d_a-zà-ỹăđĩũơư]\w*(?:\s\w+){0,2}\s(?P<year>20\d\d)(?!\s?[–-]\s?\d|[%\d]|[.,/]\d|\s[^\W\d_a-zà-ỹăđĩũơư])"
)
_NO_EVENT = re.compile(
    r"\b(?:năm|tháng|từ|đến|tới|towards|trước|sau|sn|quý|khoảng|hơn|gần|số|sinh|mới|khoá|khóa|hồi|kỳ|và|là|vào)\s20\d\d$",
    re.IGNORECASE,
)
_PAST_EVENT = re.compile(
    r"\b(?:bầu\scử|tết|xuân|đương\skim|cựu|nguyên|từng|trước|sau|hậu\strường|chiến\sdịch|chỉ\ssố|báo\scáo|xếp\shạng|tiêu\sbiểu"
    r"|khảo\ssát)\b.{0,90}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Reported:
    """A day that the sentence from `start` to `end` reports; `when` is `nay` or `qua` where it says so."""

    year: int | None
    month: int
    day: int
    at: int
    sentence: Span
    when: str | None

    def in_year(self, year: int) -> date | None:
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None


def infer_date(title: str | None, text: str) -> date | None:
    """The day that an article most probably appeared on, give or take three; None where its words leave it open.

    `text` is the article alone, without menus and other articles' headlines. Linear in its length.
    """
    text = nfc(text[:_LONGEST])
    lowered = lower(text)
    named = mentions(text, None)
    spans = sentences(text)
    reported = list(_reported(lowered, named, spans))
    chosen = _latest(reported)
    if chosen is None:
        return None
    newest = max(_FIRST_YEAR, _newest_year(lowered))
    year = next((year for year in _years(chosen, nfc(title or ""), text, lowered, named) if year >= newest), None)
    day = chosen.in_year(year) if year is not None else None
    if day is None or _goes_on_later(day, named, spans):
        return None
    return day + timedelta(days=chosen.when == "qua")


# --- The day ---------------------------------------------------------------------------------------------


def _reported(lowered: str, named: Sequence[Mention], spans: Sequence[Span]) -> Iterator[_Reported]:
    """The days that the text tells as news, in order."""
    place = 0
    for mention in named:
        if (parts := _day_parts(mention)) is None:
            continue
        while place < len(spans) and spans[place][1] <= mention.start:
            place += 1
        if place == len(spans):
            return
        start, end = spans[place]
        words = lowered[mention.start : mention.end]
        before = lowered[max(start, mention.start - 60) : mention.start] + words.partition(" ")[0].strip(_DIGITS) + " "
        found = _REPORTED.search(before)
        if found is not None and _is_news(before[: found.start()], lowered[mention.end : end]):
            yield _Reported(*parts, mention.start, (start, end), found["when"])


def _day_parts(mention: Mention) -> tuple[int | None, int, int] | None:
    """Year, month and day of a mention that is one day."""
    if mention.first is not None:
        day = mention.first
        return (day.year, day.month, day.day) if day == mention.last else None
    found = _DAY_KEY.fullmatch(mention.keys[0]) if len(mention.keys) == 1 else None
    return (None, int(found[1]), int(found[2])) if found is not None else None


def _is_news(before: str, after: str) -> bool:
    if _OTHERWISE.search(before[-24:]) or _PLANNED.search(before[-45:]) or _NOT_NOW.match(after[:14]):
        return False
    planned = _PLANNED.search(after)
    return planned is None or bool(_SAID.search(after[: planned.start()]) or _SAID.search(before))


def _latest(reported: Sequence[_Reported]) -> _Reported | None:
    """The latest day of the lead. Where days stand without their year, those with it are of the past."""
    current = [item for item in reported if item.year is None]
    lead = [item for item in current if item.at < _LEAD]
    if not lead:
        opening = [item for item in reported if item.at < _OPENING and item.at - item.sentence[0] <= _FOREMOST]
        return opening[0] if opening and not current else None
    today = next((item for item in lead if item.when == "nay"), None)
    if today is not None:
        return today
    chosen = lead[0]
    for item in lead:
        chosen = item if _days_after(chosen, item) > 0 else chosen
    last = max(current, key=lambda item: _days_after(chosen, item))
    return last if _days_after(chosen, last) <= _SAME_STORY else None


def _days_after(first: _Reported, second: _Reported) -> int:
    """How many days `second` lies after `first`, each in the year that puts them nearest. A leap year has all days."""
    days = (date(2000, second.month, second.day) - date(2000, first.month, first.day)).days
    return (days + 183) % 366 - 183


def _goes_on_later(day: date, named: Sequence[Mention], spans: Sequence[Span]) -> bool:
    """Whether a sentence begins with a later time and its year, as a story does: `Tháng 3/2017, ...`."""
    starts = {start for start, _ in spans}
    return any(
        mention.first is not None and (mention.first - day).days > _SAME_STORY and mention.start in starts
        for mention in named
    )


# --- The year --------------------------------------------------------------------------------------------


def _newest_year(lowered: str) -> int:
    """The newest year that the text names, but for goals and plans; 0 where it names none."""
    years = (
        year for year in _YEAR.finditer(lowered) if not _AHEAD.search(lowered[max(0, year.start() - 24) : year.start()])
    )
    return max((int(year[0]) for year in years), default=0)


def _years(chosen: _Reported, title: str, text: str, lowered: str, named: Sequence[Mention]) -> Iterator[int]:
    """Years that the text is sure of, surest first."""
    if chosen.year is not None:
        if str(chosen.year) not in title:  # a headline that names the year of an event looks back on it
            yield chosen.year
        return
    head = f"{lower(title)}\n{lowered[:_LEAD]}"
    on_trial = _ON_TRIAL.search(head) is not None
    if not on_trial and _LOOKS_BACK.search(head) is None:
        yield from (year for mention in named for year in _near_years(chosen, mention, lowered))
    span = _ANNIVERSARY.search(lowered[:_LEAD])
    if span is not None and not _COMING.search(lowered[max(0, span.start() - 60) : span.end()]):
        yield int(span["year"])
    if not on_trial:
        yield from _event_years(chosen, text, lowered)


def _event_years(chosen: _Reported, text: str, lowered: str) -> Iterator[int]:
    """Years in the names of events that the sentence of the chosen day names."""
    words = text[slice(*chosen.sentence)]
    for event in _EVENT.finditer(words):
        before = words[max(0, event.start() - 90) : event.end()]
        if _NO_EVENT.search(event[0]) or _PAST_EVENT.search(before):
            continue
        if chosen.month >= _SPRING and (chosen.month <= _AUTUMN or f"năm {event['year']}" in lowered):
            yield int(event["year"])


def _near_years(chosen: _Reported, mention: Mention, lowered: str) -> Iterator[int]:
    """The year in which the chosen day lies near what `mention` names with a year."""
    if mention.first is None or mention.last is None:
        return
    if _ELSEWHEN.search(lowered[max(0, mention.start - 40) : mention.start].rpartition(". ")[2]):
        return
    limit = _LIMIT.search(lowered[max(0, mention.start - 12) : mention.start]) is not None
    for year in (mention.last.year, mention.last.year + 1, mention.first.year - 1):
        day = chosen.in_year(year)
        if day is not None and _is_near(day, mention, lowered[mention.start : mention.end], limit=limit):
            yield year


def _is_near(day: date, mention: Mention, words: str, *, limit: bool) -> bool:
    assert mention.first is not None
    assert mention.last is not None
    length, since = (mention.last - mention.first).days, (day - mention.last).days
    if _day_parts(mention) is not None:
        # The same day with a year is often that of an event that is remembered; a later one shows a tale of the past.
        return 0 < since <= _NEAR or (limit and -_NEAR <= since < 0)
    return 0 < since <= _JUST_PAST and _MONTH < length < _YEAR_LONG and words[0].isdecimal()
