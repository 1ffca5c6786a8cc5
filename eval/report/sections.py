"""One suite as the page shows it: a table of measures, and charts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.records import Result
from eval.report.charts import Bar, CurveChart, Row, RowChart, Series, curve_chart, share_chart, time_chart
from eval.report.measures import ARTICLES_CITED, NONE, TIME, bounds, group_of, number
from eval.report.runs import Run
from eval.runs.compare import Paired
from eval.scores import Curves, Interval, breakdown, curves, summary

# What is broken down by kind and by language: one number for each half of the flow, and one for knowing when not to.
_BROKEN_DOWN = ("R@1", "contained", "right", "nuggets_vital", "abstain_recall")
CLEAR = 0.05
Summary = Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class Cell:
    """A measure in one run."""

    mean: str
    bounds: str
    n: int


@dataclass(frozen=True, slots=True)
class Change:
    """A later run minus the first. `clear`: chance is an unlikely reason (see `CLEAR`)."""

    mean: str
    bounds: str
    p: str
    wins: str
    clear: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: a cell a run and a change a later run, None where there is none of the measure."""

    name: str
    cells: tuple[Cell | None, ...]
    changes: tuple[Change | None, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A suite. `progress` says how far each run is; `groups` are the rows of the table under their headings;
    `parts` the charts of stages, kinds and languages."""

    name: str
    progress: str
    groups: tuple[tuple[str, tuple[Line, ...]], ...]
    measures: tuple[RowChart, ...]
    curves: tuple[CurveChart, ...]
    parts: tuple[RowChart, ...]


def section(name: str, runs: Sequence[Run], compared: Sequence[Mapping[str, Paired]]) -> Section:
    """The suite over those runs that have it; the others have empty places.

    `compared` holds, for each run but the first, what it came to against the first, by measure.
    """
    results = [run.suites.get(name, ()) for run in runs]
    summaries = [summary(of_run) for of_run in results]
    letters = [run.letter for run in runs]
    progress = _beside(letters, [_progress(run, name, len(one)) for run, one in zip(runs, results, strict=True)])
    groups = tuple(_grouped(summaries))
    return Section(
        name,
        progress,
        tuple((title, tuple(_line(measure, summaries, compared) for measure in names)) for title, names in groups),
        tuple(_measure_charts(groups, letters, summaries)),
        tuple(_curve_charts(letters, results)),
        (
            *_latency_charts(letters, summaries),
            *_breakdowns("kind", letters, results),
            *_breakdowns("language", letters, results),
        ),
    )


def _progress(run: Run, suite: str, done: int) -> str:
    if suite not in run.suites:
        return "not part of this run"
    planned = run.planned(suite)
    if run.manifest.finished or planned is None or planned == done:
        return f"{done:,} cases"
    return f"{done:,} of {planned:,} cases so far"


def _grouped(summaries: Sequence[Summary]) -> Iterator[tuple[str, list[str]]]:
    """Measures in the order in which the summary has them, times apart."""
    names = dict.fromkeys(name for one in summaries for name in one)
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault("Milliseconds" if TIME.fullmatch(name) else group_of(name), []).append(name)
    yield from groups.items()


def _line(name: str, summaries: Sequence[Summary], compared: Sequence[Mapping[str, Paired]]) -> Line:
    cells = [one.get(name) for one in summaries]
    changes = [one.get(name) for one in compared]
    return Line(
        name,
        tuple(Cell(number(name, one.mean), bounds(name, one), one.n) if one else None for one in cells),
        tuple(_change(one) if one else None for one in changes),
    )


def _change(pair: Paired) -> Change:
    low, high, p = pair.difference.low, pair.difference.high, pair.p_holm
    return Change(
        _signed(pair.difference.mean),
        NONE if low is None or high is None else f"{_signed(low)} to {_signed(high)}",
        NONE if p is None else f"{p:.4f}",
        f"{pair.wins} / {pair.ties} / {pair.losses}",
        p is not None and p < CLEAR,
    )


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def _measure_charts(
    groups: Sequence[tuple[str, Sequence[str]]], letters: Sequence[str], summaries: Sequence[Summary]
) -> Iterator[RowChart]:
    for title, names in groups:
        if not TIME.fullmatch(names[0]):
            shares = (name for name in names if name != ARTICLES_CITED)
            rows = [_row(name, name, letters, [one.get(name) for one in summaries]) for name in shares]
            yield share_chart(title, "mean and 95 % interval", rows)


def _breakdowns(
    by: Literal["kind", "language"], letters: Sequence[str], results: Sequence[Sequence[Result]]
) -> Iterator[RowChart]:
    """A chart a measure, with a row a kind or language; none where all cases are alike."""
    names = sorted({one.kind if by == "kind" else one.language for of_run in results for one in of_run})
    if len(names) < 2:
        return
    parts = [breakdown(of_run, by) for of_run in results]
    for measure in _BROKEN_DOWN:
        found = {name: [one.get(name, {}).get(measure) for one in parts] for name in names}
        rows = [_row(measure, _counted(name, cells), letters, cells) for name, cells in found.items() if any(cells)]
        if rows:
            yield share_chart(f"{measure} by {by}", "mean and 95 % interval", rows)


def _counted(name: str, cells: Sequence[Interval | None]) -> str:
    return f"{name} (n = {max(cell.n for cell in cells if cell):,})"


def _row(measure: str, label: str, letters: Sequence[str], cells: Sequence[Interval | None]) -> Row:
    bars = tuple(
        Bar(
            run,
            cell.mean,
            cell.mean if cell.low is None else cell.low,
            cell.mean if cell.high is None else cell.high,
            f"{label}, {letter}: {number(measure, cell.mean)} ({bounds(measure, cell)}; n = {cell.n}).",
        )
        for run, (letter, cell) in enumerate(zip(letters, cells, strict=True))
        if cell
    )
    return Row(label, _beside(letters, [number(measure, cell.mean) if cell else NONE for cell in cells]), bars)


def _latency_charts(letters: Sequence[str], summaries: Sequence[Summary]) -> Iterator[RowChart]:
    stages = dict.fromkeys(match["stage"] for one in summaries for name in one if (match := TIME.fullmatch(name)))
    rows = []
    for stage in stages:
        taken = [(one.get(f"{stage}_ms_p50"), one.get(f"{stage}_ms_p95")) for one in summaries]
        bars = tuple(
            Bar(run, half.mean, half.mean, late.mean, f"{stage}, {letter}: {half.mean:.1f} and {late.mean:.1f} ms.")
            for run, (letter, (half, late)) in enumerate(zip(letters, taken, strict=True))
            if half and late
        )
        shown = [f"{half.mean:.1f} / {late.mean:.1f} ms" if half and late else NONE for half, late in taken]
        rows.append(Row(stage, _beside(letters, shown), bars))
    if rows:
        yield time_chart("Latency by stage", "milliseconds: the dot is p50, the line goes on to p95", rows)


def _beside(letters: Sequence[str], shown: Sequence[str]) -> str:
    if len(letters) == 1:
        return shown[0]
    return " · ".join(f"{letter} {text}" for letter, text in zip(letters, shown, strict=True))


def _curve_charts(letters: Sequence[str], results: Sequence[Sequence[Result]]) -> Iterator[CurveChart]:
    drawn = [curves(of_run) for of_run in results]
    if not any(one.risk_coverage for one in drawn):
        return
    yield curve_chart(
        "Risk and coverage",
        "The share of answers that is wrong, as ever less sure ones count.",
        "coverage: share of the questions answered",
        "risk: share of answers wrong",
        [_risk(run, letters[run], one) for run, one in enumerate(drawn)],
    )
    yield curve_chart(
        "Reliability",
        "On the diagonal, answers are right as often as they are sure.",
        "mean confidence of answers",
        "share of them right",
        [_bins(run, letters[run], one) for run, one in enumerate(drawn)],
        square=True,
    )


def _risk(run: int, letter: str, held: Curves) -> Series:
    points = held.risk_coverage
    ends = [
        f"{letter} answers {end.coverage:.3f} of the questions, {end.risk:.3f} of them wrong." for end in points[-1:]
    ]
    return Series(run, tuple((point.coverage, point.risk) for point in points), tuple(ends))


def _bins(run: int, letter: str, held: Curves) -> Series:
    bins = held.reliability
    notes = [f"{letter}: confidence {one.confidence:.2f}, {one.right:.2f} of {one.n} right." for one in bins]
    return Series(run, tuple((one.confidence, one.right) for one in bins), tuple(notes), line=False)
