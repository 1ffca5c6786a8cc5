"""A PDF -> its letters in lines, and its ruled tables, in the order in which the pages draw them.

pdfium says which letter stands where; programs that set text draw it in reading order, column after column. This runs
in a process of its own (see `isolated`).
"""

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from index.intake.forms.pdf_lines import Letter, Line, PdfPage, joined
from index.storage.errors import Refused

_MOST_PAGES = 1000
_MOST_TEXT = 3_000_000

# More lines than tables have: a map or a drawing.
_MOST_RULES = 4000
_MOST_LETTERS = 200_000
# What pdfium gives for a hyphen that it takes for the end of a cut word.
_CUT = {"\x02", "\ufffe"}
_DRAWN_AS = {"\x02": "-", "\ufffe": "-", "\u00ad": "\u2010"}
# Rules that are nearer than this, in points, are the borders of two cells that touch.
_DOUBLE = 4.0


@dataclass(frozen=True, slots=True)
class _Rules:
    """The ruled lines of a page: of each, where it runs along, and from where to where."""

    across: list[tuple[float, float, float]] = field(default_factory=list)
    down: list[tuple[float, float, float]] = field(default_factory=list)


_Cell = tuple[float, float, float, float]


def convert(data: bytes) -> dict[str, object]:
    """The pages of a PDF as `pdf_lines.page_of` takes them, and its `title`.

    Raises `Refused` for what is encrypted, damaged or too large.
    """
    try:
        file = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Refused(_reason(str(error))) from error
    with file:
        count = len(file)
        if count > _MOST_PAGES:
            raise Refused(f"the PDF has {count:,} pages, more than {_MOST_PAGES:,}; split it")
        pages = []
        letters = 0
        for number in range(count):
            try:
                page = _read_page(file[number])
            except pypdfium2.PdfiumError as error:
                raise Refused(f"page {number + 1} of the PDF is damaged; save it again as PDF") from error
            letters += sum(len(line.letters) for line in page.lines)
            if letters > _MOST_TEXT:
                raise Refused(f"the PDF holds more than {_MOST_TEXT:,} letters; split it")
            pages.append(page.as_json())
        return {"pages": pages, "title": file.get_metadata_value("Title")}


def _reason(error: str) -> str:
    if "password" in error.lower() or "security" in error.lower():
        return "the PDF is encrypted; save it without a password"
    return "the PDF is damaged, or is none; save it again as PDF"


def _read_page(page: pypdfium2.PdfPage) -> PdfPage:
    """The lines of `page`. Raises `Refused` where it holds more letters than a page can show."""
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > _MOST_LETTERS:
            raise Refused(f"a page of the PDF holds {count:,} letters; give the article as text")
        letters = list(_letters(text, count))
    finally:
        text.close()
    rules, pictures = _drawn(page)
    return PdfPage(page.get_height(), tuple(_lines(letters, rules)), pictures)


def _letters(text: pypdfium2.PdfTextPage, count: int) -> Iterator[Letter | None]:
    """The letters in the order of the file; None where a line ends. Letters that stand askew are left out."""
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    turned = _turn(text, count)
    for at in range(count):
        code = pdfium.FPDFText_GetUnicode(text, at)
        shown = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if shown in "\r\n" and shown:
            yield None
            continue
        if abs(_angle(text, at) - turned) > 0.1 and not shown.isspace():
            continue
        pdfium.FPDFText_GetLooseCharBox(text, at, box)
        pdfium.FPDFText_GetCharOrigin(text, at, x, y)
        x0, x1, baseline, size = _upright(box, x.value, y.value, turned)
        yield Letter(_DRAWN_AS.get(shown, shown), *(round(place, 2) for place in (x0, x1, baseline, size)))
        if shown in _CUT:
            yield None


def _angle(text: pypdfium2.PdfTextPage, at: int) -> float:
    """By how much a letter is turned: -π to π."""
    angle = float(pdfium.FPDFText_GetCharAngle(text, at))
    return 0.0 if angle < 0 else math.remainder(angle, 2 * math.pi)


