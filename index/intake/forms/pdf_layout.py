"""The lines of a PDF's pages -> its title and paragraphs.

    pages -> heads and feet left out -> order -> rows of tables without rules -> paragraphs joined across lines,
    columns and pages -> the offsets at which pages begin

What decides where a paragraph ends is what a reader sees: a gap, an indent, or a line that stops although the next
word would have fitted in.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from index.intake.extract.lines import ends_sentence
from index.intake.extract.tidy import tidy_line
from index.intake.forms.pdf_lines import Letter, Line, PdfPage, joined
from index.language.detection import detect_language
from index.language.text import has_marks

_PAGE_NUMBER = re.compile(
    r"(?:(?:trang|page|tr\.|p\.)\s*)?[-–—]?\s*\d{1,4}\s*(?:(?:/|of|trên|\|)\s*\d{1,4})?\s*[-–—]?", re.IGNORECASE
)
_PRINTED = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? \d{1,2}:\d{2}(?::\d{2})?(?: [AP]M| SA| CH)?\b.*")
_PRINTED_FROM = re.compile(r"((?:https?|file)://\S+) +\d{1,4}/\d{1,4}")
_BULLET = re.compile(r"(?:[•◦▪●○■‣∙\uf0b7\uf0a7]\s*|[·*–-]\s+)(?=\S)")
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-hA-H]|[IVX]{1,4})[.)]\s")
_NOTE = re.compile(r"(?:\d{1,3}|[¹²³⁴-⁹]{1,3}|\*{1,3}|\[\d{1,3}\])\s*\S")
_DIGITS = re.compile(r"\d+")
_AROUND = ".,;:!?\"'”’»)(“‘«…"
# A word that a hyphen or a soft hyphen ends, and what a line begins with.
_CUT_WORD = re.compile(r"(?<!\S)\W{0,4}([^\W_][\w.,/-]{0,60})([-\u2010])\Z")
_FIRST_WORD = re.compile(r"[^\W_][\w.,/-]{0,60}")
# Heads and feet stand within this share of a page's height, and in small pages within so many points.
_EDGE, _LEAST_EDGE = 0.12, 72.0
# Two columns of text have so many lines, of so many letters on average.
_FEWEST_LINES, _SHORTEST_LINE = 5, 22
_SPACE = 0.15  # the least space between two words, in sizes of the font


@dataclass(frozen=True, slots=True)
class Layout:
    """A PDF's text: `pages` are the offsets in `text` at which its pages begin, `url` what a browser printed below."""

    title: str | None
    text: str
    pages: tuple[int, ...]
    url: str | None = None


@dataclass(slots=True)
class _Paragraph:
    """A paragraph as it grows: pieces of lines, each with its page. `row` is one of a table."""

    last: Line
    page: int
    row: bool = False
    pieces: list[tuple[int, str]] = field(default_factory=list)


def lay_out(pages: Sequence[PdfPage]) -> Layout:
    """The title and the paragraphs of `pages`."""
    kept, url = _without_edges(pages)
    ordered = [_in_rows(_in_order(_levelled(lines))) for lines in kept]
    body = _body_size(ordered)
    title, ordered = _part_title(ordered, body)
    text, starts = _written(_paragraphs(ordered, body), len(pages))
    return Layout(title, text, starts, url)


# --- Heads and feet --------------------------------------------------------------------------------------------------


