"""Where the article begins: its title and date, and the menus before it."""

import re
from itertools import chain

from index.intake.extract.lines import (
    Line,
    bullet_content,
    ends_sentence,
    half_of_doubled,
    is_byline,
    is_caption,
    is_headline,
    is_image_file,
    is_paragraph,
)
from index.intake.extract.page import Page
from index.intake.extract.page_dates import find_date, is_date_line
from index.intake.extract.phrases import section_reason

_LONGEST_TITLE = 30
_LONGEST_DATED = 90
_SITE = re.compile(
    r"\s+[|•·]\s+(?P<any>[^|]{2,60})$"
    r"|\s+[-–—]\s+"
    r"(?P<named>(?:(?:báo|tạp chí|đài|cổng|trang|kênh)\s[^|]{2,60}|[\w+.-]+\.(?:vn|com|net|org)(?:\.vn)?))$",
    re.IGNORECASE,
)


def find_head(page: Page) -> str | None:
    """Set the page's title and start, give every line before the start a reason, and return the site's name where
    the title carries it (`Title | Site`)."""
    page.start = _find_start(page)
    site = None
    if page.title is None:
        lead = _find_title(page)
        site = _part_site(page)
    else:
        lead = None
    for at in range(page.start):
        _leave_out_preamble(page, at)
    if lead is not None:
        page.reasons[lead] = None
    return site


def published_at(page: Page) -> str | None:
    """The date that a line near the title states, nearest first: below it, above it, or around the lead."""
    middle = page.title_at if page.title_at is not None else -1
    below = range(middle + 1, min(page.start + 3, len(page.lines)))
    above = range(middle - 1, -1, -1)
    last = max((at for at in range(len(page.lines)) if page.has_prose(at)), default=-1)
    behind = range(last + 1, min(last + 4, len(page.lines)))
    for at in chain(below, above, behind):
        if page.reasons[at] == "date-line" and (found := find_date(page.lines[at].text)):
            return found
    return None


def states_date(line: Line) -> bool:
    """A date line, or one that also names a section, a place or an author: `Hà Nội | 21/10/2025 08:45`."""
    text = line.text
    if len(text) > _LONGEST_DATED or ends_sentence(text):
        return False
    if is_date_line(text):
        return True
    if find_date(text) is None:
        return False
    rest = re.sub(r"\d[\d/:.,-]*|\b(?:GMT|UTC)\b|[^\w\s]", " ", text).split()
    parted = re.search(r"[|•·]", text) is not None
    timed = re.search(r"\d{1,2}\s?[:hg]\s?\d{2}", text) is not None
    return len(rest) <= 8 and (parted or (timed and all(word[0].isupper() for word in rest)))


def _find_start(page: Page) -> int:
    """The line of the first paragraph; behind a carousel of teasers, where a headline and a date tell the end of it."""
    prose = [at for at in range(len(page.lines)) if page.has_prose(at) and not is_caption(page.lines[at])]
    if not prose:  # a very short notice
        prose = [at for at in range(len(page.lines)) if page.is_open(at) and _is_sentence(page.lines[at])]
    if page.title is None and prose and _asks(page.lines[prose[0]]) and not _candidates(page, prose[0]):
        prose = prose[1:]  # a title that is a question or an exclamation
    if not prose:
        return len(page.lines)
    total = sum(page.lines[at].syllables for at in prose)
    before = 0
    for number, at in enumerate(prose[1:], start=1):
        before += page.lines[prose[number - 1]].syllables
        if 4 * before > total:
            break
        between = range(prose[number - 1] + 1, at)
        if any(states_date(page.lines[k]) for k in between) and len(_candidates(page, at, between.start)) > 0:
            return at
    return prose[0]


def _is_sentence(line: Line) -> bool:
    return line.syllables >= 3 and ends_sentence(line.text) and not is_caption(line) and not is_byline(line)


def _asks(line: Line) -> bool:
    end = line.text.rstrip(" \"'”’»)")
    return line.syllables <= 25 and end.endswith(("?", "!", "…", "...")) and ". " not in line.text


def _candidates(page: Page, end: int, begin: int = 0) -> list[int]:
    """Lines before `end` that may be a title."""
    return [
        at
        for at in range(begin, end)
        if page.is_open(at)
        and is_headline(page.lines[at])
        and not states_date(page.lines[at])
        and not is_byline(page.lines[at])
        and not is_caption(page.lines[at])
        and half_of_doubled(page.lines[at]) is None
        and bullet_content(page.lines[at]) is None
        and section_reason(page.lines[at].text, page.lines[at].folded) is None
    ]


def _find_title(page: Page) -> int | None:
    """Set the title: the last headline before the body, or the one nearby that the page repeats further down.

    Returns the line of a lead that has no full stop and stands between title and body.
    """
    lines, found = page.lines, _candidates(page, page.start)
    later = {line.text for line in lines[page.start :]}
    repeated = [at for at in found[-3:] if lines[at].text in later]
    lead = None
    if repeated:
        page.title_at = repeated[-1]
    elif found:
        page.title_at = found[-1]
        size = lines[found[-1]].syllables
        if len(found) > 1 and size >= 20 and size > 1.3 * lines[found[-2]].syllables and _near(page, *found[-2:]):
            page.title_at, lead = found[-2], found[-1]
    else:
        page.title_at = _only_line(page)
    if page.title_at is not None:
        page.title = lines[page.title_at].text
    return lead


def _near(page: Page, title_at: int, lead_at: int) -> bool:
    return not any(page.is_open(at) and not states_date(page.lines[at]) for at in range(title_at + 1, lead_at))


def _only_line(page: Page) -> int | None:
    """A short title, where it is all that stands before the body."""
    free = [at for at in range(page.start) if page.is_open(at) and not states_date(page.lines[at])]
    free = [at for at in free if section_reason(page.lines[at].text, page.lines[at].folded) is None]
    if len(free) != 1 or page.start == len(page.lines):
        return None
    line = page.lines[free[0]]
    return free[0] if 2 <= line.syllables <= _LONGEST_TITLE and is_headline(line, least=2) else None


def _part_site(page: Page) -> str | None:
    """Take the site's name off the title."""
    found = _SITE.search(page.title[-100:]) if page.title else None
    if page.title is None or found is None:
        return None
    page.title = page.title[: len(page.title) - len(found[0])]
    return found["any"] or found["named"]


def _leave_out_preamble(page: Page, at: int) -> None:
    line = page.lines[at]
    if at == page.title_at or not page.is_open(at):
        return
    if page.title is not None and line.text == page.title:
        page.leave_out(at, "repeated-title")
    elif states_date(line):
        page.leave_out(at, "date-line")
    elif is_image_file(line) or is_caption(line):
        page.leave_out(at, "caption")
        if is_caption(line) and page.title_at is not None and at > page.title_at:
            page.captions[at] = line.text
    elif is_byline(line) and page.title_at is not None and at > page.title_at:
        page.leave_out(at, "byline")
    elif is_paragraph(line):
        page.leave_out(at, "related")
    else:
        page.leave_out(at, section_reason(line.text, line.folded) or "navigation")
