"""A page's HTML -> its article alone.

markup -> metadata -> captions and boxes taken out by their class names -> trafilatura -> the line filters of
`plain` -> Extraction
"""

import re
from collections.abc import Iterator

import trafilatura
from lxml.etree import iterwalk
from lxml.html import HtmlElement
from trafilatura.utils import load_html

from index.intake.extract.extraction import Extraction, Reason
from index.intake.extract.metadata import domain, drop_element, read_metadata
from index.intake.extract.plain import extract_plain
from index.intake.extract.tidy import tidy_line
from index.records import Metadata, Removed

_BOX_NAMES: tuple[tuple[Reason, str], ...] = (
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
_BOXES = tuple((reason, re.compile(names, re.IGNORECASE)) for reason, names in _BOX_NAMES)
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:captions?|pcaption|image|pic_?desc|chu-?thich|image-?desc|desc_?image|photo_?desc)(?:$|[\s_-])"
    r"|photocms_caption|photo-?caption|img-?caption|wp-caption-text",
    re.IGNORECASE,
)
_LEAD = re.compile(r"(?:^|[\s_-])(?:sapo|lead|mo-?ta|tom-?tat|chapeau|summary|description)(?:$|[\s_-])", re.IGNORECASE)
_NEVER_TEXT = ("script", "style", "noscript", "template", "iframe", "svg", "button", "select", "textarea")
_KEPT = frozenset({"html", "body", "head", "main", "article", "meta", "link"})
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|br|center|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|"
    "header|hr|li|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul"
)
_SPACES = re.compile(r"\s+")
# An element with this share of the page's prose is the article, whatever its class says.
_TOO_MUCH = 0.4
_LONGEST_CAPTION, _LONGEST_BYLINE = 80, 200
_SHORTEST_LEAD, _LONGEST_LEAD = 10, 150


def extract_html(markup: str, *, url: str | None = None) -> Extraction:
    """The article that `markup` holds, with what the page states about it. `url` is where it came from, if known."""
    tree = load_html(markup) if markup.strip() else None
    if tree is None:
        return Extraction("", Metadata(url=url))
    metadata = read_metadata(tree, url)
    _leave_out_code(tree)
    removed: list[Removed] = []
    captions = _take_captions(tree, removed)
    _take_boxes(tree, removed)
    visible = extract_plain(page_text(tree), title=metadata.title)
    title = metadata.title or visible.metadata.title
    lead = _find_lead(tree)
    body = trafilatura.extract(tree, include_comments=False, include_tables=True) or ""
    if lead is not None and lead[:60] not in tidy_line(body):
        body = f"{lead}\n{body}"
    page = extract_plain(body.replace("\n", "\n\n"), title=title)
    return Extraction(
        text=page.text,
        metadata=Metadata(
            title,
            metadata.url,
            metadata.source or visible.metadata.source or domain(metadata.url),
            metadata.published_at or visible.metadata.published_at,
        ),
        captions=tuple(dict.fromkeys((*captions, *visible.captions, *page.captions))),
        removed=(*removed, *page.removed),
    )


def page_text(tree: HtmlElement) -> str:
    """The text that `tree` shows, a line for each block."""
    parts: list[str] = []
    for event, element in iterwalk(tree, events=("start", "end")):
        block = isinstance(element.tag, str) and _BLOCK.fullmatch(element.tag)
        text = element.text if event == "start" else element.tail
        parts.append("\n" if block else "")
        parts.append(_SPACES.sub(" ", text or ""))
    return "".join(parts)


def _leave_out_code(tree: HtmlElement) -> None:
    for element in tree.xpath("|".join(f"//{name}" for name in (*_NEVER_TEXT, "comment()"))):
        drop_element(element)
    for form in tree.xpath("//form"):  # some sites wrap the whole page in one, and trafilatura leaves forms out
        form.drop_tag()


def _take_captions(tree: HtmlElement, removed: list[Removed]) -> list[str]:
    """The words under pictures, taken out of `tree`."""
    found = [*tree.xpath("//figcaption"), *tree.xpath("//figure[not(.//figcaption)]")]
    found += [element for element, names in _named_elements(tree) if _CAPTION.search(names)]
    captions = []
    for element in found:
        text = tidy_line(" ".join(element.itertext()))
        if text and len(text.split()) <= _LONGEST_CAPTION:
            captions.append(text)
            removed.append(Removed(text, "caption"))
            drop_element(element)
    return captions


def _take_boxes(tree: HtmlElement, removed: list[Removed]) -> None:
    """Take the boxes that their class or id names as not the article out of `tree`."""
    total = _prose(tree)
    for element, names in list(_named_elements(tree)):
        reason = next((reason for reason, pattern in _BOXES if pattern.search(names)), None)
        if reason is None or _prose(element) > _TOO_MUCH * total:
            continue
        text = tidy_line(" ".join(element.itertext()))
        if reason != "byline" or len(text) <= _LONGEST_BYLINE:
            removed += [Removed(text, reason)] if text else []
            drop_element(element)


def _named_elements(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    for element in tree.iter("*"):
        names = " ".join(element.get(key, "") for key in ("class", "id", "type"))
        if element.tag not in _KEPT and names.strip():
            yield element, names


def _prose(element: HtmlElement) -> int:
    """How many characters of `element` stand in runs as long as sentences are."""
    return sum(len(text) for text in element.itertext() if len(text) >= 80)


def _find_lead(tree: HtmlElement) -> str | None:
    """The lead, which many sites set apart from the body."""
    for element, names in _named_elements(tree):
        if _LEAD.search(names):
            text = tidy_line(" ".join(element.itertext()))
            if _SHORTEST_LEAD <= len(text.split()) <= _LONGEST_LEAD:
                return text
    return None
