"""A page while it is being sorted: its lines, and for each the reason to leave it out."""

from index.intake.extract.extraction import Reason
from index.intake.extract.lines import Line, is_paragraph


class Page:
    """Lines of a page. `reasons[i]` is None as long as line `i` may belong to the article.

    `start` is the first line of the body, `title_at` the line of the title where one was found, and `captions`
    the words under pictures by their lines.
    """

    def __init__(self, lines: list[Line], title: str | None = None) -> None:
        self.lines = lines
        self.reasons: list[Reason | None] = [None] * len(lines)
        self.title = title
        self.title_at: int | None = None
        self.start = 0
        self.captions: dict[int, str] = {}
        prose = [line for line in lines[1:] if is_paragraph(line)]
        # Paragraphs stand apart by blank lines, so that a line without one belongs to the line above it.
        self.gapped = 2 * sum(line.gap for line in prose) > len(prose)

    def leave_out(self, at: int, reason: Reason) -> None:
        """Line `at` is no part of the article. The first reason given stays."""
        if self.reasons[at] is None:
            self.reasons[at] = reason

    def is_open(self, at: int) -> bool:
        """Whether there is a line `at` and it may still belong to the article."""
        return 0 <= at < len(self.lines) and self.reasons[at] is None

    def has_prose(self, at: int) -> bool:
        """Whether line `at` is a paragraph that may belong to the article."""
        return self.is_open(at) and is_paragraph(self.lines[at])

    def is_attached(self, at: int) -> bool:
        """Whether line `at` belongs to the line above it."""
        return self.gapped and at < len(self.lines) and not self.lines[at].gap
