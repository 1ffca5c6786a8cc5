"""A page's HTML -> its article alone.

markup -> metadata -> code, captions and boxes taken out -> the element that holds the article, to which trafilatura
leads -> its blocks, sorted -> Extraction
"""

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy

import trafilatura
from lxml.html import HtmlElement
from trafilatura.utils import load_html

from index.intake.extract.blocks import Block, is_sentence, measure, read_blocks
from index.intake.extract.boxes import leave_out_code, take_boxes, take_captions
from index.intake.extract.extraction import Extraction
from index.intake.extract.mending import mend_tree
from index.intake.extract.metadata import domain, read_metadata
from index.intake.extract.plain import extract_plain, sort_blocks
from index.intake.extract.tidy import separators_kept, tidy_line
from index.records import Metadata, Removed

# The article's element holds this share of the text that trafilatura finds.
_HELD = 0.95
_TEASER = 0.6
_SHORTEST_LEAD, _SHORTEST_FOUND, _QUOTED = 40, 25, 60  # characters
_PARAGRAPHS = frozenset({"p", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4"})
_TEXTS = _PARAGRAPHS | {"tr", "dd", "dt"}


def extract_html(markup: str, *, url: str | None = None) -> Extraction:
    """The article that `markup` holds, with what the page states about it. `url` is where it came from, if known.

    Raises `Refused` for text in no encoding that can be made out.
    """
    tree = load_html(separators_kept(markup)) if markup.strip() else None
    if tree is None:
        return Extraction("", Metadata(url=url))
    mend_tree(tree)
    metadata, told = read_metadata(tree, url)
    leave_out_code(tree)
    shown = read_blocks(tree)
    visible = extract_plain("\n".join(block.text for block in shown), title=metadata.title)
    removed: list[Removed] = []
    captions = take_captions(tree, shown, removed)
    take_boxes(tree, removed)
    title = metadata.title or visible.metadata.title
    page = sort_blocks(_article_blocks(tree, title), title)
    return Extraction(
        # A page that shows only a teaser tells programs the whole.
        text=told if len(page.text) < _TEASER * len(told) else page.text,
        metadata=Metadata(
            title,
            metadata.url,
            metadata.source or visible.metadata.source or domain(metadata.url),
            metadata.published_at or page.metadata.published_at or visible.metadata.published_at,
        ),
        captions=tuple(dict.fromkeys((*captions, *visible.captions, *page.captions))),
        removed=(*removed, *page.removed),
    )


def _article_blocks(tree: HtmlElement, title: str | None) -> list[Block]:
    """The blocks of the element that holds the article, and the lead that stands between the headline and it.

    A paragraph, an item, a row and lines between `<br>` are text by their form; what else stands there has to be found
    by trafilatura or to be a sentence: labels and teasers are not.
    """
    blocks = read_blocks(tree)
    found = _found(tree, blocks)
    holder = _holder(tree, found)
    inside = [holder in (block.element, *block.element.iterancestors()) for block in blocks]
    first = inside.index(True) if any(inside) else 0
    heading = max(
        (n for n, block in enumerate(blocks[:first]) if block.tag == "h1" or block.text == title), default=first
    )
    lead = [block for block in blocks[heading:first] if len(block.text) >= _SHORTEST_LEAD and not block.is_link]
    known = {id(block) for block in found if len(block.text) >= _SHORTEST_FOUND}
    lines = Counter(block.element for block in blocks)
    body = [
        block
        for block, within in zip(blocks, inside, strict=True)
        if within and (block.tag in _TEXTS or lines[block.element] > 1 or id(block) in known or is_sentence(block))
    ]
    return lead + body


def _found(tree: HtmlElement, blocks: Sequence[Block]) -> list[Block]:
    """The blocks of which trafilatura finds the text; without any, all that are no links."""
    text = trafilatura.extract(deepcopy(tree), include_comments=False, include_tables=True) or ""
    lines = {tidy_line(line).strip("-| ") for line in text.split("\n")}
    whole = tidy_line(text)
    found = [b for b in blocks if b.text.strip("-| ") in lines or (len(b.text) > _QUOTED and b.text[:_QUOTED] in whole)]
    return found or [block for block in blocks if not block.is_link]


def _holder(tree: HtmlElement, blocks: Sequence[Block]) -> HtmlElement:
    """The innermost element that holds nearly all of `blocks`."""
    measures = measure(blocks)
    holder = tree
    while True:
        inner = [
            child
            for child in holder
            if measures[child].text >= _HELD * measures[tree].text and child.tag not in _PARAGRAPHS
        ]
        if not inner or not measures[tree].text:
            return holder
        holder = inner[0]
