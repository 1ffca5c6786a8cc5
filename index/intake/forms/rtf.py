"""An RTF document -> its article, by striprtf, which knows the code pages of fonts.

What it would glue or show is marked first: raised digits become superscripts, deleted and hidden text is skipped, and
the instruction of a link is no text.
"""

import re

from index.intake.extract.tidy import tidy_line
from index.intake.forms.document import Document
from index.intake.forms.isolated import run_apart
from index.intake.forms.superscripts import raised
from index.records import Metadata
from index.storage.errors import Refused

_RAISED = re.compile(r"(\\(?:super|up\d{1,3})(?:\\[a-z]{1,20}-?\d{0,6} ?){0,20} ?)(\d{1,4})(?=[}\\])")
_UNSEEN = re.compile(r"\\(?:deleted|v)(?:1)?(?![a-z0-9-]) ?")
# Marks of our own for where a row begins, a cell ends and a row ends. The braces end what a letter's code may skip.
_TABLE = {"trowd": "{}\ue000", "cell": "{}\ue001", "row": "{}\ue002"}
_TABLE_WORD = re.compile(r"\\(trowd|cell|row)(?![a-z]) ?")
_BULLET = re.compile(r"[•◦▪●○■·\uf0b7\uf0a7-]\t\s*")
_PICTURE = re.compile(r"(?<![0-9a-fA-F\s])[0-9a-fA-F\s]{2000,}")
_LONGEST_TITLE = 40


def read_rtf(data: bytes) -> Document:
    """The article of an RTF document. Raises `Refused` where it is damaged."""
    source = data.decode("latin-1")
    if not source.startswith("{\\rtf"):
        raise Refused("this is no RTF document; save the article as .docx or PDF")
    source = _PICTURE.sub("", source).replace("\\fldinst", "\\fldins")
    source = _RAISED.sub(lambda digits: digits[1] + "{}" + raised(digits[2]), source)
    source = _TABLE_WORD.sub(lambda word: _TABLE[word[1]], source)
    source = _UNSEEN.sub(r"\\*", source)
    text = run_apart("rtf_text", source.encode("utf-8"))
    assert isinstance(text, str)
    text = _with_rows(re.sub("[\ud800-\udbff][\udc00-\udfff]", _paired, text))
    title, lines = _part_title([line for line in map(_line, text.split("\n")) if line])
    return Document(_joined(lines), metadata=Metadata(title))


def _paired(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")


def _with_rows(text: str) -> str:
    """The text with each table's row on a line of its own, its cells parted by " | "."""
    *rows, rest = text.split("\ue002")
    parts = []
    for row in rows:
        before, _, row_text = row.partition("\ue000")
        cells = row_text.replace("\ue000", "").split("\ue001")[:-1]
        parts.append(f"{before}\n{' | '.join(map(tidy_line, cells))}\n")
    return "".join([*parts, rest]).replace("\ue000", "").replace("\ue001", "\n")


def _line(line: str) -> str:
    return tidy_line(_BULLET.sub("- ", line.lstrip(" "), count=1) if _BULLET.match(line.lstrip(" ")) else line)


def _part_title(lines: list[str]) -> tuple[str | None, list[str]]:
    """A first line that is shorter than a paragraph and no sentence is the title."""
    first = lines[0] if lines else ""
    if len(lines) < 2 or len(first.split()) > _LONGEST_TITLE or first.endswith((".", ":", ";")) or " | " in first:
        return None, lines
    return first, lines[2 if lines[1] == first else 1 :]


def _joined(lines: list[str]) -> str:
    parts: list[str] = []
    for before, line in zip(["", *lines], lines, strict=False):
        parts.append("\n" if " | " in before and " | " in line else "\n\n")
        parts.append(line)
    return "".join(parts[1:])
