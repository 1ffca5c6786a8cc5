"""Answers as Word documents, read back by python-docx and, footnotes too, by mammoth."""

import re
import zipfile
from io import BytesIO

import docx
import mammoth
import pytest
from lxml import etree

from rag.contract.answers import AskOut
from rag.export.document import document_of
from rag.export.word import word
from rag.export.words import WORDS
from tests.support.exports import HOSTILE, hostile_turn, sourced, turn
from tests.support.shapes import ALL, COMPARISON, FACT, NONE, OVERVIEW

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def written(out: AskOut) -> bytes:
    return word(document_of(turn(out), WORDS["vi"]))


def part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(BytesIO(data)) as file:
        return etree.fromstring(file.read(name))


def test_a_fact_has_footnotes_of_words_own() -> None:
    data = written(FACT)
    read = docx.Document(BytesIO(data))
    assert [paragraph.text for paragraph in read.paragraphs] == [
        "Cầu?",
        "Hỏi Đáp, hỏi ngày 05/05/2026",
        "77 m",
        "Cầu Bến Lội dài 77 m, rộng 9 m. Cầu tốn 12 tỷ đồng.",
    ]
    assert (read.core_properties.title, read.core_properties.author) == ("Cầu?", "Hỏi Đáp")
    html = mammoth.convert_to_html(BytesIO(data)).value
    assert re.search(r'rộng 9 m\.(<[^>]*>)*<a href="#footnote-1"[^>]*>\[1\]', html)
    assert "“Cầu tốn 12 tỷ đồng.” — Giá vật liệu &lt;b&gt;tăng&lt;/b&gt;, Báo Sông Hậu, 28/04/2026" in html


@pytest.mark.parametrize("shape", ALL)
def test_each_footnote_has_one_mark_and_marks_are_in_the_order_of_their_numbers(shape: str) -> None:
    data = written(ALL[shape])
    body, notes = part(data, "word/document.xml"), part(data, "word/footnotes.xml")
    marks = [int(mark.get(f"{W}id", "")) for mark in body.iter(f"{W}footnoteReference")]
    written_notes = [int(note.get(f"{W}id", "")) for note in notes.iter(f"{W}footnote")]
    assert marks == list(range(1, len(marks) + 1))
    assert written_notes == [-1, 0, *marks]
    # Word numbers marks itself: where an article is cited again, a field shows the number of its mark.
    bookmarks = {mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")}
    fields = [(field.text or "").split() for field in body.iter(f"{W}instrText")]
    assert all(name == "NOTEREF" and bookmark in bookmarks and flag == "\\h" for name, bookmark, flag in fields)


def test_an_article_that_is_cited_again_has_no_second_footnote() -> None:
    body = part(written(OVERVIEW), "word/document.xml")
    assert len(list(body.iter(f"{W}footnoteReference"))) == 3
    assert [field.text for field in body.iter(f"{W}instrText")] == [" NOTEREF _RefNote1 \\h "]


def test_the_sides_of_a_comparison_stand_beside_each_other() -> None:
    [table] = docx.Document(BytesIO(written(COMPARISON))).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Bến Lội", "Vàm"],
        ["Cầu Bến Lội dài 77 m.\nCầu Bến Lội rộng 9 m.1", "Cầu Vàm dài 310 m."],
    ]


def test_links_lead_to_the_words_and_the_page() -> None:
    data = written(sourced())
    targets = [relation.get("Target") for relation in part(data, "word/_rels/footnotes.xml.rels")]
    words = "C%E1%BA%A7u%20B%E1%BA%BFn%20L%E1%BB%99i%20d%C3%A0i%2077%20m%2C%20r%E1%BB%99ng%209%20m."
    assert targets == [f"https://bao.example/cau#:~:text={words}", "https://bao.example/cau"]
    near = NONE.model_copy(deep=True)
    near.passages[0].url = "javascript:alert(1)"
    near.passages[1].url = "https://bao.example/gia"
    body = docx.Document(BytesIO(written(near)))
    links = [link.address for paragraph in body.paragraphs for link in paragraph.hyperlinks]
    assert links == ["https://bao.example/gia"]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_what_strangers_wrote_is_text(words: str) -> None:
    data = word(document_of(hostile_turn(words), WORDS["vi"]))
    shown = " ".join("".join(letter for letter in words if letter not in "\x00\x1b\u202e\u2066\ufffe").split())
    read = docx.Document(BytesIO(data))
    assert read.paragraphs[0].text == shown
    notes = part(data, "word/footnotes.xml")
    assert "".join(notes.itertext()).count(f"“{shown}”") == 1


def test_a_question_of_any_length_is_a_title() -> None:
    data = word(document_of(turn(FACT, "Cầu " * 500), WORDS["en"]))
    assert len(docx.Document(BytesIO(data)).core_properties.title) == 255
