"""Sitemaps and their indexes (https://www.sitemaps.org/protocol.html), with what news sitemaps add."""

import re
import zlib

from index.intake.extract import parse_date
from index.intake.feeds.entries import Feed, Listed, absolute, child_text, named, settled, xml_root
from index.storage.errors import Refused

_ROOT = re.compile(rb"<(?:\w{1,20}:)?(?:urlset|sitemapindex)\b")
_HEAD = 10_000
_PARTS = 500
_OLDEST = ""


def is_sitemap(content: bytes) -> bool:
    """Whether a file is a sitemap or an index of sitemaps."""
    return _ROOT.search(content[:_HEAD]) is not None


def read_sitemap(content: bytes, address: str) -> Feed:
    """The dated pages of a sitemap, newest first, or the sitemaps of an index.

    A page without a date is passed over: nothing says that it is news, or when it changes.
    """
    root = xml_root(content)
    if next(named(root, "sitemap"), None) is not None:
        return Feed("sitemap index", None, (), _parts(root, address))
    pages = [
        Listed(
            None,
            child_text(page, "loc"),
            child_text(page, "title"),
            child_text(page, "publication_date"),
            child_text(page, "lastmod"),
        )
        for page in named(root, "url")
    ]
    dated = [(date, page) for page in pages if (date := parse_date(page.published or page.updated or ""))]
    newest = sorted(dated, key=lambda pair: pair[0], reverse=True)
    return Feed("sitemap", None, settled((page for _, page in newest), address))


def _parts(root: object, address: str) -> tuple[str, ...]:
    """The sitemaps of an index, latest changed first; those without a date, in order, after them."""
    listed = [
        (parse_date(child_text(part, "lastmod") or "") or _OLDEST, absolute(child_text(part, "loc"), address))
        for part in named(root, "sitemap")
    ]
    newest = sorted(listed[:50_000], key=lambda pair: pair[0], reverse=True)
    return tuple(dict.fromkeys(url for _, url in newest if url))[:_PARTS]


def unzipped(content: bytes, most: int) -> bytes:
    """A file as it is, or what a gzip file holds. Refused where that is more than `most` bytes, or broken."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        held = unpacker.decompress(content, most + 1)
    except zlib.error as error:
        raise Refused(f"the file is broken gzip ({error}); give another") from error
    if len(held) > most or not unpacker.eof:
        raise Refused(f"the file unpacks to more than {most:,} bytes, or is cut; give a smaller one")
    return held
