"""A feed that came as a file -> an article for each item that holds its whole text.

An item with a teaser is refused: a sentence that stops in the middle would be quoted as if it were all.
"""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from index.intake.extract.page_dates import parse_date
from index.intake.extract.tidy import tidy_line
from index.intake.forms.document import Document, Parts, Unread
from index.intake.forms.isolated import run_apart
from index.intake.forms.markup import inline_text, parse_markup
from index.language.dates.calendar import VIETNAM
from index.records import Metadata
from index.storage.errors import Refused

_JSON_FEED = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1(?:\.1)?/?")
# In words. What is meant as the whole text may be a short notice; what is meant as a summary seldom is the whole.
_SHORTEST_TEXT, _SHORTEST_SUMMARY = 25, 80
_CUT_OFF = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|(?:xem|đọc) (?:thêm|tiếp)|read more|continue reading)\W*\Z", re.IGNORECASE
)
_ZONE = re.compile(r"(?:[+-]\d{2}:?\d{2}|Z|\b[A-Z]{1,4})\s*\Z")


def read_feed(data: bytes) -> Parts:
    """The articles of an RSS, RDF or Atom feed. Raises `Refused` where it is none."""
    feed = run_apart("feed_items", data)
    assert isinstance(feed, dict)
    for number, item in enumerate(feed["items"], start=1):
        yield _read_item(item, _date(item["stated"], item["moment"]), feed["title"], number)


def is_json_feed(value: Mapping[str, object]) -> bool:
    """Whether a JSON object is a feed (JSON Feed 1.0 or 1.1)."""
    version = value.get("version")
    return isinstance(version, str) and _JSON_FEED.fullmatch(version) is not None


def read_json_feed(feed: Mapping[str, object]) -> Parts:
    """The articles of a JSON feed."""
    items = feed.get("items")
    if not isinstance(items, list):
        raise Refused("the JSON feed has no list `items`; give the address of the page instead: hoidap add URL")
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            yield Unread(f"item {number}", "the item is no object; give it as the JSON feed's format says")
            continue
        text = "".join(
            f"<p>{html.escape(line)}</p>" for line in _said(item, "content_text").split("\n") if line.strip()
        )
        same = {
            "title": _said(item, "title"),
            "link": _said(item, "url") or _said(item, "external_url"),
            "id": str(item.get("id") or ""),
            "content": _said(item, "content_html") or text,
            "summary": html.escape(_said(item, "summary")),
        }
        yield _read_item(same, _date(_said(item, "date_published"), None), _said(feed, "title"), number)


def _said(value: Mapping[str, object], key: str) -> str:
    said = value.get(key)
    return said if isinstance(said, str) else ""


def _read_item(item: Mapping[str, str], date: str | None, source: str, number: int) -> Document | Unread:
    title, link = _plain(item["title"]), tidy_line(item["link"])
    place = tidy_line(item["id"] or link or f"item {number}")[:200]
    content, words = item["content"], _plain(item["content"])
    if len(words.split()) < _SHORTEST_TEXT:
        content, words = item["summary"], _plain(item["summary"])
        least = _SHORTEST_SUMMARY
    else:
        least = _SHORTEST_TEXT
    if len(words.split()) < least or _CUT_OFF.search(words[-40:]):
        return Unread(place, f"the feed holds only a teaser of it; fetch the page: hoidap add {link or 'URL'}")
    url = link if link.startswith(("http://", "https://")) else None
    # The headline is marked up as such, for it tells where the article begins.
    page = f"<html><body><article><h1>{html.escape(title)}</h1>{content}</article></body></html>"
    return Document(page, "text/html", Metadata(title or None, url, _plain(source) or None, date), place)


def _plain(markup: str) -> str:
    try:
        return inline_text(parse_markup(f"<div>{markup}</div>")) if markup.strip() else ""
    except Refused:
        return ""


def _date(stated: str, moment: float | None) -> str | None:
    """The date as written, in Vietnamese time where it names no zone; else the moment that was read from it."""
    zoned = _ZONE.search(stated)
    if moment is not None and (zoned or parse_date(stated) is None):
        return datetime.fromtimestamp(moment, UTC).astimezone(VIETNAM).isoformat()
    return parse_date(stated)
