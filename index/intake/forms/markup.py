"""Markup that holds one article and nothing else -> its paragraphs. Pages of sites have `extract_html`."""

import re
from collections.abc import Iterator

from lxml import html
from lxml.html import HtmlElement

from index.intake.extract.tidy import tidy_line
from index.intake.forms.superscripts import raised
from index.storage.errors import Refused

_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "br", "center", "dd", "div", "dl", "dt", "figcaption"),
        *("figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p"),
        *("pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    }
)
_NO_TEXT = frozenset(
    {"script", "style", "head", "template", "noscript", "iframe", "svg", "math", "object", "select", "textarea", "nav"}
)
# The mark of a footnote, or the arrow back from it.
_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡↑↩^]\ufe0e?|[a-z])[\])]?|[↑↩⤴]\ufe0e?")
_DEEPEST = 200


def parse_markup(markup: str) -> HtmlElement:
    """The tree of `markup`. Raises `Refused` where it is empty or nested too deep."""
    # lxml refuses an encoding declaration in text.
    content = re.sub(r"\A\s*<\?xml[^>]{0,200}\?>", "", markup).replace("\x00", "")
    try:
        tree = html.document_fromstring(content)
    except (html.etree.ParserError, ValueError) as error:
        raise Refused("there is no text in it; give the article's text") from error
    if _too_deep(tree):
        raise Refused("its parts are nested too deep; save it again with another program")
    return tree


def _too_deep(tree: HtmlElement) -> bool:
    depth = 0
    for event, _ in html.etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            return True
    return False


def paragraphs(tree: HtmlElement) -> list[str]:
    """The paragraphs of `tree`; a table is one, its rows on a line each, cells parted by " | "."""
    return [text for text in _blocks(tree) if text]


def inline_text(element: HtmlElement) -> str:
    """What `element` says, on one line."""
    return tidy_line("".join(_inline(element)))


def _blocks(element: HtmlElement) -> Iterator[str]:
    """The blocks of `element`, in order; runs of text between them are blocks too."""
    run: list[str] = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _NO_TEXT:
            pass
        elif child.tag == "table":
            yield tidy_line("".join(run))
            run = []
            yield from _table(child)
        elif child.tag == "li":
            yield tidy_line("".join(run))
            run = []
            first, *rest = [text for text in _blocks(child) if text] or [""]
            yield f"- {first}" if first and not first.startswith("- ") else first
            yield from rest
        elif child.tag in _BLOCKS or child.xpath("boolean(.//p|.//div|.//table|.//li|.//br)"):
            yield tidy_line("".join(run))
            run = []
            yield from _blocks(child)
        else:
            run += _inline(child)
        run.append(child.tail or "")
    yield tidy_line("".join(run))


def _inline(element: HtmlElement) -> Iterator[str]:
    if element.tag == "a" and "#" in element.get("href", "") and _MARK.fullmatch(element.text_content().strip()):
        return
    for text in _inline_parts(element):
        yield raised(text) if element.tag == "sup" else text


def _inline_parts(element: HtmlElement) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _NO_TEXT:
            yield " " if child.tag in _BLOCKS else ""
            yield from _inline(child)
            yield " " if child.tag in _BLOCKS else ""
        yield child.tail or ""


def _table(table: HtmlElement) -> Iterator[str]:
    """The rows as one paragraph; a table of one column sets text, and gives the blocks of its cells."""
    rows = [row.xpath("./td|./th") for row in table.xpath("./tr|./thead/tr|./tbody/tr|./tfoot/tr")]
    yield from (inline_text(caption) for caption in table.xpath("./caption"))
    if all(len(row) <= 1 for row in rows):
        for row in rows:
            for cell in row:
                yield from _blocks(cell)
        return
    lines = (" | ".join(inline_text(cell) for cell in row) for row in rows)
    yield "\n".join(line for line in lines if line.strip(" |"))