def _without_edges(pages: Sequence[PdfPage]) -> tuple[list[list[Line]], str | None]:
    """The lines of each page without running heads, feet and page numbers; and the address that a browser printed."""
    edges = [[line for line in page.lines if not line.cells and _at_edge(line, page)] for page in pages]
    places: Counter[tuple[str, int]] = Counter()
    for lines in edges:
        # Each place counts for the neighbours too, for heads move by a point.
        places.update({(_shape(line), round(line.y / 4) + near) for line in lines for near in (-1, 0, 1)})
    running = [[line for line in lines if places[_shape(line), round(line.y / 4)] > 1] for lines in edges]
    levels = {(round(line.y), round(line.size)) for lines in running for line in lines}
    url = None
    kept = []
    for number, page in enumerate(pages):
        gone = set(map(id, running[number]))
        for line in edges[number]:
            text = line.text
            printed = _PRINTED_FROM.fullmatch(text)
            if printed and printed[1].startswith("http") and "…" not in printed[1]:
                url = url or printed[1]
            level = number > 0 and (round(line.y), round(line.size)) in levels
            if printed or level or _PAGE_NUMBER.fullmatch(text) or _PRINTED.fullmatch(text):
                gone.add(id(line))
        kept.append([line for line in page.lines if id(line) not in gone and tidy_line(line.text)])
    return kept, url


def _at_edge(line: Line, page: PdfPage) -> bool:
    margin = max(_EDGE * page.height, _LEAST_EDGE)
    return not margin < line.y < page.height - margin


def _shape(line: Line) -> str:
    return _DIGITS.sub("#", line.text.casefold())


# --- Order and tables ------------------------------------------------------------------------------------------------


def _levelled(lines: Sequence[Line]) -> list[Line]:
    """The lines with those in one that were drawn one after the other on the same baseline."""
    done: list[Line] = []
    for line in lines:
        above = done[-1] if done else None
        if above is None or above.cells or line.cells or not _is_beside(above, line):
            done.append(line)
        else:
            space = Letter(" ", above.x1, line.x0, line.y, line.size)
            done[-1] = Line((*above.letters, space, *line.letters))
    return done


def _is_beside(above: Line, line: Line) -> bool:
    return abs(above.y - line.y) < 0.3 * line.size and line.x0 >= above.x1 - 0.1 * line.size


