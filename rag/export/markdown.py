"""A document in Markdown (CommonMark, with the tables and footnotes of GitHub, Pandoc and Obsidian).

What an article or a reader wrote is escaped wherever it could be read as markup.
"""

import re
from collections.abc import Iterator
from itertools import groupby, zip_longest

from rag.export.document import Cited, Document, Group, Line, Note, Piece, Reference

# Punctuation that may begin markup anywhere in a line: emphasis, code, links, HTML, entities, tables, mathematics,
# footnotes, mentions of people and of issues.
_ACTIVE = re.compile(r"[\\`*_\[\]<>&|~^$@#{}]")
# What some readers take for an address without any mark.
_BARE_ADDRESS = re.compile(r"(?i)(?<=\w):(?=//)|(?<=www)\.|(?<=mailto|..xmpp):")
# What begins a list, a heading's underline or a rule where it begins a line.
_LEADING = re.compile(r"^(\d{1,9}(?=[.)])|(?=[-+=]))")


def markdown(document: Document) -> str:
    """The document as text in Markdown."""
    blocks = [f"# {_escaped(document.question)}"]
    blocks += [_led(_escaped(remark)) for remark in document.remarks]
    blocks += [f"**{_escaped(document.short)}**"] if document.short else []
    if document.columns:
        blocks += [block for group in document.groups if not group.heading for block in _group(group)]
        blocks += [_table([group for group in document.groups if group.heading])]
    else:
        blocks += [block for group in document.groups for block in _group(group)]
    if document.nearest:
        blocks += [f"## {document.words.nearest}", "\n".join(f"- {_reference(one)}" for one in document.nearest)]
    blocks += [_note(note, document.words.place) for note in document.notes]
    return "\n\n".join(blocks) + "\n"


def _group(group: Group) -> Iterator[str]:
    if group.heading:
        yield f"## {_escaped(group.heading)}"
    for listed, lines in groupby(group.lines, key=lambda line: line.listed):
        if listed:
            yield "\n".join(f"- {_line(line)}" for line in lines)
        else:
            yield from map(_line, lines)


def _table(groups: list[Group]) -> str:
    head = [[_escaped(group.heading) for group in groups], ["---"] * len(groups)]
    lines = zip_longest(*(group.lines for group in groups))
    rows = [*head, *([_line(line) if line else "" for line in row] for row in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _line(line: Line) -> str:
    label = f"**{_escaped(line.label)}:** " if line.label else ""
    return label + _led("".join(map(_piece, line.pieces)))


def _piece(piece: Piece) -> str:
    return _escaped(piece.text) if piece.note is None else f"[^{piece.note}]"


def _note(note: Note, place: str) -> str:
    """A footnote on one line: a second paragraph would be code to readers that know no footnotes."""
    cited = " · ".join(_cited(one, place) for one in note.cited)
    return f"[^{note.number}]: {cited} — {_reference(note.article)}"


def _cited(cited: Cited, place: str) -> str:
    remarks = f" ({_escaped('; '.join(cited.remarks))})" if cited.remarks else ""
    link = f" ({_link(place, cited.address)})" if cited.address else ""
    return f"“{_escaped(cited.text)}”{remarks}{link}"


def _reference(article: Reference) -> str:
    named = _escaped(article.named) if article.address else _led(_escaped(article.named))
    known = [_link(named, article.address) if article.address else named, *map(_escaped, article.known)]
    return ". ".join([", ".join(known), *([f"<{article.address}>"] if article.address else [])])


def _link(text: str, address: str) -> str:
    # Between these brackets entities alone are read as something else.
    return f"[{text}](<{address.replace('&', '&amp;')}>)"


def _led(text: str) -> str:
    """Escaped text as it may begin a line."""
    return _LEADING.sub(r"\1\\", text)


def _escaped(text: str) -> str:
    return _BARE_ADDRESS.sub(r"\\\g<0>", _ACTIVE.sub(r"\\\g<0>", text))
