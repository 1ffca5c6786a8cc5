"""Boxes of other articles' headlines that stand between the paragraphs of an article."""

from index.intake.extract.lines import Line, bullet_content, ends_sentence, half_of_doubled, is_headline
from index.intake.extract.page import Page
from index.language.text import tokens

# A teaser tells its headline again: this share of the headline's syllables comes back in it.
_RETOLD = 0.5


def mark_related(page: Page) -> None:
    """Leave out boxes of other articles' headlines, with their teasers."""
    _mark_bullets(page)
    _mark_doubled(page)
    _mark_links_under_lead(page)


def _mark_bullets(page: Page) -> None:
    """Runs of list items that are headlines.

    A list of the article itself is announced (by a colon, or a subheading), or its items end in a full stop,
    comma or semicolon, or are shorter than headlines are.
    """
    at = page.start
    while at < len(page.lines):
        end = at
        while page.is_open(end) and bullet_content(page.lines[end]) is not None:
            end += 1
        announced = at > page.start and not ends_sentence(page.lines[at - 1].text)
        asks = end == at + 1 and page.lines[at].text.endswith("?")  # a question put in an interview
        if not announced and not asks and all(_is_link(line) for line in page.lines[at:end]):
            for link in range(at, end):
                page.leave_out(link, "related")
        at = max(end, at + 1)


def _is_link(line: Line) -> bool:
    return is_headline(Line(bullet_content(line) or "", gap=False))


def _mark_doubled(page: Page) -> None:
    """Headlines that stand twice, in one line or in two, and the teasers that belong to them."""
    boxes: list[tuple[int, int]] = []  # first line of a doubled headline, and the line after it
    at = page.start
    while at < len(page.lines):
        size = _doubled_size(page, at)
        if size:
            boxes.append((at, at + size))
        at += size or 1
    teasers = False  # whether the run of boxes has them
    for number, (start, end) in enumerate(boxes):
        following = boxes[number + 1][0] if number + 1 < len(boxes) else -1
        if number == 0 or start > boxes[number - 1][1] + 1:
            teasers = False
        for line in range(start, end):
            page.leave_out(line, "related")
        teasers = page.has_prose(end) and (following == end + 1 or teasers or _is_teaser(page, start, end))
        if teasers:
            page.leave_out(end, "related")


def _doubled_size(page: Page, at: int) -> int:
    """How many lines a doubled headline takes that begins at `at`; 0 where none does."""
    if not page.is_open(at):
        return 0
    if half_of_doubled(page.lines[at]) is not None:
        return 1
    twice = page.is_open(at + 1) and page.lines[at].text == page.lines[at + 1].text
    return 2 if twice and is_headline(page.lines[at]) else 0


def _is_teaser(page: Page, start: int, at: int) -> bool:
    """Whether the paragraph at `at`, after the last of the doubled headlines, belongs to it and not to the article."""
    if page.gapped:
        return page.is_attached(at)
    headline = half_of_doubled(page.lines[start])
    words = set(tokens(headline or ""))
    return headline is not None and len(words & set(tokens(page.lines[at].text))) >= _RETOLD * len(words)


def _mark_links_under_lead(page: Page) -> None:
    """Two and more headlines in a row between the lead and the next paragraph: subheadings never come in rows."""
    at = page.start + 1
    while page.is_open(at) and is_headline(page.lines[at], least=7) and not ends_sentence(page.lines[at].text):
        at += 1
    if at - page.start > 2 and page.has_prose(at):
        for link in range(page.start + 1, at):
            page.leave_out(link, "related")
