"""What stands between and after the paragraphs of an article and is not it."""

import re

from index.intake.extract.extraction import Reason
from index.intake.extract.head import states_date
from index.intake.extract.lines import (
    Line,
    bullet_content,
    ends_sentence,
    is_byline,
    is_caption,
    is_credit_only,
    is_headline,
    is_image_file,
    is_paragraph,
    is_tags,
)
from index.intake.extract.page import Page
from index.intake.extract.phrases import is_footer, section_reason

_LONGEST_CAPTION = 70
_PICTURE_NUMBER = re.compile(r" [-–] (?:Ảnh|Hình|Video)(?: \d{1,3})?\.?$")
# Sections after which an article never goes on.
_LAST: frozenset[Reason] = frozenset({"comments", "footer"})


def mark_captions(page: Page) -> None:
    """Leave out the words under pictures, and keep those of the body as captions."""
    for at in range(page.start, len(page.lines)):
        if not page.is_open(at):
            continue
        line = page.lines[at]
        if is_image_file(line):
            page.leave_out(at, "caption")
            _take_attached(page, at + 1)
        elif page.title is not None and _PICTURE_NUMBER.sub("", line.text) == page.title:
            page.leave_out(at, "repeated-title")
            _take_attached(page, at + 1)
        elif is_credit_only(line):
            _take_credit(page, at)
        elif is_caption(line):
            _take(page, at, line.text)


def _take(page: Page, at: int, text: str) -> None:
    page.leave_out(at, "caption")
    page.captions[at] = text


def _take_attached(page: Page, at: int) -> None:
    """The line right under a picture's file name or alternative text is its caption."""
    if page.is_attached(at) and page.is_open(at) and page.lines[at].syllables <= _LONGEST_CAPTION:
        _take(page, at, page.lines[at].text)


def _take_credit(page: Page, at: int) -> None:
    """A credit alone belongs to the line above, where that one can be a caption."""
    above = page.lines[at - 1]
    can_be = page.is_open(at - 1) and at > page.start and 4 <= above.syllables <= _LONGEST_CAPTION
    if can_be and (page.is_attached(at) or not ends_sentence(above.text)):
        _take(page, at - 1, f"{above.text} {page.lines[at].text}")
    page.leave_out(at, "caption")


def mark_sections(page: Page) -> None:
    """Leave out what a heading announces as not the article, until the article goes on."""
    at, paragraphs = page.start, 0
    while at < len(page.lines):
        reason = section_reason(page.lines[at].text, page.lines[at].folded)
        if reason is None or paragraphs == 0:
            paragraphs += page.has_prose(at)
            at += 1
            continue
        end = _end_of_section(page, at, paragraphs)
        for inside in range(at, end):
            line = page.lines[inside]
            reason = section_reason(line.text, line.folded) or reason
            if is_footer(line.text, line.folded):
                reason = "footer"
            page.reasons[inside] = reason if page.reasons[inside] != "markup" else "markup"
        at = end


def _end_of_section(page: Page, heading: int, paragraphs: int) -> int:
    """Where the article goes on after the section at `heading`; the end of the page where it does not.

    Two paragraphs in a row are the article again, for a teaser always stands under a headline; one is enough where
    only the lead came before. Where the author's name follows a paragraph, all paragraphs above it are the article.
    """
    needed = 1 if paragraphs == 1 else 2
    in_row = 0
    first: int | None = None
    for at in range(heading, len(page.lines)):
        line = page.lines[at]
        section = section_reason(line.text, line.folded)
        if section in _LAST or states_date(line):
            break
        if section is not None:
            first = None
        in_row = in_row + 1 if page.has_prose(at) and not is_footer(line.text, line.folded) else 0
        if in_row == needed:
            return at - needed + 1
        first = at if first is None and in_row else first
        if first is not None and in_row and at + 1 < len(page.lines) and is_byline(page.lines[at + 1]):
            return first
    return len(page.lines)


def mark_tail(page: Page) -> None:
    """Leave out what trails the last paragraph: names, tags, links, the site's own lines."""
    last = max((at for at in range(page.start, len(page.lines)) if _closes(page, at)), default=page.start - 1)
    rest = [at for at in range(last + 1, len(page.lines)) if page.is_open(at)]
    unknown = []
    for at in rest:
        reason = _tail_reason(page.lines[at])
        if reason is None:
            unknown.append(at)
        else:
            page.leave_out(at, reason)
    announced = last >= 0 and page.lines[last].text.endswith(":")
    links = len(unknown) > 1 and not announced
    for at in unknown:
        if page.lines[at].syllables < 6 and not announced:
            page.leave_out(at, "footer")
        elif links:
            page.leave_out(at, "related")


def mark_before_title(page: Page) -> None:
    """Leave out what stands above the headline of a page's tree, but for prose."""
    for at in range(page.title_at or 0):
        if not is_paragraph(page.lines[at]):
            page.leave_out(at, "date-line" if states_date(page.lines[at]) else "navigation")


def mark_ends(page: Page) -> None:
    """Leave out what stands around the text of a page's tree and frames it: date, author, tags, the site's lines."""
    forwards = range(len(page.lines))
    for order in (forwards, reversed(forwards)):
        for at in order:
            line = page.lines[at]
            if page.is_open(at) and at != page.title_at:
                reason = None if bullet_content(line) is not None else _tail_reason(line)
                if reason is None:
                    break
                page.leave_out(at, reason)


def _closes(page: Page, at: int) -> bool:
    """Whether line `at` can be the article's last: it ends as a sentence or an announcement does."""
    line = page.lines[at]
    if not page.is_open(at) or is_footer(line.text, line.folded) or is_byline(line) or is_tags(line):
        return False
    return page.has_prose(at) or ends_sentence(line.text) or line.text.endswith((":", ";"))


def _tail_reason(line: Line) -> Reason | None:
    if is_footer(line.text, line.folded):
        return "footer"
    if is_tags(line):
        return "tags"
    if states_date(line):
        return "date-line"
    if is_byline(line):
        return "byline"
    content = bullet_content(line)
    return "related" if content is not None and is_headline(Line(content, gap=False)) else None
