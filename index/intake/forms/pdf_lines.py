"""The lines of a PDF's pages, as `pdf_pages` reads them and `pdf_layout` puts them in order."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from index.intake.forms.superscripts import raised


@dataclass(frozen=True, slots=True)
class Letter:
    """A character: its box, `baseline`, and `size`, the height of its font, in points; y grows upwards."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """Letters on one baseline, or a table's row, which has more than one of `cells`."""

    letters: tuple[Letter, ...]
    cells: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The line as it is read."""
        return " | ".join(self.cells) if self.cells else joined(self.letters)

    @property
    def x0(self) -> float:
        """Where it begins."""
        return min(letter.x0 for letter in self.letters)

    @property
    def x1(self) -> float:
        """Where it ends."""
        return max(letter.x1 for letter in self.letters)

    @property
    def y(self) -> float:
        """Its baseline."""
        return self.letters[0].baseline

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        sizes = sorted(letter.size for letter in self.letters)
        return sizes[len(sizes) // 2]


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page's height in points and its lines as they are drawn; `pictures` is how many it holds."""

    height: float
    lines: tuple[Line, ...]
    pictures: int = 0

    def as_json(self) -> list[object]:
        """The page as lists, for another process."""
        lines = [[line.cells, [astuple(letter) for letter in line.letters]] for line in self.lines]
        return [self.height, self.pictures, lines]


def page_of(value: Any) -> PdfPage:  # noqa: ANN401 (JSON of our own making)
    """The page that `as_json` gave."""
    height, pictures, lines = value
    return PdfPage(
        height,
        tuple(Line(tuple(Letter(*letter) for letter in letters), tuple(cells)) for cells, letters in lines),
        pictures,
    )


def joined(letters: Sequence[Letter]) -> str:
    """The text of letters on one line; raised digits become superscripts, so that no figure grows by them."""
    size = max((letter.size for letter in letters), default=0.0)
    low = min((letter.baseline for letter in letters if letter.size >= 0.9 * size), default=0.0)
    parts = []
    for letter in letters:
        high = letter.size < 0.8 * size and letter.baseline > low + 0.15 * size
        parts.append(raised(letter.text) if high else letter.text)
    return " ".join("".join(parts).split())
