"""Lists of feeds as feed readers exchange them (OPML 2.0, http://opml.org/spec2.opml)."""

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from index.intake.extract import tidy_line
from index.intake.feeds.entries import absolute, named, storable, xml_root
from index.storage.errors import Refused

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed in a list: its address, and what the list calls it."""

    url: str
    title: str | None = None


def read_opml(content: bytes) -> list[Subscription]:
    """The feeds of a list, each once, also those in folders. Refused where it is no OPML, or holds no feed."""
    root = xml_root(content)
    if not isinstance(root.tag, str) or etree.QName(root).localname.lower() != "opml":
        raise Refused("this is no OPML file; export the list of feeds again, as OPML")
    found: dict[str, Subscription] = {}
    for outline in named(root, "outline"):
        stated = {str(name).lower(): value for name, value in outline.attrib.items()}
        url = absolute(stated.get("xmlurl"), "")
        if url is not None and len(found) < _MOST:
            title = tidy_line(stated.get("title") or stated.get("text") or "")
            found.setdefault(url, Subscription(url, title or None))
    if not found:
        raise Refused("the OPML file lists no feed with a web address; see that its outlines have `xmlUrl`")
    return list(found.values())


def write_opml(subscriptions: Iterable[Subscription]) -> bytes:
    """A list of feeds that feed readers take."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Hỏi Đáp"
    body = etree.SubElement(root, "body")
    for feed in subscriptions:
        title = tidy_line(storable(feed.title or feed.url))
        etree.SubElement(body, "outline", type="rss", text=title, title=title, xmlUrl=feed.url)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))
