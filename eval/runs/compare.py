"""Two runs, case by case: which is better, by how much, and whether that can be chance.

Runs are paired on the case id within each suite. Intervals and tests take whole groups of cases (the questions about
one article), as `eval.scores.bootstrap` does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.data.files import read_json, read_lines
from eval.records import Result
from eval.scores.bootstrap import Interval, Values, intervals, mean_of
from index.storage.errors import Refused

PERMUTATIONS = 10_000
_BATCH = 1000
# What differs between any two runs, and says nothing about why.
_OF_EACH_RUN = {"started", "finished", "summary"}
_NAMED = 5

_RESULT = TypeAdapter(Result)


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry of the manifests, by its path in them (`settings.k`); None where a run does not have it."""

    place: str
    a: JsonValue
    b: JsonValue


@dataclass(frozen=True, slots=True)
class Paired:
    """A measure over the `n` cases that have it in both runs; `unpaired` have it in one.

    `difference` is B minus A. `p` is of a paired randomization test, `p_holm` the same after Holm's correction over
    the measures of the suite; both None where the cases are of fewer than two groups. B `wins` where it scores higher.
    """

    measure: str
    n: int
    unpaired: int
    a: float
    b: float
    difference: Interval
    p: float | None
    p_holm: float | None
    wins: int
    ties: int
    losses: int


@dataclass(frozen=True, slots=True)
class SuiteComparison:
    """A suite that both runs have: how many cases are in both, and the ids of those that are not.

    `unpaired` are the measures that no case has in both runs.
    """

    name: str
    paired: int
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    measures: tuple[Paired, ...]
    unpaired: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was different, then what came of it. `only_a` and `only_b` are the suites that one run alone has."""

    run_a: str
    run_b: str
    differences: tuple[Difference, ...]
    suites: tuple[SuiteComparison, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]


class _Named(BaseModel):
    model_config = ConfigDict(extra="allow")
    name: str


class _Manifest(BaseModel):
    model_config = ConfigDict(extra="allow")
    suites: list[_Named]


_MANIFEST = TypeAdapter(_Manifest)


def compare(run_a: Path, run_b: Path, seed: int = 0) -> Comparison:
    """Compare two run folders. The same seed gives the same numbers.

    Refused where a folder is no run, or where the runs asked different questions, or had other gold, under one id.
    """
    a, b = (read_json(run / "manifest.json", _MANIFEST) for run in (run_a, run_b))
    names_a, names_b = ([suite.name for suite in manifest.suites] for manifest in (a, b))
    return Comparison(
        run_a.resolve().name,
        run_b.resolve().name,
        tuple(_differences(_flat(a), _flat(b))),
        tuple(
            _suite(name, read_results(run_a, name), read_results(run_b, name), seed)
            for name in names_a
            if name in names_b
        ),
        tuple(name for name in names_a if name not in names_b),
        tuple(name for name in names_b if name not in names_a),
    )


def suites_of(run: Path) -> list[str]:
    """The names of the suites of a run, in its order. Refused where the folder is no run."""
    return [suite.name for suite in read_json(run / "manifest.json", _MANIFEST).suites]


def read_results(run: Path, suite: str) -> dict[str, Result]:
    """The results of one suite of a run by case id; Refused where they cannot be read, or an id comes twice."""
    path = run / f"{suite}.jsonl"
    results: dict[str, Result] = {}
    for result in read_lines(path, _RESULT):
        if result.id in results:
            raise Refused(f"{path} has the case {result.id!r} twice; run the suite again")
        results[result.id] = result
    return results


def _flat(manifest: _Manifest) -> dict[str, JsonValue]:
    """The manifest as paths and values; suites by their names."""
    entries: dict[str, JsonValue] = manifest.model_dump(mode="json", exclude=_OF_EACH_RUN | {"suites"})
    suites: dict[str, JsonValue] = {suite.name: suite.model_dump(mode="json") for suite in manifest.suites}
    return dict(_leaves({**entries, "suites": suites}, ""))


def _leaves(value: JsonValue, place: str) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{place}.{key}" if place else key)
    else:
        yield place, value


def _differences(a: Mapping[str, JsonValue], b: Mapping[str, JsonValue]) -> Iterator[Difference]:
    for place in dict.fromkeys([*a, *b]):
        if a.get(place) != b.get(place):
            yield Difference(place, a.get(place), b.get(place))


def _suite(name: str, a: Mapping[str, Result], b: Mapping[str, Result], seed: int) -> SuiteComparison:
    both = [case for case in a if case in b]
    for case in both:
        _check_same(name, a[case], b[case])
    pairs = [(a[case], b[case]) for case in both]
    names = list(dict.fromkeys(name for pair in pairs for result in pair for name in result.scores))
    measures = _measures(pairs, names, seed) if names else ()
    return SuiteComparison(
        name,
        len(pairs),
        tuple(case for case in a if case not in b),
        tuple(case for case in b if case not in a),
        measures,
        tuple(name for name in names if name not in {row.measure for row in measures}),
    )


def _check_same(suite: str, a: Result, b: Result) -> None:
    case = f"case {a.id!r} of {suite}"
    mend = "compare runs of the same questions"
    asked_a, asked_b = [*a.history, a.question], [*b.history, b.question]
    if asked_a != asked_b:
        raise Refused(f"{case} asks {asked_a} in one run and {asked_b} in the other; {mend}")
    if (a.answerable, a.gold, a.group) != (b.answerable, b.gold, b.group):
        raise Refused(f"{case} has other gold in each run; {mend}")


def _measures(pairs: Sequence[tuple[Result, Result]], names: Sequence[str], seed: int) -> tuple[Paired, ...]:
    # Shape (cases, measures); NaN where a case is not eligible.
    a, b = (
        np.array([[pair[side].scores.get(name, np.nan) for name in names] for pair in pairs], float) for side in (0, 1)
    )
    difference = b - a
    eligible = ~np.isnan(difference)
    groups = [result.group for result, _ in pairs]
    statistics = {name: mean_of(difference[:, place], eligible[:, place]) for place, name in enumerate(names)}
    found = intervals(statistics, groups, seed)
    chances = dict(zip(names, _chances(np.where(eligible, difference, 0.0), groups, seed), strict=True))
    rows = [
        _paired(name, a[:, place], b[:, place], found[name], chances[name])
        for place, name in enumerate(names)
        if name in found
    ]
    return tuple(_corrected(rows))


def _paired(measure: str, a: Values, b: Values, difference: Interval, chance: float) -> Paired:
    both = ~np.isnan(a) & ~np.isnan(b)
    a_paired, b_paired = a[both], b[both]
    return Paired(
        measure,
        int(both.sum()),
        int((np.isnan(a) != np.isnan(b)).sum()),
        float(a_paired.mean()),
        float(b_paired.mean()),
        difference,
        None if difference.low is None else chance,
        None,
        int((b_paired > a_paired).sum()),
        int((b_paired == a_paired).sum()),
        int((b_paired < a_paired).sum()),
    )


def _chances(difference: Values, groups: Sequence[str], seed: int) -> NDArray[np.float64]:
    """How often chance alone does as much, for differences of shape (cases, measures).

    A paired randomization test (Smucker et al. 2007): were the runs alike, each group's differences could as well
    have the other sign. Two-sided; the observed signs count as one of the draws, so it is never 0.
    """
    clusters = np.unique(np.asarray(groups), return_inverse=True)[1]
    sums = np.zeros((int(clusters.max()) + 1, difference.shape[1]))
    np.add.at(sums, clusters, difference)
    # Sums in another order differ in their last digits.
    observed = np.abs(sums.sum(axis=0)) - 1e-9
    generator = np.random.default_rng(seed)
    reached = np.zeros(difference.shape[1])
    for _ in range(0, PERMUTATIONS, _BATCH):
        signs = generator.choice((-1.0, 1.0), size=(_BATCH, len(sums)))
        reached += (np.abs(signs @ sums) >= observed).sum(axis=0)
    return (1 + reached) / (1 + PERMUTATIONS)


def _corrected(rows: Sequence[Paired]) -> list[Paired]:
    """Holm's step-down correction: no p value falls below that of a smaller one before it."""
    tested = sorted((row.p, place) for place, row in enumerate(rows) if row.p is not None)
    corrected = list(rows)
    least = 0.0
    for rank, (p, place) in enumerate(tested):
        least = max(least, min(1.0, p * (len(tested) - rank)))
        corrected[place] = replace(rows[place], p_holm=least)
    return corrected


