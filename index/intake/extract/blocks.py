"""A page's tree as blocks of text: paragraphs, items of lists, rows of tables, and lines between `<br>`.

Each says how much of it is link, which is what tells an article from the boxes beside it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from index.intake.extract.lines import Line, ends_sentence, is_caption
from index.intake.extract.tables import read_table
from index.intake.extract.tidy import tidy_line

_BLOCK = re.compile(
    "address|article|aside|blockquote|body|center|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|"
    "header|hr|li|main|nav|noscript|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul"
)
# Of a block that is a link to elsewhere.
_LINKED = 0.8
_LONG, _SENTENCE = 80, 25  # characters


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text as one line. `linked` are the characters of it that lead to other pages, `tag` is the element that
    it stands in.
    """

    text: str
    linked: int
    tag: str
    element: HtmlElement

    @property
    def is_link(self) -> bool:
        """Whether it is hardly anything else than a link."""
        return self.linked >= _LINKED * len(self.text)


def read_blocks(root: HtmlElement) -> list[Block]:
    """The blocks below `root`, in the order of the page."""
    return list(_Reader().read(root))


@dataclass(slots=True)
class Measure:
    """What an element holds, in characters: in all, in links, in links that stand alone, in sentences and long runs of
    text that are none; and how many such sentences there are.
    """

    text: int = 0
    linked: int = 0
    links: int = 0
    prose: int = 0
    sentences: int = 0


def is_sentence(block: Block) -> bool:
    """Whether a block is, or ends in, a sentence that is neither a link nor a caption."""
    text = block.text
    return len(text) >= _SENTENCE and not block.is_link and ends_sentence(text) and not is_caption(Line(text, gap=True))


Measures = Mapping[HtmlElement, Measure]


def measure(blocks: Sequence[Block]) -> Measures:
    """What each element that holds any of `blocks` holds; all others hold nothing."""
    measures: defaultdict[HtmlElement, Measure] = defaultdict(Measure)
    for block in blocks:
        size = len(block.text)
        sentence = is_sentence(block)
        prose = size if sentence or (size >= _LONG and not block.is_link) else 0
        for element in (block.element, *block.element.iterancestors()):
            found = measures[element]
            found.text += size
            found.linked += block.linked
            found.links += size if block.is_link else 0
            found.prose += prose
            found.sentences += sentence
    return measures


class _Reader:
    """Collects text until a block ends."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, bool]] = []
        self._bullet = False

    def read(self, element: HtmlElement, block: HtmlElement | None = None, linked: bool = False) -> Iterator[Block]:
        """The blocks of `element`, which stands in `block`, or in a link where `linked`."""
        tag = element.tag if isinstance(element.tag, str) else ""
        block = element if block is None else block
        if tag == "table" and (rows := read_table(element)) is not None:
            yield from self._end(block)
            yield from (Block(row, 0, "tr", element) for row in rows)
            return
        opens = _BLOCK.fullmatch(tag) is not None
        if opens or tag == "br":
            yield from self._end(block)
            self._bullet = self._bullet or tag == "li"
        inside = element if opens else block
        linked = linked or (tag == "a" and _leads_elsewhere(element))
        if tag:
            self._parts.append((element.text or "", linked))
        for child in element:
            yield from self.read(child, inside, linked)
            self._parts.append((child.tail or "", linked))
        if opens:
            yield from self._end(inside)
            self._bullet = self._bullet and tag != "li"

    def _end(self, block: HtmlElement) -> Iterator[Block]:
        parts, self._parts = self._parts, []
        words = "".join(part for part, _ in parts)
        if words.strip() and (text := tidy_line(words)):
            linked = len(tidy_line("".join(part for part, linked in parts if linked)))
            yield Block(f"- {text}" if self._bullet else text, linked, block.tag, block)
            self._bullet = False


def _leads_elsewhere(link: HtmlElement) -> bool:
    """Whether a link leads to another page, and not to a place in this one, an e-mail address or a telephone."""
    return re.match(r"(?!\s*(?:#|mailto:|tel:))\s*\S", link.get("href", "/")) is not None
