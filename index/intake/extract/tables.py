"""Tables of data -> a line a row, each with the heads of its columns, so that a row can be quoted alone."""

from itertools import zip_longest

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from index.intake.extract.tidy import tidy_line

_ROWS = "./tr[td or th] | ./*/tr[td or th]"
_LINES = frozenset({"br", "div", "li", "p", "tr"})
_LONGEST_CELL, _LONG = 400, 60  # characters; two long lines in a cell are no data
_MOST_COLUMNS = 40  # a `colspan` is a stranger's number


def read_table(table: HtmlElement) -> list[str] | None:
    """A line for the caption and for each row: `Chặng: Tân Hòa - Phú Lộc | Giá: 85.000 đồng`, or the cells alone where
    there is no head.

    None where it is no table of data: a page may be laid out in one.
    """
    rows = _grid(table)
    if not _holds_data(table, rows):
        return None
    deep = _head_depth(table.xpath(_ROWS)[0])
    heads = [" ".join(dict.fromkeys(filter(None, column))) for column in zip_longest(*rows[:deep])]
    lines = [" | ".join(_named(heads, row)) for row in rows[deep:]]
    captions = [tidy_line(caption.text_content()) for caption in table.xpath("./caption")]
    return [line for line in (*captions, *lines) if line]


def _holds_data(table: HtmlElement, rows: list[list[str]]) -> bool:
    wide = [row for row in rows if len(row) > 1]
    if len(wide) < 2 or 2 * len(wide) < len(rows) or table.xpath(".//h1"):
        return False
    # A table in a cell is data where the outer one is headed as such.
    if table.xpath(".//table") and not _head_depth(table.xpath(_ROWS)[0]):
        return False
    if any(sum(len(line) >= _LONG for line in _cell_lines(cell)) > 1 for row in table.xpath(_ROWS) for cell in row):
        return False
    cells = [cell for row in rows for cell in row if cell]
    linked = sum(len(tidy_line(link.text_content())) for link in table.xpath(".//a[@href]"))
    return len(cells) > 2 and max(map(len, cells)) <= _LONGEST_CELL and 2 * linked < sum(map(len, cells))


def _named(heads: list[str], row: list[str]) -> list[str]:
    """The cells of a row that hold anything, each behind the head of its column."""
    named = zip_longest(heads[: len(row)], row, fillvalue="")
    return [f"{head.rstrip(':')}: {cell}" if head and head != cell else cell for head, cell in named if cell]


def _grid(table: HtmlElement) -> list[list[str]]:
    """The texts of the cells, row by row, those that span rows or columns in each of them."""
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # by column: how many more rows a cell spans, and its text
    for row in table.xpath(_ROWS):
        cells: list[str] = []
        for cell in row.xpath("./td | ./th"):
            _continue(cells, below)
            text = _cell_text(cell)
            for _ in range(_span(cell, "colspan")):
                if (rows := _span(cell, "rowspan")) > 1:
                    below[len(cells)] = (rows - 1, text)
                cells.append(text)
        _continue(cells, below)
        grid.append(cells[:_MOST_COLUMNS])
    return grid


def _continue(cells: list[str], below: dict[int, tuple[int, str]]) -> None:
    while len(cells) in below:
        rows, text = below.pop(len(cells))
        if rows > 1:
            below[len(cells)] = (rows - 1, text)
        cells.append(text)


def _cell_text(cell: HtmlElement) -> str:
    """A cell as one line; what stands there in lines of its own is parted by semicolons."""
    return "; ".join(_cell_lines(cell))


def _cell_lines(cell: HtmlElement) -> list[str]:
    parts = []
    for event, element in iterwalk(cell, events=("start", "end")):
        starts = event == "start"
        parts.append("\n" if element.tag in _LINES and starts else " " if element.tag == "td" else "")
        parts.append((element.text if starts else element.tail if element is not cell else None) or "")
    return [line for part in "".join(parts).split("\n") if (line := tidy_line(part))]


def _span(cell: HtmlElement, attribute: str) -> int:
    value = cell.get(attribute, "1").strip()
    return max(1, min(int(value), _MOST_COLUMNS)) if value.isdecimal() and len(value) < 5 else 1


def _head_depth(row: HtmlElement) -> int:
    """How many rows the heads take that begin in a table's first `row`, whose cells are heads by element, or bold."""
    cells = row.xpath("./td | ./th")
    if not all(cell.tag == "th" or cell.xpath(".//b | .//strong") for cell in cells):
        return 0
    return max(_span(cell, "rowspan") for cell in cells)
