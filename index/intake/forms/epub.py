"""An EPUB -> its articles: each file of its spine that begins with a heading, and what goes on from it in the next.

The package format is EPUB 3.3 (W3C Recommendation, 2023): `META-INF/container.xml` names the package document, and
its spine the order of the pages. The archive's names are looked up in it and never on the disk.
"""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote
from zipfile import ZipFile

from lxml.html import HtmlElement

from index.intake.extract import decode, parse_date
from index.intake.forms.document import Document, Parts
from index.intake.forms.markup import inline_text, paragraphs, parse_markup
from index.intake.forms.packages import open_package, read_part
from index.intake.forms.xml import Element, local_name, parse_xml
from index.records import Metadata
from index.storage.errors import Refused

_CONTAINER = "META-INF/container.xml"
_PAGES = {"application/xhtml+xml", "text/html"}
_MOST_TEXT = 20 * 1024 * 1024
_SHORTEST = 200  # a title page, a list of contents


def read_epub(data: bytes) -> Parts:
    """The articles of an EPUB. Raises `Refused` where it is damaged or protected."""
    with open_package(data) as package:
        if "META-INF/encryption.xml" in package.namelist() and "META-INF/rights.xml" in package.namelist():
            raise Refused("the EPUB is protected (DRM); give one without")
        path, book = _book(package)
        source, title, date = _stated(book, "publisher"), _stated(book, "title"), _date(book)
        articles = list(_articles(package, path, book))
        metadata = Metadata(title, None, source, date)
    long = [article for article in articles if _length(article.blocks) >= _SHORTEST]
    for article in long:
        headline = article.headline or title
        repeated = article.blocks[0] == headline
        text = "\n\n".join(article.blocks[1:] if repeated else article.blocks)
        place = article.place if len(long) > 1 else ""
        yield Document(text, metadata=replace(metadata, title=headline), place=place)
    if not long:
        raise Refused("the EPUB holds no article; give its text as a file of another kind")


@dataclass(frozen=True, slots=True)
class _Article:
    """An article of an EPUB: the first page that it stands on, its headline and its paragraphs."""

    place: str
    headline: str | None
    blocks: tuple[str, ...]


def _length(blocks: Sequence[str]) -> int:
    return sum(map(len, blocks))


def _book(package: ZipFile) -> tuple[str, Element]:
    """The package document, and where it stands in the archive."""
    container = parse_xml(read_part(package, _CONTAINER))
    path = next((found.get("full-path", "") for found in container.iter() if local_name(found) == "rootfile"), "")
    return path, parse_xml(read_part(package, path))


def _stated(book: Element, name: str) -> str | None:
    for element in book.iter():
        if local_name(element) == name and (text := (element.text or "").strip()):
            return text
    return None


def _date(book: Element) -> str | None:
    """The day of publication. Some programs write there when the file was made, which `dcterms:modified` says too."""
    stated = _stated(book, "date")
    modified = next((element.text for element in book.iter() if element.get("property") == "dcterms:modified"), None)
    return parse_date(stated) if stated and stated != modified else None


def _articles(package: ZipFile, path: str, book: Element) -> Iterator[_Article]:
    """The articles in their order: a page without a heading goes on with the article before it."""
    article: _Article | None = None
    pages = _spine(path, book)
    if sum(package.getinfo(name).file_size for name in pages if name in package.NameToInfo) > _MOST_TEXT:
        raise Refused(f"the EPUB's text has more than {_MOST_TEXT:,} bytes; split it")
    for name in pages:
        tree = parse_markup(decode(read_part(package, name)))
        headline = _take_heading(tree)
        blocks = tuple(paragraphs(tree))
        if article is not None and headline is None:
            article = replace(article, blocks=(*article.blocks, *blocks))
            continue
        if article is not None:
            yield article
        article = _Article(name, headline, blocks)
    if article is not None:
        yield article


def _spine(path: str, book: Element) -> tuple[str, ...]:
    """The names of the pages in their order, each once, without the navigation."""
    pages: dict[str, None] = {}
    items = {item.get("id"): item for item in book.iter() if local_name(item) == "item"}
    for reference in book.iter():
        item = items.get(reference.get("idref")) if local_name(reference) == "itemref" else None
        if item is None or item.get("media-type") not in _PAGES or "nav" in item.get("properties", "").split():
            continue
        pages[posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(item.get("href", ""))))] = None
    return tuple(pages)


def _take_heading(tree: HtmlElement) -> str | None:
    """The heading that a page begins with, taken out of it."""
    for heading in tree.xpath("(//h1|//h2)[1]"):
        before = "".join(heading.xpath("preceding::text()[not(ancestor::head)]"))
        title = inline_text(heading)
        if title and len(before.strip()) < _SHORTEST:
            heading.drop_tree()
            return title
    return None
