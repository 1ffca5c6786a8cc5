"""Where everything stands in a chart. The template draws it as inline SVG; nothing here is markup.

A row chart is as wide as its place: its x coordinates are per cent, so that its text stays readable on a phone. A curve
chart is drawn in a view box of `WIDTH` by `HEIGHT`.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# Row charts: pixels down, per cent across (what stands at the ends of the axis needs room for half its label).
_MARGIN = 3.0
_LABEL = 17
_LINE = 14
_GAP = 11
# Where the axis of shares begins at the latest: small differences show, and do not fill the chart.
_LOWEST_SHARE = 0.8
# Curve charts.
WIDTH, HEIGHT = 400, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 388, 12, 250
_MOST_POINTS = 300
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """A dot with a line from `low` to `high`. `run` is the number of the run, from 0; `note` says it in words."""

    run: int
    value: float
    low: float
    high: float
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is measured: a bar a run, and the numbers that stand beside its label."""

    label: str
    numbers: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """A line through points, or points alone. `notes` say in words the end of the line, or each point."""

    run: int
    points: tuple[tuple[float, float], ...]
    notes: tuple[str, ...]
    line: bool = True


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, and what is written there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class PlacedBar:
    """A bar in per cent across and pixels down."""

    bar: Bar
    x: float
    low: float
    high: float
    y: int


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row with the line that its label stands on."""

    row: Row
    y: int
    bars: tuple[PlacedBar, ...]


@dataclass(frozen=True, slots=True)
class RowChart:
    """Dots with whiskers, one row a thing measured."""

    title: str
    description: str
    axis: str
    rows: tuple[PlacedRow, ...]
    ticks: tuple[Tick, ...]
    bottom: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A series in the units of the view box."""

    series: Series
    path: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class CurveChart:
    """Lines or points over two axes; `diagonal` is the path of x = y, or empty."""

    title: str
    description: str
    across: str
    up: str
    drawn: tuple[Drawn, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    diagonal: str


def share_chart(title: str, axis: str, rows: Sequence[Row]) -> RowChart:
    """Rows of shares, on an axis that ends at 1 and begins below the lowest."""
    lowest = min((bar.low for row in rows for bar in row.bars), default=0.0)
    return row_chart(title, axis, rows, (min(lowest, _LOWEST_SHARE), 1.0))


def time_chart(title: str, axis: str, rows: Sequence[Row]) -> RowChart:
    """Rows of times, on an axis that begins at 0."""
    return row_chart(title, axis, rows, (0.0, max((bar.high for row in rows for bar in row.bars), default=1.0)))


def row_chart(title: str, axis: str, rows: Sequence[Row], reach: tuple[float, float]) -> RowChart:
    """Place rows on an axis over at least what it is to reach."""
    bars = [bar for row in rows for bar in row.bars]
    steps = ticks(*reach)
    across = _scale(steps[0], steps[-1], _MARGIN, 100 - _MARGIN)
    placed: list[PlacedRow] = []
    y = 0
    for row in rows:
        lines = tuple(
            PlacedBar(
                bar, across(bar.value), across(bar.low), across(bar.high), y + _LABEL + _LINE * place + _LINE // 2
            )
            for place, bar in enumerate(row.bars)
        )
        placed.append(PlacedRow(row, y + _LABEL - 4, lines))
        y += _LABEL + _LINE * len(row.bars) + _GAP
    description = " ".join(bar.note for bar in bars)
    return RowChart(title, description, axis, tuple(placed), tuple(_labelled(steps, across)), y)


def curve_chart(
    title: str, description: str, across: str, up: str, series: Sequence[Series], *, square: bool = False
) -> CurveChart:
    """Place series over the axes [0, 1] by [0, what they reach]; `square` goes to 1 both ways, with the diagonal."""
    highest = 1.0 if square else max((y for one in series for _, y in one.points), default=1.0)
    x_steps, y_steps = ticks(0.0, 1.0), ticks(0.0, highest)
    right = _scale(x_steps[0], x_steps[-1], LEFT, RIGHT)
    above = _scale(y_steps[0], y_steps[-1], BOTTOM, TOP)
    return CurveChart(
        title,
        description,
        across,
        up,
        tuple(_drawn(one, right, above) for one in series),
        tuple(_labelled(x_steps, right)),
        tuple(_labelled(y_steps, above)),
        f"M{LEFT} {BOTTOM}L{RIGHT} {TOP}" if square else "",
    )


def ticks(low: float, high: float) -> list[float]:
    """About five round values, the first at or below `low`, the last at or above `high`."""
    if high <= low:
        high = low + (abs(low) or 1.0)
    rough = (high - low) / _TICKS
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude >= rough * 0.999)
    # The slack keeps 0.3, which is a little over 3 * 0.1, from asking for another step.
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(place * step, 10) for place in range(first, last + 1)]


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    return lambda value: round(start + (value - low) / (high - low) * (end - start), 2)


def _labelled(steps: Sequence[float], place: Callable[[float], float]) -> Iterator[Tick]:
    return (Tick(place(step), f"{step:g}") for step in steps)


def _drawn(series: Series, right: Callable[[float], float], above: Callable[[float], float]) -> Drawn:
    every = max(1, len(series.points) // _MOST_POINTS)
    # Counted from the end, so that the last point, at full coverage, is always there.
    kept = series.points[::-1][::every][::-1] if series.line else series.points
    points = tuple((right(x), above(y)) for x, y in kept)
    path = "M" + "L".join(f"{x} {y}" for x, y in points) if series.line and points else ""
    return Drawn(series, path, points)
