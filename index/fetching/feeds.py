"""RSS, Atom, JSON feeds and sitemaps -> entries.

RSS and Atom are read by feedparser, which copes with what is no XML; it is given bytes, so that it opens nothing.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping

import feedparser

from index.fetching.client import Accept
from index.fetching.entries import Entry, Feed, Listed, plain_text, settled
from index.fetching.sitemaps import is_sitemap, read_sitemap, unzipped
from index.intake.extract import decode
from index.storage.errors import Refused

__all__ = ["FEEDS", "Entry", "Feed", "read_feed"]

_LARGEST = 5 * 1024 * 1024
# Many sites serve feeds as text/html or text/plain: what one is, its content says.
FEEDS = Accept(
    (
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "application/xml",
        "text/xml",
        "application/json",
        "application/gzip",
        "application/x-gzip",
        "application/octet-stream",
        "text/html",
        "application/xhtml+xml",
        "text/plain",
    ),
    size=_LARGEST,
)
# feedparser takes the square of the number of entries in time, 0.1 ms for a tag, and a tenth of that for an entity.
_MOST_ITEMS, _MOST_TAGS, _MOST_ENTITIES = 5000, 60_000, 500_000
_ITEM = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)\b", re.IGNORECASE)


def read_feed(content: bytes, address: str, charset: str | None = None) -> Feed:
    """The entries of a feed that lies at `address`; `charset` is what its server says.

    Refused where it is no feed.
    """
    content = unzipped(content, _LARGEST)
    if is_sitemap(content):
        return read_sitemap(content, address)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _read_json(content, address)
    return _read_xml(content, address, charset)


def _read_xml(content: bytes, address: str, charset: str | None) -> Feed:
    if _is_heavy(content):
        raise Refused(
            f"the feed has more than {_MOST_ITEMS:,} entries, or too much markup; give one of the newest only"
        )
    headers = {"content-location": address, "content-type": f"application/xml; charset={charset}" if charset else ""}
    try:
        # Of the articles' markup only the text is used, so that it is neither sanitized nor given absolute links.
        parsed = feedparser.parse(
            io.BytesIO(content), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError) as error:
        raise Refused(f"the feed cannot be read ({error}); give another") from error
    version = parsed.get("version") or ""
    if not version and not parsed["entries"]:
        raise Refused("this is no feed; give the address of an RSS, Atom or JSON feed, or of a news sitemap")
    # Only Atom has a date of its own for changes: others write the one of publication in any element.
    atom = version.startswith("atom")
    entries = settled((_listed(entry, atom=atom) for entry in parsed["entries"]), address)
    return Feed(version or "rss", plain_text(parsed["feed"].get("title") or "") or None, entries)


def _is_heavy(content: bytes) -> bool:
    """Whether reading it would take many seconds."""
    return (
        content.count(b"<") > _MOST_TAGS
        or content.count(b"&") > _MOST_ENTITIES
        or len(_ITEM.findall(content)) > _MOST_ITEMS
    )


def _listed(entry: dict[str, object], *, atom: bool) -> Listed:
    # Not `entry.get`, which gives one date for the other.
    published, updated = (_text(dict.get(entry, key)) for key in ("published", "updated"))
    if not atom and published is None:
        published, updated = updated, None
    return Listed(
        _text(entry.get("id")),
        _text(entry.get("link")) or _address(entry.get("id")),
        _text(entry.get("title")),
        published or _text(entry.get("created")),
        updated,
        _text(entry.get("summary")),
        next(_contents(entry), None),
    )


def _contents(entry: Mapping[str, object]) -> Iterator[str]:
    contents = entry.get("content")
    for content in contents if isinstance(contents, list) else []:
        if value := _text(content.get("value")):
            yield value


def _read_json(content: bytes, address: str) -> Feed:
    """A JSON feed (https://www.jsonfeed.org/version/1.1/)."""
    try:
        stated = json.loads(decode(content))
    except (ValueError, RecursionError) as error:
        raise Refused(f"this is neither a feed nor JSON ({error}); give the address of a feed") from error
    items = stated.get("items") if isinstance(stated, dict) else None
    if not isinstance(items, list) or "jsonfeed" not in str(stated.get("version")):
        raise Refused("this JSON is no feed: it has no `items`, or no `version` of jsonfeed.org; give another address")
    entries = settled((_json_item(item) for item in items if isinstance(item, dict)), address)
    return Feed("json", plain_text(_text(stated.get("title")) or "") or None, entries)


def _json_item(item: Mapping[str, object]) -> Listed:
    identifier = item.get("id")
    return Listed(
        str(identifier) if isinstance(identifier, int | float) else _text(identifier),
        _text(item.get("url")) or _text(item.get("external_url")) or _address(identifier),
        _text(item.get("title")),
        _text(item.get("date_published")),
        _text(item.get("date_modified")),
        _text(item.get("summary")),
        _text(item.get("content_html")) or _as_html(_text(item.get("content_text"))),
    )


def _as_html(text: str | None) -> str | None:
    if text is None:
        return None
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"<p>{line}</p>" for line in escaped.splitlines() if line.strip())


def _address(identifier: object) -> str | None:
    """An id that is the article's address too."""
    found = _text(identifier)
    return found if found and found.startswith(("http://", "https://")) else None


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
