"""Who publishes the article, where the page says so."""

import re
from collections.abc import Iterator

from index.intake.extract.lines import Line
from index.intake.extract.page import Page
from index.intake.extract.phrases import OUTLETS
from index.language.text import fold
from index.language.words import DATELINE, DEGREES, NEWSROOM, word_set

_FOLLOW = re.compile(
    r"(?:theo dõi|đọc tin|cập nhật tin(?: tức)?(?: của| từ)?)\s+(?:kênh\s+|trang\s+)?"
    r"(?P<name>.{2,50}?)\s+(?:trên|qua)\b",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"(?:©|\(c\)|copyright|bản quyền(?: thuộc)?(?: về)?|ghi rõ nguồn)"
    r"\s*(?:©|\(c\)|:|\d{4}|-|–|\s|by|thuộc về|của|[\"“'])*"
    r"(?P<name>(?:báo|tạp chí|đài|cổng thông tin)\s[^.,;:|\"”'()-]{2,50}"
    r"|[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org)(?:\.vn)?)",
    re.IGNORECASE,
)
_FROM = re.compile(r"\W*(?:theo|nguồn(?: tin)?)\s*:?\s*(?P<name>\S.{1,60}?)\W*", re.IGNORECASE)
_ASIDE = re.compile(r"\((?P<name>[^()]{2,40})\)\W*$")
_HEADER = re.compile(
    r"(?P<name>(?:báo|tạp chí|đài (?:phát thanh|truyền hình|tiếng nói)|cổng (?:thông tin|ttđt))"
    r"\s(?P<proper>[^<>|/»›]{2,50}?))\s*(?:[>|/»›].*)?",
    re.IGNORECASE,
)
_NOT_OUTLETS = NEWSROOM | DEGREES | word_set("tp ubnd hđnd")
_OWN = frozenset({"chung toi", "chung toi tren", "bao", "trang", "kenh"})


def find_source(page: Page, site: str | None) -> str | None:
    """The publisher by the surest sign on the page.

    In order: `Theo dõi X trên ...`, the site's name in the title, the copyright line, the head of the page, an
    acronym as signature, `Theo X` or `Nguồn: X` where X is an outlet, and the sign before the lead, `(GLO)-`.
    """
    candidates = (_followed(page), site, _owner(page), _headed(page), _signed(page), _quoted(page), _dateline(page))
    return next((name.strip(" .,:-–“”\"'") for name in candidates if name), None)


def _left_out(page: Page, *reasons: str) -> Iterator[Line]:
    return (line for line, reason in zip(page.lines, page.reasons, strict=True) if reason in reasons)


def _followed(page: Page) -> str | None:
    for line in _left_out(page, "share"):
        found = _FOLLOW.match(line.text)
        if found and fold(found["name"]) not in _OWN:
            return found["name"]
    return None


def _owner(page: Page) -> str | None:
    for line in _left_out(page, "footer"):
        found = _RIGHTS.search(line.text[:200])
        if found:
            return found["name"]
    return None


def _signed(page: Page) -> str | None:
    for line in _left_out(page, "byline"):
        word = line.text.strip("().")
        if re.fullmatch(r"[A-ZĐ][A-ZĐ0-9+]{2,9}", word) and word.lower() not in _NOT_OUTLETS:
            return word
    return None


def _quoted(page: Page) -> str | None:
    for line in _left_out(page, "byline"):
        aside = _ASIDE.search(line.text)
        if aside and _is_outlet(aside["name"]):
            return aside["name"]
        found = _FROM.fullmatch(line.text)
        if found and _is_outlet(found["name"]):
            return found["name"]
    return None


def _is_outlet(name: str) -> bool:
    parts = [part.strip() for part in fold(name).split("/")]
    if any(part in OUTLETS or part.removeprefix("bao ") in OUTLETS for part in parts):
        return True
    return (
        name.split(maxsplit=1)[0].lower() in {"báo", "tạp", "đài", "cổng"}
        or re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", name) is not None
    )


def _headed(page: Page) -> str | None:
    """The site's name at the head of its pages, alone or before the breadcrumbs."""
    for line in _left_out(page, "navigation"):
        found = _HEADER.fullmatch(line.text) if line.syllables <= 20 else None
        if found and found["proper"][0].isupper() and len(found["name"].split()) <= 8:
            return found["name"]
    return None


def _dateline(page: Page) -> str | None:
    found = DATELINE.match(page.lines[page.start].text) if page.is_open(page.start) else None
    name = (found["agency"] or found["sign"]) if found and not found["place"] else None
    return name if name and name[0].isalpha() and name.lower() not in _NOT_OUTLETS else None
