"""Charts: their places in numbers worked out by hand."""

import pytest

from eval.report.charts import Bar, Row, Series, curve_chart, share_chart, ticks, time_chart
from eval.report.measures import bounds, meaning, number
from eval.scores import Interval


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.83, 1.0, [0.8, 0.85, 0.9, 0.95, 1.0]),
        (0.0, 77.4, [0.0, 20.0, 40.0, 60.0, 80.0]),
        (0.0, 0.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.3, 1.0, [0.2, 0.4, 0.6, 0.8, 1.0]),
    ],
)
def test_ticks_are_round_and_hold_everything(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == expected


def test_a_row_chart_places_bars_across_in_per_cent() -> None:
    rows = [Row("R@1", "0.900", (Bar(0, 0.9, 0.85, 0.95, "half-way"), Bar(1, 1.0, 1.0, 1.0, "at the end")))]
    chart = share_chart("Ranking", "mean", rows)
    # The axis goes from 0.8 at 3 % to 1 at 97 %.
    first, second = chart.rows[0].bars
    assert (first.low, first.x, first.high) == (26.5, 50.0, 73.5)
    assert second.x == 97.0
    assert second.y - first.y == 14
    assert [(tick.at, tick.label) for tick in chart.ticks] == [
        (3.0, "0.8"),
        (26.5, "0.85"),
        (50.0, "0.9"),
        (73.5, "0.95"),
        (97.0, "1"),
    ]
    assert chart.description == "half-way at the end"


def test_times_start_at_zero() -> None:
    chart = time_chart("Latency", "ms", [Row("search", "", (Bar(0, 10.0, 10.0, 20.0, ""),))])
    assert chart.rows[0].bars[0].x == 50.0
    assert chart.ticks[0].label == "0"


def test_a_curve_keeps_its_last_point_and_few_others() -> None:
    points = tuple((n / 1000, 0.5) for n in range(1001))
    drawn = curve_chart("t", "d", "x", "y", [Series(0, points, ())]).drawn[0]
    assert drawn.points[-1][0] == 388  # coverage 1 is the right edge
    assert len(drawn.points) <= 400


def test_the_diagonal_of_a_square_chart_goes_from_corner_to_corner() -> None:
    chart = curve_chart("t", "d", "x", "y", [Series(0, ((0.0, 0.0), (1.0, 1.0)), ("", ""), line=False)], square=True)
    start, end = chart.drawn[0].points
    assert chart.diagonal == f"M{start[0]:g} {start[1]:g}L{end[0]:g} {end[1]:g}"


def test_numbers_are_written_for_people() -> None:
    assert number("R@1", 0.12345) == "0.123"
    assert number("search_ms_p95", 12.345) == "12.3"
    assert bounds("R@1", Interval(0.5, 0.25, 0.75, 4)) == "0.250 to 0.750"
    assert bounds("ECE", Interval(0.5, None, None, 4)) == "–"
    assert meaning("R@5") == "share of the gold articles among the first 5"
    assert meaning("RR@10").startswith("one over the rank")
    assert meaning("unheard-of") == ""
