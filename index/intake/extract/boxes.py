"""What stands in a page's tree and is not its article: code, words under pictures, boxes.

A box is known by the name of its class, or by its links, and goes only if what it holds is none of the article's prose:
a class name says little.
"""

import re
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from index.intake.extract.blocks import Block, Measures, measure, read_blocks
from index.intake.extract.extraction import Reason
from index.intake.extract.lines import Line, is_byline
from index.intake.extract.tables import read_table
from index.intake.extract.tidy import tidy_line
from index.records import Removed

_NAMES: tuple[tuple[Reason, str], ...] = (
    (
        "most-read",
        r"doc-?nhieu|xem-?nhieu|most-?(?:read|view|popular)|(?:^|[\s_-])(?:trending|popular)(?:$|[\s_-])",
    ),
    (
        "related",
        r"lien-?quan|relate[ds]?(?:$|[\s_-]|one|news|content|article|post|box)|story__relate|relatedonenews|"
        r"(?:tin|bai)(?:-?(?:viet|tuc))?-?(?:khac|moi|cung|tiep)|cung-?(?:chuyen-?muc|chu-?de|su-?kien)|"
        r"xem-?them|doc-?them|read-?more|co-the-ban|quan-tam|box-?(?:tin|news|link|category|tinlienquan)|"
        r"list-?news-?(?:bottom|other)|other-?news|news-?other|link-?content-?footer|inner-article|suggest",
    ),
    ("comments", r"(?:^|[\s_-])comments?(?:$|[\s_-])|box-?comment|binh-?luan|y-?kien|fb-comments|gui-?bai"),
    ("tags", r"(?:^|[\s_-])(?:tags?|tag-?list|box-?tag|tu-?khoa|keywords?)(?:$|[\s_-])|tags?-?(?:box|list|wrap)"),
    ("share", r"(?:^|[\s_-])(?:share|social|chia-?se|toolbar|box-?social|like-?share)(?:$|[\s_-])|sharing"),
    ("byline", r"(?:^|[\s_-])(?:p-?author|author|tac-?gia|detail-?author|box-?author|nguon-?tin)(?:$|[\s_-])"),
    ("navigation", r"(?:^|[\s_-])(?:breadcrumbs?|menu|nav|navbar|topnav|quang-?cao|ads?|banner)(?:$|[\s_-])"),
)
_BOXES = tuple((reason, re.compile(names, re.IGNORECASE)) for reason, names in _NAMES)
_CAPTION = re.compile(r"p?caption|chu-?thich|(?:pic|image|photo)_?desc|desc_?image", re.IGNORECASE)
_PICTURE = re.compile(r"(?:^|[\s_-])image(?:$|[\s_-])", re.IGNORECASE)
_NEVER_TEXT = (
    "head",
    "script",
    "style",
    "template",
    "iframe",
    "svg",
    "button",
    "select",
    "textarea",
    "object",
    "audio",
    "video",
)
_KEPT = frozenset({"html", "body", "head", "main", "article", "meta", "link"})
_GROUPS = frozenset(
    {"article", "aside", "div", "dl", "footer", "header", "li", "nav", "ol", "section", "table", "td", "ul"}
)
_SCRIPT = re.compile("java ?script", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
# An element with this share of the page's prose is the article, whatever its class says.
_TOO_MUCH = 0.4
# The share of a box that is links; where no name tells that it is one, of links that stand alone.
_LINKS = 0.3
_LONGEST_CAPTION, _LONGEST_BYLINE = 80, 200


def leave_out_code(tree: HtmlElement) -> None:
    """Take out of `tree` what no reader sees, and the notices to those who run no scripts."""
    for element in tree.xpath(
        "|".join(f"//{name}" for name in (*_NEVER_TEXT, "comment()", "processing-instruction()"))
    ):
        _drop(element)
    # Some sites wrap the whole page in a form; a font parts short paragraphs for trafilatura.
    for element in tree.xpath("//form | //font"):
        element.drop_tag()
    measures = measure(read_blocks(tree))
    for element in tree.xpath("//noscript"):
        if not measures[element].sentences or _SCRIPT.search(_text(element)):
            _drop(element)
    for element in tree.xpath("//*[@hidden or @style]"):
        hidden = element.get("hidden") is not None or _HIDDEN.search(element.get("style", ""))
        if hidden and measures[element].prose <= _TOO_MUCH * measures[tree].prose:
            _drop(element)


def take_captions(tree: HtmlElement, blocks: Sequence[Block], removed: list[Removed]) -> list[str]:
    """The words under pictures, taken out of `tree`, whose `blocks` these are. A table or a quotation in a figure is
    text.
    """
    measures = measure(blocks)
    found = tree.xpath("//figcaption | //figure[not(.//figcaption or .//table or .//blockquote or .//li)]")
    for element, names in _named_elements(tree):
        named = _CAPTION.search(names) or (_PICTURE.search(names) and not measures[element].sentences)
        if named and not any(read_table(table) for table in element.iter("table")):
            found.append(element)
    captions = []
    for element in found:
        text = _text(element)
        if text and len(text.split()) <= _LONGEST_CAPTION:
            captions.append(text)
            removed.append(Removed(text, "caption"))
            _drop(element)
    return captions


def take_boxes(tree: HtmlElement, removed: list[Removed]) -> None:
    """Take the boxes that their class or id names as not the article, and those of links alone, out of `tree`."""
    measures = measure(read_blocks(tree))
    most = _TOO_MUCH * measures[tree].prose
    taken: set[HtmlElement] = set()
    for element, reason in _boxes(tree, measures):
        if measures[element].prose <= most and taken.isdisjoint(element.iterancestors()):
            taken.add(element)
            text = _text(element)
            removed += [Removed(text, reason)] if text else []
            _drop(element)


def _boxes(tree: HtmlElement, measures: Measures) -> Iterator[tuple[HtmlElement, Reason]]:
    for element, names in list(_named_elements(tree)):
        reason = next((reason for reason, pattern in _BOXES if pattern.search(names)), None)
        if reason is not None and _is_box(element, reason, measures):
            yield element, reason
    for element in list(tree.iter(*_GROUPS)):
        if measures[element].links > _LINKS * measures[element].text:
            yield element, "related"


def _is_box(element: HtmlElement, reason: Reason, measures: Measures) -> bool:
    """Whether an element that is named as a box holds what such a box does."""
    if reason == "comments":  # readers' follow the article; an expert's stands in it
        return not any(measures[sibling].sentences for sibling in element.itersiblings())
    measured = measures[element]
    if reason == "byline":
        text = _text(element)
        return len(text) <= _LONGEST_BYLINE and (is_byline(Line(text, gap=True)) or not measured.sentences)
    return not measured.sentences or measured.linked > _LINKS * measured.text


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _named_elements(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    for element in tree.iter("*"):
        names = " ".join(element.get(key, "") for key in ("class", "id", "type"))
        if element.tag not in _KEPT and names.strip():
            yield element, names


def _text(element: HtmlElement) -> str:
    return tidy_line(" ".join(element.itertext()))
