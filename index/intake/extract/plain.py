"""The visible text of a page -> its article alone.

    lines -> what can stand nowhere in an article -> where it begins -> sections beside and after it
          -> captions and boxes inside it -> what trails it -> Extraction

Each step gives lines a reason to go; those that have none at the end are the article.
"""

from collections import defaultdict
from collections.abc import Sequence

from index.intake.extract.blocks import Block
from index.intake.extract.body import mark_before_title, mark_captions, mark_ends, mark_sections, mark_tail
from index.intake.extract.credits import find_source
from index.intake.extract.extraction import Extraction
from index.intake.extract.head import find_head, published_at
from index.intake.extract.lines import Line, ends_sentence, is_pointer, is_table_row, page_lines
from index.intake.extract.mending import mend
from index.intake.extract.page import Page
from index.intake.extract.phrases import standing_reason
from index.intake.extract.related import mark_related
from index.records import Metadata, Removed

# Lines longer than this are prose, which syndicated articles share; boilerplate is shorter.
_LONGEST_BOILERPLATE = 160


def extract_plain(text: str, *, boilerplate: frozenset[str] = frozenset(), title: str | None = None) -> Extraction:
    """The article that `text`, the visible text of a page, holds.

    `boilerplate` are lines that pages of the site have in common (see `site_boilerplate`); `title` is given where it
    is known. Linear in the length of the page. Raises `Refused` for text in no encoding that can be made out.
    """
    page = Page(page_lines(mend(text)), title)
    _mark_standing(page, boilerplate)
    site = find_head(page)
    mark_captions(page)
    mark_related(page)
    mark_sections(page)
    mark_tail(page)
    return _extraction(page, site)


def sort_blocks(blocks: Sequence[Block], title: str | None) -> Extraction:
    """The article that the `blocks` of its element in a page's tree are, from the headline on.

    They stand where an article's text does, so each is text that does not look like something else.
    """
    page = Page([Line(block.text, gap=True) for block in blocks], title)
    page.title_at = next((at for at, block in enumerate(blocks) if block.tag == "h1" or block.text == title), None)
    _mark_standing(page, frozenset())
    for at, block in enumerate(blocks):
        if block.text == title or at == page.title_at:
            page.leave_out(at, "repeated-title")
        elif block.is_link:
            page.leave_out(at, "related")
    mark_before_title(page)
    mark_captions(page)
    mark_sections(page)
    mark_ends(page)
    return _extraction(page, None)


def _extraction(page: Page, site: str | None) -> Extraction:
    rows = list(zip(page.lines, page.reasons, strict=True))
    return Extraction(
        text=_join([line for at, (line, reason) in enumerate(rows) if reason is None and at != page.title_at]),
        metadata=Metadata(page.title, source=find_source(page, site), published_at=published_at(page)),
        captions=tuple(
            dict.fromkeys(text for at, text in sorted(page.captions.items()) if page.reasons[at] == "caption")
        ),
        removed=tuple(Removed(line.text, reason) for line, reason in rows if reason is not None),
    )


def _join(lines: Sequence[Line]) -> str:
    """Paragraphs with blank lines between them; a table with its heading is one paragraph."""
    parts: list[str] = []
    for at, line in enumerate(lines):
        above = lines[at - 1] if at else line
        inside = is_table_row(line) and (is_table_row(above) or not ends_sentence(above.text))
        parts.append(("\n" if inside else "\n\n") if at else "")
        parts.append(line.text)
    return "".join(parts)


def site_boilerplate(pages: Sequence[str], min_pages: int = 3) -> frozenset[str]:
    """Lines that at least `min_pages` of a site's pages have in common.

    Copies of one article count once: pages that share their longest line are one page.
    """
    articles: dict[str, set[str]] = defaultdict(set)
    for page in pages:
        lines = {line.text for line in page_lines(page)}
        if lines:
            articles[max(lines, key=lambda line: (len(line), line))] |= lines
    counts: dict[str, int] = defaultdict(int)
    for lines in articles.values():
        for line in lines:
            counts[line] += 1
    return frozenset(line for line, count in counts.items() if count >= min_pages and len(line) <= _LONGEST_BOILERPLATE)


def _mark_standing(page: Page, boilerplate: frozenset[str]) -> None:
    """Leave out the lines that can stand nowhere in an article."""
    for at, line in enumerate(page.lines):
        reason = standing_reason(line.text, line.folded)
        if reason is not None:
            page.leave_out(at, reason)
        elif is_pointer(line):
            page.leave_out(at, "related")
        elif line.text in boilerplate:
            page.leave_out(at, "boilerplate")
