"""A document as Word's .docx, with footnotes of Word's own, after ECMA-376, part 1, 17.11.

python-docx makes the document and knows no footnotes: their part is added here. A footnote has one mark; where an
article is cited again, a field refers to that.
"""

from collections.abc import Iterable
from io import BytesIO
from xml.sax.saxutils import escape

import docx
from docx.document import Document as Word
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph

from rag.export.document import Cited, Document, Group, Line, Note, Piece, Reference

_NOTES = f"""
<w:footnotes {nsdecls("w", "r")}>
  <w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
  <w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>
</w:footnotes>
"""
_RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
_LINKED = '<w:rPr><w:color w:val="0563C1"/><w:u w:val="single"/></w:rPr>'
_LONGEST_TITLE = 255  # of a document's properties


def word(document: Document) -> bytes:
    """The document as the bytes of a .docx file."""
    made = docx.Document()
    _describe(made, document)
    written = _Written(made)
    made.add_heading(document.question, 1)
    for remark in document.remarks:
        made.add_paragraph().add_run(remark).italic = True
    if document.short:
        made.add_paragraph().add_run(document.short).bold = True
    beside = [group for group in document.groups if group.heading] if document.columns else []
    for group in document.groups:
        if group not in beside:
            written.add_group(group)
    if beside:
        written.add_table(beside)
    if document.nearest:
        made.add_heading(document.words.nearest, 2)
        for article in document.nearest:
            _fill(made.add_paragraph(style="List Bullet"), _reference(made.part, article))
    for note in document.notes:
        written.add_note(note, document.words.place)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def _describe(made: Word, document: Document) -> None:
    about = made.core_properties
    about.title, about.author, about.comments = document.question[:_LONGEST_TITLE], "Hỏi Đáp", ""
    about.created = about.modified = document.asked_at.replace(tzinfo=None)


class _Written:
    """The body and the footnotes of a document that is being written."""

    def __init__(self, made: Word) -> None:
        self._made = made
        uri = PackURI("/word/footnotes.xml")
        self._notes = XmlPart(uri, CONTENT_TYPE.WML_FOOTNOTES, parse_xml(_NOTES), made.part.package)
        made.part.relate_to(self._notes, RELATIONSHIP_TYPE.FOOTNOTES)
        self._marked: set[int] = set()

    def add_group(self, group: Group) -> None:
        """A heading, and the lines under it."""
        if group.heading:
            self._made.add_heading(group.heading, 2)
        for line in group.lines:
            self._write(self._made.add_paragraph(style="List Bullet" if line.listed else None), line)

    def add_table(self, groups: list[Group]) -> None:
        """A column a group: notes are numbered down each, as they are in the answer."""
        table = self._made.add_table(rows=2, cols=len(groups), style="Table Grid")
        for head, cell, group in zip(table.rows[0].cells, table.rows[1].cells, groups, strict=True):
            head.paragraphs[0].add_run(group.heading).bold = True
            for place, line in enumerate(group.lines):
                self._write(cell.paragraphs[0] if place == 0 else cell.add_paragraph(), line)

    def add_note(self, note: Note, place: str) -> None:
        """A footnote: what is cited, and of which article."""
        footnote = parse_xml(f'<w:footnote {nsdecls("w")} w:id="{note.number}"><w:p/></w:footnote>')
        self._notes.element.append(footnote)
        paragraph = Paragraph(footnote[0], self._made)
        said = [f"<w:r>{_RAISED}<w:footnoteRef/></w:r>", _run(" ")]
        for number, cited in enumerate(note.cited):
            said += [_run(" · ")] if number else []
            said += _cited(self._notes, cited, place)
        _fill(paragraph, [*said, _run(" — "), *_reference(self._notes, note.article)])

    def _write(self, paragraph: Paragraph, line: Line) -> None:
        if line.label:
            paragraph.add_run(f"{line.label}: ").bold = True
        for piece in line.pieces:
            _fill(paragraph, self._piece(piece))

    def _piece(self, piece: Piece) -> list[str]:
        if piece.note is None:
            return [_run(piece.text)]
        name = f"_RefNote{piece.note}"
        if piece.note in self._marked:
            return [_reference_to(name, piece.note)]
        self._marked.add(piece.note)
        mark = f'<w:r>{_RAISED}<w:footnoteReference w:id="{piece.note}"/></w:r>'
        marked = f'w:id="{piece.note}"'
        return [f'<w:bookmarkStart {marked} w:name="{name}"/>', mark, f"<w:bookmarkEnd {marked}/>"]


def _cited(part: Part, cited: Cited, place: str) -> list[str]:
    remarks = f" ({'; '.join(cited.remarks)})" if cited.remarks else ""
    link = [_run(" ("), _link(part, place, cited.address), _run(")")] if cited.address else []
    return [_run(f"“{cited.text}”{remarks}"), *link]


def _reference(part: Part, article: Reference) -> list[str]:
    """What an article is called, and its address spelled out: print shows no links."""
    known = "".join(f", {one}" for one in article.known)
    address = [_run(". "), _link(part, article.address, article.address)] if article.address else []
    return [_run(f"{article.named}{known}"), *address]


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _link(part: Part, text: str, address: str) -> str:
    relation = part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    said = f'<w:r>{_LINKED}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    return f'<w:hyperlink r:id="{relation}">{said}</w:hyperlink>'


def _reference_to(bookmark: str, number: int) -> str:
    """A field that shows the number of the footnote whose mark the bookmark is around."""
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    code = f'<w:r><w:instrText xml:space="preserve"> NOTEREF {bookmark} \\h </w:instrText></w:r>'
    return f"{marks[0]}{code}{marks[1]}<w:r>{_RAISED}<w:t>{number}</w:t></w:r>{marks[2]}"


def _fill(paragraph: Paragraph, content: Iterable[str]) -> None:
    """Put runs and links behind what a paragraph has."""
    for element in list(parse_xml(f"<w:p {nsdecls('w', 'r')}>{''.join(content)}</w:p>")):
        paragraph._p.append(element)
