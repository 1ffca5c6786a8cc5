"""A Word document -> its article. Tracked insertions are text, deletions and comments are not; macros are never read.

mammoth reads the document itself; headers and footers of pages stand in other parts and are left out.
"""

import re
from zipfile import ZipFile

from lxml.html import HtmlElement

from index.intake.forms.document import Document
from index.intake.forms.isolated import run_apart
from index.intake.forms.markup import inline_text, paragraphs, parse_markup
from index.intake.forms.packages import open_package, read_part
from index.records import Metadata
from index.storage.errors import Refused

_BODY = "word/document.xml"
_LARGEST_BODY = 8 * 1024 * 1024
_OTHER_OFFICE = {"xl/workbook.xml": "a spreadsheet", "ppt/presentation.xml": "a presentation"}
_LATEST_TITLE = 6  # blocks of a letterhead that may stand before it


def read_docx(data: bytes) -> Document:
    """The article of a Word document. Raises `Refused`."""
    with open_package(data) as package:
        _check(package)
        stated = _stated_title(package)
    markup = run_apart("docx_markup", data)
    tree = parse_markup(f"<div>{markup}</div>")
    title = _take_title(tree) or stated
    return Document("\n\n".join(paragraphs(tree)), metadata=Metadata(title))


def _check(package: ZipFile) -> None:
    names = set(package.namelist())
    for part, kind in _OTHER_OFFICE.items():
        if part in names:
            raise Refused(f"this is {kind}, not a Word document; save the article as .docx or PDF")
    if "mimetype" in names and b"opendocument" in read_part(package, "mimetype"):
        raise Refused("this is an OpenDocument file; save the article as .docx or PDF")
    if _BODY not in names:
        raise Refused("the archive holds no Word document; save the article as .docx")
    if package.getinfo(_BODY).file_size > _LARGEST_BODY:
        raise Refused(f"the Word document's text has more than {_LARGEST_BODY:,} bytes; split it")
    for name in names:
        if name.endswith((".xml", ".rels")) and _declares_entities(read_part(package, name)):
            raise Refused("the Word document declares XML entities, which none does; save it again")


def _declares_entities(part: bytes) -> bool:
    codes = ("ascii", "utf-16-le", "utf-16-be")
    return any(f"<!{word}".encode(code) in part for word in ("DOCTYPE", "ENTITY") for code in codes)


def _stated_title(package: ZipFile) -> str | None:
    if "docProps/core.xml" not in package.namelist():
        return None
    found = re.search(rb"<dc:title>([^<]{1,600})</dc:title>", read_part(package, "docProps/core.xml"))
    return inline_text(parse_markup(found[1].decode("utf-8", "replace"))) or None if found else None


def _take_title(tree: HtmlElement) -> str | None:
    """The first heading near the beginning; it is taken out of the text, with its copies beside it."""
    headings = [block for block in tree.xpath("./body/div/*")[:_LATEST_TITLE] if block.tag in {"h1", "h2"}]
    title = next((text for heading in headings if (text := inline_text(heading))), None)
    for heading in headings:
        if inline_text(heading) == title:
            heading.drop_tree()
    return title
