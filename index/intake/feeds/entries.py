"""What feeds of every kind are read into: entries, each with the key that it is known by when it is read again."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree
from lxml.html import fragment_fromstring

from index.intake.extract import parse_date, tidy_line
from index.storage.errors import Refused

# A feed has tens of entries, a news sitemap at most 1,000; who lists more gets its first ones read.
MOST_ENTRIES = 1000
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_URL, _LONGEST_KEY, _LONGEST_TITLE = 2000, 500, 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as a feed announces it.

    `key` is its id where the feed gives each entry one of its own, else its address. Dates are ISO 8601. `content` is
    the whole text as HTML, where the feed carries it; `summary` is plain text.
    """

    key: str
    url: str
    title: str | None = None
    published_at: str | None = None
    updated_at: str | None = None
    summary: str | None = None
    content: str | None = None

    @property
    def digest(self) -> str:
        """Hex SHA-256 of what a correction changes; markup (counters, pictures) does not count."""
        content = plain_text(self.content) if self.content else None
        seen = (self.title, self.published_at, self.updated_at, self.summary, content)
        return sha256("\x1f".join(part or "" for part in seen).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was read; `parts` are the addresses of the sitemaps that a sitemap index lists, newest first."""

    kind: str
    title: str | None
    entries: tuple[Entry, ...]
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as it stands in a feed, before anything about it is settled."""

    id: str | None
    url: str | None
    title: str | None = None
    published: str | None = None
    updated: str | None = None
    summary: str | None = None
    content: str | None = None


def settled(listed: Iterable[Listed], base: str) -> tuple[Entry, ...]:
    """The entries that have an address, each once, in the feed's order.

    An id that stands for several addresses is none.
    """
    placed = [(entry, url) for entry in listed if (url := absolute(entry.url, base))][:MOST_ENTRIES]
    owners = Counter(name for name, _ in {(entry.id, url) for entry, url in placed})
    entries: dict[str, Entry] = {}
    urls: set[str] = set()
    for entry, url in placed:
        key = entry.id if entry.id and owners[entry.id] == 1 else url
        if key not in entries and url not in urls:
            entries[key] = _entry(entry, _short(key, _LONGEST_KEY) or url, url)
            urls.add(url)
    return tuple(entries.values())


def _entry(listed: Listed, key: str, url: str) -> Entry:
    title = _short(plain_text(listed.title or ""), _LONGEST_TITLE)
    published, updated = (parse_date(value) if value else None for value in (listed.published, listed.updated))
    summary = plain_text(listed.summary or "") or None
    return Entry(key, url, title, published, updated, summary, listed.content or None)


def absolute(url: str | None, base: str) -> str | None:
    """The web address that `url` means on the page `base`, unchecked; None where it is none."""
    try:
        whole = urldefrag(urljoin(base, (url or "").strip())).url
        usable = urlsplit(whole).scheme in {"http", "https"} and len(whole) <= _LONGEST_URL
    except ValueError:
        return None
    return whole if url and url.strip() and usable else None


def plain_text(markup: str) -> str:
    """The text of a piece of HTML, in one line; a text without markup stays as it is."""
    if "<" not in markup and "&" not in markup:
        return tidy_line(markup)
    try:
        tree = fragment_fromstring(storable(markup), create_parent="div")
    except (etree.ParserError, etree.ParseError, ValueError):
        return tidy_line(markup)
    etree.strip_elements(tree, "script", "style", etree.Comment, etree.ProcessingInstruction, with_tail=False)
    return tidy_line(" ".join(tree.itertext()))


def storable(text: str) -> str:
    """Without the characters that XML has no place for, which lxml takes for an error."""
    return _NOT_XML.sub(" ", text)


def _short(text: str, most: int) -> str | None:
    return text[:most].strip() or None


def xml_root(content: bytes) -> etree._Element:
    """The root of an XML file of strangers: no entity is expanded, nothing fetched, and what is broken is passed over.

    Refused where it is no XML at all.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(f"this is no XML ({error}); give the address of a feed") from error
    if root is None:
        raise Refused("this is no XML; give the address of a feed")
    return root


def named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """The elements of a name, whatever its namespace."""
    yield from root.iter(f"{{*}}{name}")


def child_text(element: etree._Element, name: str) -> str | None:
    """The text of the first descendant of a name."""
    found = next(named(element, name), None)
    return None if found is None else "".join(found.itertext()).strip() or None
