"""A feed that came as a file -> an article for each item that holds its whole text.

An item with a teaser is refused: a sentence that stops in the middle would be quoted as if it were all.
"""

import html
import re
from collections.abc import Mapping

from index.intake.extract.page_dates import parse_date
from index.intake.extract.tidy import tidy_line
from index.intake.feeds.entries import Listed, absolute, plain_text
from index.intake.forms.document import Document, Parts, Unread
from index.intake.forms.isolated import run_apart
from index.records import Metadata

_JSON_FEED = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1(?:\.1)?/?")
# In words. What is meant as the whole text may be a short notice; what is meant as a summary seldom is the whole.
_SHORTEST_TEXT, _SHORTEST_SUMMARY = 25, 80
_CUT_OFF = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|(?:xem|đọc) (?:thêm|tiếp)|read more|continue reading)\W*\Z", re.IGNORECASE
)


def read_feed_file(data: bytes) -> Parts:
    """The articles of an RSS, RDF, Atom or JSON feed. Raises `Refused` where it is none."""
    feed = run_apart("feed_items", data)
    assert isinstance(feed, dict)
    for number, item in enumerate(feed["listed"], start=1):
        yield _read_item(Listed(**item), feed["home"] or "", feed["title"], number)


def is_json_feed(value: Mapping[str, object]) -> bool:
    """Whether a JSON object is a feed (JSON Feed 1.0 or 1.1)."""
    version = value.get("version")
    return isinstance(version, str) and _JSON_FEED.fullmatch(version) is not None


def _read_item(item: Listed, home: str, source: str | None, number: int) -> Document | Unread:
    title, url = plain_text(item.title or ""), absolute(item.url, home)
    place = tidy_line(item.id or url or f"item {number}")[:200]
    content, words = item.content or "", plain_text(item.content or "")
    least = _SHORTEST_TEXT
    if len(words.split()) < _SHORTEST_TEXT:
        content, words, least = item.summary or "", plain_text(item.summary or ""), _SHORTEST_SUMMARY
    if len(words.split()) < least or _CUT_OFF.search(words[-40:]):
        return Unread(place, f"the feed holds only a teaser of it; fetch the page: hoidap add {url or 'URL'}")
    # The headline is marked up as such, for it tells where the article begins.
    page = f"<html><body><article><h1>{html.escape(title)}</h1>{content}</article></body></html>"
    published_at = parse_date(item.published or item.updated or "")
    return Document(page, "text/html", Metadata(title or None, url, source, published_at), place)
