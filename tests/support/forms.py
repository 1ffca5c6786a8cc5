"""Files of many forms, made with LibreOffice, pandoc, Chromium and wget, of articles written for the tests."""

import json
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from index.intake.forms.document import Document, Unread
from index.intake.forms.reading import read_form

FORMS_DATA = Path(__file__).parents[1] / "data" / "forms"
TEXTS = {".txt": "text/plain", ".html": "text/html", ".json": "application/json"}
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def form(name: str) -> bytes:
    """The bytes of a file of the tests."""
    return (FORMS_DATA / name).read_bytes()


def written(key: str) -> tuple[str, list[str]]:
    """Title and lines of an article as it was written; a table's row is a line."""
    article = json.loads((FORMS_DATA / "articles.json").read_text(encoding="utf-8"))[key]
    return article["title"], article["lines"]


def lines_of(document: Document) -> list[str]:
    """The lines of a document's text, list items without their dashes."""
    return [line.removeprefix("- ") for line in document.content.split("\n") if line]


def documents(data: bytes, name: str) -> list[Document]:
    """The articles of a file that has nothing to refuse."""
    parts = list(read_form(data, name, TEXTS))
    assert all(isinstance(part, Document) for part in parts), parts
    return [part for part in parts if isinstance(part, Document)]


def reasons(data: bytes, name: str) -> list[str]:
    """Why the parts of a file were refused."""
    return [part.reason for part in read_form(data, name, TEXTS) if isinstance(part, Unread)]


def refused(data: bytes, name: str) -> str:
    """Why a file was refused that gives nothing."""
    (part,) = read_form(data, name, TEXTS)
    assert isinstance(part, Unread)
    return part.reason


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP file of these."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(ZipInfo(name), data, ZIP_DEFLATED)  # without the time: it may stand in a name of a test
    return stream.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The files of a ZIP file."""
    with ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def pdf(
    content: bytes, *, kids: bytes = b"[3 0 R]", count: int = 1, catalog: bytes = b"", image: bool = False
) -> bytes:
    """A PDF of one page with this content stream; `/F1` is a font, and `/X` a picture, or a form that draws itself."""
    itself = _stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>")
    picture = b"/Type/XObject/Subtype/Image/Width 9/Height 9/ColorSpace/DeviceGray/BitsPerComponent 8"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Kids%s/Count %d>>" % (kids, count),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>/XObject<</X 6 0 R>>>>>>",
        _stream(content),
        FONT,
        _stream(b"\xff" * 81, picture) if image else itself,
    ]
    made, places = b"%PDF-1.7\n", []
    for number, value in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


def _stream(data: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(data, 9)
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n%s\nendstream" % (len(packed), more, packed)


def placed(*lines: tuple[int, int, int, str]) -> bytes:
    """A content stream: of each line x and y in points, the size, and the words."""
    shown = (b"BT /F1 %d Tf %d %d Td (%s) Tj ET" % (size, x, y, words.encode("ascii")) for x, y, size, words in lines)
    return b"\n".join(shown)