# --- For the terminal ----------------------------------------------------------------------------------


def print_comparison(comparison: Comparison, console: Console) -> None:
    """What differs in the manifests, then a table a suite."""
    console.print(Text(f"A = {comparison.run_a}, B = {comparison.run_b}"))
    if comparison.differences:
        console.print(_differences_table(comparison.differences))
    else:
        console.print("The manifests do not differ.")
    for letter, suites in (("A", comparison.only_a), ("B", comparison.only_b)):
        if suites:
            console.print(Text(f"Only in {letter}: {', '.join(suites)}"))
    for suite in comparison.suites:
        console.print(_suite_table(suite))
        if suite.unpaired:
            console.print(Text(f"No case has these in both: {', '.join(suite.unpaired)}"))
        for letter, cases in (("A", suite.only_a), ("B", suite.only_b)):
            if cases:
                named = ", ".join(cases[:_NAMED]) + (" ..." if len(cases) > _NAMED else "")
                console.print(Text(f"{len(cases)} cases only in {letter}, left out: {named}"))


def _differences_table(differences: Sequence[Difference]) -> Table:
    table = Table("Made with", "A", "B", title="What differs", title_justify="left")
    for difference in differences:
        table.add_row(*(Text(str(value)) for value in (difference.place, difference.a, difference.b)))
    return table


def _suite_table(suite: SuiteComparison) -> Table:
    table = Table(
        title=Text(f"{suite.name}: {suite.paired} cases in both"),
        caption="95 %: of B − A. p: paired randomization test. –: cases of one group alone. /+m: m have it in one run.",
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("Measure")
    for heading in ("n", "A", "B", "B − A", "95 %", "p", "p (Holm)", "B wins/ties/loses"):
        table.add_column(heading, justify="right")
    for row in suite.measures:
        low, high = row.difference.low, row.difference.high
        table.add_row(
            Text(row.measure),
            f"{row.n}/+{row.unpaired}" if row.unpaired else str(row.n),
            f"{row.a:.3f}",
            f"{row.b:.3f}",
            f"{row.difference.mean:+.3f}",
            "–" if low is None or high is None else f"{low:+.3f} {high:+.3f}",
            _chance(row.p),
            _chance(row.p_holm),
            f"{row.wins}/{row.ties}/{row.losses}",
        )
    return table


def _chance(p: float | None) -> str:
    return "–" if p is None else f"{p:.4f}"
