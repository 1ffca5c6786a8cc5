"""A PDF -> its article, with the offsets at which pages begin."""

import re

from index.intake.extract.tidy import tidy_line
from index.intake.forms.document import Document
from index.intake.forms.isolated import run_apart
from index.intake.forms.pdf_layout import lay_out
from index.intake.forms.pdf_lines import page_of
from index.records import Metadata
from index.storage.errors import Refused

# A title that a program made up: the name of the file or of the program.
_MADE_UP = re.compile(
    r"microsoft word|untitled|\.(?:docx?|pdf|indd|html?|odt|rtf|qxp)\b|^\W*\w{0,7}\W*$|://", re.IGNORECASE
)
_UNNAMED = re.compile("[\ue000-\uf8ff\ufffd]")


def read_pdf(data: bytes) -> Document:
    """The article of a PDF. Raises `Refused` for what is encrypted, scanned, damaged or too large."""
    read = run_apart("pdf_pages", data)
    assert isinstance(read, dict)
    pages = [page_of(page) for page in read["pages"]]
    layout = lay_out(pages)
    if not layout.text.strip() or len(layout.text) < 30 * sum(page.pictures > 0 for page in pages):
        pictured = any(page.pictures for page in pages)
        raise Refused(_SCANNED if pictured else "the PDF holds no text; give the article's text")
    if not _is_readable(layout.text):
        raise Refused("the PDF's fonts do not say which letters they show; copy the article's text out, or use OCR")
    stated = tidy_line(read["title"][:500])
    title = layout.title or (None if _MADE_UP.search(stated) else stated)
    return Document(layout.text, metadata=Metadata(title, layout.url), pages=layout.pages)


def _is_readable(text: str) -> bool:
    """Whether the letters are letters: fonts without a table of them give signs, or letters of no alphabet."""
    shown = [letter for letter in text if not letter.isspace()]
    return 20 * len(_UNNAMED.findall(text)) <= len(text) and 2 * sum(map(str.isalnum, shown)) >= len(shown)


_SCANNED = "the PDF was scanned: its pages are pictures without text; run text recognition (OCR) over it"
