"""A feed -> its items, by feedparser, in a process of its own (see `isolated`).

feedparser reads RSS 0.9 to 2.0, RDF and Atom, well formed or not; it is handed bytes, so that it fetches nothing.
"""

from calendar import timegm
from io import BytesIO
from urllib.parse import urljoin

import feedparser

from index.storage.errors import Refused

_MOST_ITEMS = 10_000


def convert(data: bytes) -> dict[str, object]:
    """The feed's `title` and its `items`: strings under `title`, `link`, `id`, `content`, `summary` and `stated`, which
    is the date as written, and `moment`, seconds since 1970 or None. Raises `Refused` where it is no feed.
    """
    feed = feedparser.parse(BytesIO(data))
    if not feed.get("version") and not feed.entries:
        raise Refused("this is no feed that can be read; give the address of the page instead: hoidap add URL")
    if len(feed.entries) > _MOST_ITEMS:
        raise Refused(f"the feed has {len(feed.entries):,} items, more than {_MOST_ITEMS:,}; split it")
    home = feed.feed.get("link", "")
    return {"title": feed.feed.get("title", ""), "items": [_item(entry, home) for entry in feed.entries]}


def _item(entry: feedparser.FeedParserDict, home: str) -> dict[str, object]:
    contents = [part.get("value", "") for part in entry.get("content", [])]
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    return {
        **{key: entry.get(key, "") for key in ("title", "id", "summary")},
        "link": _joined(home, entry.get("link", "")),
        "content": max(contents, key=len, default=""),
        "stated": entry.get("published") or entry.get("updated") or "",
        "moment": timegm(moment) if moment else None,
    }


def _joined(home: str, link: str) -> str:
    try:
        return urljoin(home, link)
    except ValueError:
        return ""
