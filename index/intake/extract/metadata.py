"""What an HTML page states about its article. Nothing is guessed from its text or its address."""

import json
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from lxml.html import HtmlElement, fromstring

from index.intake.extract.blocks import read_blocks
from index.intake.extract.page_dates import parse_date
from index.intake.extract.tidy import tidy_line
from index.records import Metadata

_DATES = (
    "article:published_time",
    "og:published_time",
    "datePublished",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "article:published",
    "article.published",
    "DC.date.issued",
    "dcterms.issued",
    "dc.date",
    "parsely-pub-date",
    "sailthru.date",
    "date",
)
_ARTICLE = re.compile(r"(?:article|posting|webpage)$", re.IGNORECASE)
_AROUND = re.compile(r"<!--|-->|/?/?\*?\s*(?:<!\[CDATA\[|\]\]>)\s*(?:\*/)?|^\s*//.*$", re.MULTILINE)
_TRAILING = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
_VALUE = re.compile(r"[\[{]")
_SITE_SUFFIX = re.compile(r"\s+(?:\||-|–|—|•)\s+[^|–—•]{2,60}$")


def read_metadata(tree: HtmlElement, url: str | None) -> tuple[Metadata, str]:
    """The metadata of the page `tree`, read at `url` where that is known, and the text that JSON-LD has."""
    named = dict(_named(tree))
    records = list(_linked_data(tree))
    source = named.get("og:site_name") or _first(records, "publisher") or named.get("application-name")
    url = url or _address(tree, named)
    metadata = Metadata(_title(tree, named, records, source), url, source, _date(tree, named, records))
    return metadata, _body(records)


def _body(records: list[dict[str, object]]) -> str:
    """The longest `articleBody`, its paragraphs apart, without markup."""
    bodies = (body for record in records if isinstance(body := record.get("articleBody"), str))
    body = max(bodies, key=len, default="")
    body = unescape(body) if "&lt;" in body else body
    lines = [block.text for block in read_blocks(fromstring(f"<div>{body}</div>"))] if "<" in body else body.split("\n")
    return "\n\n".join(line for line in map(tidy_line, lines) if line)


def domain(url: str | None) -> str | None:
    """The host that a page is read at, for want of a publisher's name."""
    host = urlsplit(url).hostname if url else None
    return host.removeprefix("www.") if host else None


def _named(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """Names and contents of the `meta` elements, the first of a name last, so that it wins in a dict."""
    for element in reversed(tree.xpath("//meta[@content]")):
        for attribute in ("itemprop", "name", "property"):
            name, content = element.get(attribute), tidy_line(element.get("content"))
            if name and content:
                yield name.strip().lower(), content


def _linked_data(tree: HtmlElement) -> Iterator[dict[str, object]]:
    """The JSON-LD objects that describe an article."""
    for element in tree.xpath('//script[contains(@type, "ld+json")]'):
        waiting = list(_values(element.text or ""))
        while waiting:
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting.extend(value)
            elif isinstance(value, dict):
                waiting.extend(v for v in (value.get("@graph"), value.get("mainEntity")) if v)
                kinds = value.get("@type")
                names = kinds if isinstance(kinds, list) else [kinds]
                if any(isinstance(name, str) and _ARTICLE.search(name) for name in names):
                    yield value


def _values(script: str) -> Iterator[object]:
    """The JSON values of a script as careless templates write it: comments, line ends in strings, too many commas."""
    script = _TRAILING.sub(lambda found: found[1] or "", _AROUND.sub("", script))
    decoder = json.JSONDecoder(strict=False)
    at = 0
    while found := _VALUE.search(script, at):
        try:
            value, at = decoder.raw_decode(script, found.start())
        except (ValueError, RecursionError):
            return
        yield value


def _first(records: list[dict[str, object]], key: str) -> str | None:
    for record in records:
        value = record.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, str) and tidy_line(value):
            return tidy_line(value)
    return None


def _title(
    tree: HtmlElement, named: dict[str, str], records: list[dict[str, object]], source: str | None
) -> str | None:
    headings = [tidy_line(element.text_content()) for element in tree.xpath("//h1")]
    heading = headings[0] if len(headings) == 1 else None
    titles = [tidy_line(element.text_content()) for element in tree.xpath("//head/title")]
    title = named.get("og:title") or _first(records, "headline") or heading or next(iter(titles), None)
    if not title or title == source:
        return heading or None
    if heading and title.startswith(heading):
        return heading
    if source and title.endswith(source):
        return title.removesuffix(source).rstrip(" |-–—•") or None
    return title if " | " not in title else _SITE_SUFFIX.sub("", title)


def _address(tree: HtmlElement, named: dict[str, str]) -> str | None:
    """The page's own address. A site's front page, as careless templates give it, is none."""
    links = [element.get("href") for element in tree.xpath('//link[@rel="canonical"][@href]')]
    for address in (*links, named.get("og:url")):
        try:
            parts = urlsplit((address or "").strip())
        except ValueError:
            continue
        if parts.scheme in {"http", "https"} and parts.hostname and (parts.path.strip("/") or parts.query):
            return parts.geturl()
    return None


def _date(tree: HtmlElement, named: dict[str, str], records: list[dict[str, object]]) -> str | None:
    stated = [named.get(name.lower()) for name in _DATES]
    stated.insert(1, _first(records, "datePublished"))
    stated += [element.get("datetime") for element in tree.xpath("//time[@datetime]")[:1]]
    stated += [
        element.get("content") or element.get("datetime")
        for element in tree.xpath('//*[@itemprop="datePublished"]')[:1]
    ]
    found = (parse_date(value) for value in stated if value)
    return next((date for date in found if date), None)