def _in_order(lines: list[Line]) -> list[Line]:
    """The lines of a page as they are read. The order of the file holds, but where it goes back up a column."""
    blocks: list[list[Line]] = []
    for line in lines:
        if blocks and _follows(blocks[-1][-1], line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    back = any(
        _overlap(above, below) and min(line.y for line in above) < max(line.y for line in below) - 1
        for above, below in pairwise(blocks)
    )
    return [line for block in _sorted_blocks(blocks) for line in block] if back else lines


def _follows(above: Line, line: Line) -> bool:
    """Whether `line` stands below `above` or beside it, in the same column."""
    drop = above.y - line.y
    level = abs(drop) < 0.5 * line.size
    below = 0 < drop < 4 * line.size and line.x0 < above.x1 and above.x0 < line.x1
    return below or (level and line.x0 >= above.x1)


def _overlap(one: list[Line], other: list[Line]) -> bool:
    return _left(one) < _right(other) and _left(other) < _right(one)


def _left(block: list[Line]) -> float:
    return min(line.x0 for line in block)


def _right(block: list[Line]) -> float:
    return max(line.x1 for line in block)


def _sorted_blocks(blocks: list[list[Line]], depth: int = 0) -> list[list[Line]]:
    """Blocks by recursive X-Y cut: between columns where a gap runs through all of them, else below what spans them.

    The method is that of Nagy and Seth, "Hierarchical representation of optically scanned documents", ICPR 1984.
    """
    groups = _columns(blocks) if depth < 40 else [blocks]
    if len(groups) == 1:
        groups = _bands(blocks)
    if len(groups) == 1:
        return sorted(blocks, key=lambda block: (-max(line.y for line in block), _left(block)))
    return [block for group in groups for block in _sorted_blocks(group, depth + 1)]


def _columns(blocks: list[list[Line]]) -> list[list[list[Line]]]:
    groups: list[list[list[Line]]] = []
    reach = 0.0
    for block in sorted(blocks, key=_left):
        if groups and _left(block) < reach:
            groups[-1].append(block)
        else:
            groups.append([block])
        reach = max(reach, _right(block)) if len(groups[-1]) > 1 else _right(block)
    return groups


def _bands(blocks: list[list[Line]]) -> list[list[list[Line]]]:
    """Blocks from the top, parted where what stands above spans the columns that stand below."""
    ordered = sorted(blocks, key=lambda block: -max(line.y for line in block))
    groups: list[list[list[Line]]] = []
    for block in ordered:
        if groups and len(_columns([*groups[-1], block])) > 1:
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def _in_rows(lines: list[Line]) -> list[Line]:
    """The lines of a page with the rows of tables that have no rules: lines that all have gaps at the same places."""
    done: list[Line] = []
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and _may_be_row(lines[end]) and (end == at or _follows(lines[end - 1], lines[end])):
            end += 1
        rows = lines[at:end]
        cuts = _common_gaps(rows) if len(rows) > 1 else []
        # Two lines with one gap are chance, but for gaps as wide as those in the heads of letters.
        if cuts and (len(cuts) + len(rows) > 3 or all(_gaps(line, 3) for line in rows)):
            if done and not done[-1].cells and _follows(done[-1], rows[0]):
                headed = _common_gaps([done[-1], *rows])
                rows, cuts = ([done.pop(), *rows], headed) if len(headed) == len(cuts) else (rows, cuts)
            done += _table_or_columns([_cut_line(line, cuts) for line in rows], cuts)
        else:
            done += lines[at : max(end, at + 1)]
        at = max(end, at + 1)
    return done


def _table_or_columns(rows: list[Line], cuts: Sequence[float]) -> list[Line]:
    """The rows of a table; where the cells are as long as lines of text, the lines of one column after another."""
    lengths = [len(cell) for row in rows for cell in row.cells]
    if len(rows) < _FEWEST_LINES or sum(lengths) < _SHORTEST_LINE * len(lengths):
        return rows
    sides = [-math.inf, *cuts, math.inf]
    columns = (
        [Line(tuple(letter for letter in row.letters if low <= letter.x0 < high)) for row in rows]
        for low, high in pairwise(sides)
    )
    return [line for column in columns for line in column if line.text]


def _may_be_row(line: Line) -> bool:
    """Whether a gap in the line is wide, also next to its other gaps: those of justified text are all as wide."""
    if line.cells:
        return False
    widths = sorted(right - left for left, right in _gaps(line, _SPACE))
    if not widths or widths[-1] < 1.5 * line.size:
        return False
    return len(widths) == 1 or widths[-1] >= min(2 * widths[0], 3 * line.size)


def _has_sides(line: Line) -> bool:
    """Whether a line says two things, far apart, as the head of a letter does."""
    widths = sorted(right - left for left, right in _gaps(line, _SPACE))
    if len(widths) < 2:
        return bool(widths) and widths[-1] >= 6 * line.size
    return widths[-1] >= max(3 * line.size, 2 * widths[0])


def _gaps(line: Line, least: float) -> list[tuple[float, float]]:
    """The gaps between letters of a line that are at least `least` times its size."""
    inked = sorted((letter for letter in line.letters if letter.text.strip()), key=lambda letter: letter.x0)
    found = []
    reach = inked[0].x1
    for letter in inked[1:]:
        if letter.x0 - reach >= least * line.size:
            found.append((reach, letter.x0))
        reach = max(reach, letter.x1)
    return found


def _common_gaps(lines: Sequence[Line]) -> list[float]:
    """Where every one of `lines` has a gap, and one of them a wide one."""
    common = [(left, right, right - left) for left, right in _gaps(lines[0], _SPACE)]
    for line in lines[1:]:
        common = [
            (max(left, low), min(right, high), max(widest, high - low))
            for left, right, widest in common
            for low, high in _gaps(line, _SPACE)
            if min(right, high) > max(left, low)
        ]
    cuts = [(left + right) / 2 for left, right, widest in common if widest >= lines[0].size]
    # What only a head has there is a space between two words of it.
    return [
        cut
        for cut, after in pairwise([*cuts, math.inf])
        if 2 * sum(any(cut < letter.x0 < after for letter in line.letters) for line in lines) > len(lines)
    ]


def _cut_line(line: Line, cuts: Sequence[float]) -> Line:
    cells: list[list[Letter]] = [[] for _ in range(len(cuts) + 1)]
    for letter in line.letters:
        cells[sum(letter.x0 >= cut for cut in cuts)].append(letter)
    return replace(line, cells=tuple(joined(cell) for cell in cells))


# --- The title -------------------------------------------------------------------------------------------------------


def _body_size(pages: Sequence[Sequence[Line]]) -> float:
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size, 1)] += len(line.letters)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _part_title(pages: list[list[Line]], body: float) -> tuple[str | None, list[list[Line]]]:
    """The title, the largest lines of the first page, and the pages without it."""
    first = pages[0] if pages else []
    largest = max((line.size for line in first if not line.cells), default=0.0)
    if not largest or largest < 1.15 * body:
        return None, pages
    begin = next(at for at, line in enumerate(first) if line.size > 0.95 * largest and not line.cells)
    end = begin
    while end < len(first) and first[end].size > 0.95 * largest and not first[end].cells:
        end += 1
    title = tidy_line(" ".join(line.text for line in first[begin:end]))
    if len(title) < 8 or len(title) > 300:
        return None, pages
    return title, [[*first[:begin], *first[end:]], *pages[1:]]


