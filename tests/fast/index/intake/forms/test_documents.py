"""Word, RTF and EPUB, made with LibreOffice and pandoc."""

import pytest

from tests.support.forms import documents, form, lines_of, refused, unzipped, written, zipped

BODY = "word/document.xml"
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
EXTERNAL = b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("gao.pandoc.docx", "gao"),
        ("gao.libreoffice.rtf", "gao"),
        ("bong.pandoc.rtf", "bong"),
        ("gao.pandoc.epub", "gao"),
    ],
)
def test_tables_and_lists_come_out_line_by_line(name: str, key: str) -> None:
    (document,) = documents(form(name), name)
    title, lines = written(key)

    assert document.metadata.title == title
    assert lines_of(document) == lines


def test_insertions_are_text_and_deletions_comments_heads_and_marks_of_notes_are_not() -> None:
    (document,) = documents(form("yte.libreoffice.docx"), "a.docx")
    _, lines = written("yte")
    box, note = "Đường dây nóng của bệnh viện: 0900 111 222.", "Theo báo cáo số 88 của bệnh viện."

    assert lines_of(document) == [*lines[:3], box, lines[3], note]


def test_the_day_on_which_a_program_made_a_book_is_not_its_date() -> None:
    (document,) = documents(form("gao.pandoc.epub"), "a.epub")

    assert document.metadata.published_at is None


def test_a_book_without_headings_is_one_article() -> None:
    (document,) = documents(form("gao.libreoffice.epub"), "a.epub")
    title, lines = written("gao")

    assert document.metadata.title == title
    assert lines_of(document) == [lines[0], *lines[2:]]  # the program leaves the table's head out


def word(part: bytes) -> bytes:
    return zipped(unzipped(form("gao.pandoc.docx")) | {BODY: part})


def in_body(xml: bytes) -> bytes:
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return word(b"<w:document %s><w:body>%s</w:body></w:document>" % (space, xml))


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (word(ENTITIES + b"<x>&b;</x>"), "a.docx", "entities"),
        (word(EXTERNAL + b"<x>&x;</x>"), "a.docx", "entities"),
        (word((ENTITIES + b"<x/>").decode().encode("utf-16")), "a.docx", "entities"),
        (in_body(b"<w:sdt><w:sdtContent>" * 5000 + b"</w:sdtContent></w:sdt>" * 5000), "a.docx", "deep"),
        (in_body(b"<w:p/>" * 2_000_000), "a.docx", "more than"),
        (word(b"hello"), "a.docx", "damaged"),
        (form("gao.pandoc.docx")[:4000], "a.docx", "damaged"),
        (form("gao.libreoffice.doc"), "a.docx", "save it as .docx"),
        (form("gao.libreoffice.rtf"), "a.docx", "name it with .rtf"),
        (zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "a.docx", "spreadsheet"),
        (
            zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}),
            "a.docx",
            "OpenDocument",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx", "encrypted"),
        (b"{\\rtf1 \\u999999999999? x}", "a.rtf", "damaged"),
    ],
)
def test_hostile_and_damaged_documents_are_refused_with_the_reason(data: bytes, name: str, words: str) -> None:
    assert words in refused(data, name)


def test_macros_are_not_read() -> None:
    data = zipped(unzipped(form("gao.pandoc.docx")) | {"word/vbaProject.bin": b"Sub AutoOpen()"})
    (document,) = documents(data, "a.docm")

    assert lines_of(document) == written("gao")[1]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (rb"{\rtf1 Gi\'e1 t\u259?ng 12,5{\super 1}%.}", "Giá tăng 12,5¹%."),
        (rb"{\rtf1 Gi\u225? {\deleted 99}15 {\v an}d\u432?\u417?ng.}", "Giá 15 dương."),
        (
            rb'{\rtf1 Xem {\field{\*\fldinst{ HYPERLINK "http://x.example/" }}{\fldrslt trang n\u224?y}}.}',
            "Xem trang này.",
        ),
        (rb"{\rtf1\ansi\ansicpg1258 Ti\'ea\'ecng Vi\'ea\'f2t.}", "Tiếng Việt."),
        (rb"{\rtf1\trowd A\cell 1\cell\row\trowd B\cell 2\cell\row}", "A | 1\nB | 2"),
        (rb"{\rtf1 M\u7897?t \u55357?\u56832? hai.}", "Một \U0001f600 hai."),
    ],
)
def test_words_of_rtf(source: bytes, text: str) -> None:
    (document,) = documents(source, "a.rtf")

    assert document.content == text


@pytest.mark.parametrize(
    "source",
    [
        b"{\\rtf1 " + b'{\\field{\\*\\fldinst{ HYPERLINK "a" x' * 20_000,
        b"{\\rtf1 " + b"\\trowd a\\cell " * 50_000 + b"}",
        b"{\\rtf1" + b"{" * 100_000 + b"x",
        b"{\\rtf1 {\\pict " + b"0123456789abcdef" * 100_000 + b"} x}",
    ],
)
def test_hostile_rtf_takes_linear_time(source: bytes) -> None:
    assert "takes" not in str(documents(source, "a.rtf"))


def book(**changed: bytes) -> bytes:
    files = unzipped(form("gao.pandoc.epub"))
    return zipped({name: changed.get(name.rpartition(".")[2], data) for name, data in files.items()})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (book(opf=ENTITIES + b"<package/>"), "entities"),
        (book(opf=EXTERNAL + b"<package>&x;</package>"), "entities"),
        (book(opf=b"<package"), "well formed"),
        (book(xhtml=b"<html><body>" + b"<div>" * 100_000), "deep"),
        (
            book(opf=unzipped(form("gao.pandoc.epub"))["EPUB/content.opf"].replace(b"text/ch", b"../../../etc/ch")),
            "missing",
        ),
        (
            zipped({"META-INF/container.xml": b"", "META-INF/encryption.xml": b"", "META-INF/rights.xml": b""}),
            "protected",
        ),
    ],
)
def test_hostile_books_are_refused(data: bytes, words: str) -> None:
    assert words in refused(data, "a.epub")
