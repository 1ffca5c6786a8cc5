"""Raw page -> article alone: navigation, related links, captions and the rest of the site left out, with reasons.

`extract_html` for markup, `extract_plain` for the visible text of a page, `extract_markdown` for a text that is
already clean. The reasons are those of `index.intake.extract.extraction.Reason`.
"""

from index.intake.extract.decoding import decode, marked_encoding
from index.intake.extract.extraction import REASONS, Extraction
from index.intake.extract.html import extract_html
from index.intake.extract.inferred_dates import infer_date
from index.intake.extract.markdown import extract_markdown
from index.intake.extract.mending import mend, mend_all
from index.intake.extract.page_dates import parse_date, unread_date
from index.intake.extract.plain import extract_plain, site_boilerplate
from index.intake.extract.tidy import tidy_line, tidy_text

__all__ = [
    "REASONS",
    "Extraction",
    "decode",
    "extract_html",
    "extract_markdown",
    "extract_plain",
    "infer_date",
    "marked_encoding",
    "mend",
    "mend_all",
    "parse_date",
    "site_boilerplate",
    "tidy_line",
    "tidy_text",
    "unread_date",
]