def _turn(text: pypdfium2.PdfTextPage, count: int) -> float:
    """How most letters of the page are turned, in quarters; looked at in a sample."""
    sample = [round(_angle(text, at) / (math.pi / 2)) for at in range(0, count, max(1, count // 200))]
    most = max(set(sample), key=sample.count) if sample else 0
    return math.remainder(most * math.pi / 2, 2 * math.pi)


def _upright(box: pdfium.FS_RECTF, x: float, y: float, turned: float) -> tuple[float, float, float, float]:
    """x0, x1, baseline and size as they are when the page is held so that it can be read."""
    quarter = round(turned / (math.pi / 2)) % 4
    if quarter == 0:
        return box.left, box.right, y, box.top - box.bottom
    if quarter == 2:
        return -box.right, -box.left, -y, box.top - box.bottom
    if quarter == 1:
        return -box.top, -box.bottom, x, box.right - box.left
    return box.bottom, box.top, -x, box.right - box.left


def _drawn(page: pypdfium2.PdfPage) -> tuple[_Rules, int]:
    """The ruled lines of the page, and how many pictures it shows."""
    rules, pictures = _Rules(), 0
    for item in page.get_objects(max_depth=4):
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictures += 1
        elif item.type == pdfium.FPDF_PAGEOBJ_PATH and len(rules.across) + len(rules.down) < _MOST_RULES:
            for before, after in _strokes(item):
                _note_rule(rules, before, after)
    if len(rules.across) + len(rules.down) >= _MOST_RULES:
        return _Rules(), pictures
    return _Rules(_single(rules.across), _single(rules.down)), pictures


def _single(rules: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """The rules with the two of a double border at the place of the first of them."""
    places: list[tuple[float, float, float]] = []
    place = -_DOUBLE
    for at, low, high in sorted(rules):
        place = at if at - place > _DOUBLE else place
        places.append((place, low, high))
    return places


_Point = tuple[float, float]


def _strokes(item: pypdfium2.PdfObject) -> Iterator[tuple[_Point, _Point]]:
    """The straight strokes of a path."""
    matrix = item.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    begin = before = (0.0, 0.0)
    for number in range(min(pdfium.FPDFPath_CountSegments(item), _MOST_RULES)):
        segment = pdfium.FPDFPath_GetPathSegment(item, number)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            begin = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield before, point
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield point, begin
        before = point


def _note_rule(rules: _Rules, before: _Point, after: _Point) -> None:
    (x0, y0), (x1, y1) = before, after
    if abs(y0 - y1) < 1 and abs(x0 - x1) > 5:
        rules.across.append(((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
    elif abs(x0 - x1) < 1 and abs(y0 - y1) > 5:
        rules.down.append(((x0 + x1) / 2, min(y0, y1), max(y0, y1)))


def _cell(rules: _Rules, letter: Letter) -> _Cell | None:
    """The nearest rules around a letter: left, bottom, right, top; None where it is open on one side."""
    x, y = (letter.x0 + letter.x1) / 2, letter.baseline + 0.25 * letter.size
    beside = [at for at, low, high in rules.down if low - 2 <= y <= high + 2]
    level = [at for at, left, right in rules.across if left - 2 <= x <= right + 2]
    sides = (
        max((at for at in beside if at <= x), default=None),
        max((at for at in level if at <= y), default=None),
        min((at for at in beside if at > x), default=None),
        min((at for at in level if at > y), default=None),
    )
    left, bottom, right, top = sides
    if left is None or bottom is None or right is None or top is None:
        return None
    return left, bottom, right, top


def _lines(letters: Sequence[Letter | None], rules: _Rules) -> Iterator[Line]:
    """Lines in their order, the rows of each ruled table where the first of its letters stands."""
    runs = [run for run in _runs(letters, rules) if any(letter.text.strip() for letter in run[1])]
    cells = [cell for cell, _ in runs if cell is not None]
    tables = _tables(cells)
    done: set[int] = set()
    for cell, run in runs:
        table = tables.get(cell) if cell is not None else None
        if table is None:
            yield Line(tuple(run))
        elif table not in done:
            done.add(table)
            yield from _rows([(at, words) for at, words in runs if at is not None and tables.get(at) == table])


def _runs(letters: Sequence[Letter | None], rules: _Rules) -> Iterator[tuple[_Cell | None, list[Letter]]]:
    """Letters that follow one another on a line and in a cell."""
    run: list[Letter] = []
    cell: _Cell | None = None
    ruled = bool(rules.across) and bool(rules.down)
    for letter in letters:
        if letter is None:
            if run:
                yield cell, run
            run = []
            continue
        inside = _cell(rules, letter) if ruled and letter.text.strip() else cell
        if run and (inside != cell or _breaks(run[-1], letter)):
            yield cell, run
            run = []
        if letter.text.strip() or run:
            cell = inside
            run.append(letter)
    if run:
        yield cell, run


def _breaks(before: Letter, letter: Letter) -> bool:
    """Whether a line ends between two letters, though pdfium goes on."""
    return abs(letter.baseline - before.baseline) > 0.7 * max(letter.size, before.size) and bool(letter.text.strip())


def _tables(cells: Sequence[_Cell]) -> dict[_Cell, int]:
    """The number of the table that each cell belongs to: cells that touch. A box of one cell is no table."""
    numbers: dict[_Cell, int] = {}
    edges: dict[tuple[str, float, float], int] = {}
    parents: list[int] = []

    def root(at: int) -> int:
        while parents[at] != at:
            at = parents[at]
        return at

    for cell in dict.fromkeys(cells):
        left, bottom, right, top = cell
        numbers[cell] = len(parents)
        parents.append(len(parents))
        # Cells that share a corner touch.
        for corner in ((left, bottom), (left, top), (right, bottom), (right, top)):
            other = edges.setdefault(("corner", *corner), numbers[cell])
            parents[root(numbers[cell])] = root(other)
    members: dict[int, list[_Cell]] = {}
    for cell, number in numbers.items():
        members.setdefault(root(number), []).append(cell)
    return {cell: table for table, group in members.items() if len(group) > 1 for cell in group}


def _rows(runs: Sequence[tuple[_Cell, list[Letter]]]) -> Iterator[Line]:
    """The rows of a table, from the top; words of a cell that spans rows stand in the first of them."""
    content: dict[_Cell, list[list[Letter]]] = {}
    for cell, run in runs:
        content.setdefault(cell, []).append(run)
    rows: dict[float, list[_Cell]] = {}
    for cell in content:
        rows.setdefault(cell[3], []).append(cell)
    for top in sorted(rows, reverse=True):
        row = sorted(rows[top])
        letters = tuple(letter for cell in row for run in content[cell] for letter in run)
        yield Line(letters, tuple(" ".join(joined(run) for run in content[cell]) for cell in row))
