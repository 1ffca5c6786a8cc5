"""RSS, Atom, JSON feeds and sitemaps -> entries.

RSS and Atom are read by feedparser, which copes with what is no XML; it is given bytes, so that it opens nothing.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import feedparser

from index.intake.extract import decode
from index.intake.feeds.entries import Feed, Listed, plain_text, settled
from index.intake.feeds.sitemaps import is_sitemap, read_sitemap, unzipped
from index.storage.errors import Refused

LARGEST = 5 * 1024 * 1024
# feedparser takes the square of the number of entries in time, 0.1 ms for a tag, and a tenth of that for an entity.
_MOST_ITEMS, _MOST_TAGS, _MOST_ENTITIES = 5000, 60_000, 500_000
_ITEM = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listing:
    """A feed as it stands: its kind and title, the address that it gives as its site's, and what it lists."""

    kind: str
    title: str | None
    home: str | None
    listed: list[Listed]


def read_feed(content: bytes, address: str, charset: str | None = None) -> Feed:
    """The entries of a feed that lies at `address`; `charset` is what its server says.

    Refused where it is no feed.
    """
    content = unzipped(content, LARGEST)
    if is_sitemap(content):
        return read_sitemap(content, address)
    if _is_heavy(content):
        raise Refused(
            f"the feed has more than {_MOST_ITEMS:,} entries, or too much markup; give one of the newest only"
        )
    listing = list_feed(content, address, charset)
    return Feed(listing.kind, listing.title, settled(listing.listed, address))


def list_feed(content: bytes, address: str = "", charset: str | None = None) -> Listing:
    """A feed as it stands, of any size, which may take long. Refused where it is no RSS, RDF, Atom or JSON feed."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _list_json(content)
    return _list_xml(content, address, charset)


def _list_xml(content: bytes, address: str, charset: str | None) -> Listing:
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
    listed = [_listed(entry, atom=atom) for entry in parsed["entries"]]
    said = parsed["feed"]
    return Listing(version or "rss", plain_text(said.get("title") or "") or None, _text(said.get("link")), listed)


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


def _list_json(content: bytes) -> Listing:
    """A JSON feed (https://www.jsonfeed.org/version/1.1/)."""
    try:
        stated = json.loads(decode(content))
    except (ValueError, RecursionError) as error:
        raise Refused(f"this is neither a feed nor JSON ({error}); give the address of a feed") from error
    items = stated.get("items") if isinstance(stated, dict) else None
    if not isinstance(items, list) or "jsonfeed" not in str(stated.get("version")):
        raise Refused("this JSON is no feed: it has no `items`, or no `version` of jsonfeed.org; give another address")
    listed = [_json_item(item) if isinstance(item, dict) else Listed(None, None) for item in items]
    title = plain_text(_text(stated.get("title")) or "") or None
    return Listing("json", title, _text(stated.get("home_page_url")), listed)


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
