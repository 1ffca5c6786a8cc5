"""A topic's notices as an Atom feed (RFC 4287)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from index.language.text import one_line
from rag.delivery.letter import web_link

MEDIA_TYPE = "application/atom+xml"

_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Entry:
    """A notice: `id` never changes, `words` are what it cites, `updated` is when it was found, with a zone."""

    id: str
    title: str
    updated: datetime
    words: str
    url: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """The newest notices of a topic; `updated` is the time of the newest, or that the topic was made at."""

    topic: str
    title: str
    updated: datetime
    entries: tuple[Entry, ...]


def atom(feed: Feed, home: str | None, path: str) -> bytes:
    """The feed in UTF-8. `home` is this service's address as readers reach it, where that is known."""
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _particulars(root, f"topic:{feed.topic}", feed.title, feed.updated)
    _put(_put(root, "author"), "name", "Hỏi Đáp")
    if home is not None:
        _link(root, "self", home.rstrip("/") + path, MEDIA_TYPE)
        _link(root, "alternate", home, "text/html")
    for entry in feed.entries:
        element = _put(root, "entry")
        _particulars(element, f"notice:{feed.topic}:{entry.id}", entry.title, entry.updated)
        if entry.source:
            _put(_put(element, "author"), "name", entry.source)
        url = web_link(entry.url) or home
        if url:
            _link(element, "alternate", url, "text/html")
        _put(element, "content" if not url else "summary", entry.words)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _particulars(element: etree._Element, name: str, title: str, updated: datetime) -> None:
    _put(element, "id", uuid5(NAMESPACE_URL, f"hoidap:{name}").urn)
    _put(element, "title", title)
    _put(element, "updated", updated.isoformat(timespec="seconds"))


def _put(parent: etree._Element, name: str, text: str = "") -> etree._Element:
    element = etree.SubElement(parent, f"{{{_ATOM}}}{name}")
    # Characters that XML cannot hold are among those that nobody could see.
    element.text = one_line(text).replace("\ufffe", "").replace("\uffff", "") or None
    return element


def _link(parent: etree._Element, relation: str, url: str, kind: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}link", {"rel": relation, "type": kind, "href": url})