# --- Paragraphs ------------------------------------------------------------------------------------------------------


def _paragraphs(pages: Sequence[Sequence[Line]], body: float) -> list[_Paragraph]:
    """The paragraphs of all pages. Notes at the foot of a page stand before the paragraph that goes over the page."""
    pitch = _pitch(pages, body)
    done: list[_Paragraph] = []
    for number, lines in enumerate(pages):
        notes = _notes(lines, body)
        text = lines[: len(lines) - len(notes)]
        held: list[_Paragraph] = []
        for at, line in enumerate(notes):
            _add(held, line, number, notes, at, pitch)
        for at, line in enumerate(text):
            _add(done, line, number, text, at, pitch)
        if held:  # a paragraph that goes over the page stays the last
            at = len(done) - 1 if done and done[-1].pieces[0][0] == number else len(done)
            done[at:at] = held
    return done


def _notes(lines: Sequence[Line], body: float) -> Sequence[Line]:
    """The footnotes among the last lines of a page: smaller than the text, the first of them with its mark."""
    begin = len(lines)
    while begin > 0 and lines[begin - 1].size < 0.93 * body and not lines[begin - 1].cells:
        begin -= 1
    while begin < len(lines) and not _NOTE.match(lines[begin].text):
        begin += 1
    return lines[begin:]


def _pitch(pages: Sequence[Sequence[Line]], body: float) -> float:
    """From a baseline to the next, in the text."""
    drops = [
        above.y - line.y
        for lines in pages
        for above, line in pairwise(lines)
        if 0 < above.y - line.y < 3 * body and abs(line.size - body) < 0.1 * body
    ]
    return median(drops) if drops else 1.2 * body


def _add(done: list[_Paragraph], line: Line, page: int, lines: Sequence[Line], at: int, pitch: float) -> None:
    """Put `line`, the one at `at` of `lines`, to the last paragraph, or begin one with it."""
    row = bool(line.cells)
    last = done[-1] if done else None
    if last is None or row or last.row or _parts(last, line, page, lines, at, pitch):
        done.append(_Paragraph(line, page, row, [(page, line.text)]))
        return
    last.pieces.append((page, line.text))
    last.last, last.page = line, page


def _parts(last: _Paragraph, line: Line, page: int, lines: Sequence[Line], at: int, pitch: float) -> bool:
    """Whether `line` begins a paragraph of its own."""
    above, text = last.last, line.text
    drop = above.y - line.y
    adjacent = page == last.page and _follows(above, line)
    if abs(line.size - above.size) > 0.12 * above.size or _BULLET.match(text) or _has_sides(above):
        return True
    if _CUT_WORD.search(above.text):
        return False
    ended = ends_sentence(above.text) or above.text.endswith((":", ";"))
    if not adjacent:
        return ended or not (text[:1].islower() or text[:1].isdigit() or _is_full(above, line))
    if drop > 1.4 * pitch:
        return True
    left = min(near.x0 for near in _near(lines, at, line))
    indented = line.x0 - left > 0.8 * line.size and line.x0 - above.x0 > 0.5 * line.size
    if ended:
        item = _NUMBERED.match(text)
        return bool(item) or drop > 1.12 * pitch or indented or not _fills(above, line, lines, at)
    return not (text[:1].islower() or text[:1].isdigit() or _fills(above, line, lines, at))


def _near(lines: Sequence[Line], at: int, line: Line) -> list[Line]:
    """The lines around, as far as they stand in the same column."""
    around = lines[max(0, at - 4) : at + 4]
    return [near for near in around if not near.cells and near.x0 < line.x1 and line.x0 < near.x1]


def _fills(above: Line, line: Line, lines: Sequence[Line], at: int) -> bool:
    """Whether the first word of `line` had no room left in the line above."""
    right = max(near.x1 for near in (*_near(lines, at, line), above))
    return right - above.x1 < _first_word(line)


def _is_full(above: Line, line: Line) -> bool:
    """The same across columns, where only the two lines can be compared."""
    return above.x1 - above.x0 > 0.85 * (line.x1 - line.x0)


def _first_word(line: Line) -> float:
    """The width of the first word and of the space before it."""
    end = line.x0
    for letter in line.letters:
        if not letter.text.strip():
            break
        end = letter.x1
    return end - line.x0 + 0.2 * line.size


# --- Text ------------------------------------------------------------------------------------------------------------


def _written(paragraphs: Sequence[_Paragraph], count: int) -> tuple[str, tuple[int, ...]]:
    """The text, and where each of `count` pages begins in it; an empty page begins where the next one does."""
    known = _known_words(paragraphs)
    vietnamese = (
        detect_language(" ".join(piece for paragraph in paragraphs[:40] for _, piece in paragraph.pieces)) == "vi"
    )
    parts: list[str] = []
    length = 0
    begins: dict[int, int] = {}
    for before, paragraph in zip([None, *paragraphs], paragraphs, strict=False):
        if before is not None:
            parts.append("\n" if before.row and paragraph.row else "\n\n")
            length += len(parts[-1])
        text = ""
        for page, piece in paragraph.pieces:
            text = _with_line(text, piece, known, vietnamese=vietnamese) if text else ""
            begins.setdefault(page, length + len(text))
            text += tidy_line(piece) if text else _as_item(tidy_line(piece))
        parts.append(text)
        length += len(text)
    starts = [length] * count
    for page in reversed(range(count)):
        starts[page] = begins.get(page, starts[page + 1] if page + 1 < count else length)
    return "".join(parts), (0, *starts[1:])


def _as_item(line: str) -> str:
    """The first line of a paragraph, a bullet being written as a dash."""
    bullet = _BULLET.match(line)
    return f"- {line[bullet.end() :]}" if bullet else line


def _known_words(paragraphs: Sequence[_Paragraph]) -> frozenset[str]:
    """The words that stand whole somewhere in the file, with the hyphens inside them."""
    pieces = (piece for paragraph in paragraphs for _, piece in paragraph.pieces)
    return frozenset(word.strip(_AROUND).casefold() for piece in pieces for word in piece.split())


def _with_line(text: str, piece: str, known: frozenset[str], *, vietnamese: bool) -> str:
    """`text` made ready for the line `piece` to follow: a space, or nothing where a word was cut."""
    cut = _CUT_WORD.search(text)
    following = _FIRST_WORD.match(piece)
    if cut is None or following is None:
        return f"{text} "
    if cut[2] != "-":
        return text[:-1]
    head, tail = cut[1], following[0]
    if f"{head}-{tail}".casefold() in known:
        return text
    whole = f"{head}{tail}".casefold() in known
    # Vietnamese cuts no syllables: what stands there is a hyphen, as in Mát-xcơ-va.
    kept = vietnamese or "-" in head or has_marks(head + tail) or not tail[0].islower() or not head.isalpha()
    return text[:-1] if whole or not kept else text
