import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from operator import mul
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from eval.records import Result
from eval.runs.compare import Comparison, Difference, Paired, compare, print_comparison
from index.storage.errors import Refused
from tests.support.eval_results import result

Scores = Mapping[str, float]


def case(name: str, group: str, scores: Scores, **fields: Any) -> Result:
    return result(name, group=group, scores=scores, **fields)


def run(folder: Path, suites: Mapping[str, Sequence[Result]], **manifest: object) -> Path:
    folder.mkdir()
    entries = [{"name": name, "cases": len(cases)} for name, cases in suites.items()]
    (folder / "manifest.json").write_text(json.dumps({"started": folder.name, **manifest, "suites": entries}))
    for name, cases in suites.items():
        lines = "".join(each.to_json() + "\n" for each in cases)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return folder


def compared(tmp_path: Path, a: Sequence[Result], b: Sequence[Result], seed: int = 0) -> Comparison:
    return compare(run(tmp_path / "a", {"tin": a}), run(tmp_path / "b", {"tin": b}), seed)


def only(comparison: Comparison) -> Paired:
    ((measure,),) = (suite.measures for suite in comparison.suites)
    return measure


def of(values: Sequence[float], groups: str) -> list[Result]:
    """A case for each value, in the group of that letter."""
    return [case(str(n), group, {"F1": value}) for n, (value, group) in enumerate(zip(values, groups, strict=True))]


# --- What differs --------------------------------------------------------------------------------------


def test_the_manifests_differences_come_by_their_paths(tmp_path: Path) -> None:
    cases = of([1], "g")
    a = run(
        tmp_path / "a",
        {"tin": cases},
        commit="1",
        k=8,
        settings={"fusion": 0.5, "old": True},
        summary={"x": 1},
        prompts={},
    )
    b = run(
        tmp_path / "b", {"tin": cases, "thêm": cases}, commit="2", k=8, settings={"fusion": 0.6}, prompts={"en": "f"}
    )

    found = compare(a, b)

    assert (found.run_a, found.run_b) == ("a", "b")
    assert (
        found.differences
        == (
            Difference("commit", "1", "2"),
            Difference("settings.fusion", 0.5, 0.6),
            Difference("settings.old", True, None),
            Difference("prompts.en", None, "f"),
            Difference("suites.thêm.name", None, "thêm"),
            Difference("suites.thêm.cases", None, 1),
        )
        or set(map(str, found.differences)) == set()
    )
    assert (found.only_a, found.only_b) == ((), ("thêm",))


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    whole = run(tmp_path / "a", {"tin": of([1], "g")})
    with pytest.raises(Refused, match=r"manifest\.json cannot be read"):
        compare(whole, tmp_path)
    torn = run(tmp_path / "b", {"tin": of([1], "g")})
    (torn / "tin.jsonl").write_text('{"id": "1"', encoding="utf-8")
    with pytest.raises(Refused, match=r"tin\.jsonl, line 1"):
        compare(whole, torn)


def test_a_case_that_is_there_twice(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="has the case '0' twice; run the suite again"):
        compared(tmp_path, of([1], "g"), of([1], "g") * 2)


def test_other_questions_under_the_same_id(tmp_path: Path) -> None:
    with pytest.raises(
        Refused, match=r"case '1' of tin asks \['Bao lâu\?'\] in one run and \['Bao xa\?'\] in the other"
    ):
        compared(tmp_path, [case("1", "g", {}, question="Bao lâu?")], [case("1", "g", {}, question="Bao xa?")])


@pytest.mark.parametrize("other", [{"history": ("Cầu nào?",)}, {"answerable": False}, {"group": "khác"}])
def test_another_history_or_other_gold_under_the_same_id(tmp_path: Path, other: dict[str, Any]) -> None:
    one = case("1", "g", {})
    with pytest.raises(Refused, match="compare runs of the same questions"):
        compared(tmp_path, [one], [replace(one, **other)])


# --- Measures ------------------------------------------------------------------------------------------


def test_cases_are_paired_by_id_and_the_others_named(tmp_path: Path) -> None:
    a = [case("1", "g", {"F1": 0.5}), case("2", "h", {"F1": 1}), case("x", "h", {"F1": 1})]
    b = [case("y", "g", {"F1": 0}), case("2", "h", {"F1": 0.5}), case("1", "g", {"F1": 1}), case("z", "g", {"F1": 0})]

    (suite,) = compared(tmp_path, a, b).suites

    assert (suite.name, suite.paired, suite.only_a, suite.only_b) == ("tin", 2, ("x",), ("y", "z"))
    (row,) = suite.measures
    # 0.5 to 1 and 1 to 0.5.
    assert (row.measure, row.n, row.unpaired, row.a, row.b, row.difference.mean) == ("F1", 2, 0, 0.75, 0.75, 0)
    assert (row.wins, row.ties, row.losses) == (1, 0, 1)
    assert row.p == 1


def test_a_measure_is_over_the_cases_that_have_it_in_both_runs(tmp_path: Path) -> None:
    a = [case("1", "g", {"F1": 0.5, "AP": 1}), case("2", "h", {"F1": 1, "precision": 1}), case("3", "h", {"F1": 0})]
    b = [case("1", "g", {"F1": 0.5}), case("2", "h", {"precision": 0}), case("3", "h", {"F1": 1, "precision": 1})]

    (suite,) = compared(tmp_path, a, b).suites
    f1, precision = suite.measures

    assert (f1.measure, f1.n, f1.unpaired, f1.a, f1.b) == ("F1", 2, 1, 0.25, 0.75)
    assert (precision.measure, precision.n, precision.unpaired, precision.a, precision.b) == ("precision", 1, 1, 1, 0)
    assert suite.unpaired == ("AP",)


def test_no_case_in_common(tmp_path: Path) -> None:
    (suite,) = compared(tmp_path, [case("1", "g", {"F1": 1})], [case("2", "g", {"F1": 1})]).suites
    assert (suite.paired, suite.only_a, suite.only_b, suite.measures) == (0, ("1",), ("2",), ())


def test_the_interval_of_the_difference_is_paired(tmp_path: Path) -> None:
    # Each run varies between 0 and 0.8; the difference is always 0.1.
    values = [0.0, 0.8, 0.3, 0.6]
    row = only(compared(tmp_path, of(values, "abcd"), of([value + 0.1 for value in values], "abcd")))
    assert (row.difference.low, row.difference.high) == pytest.approx((0.1, 0.1))


def test_one_group_has_neither_interval_nor_p(tmp_path: Path) -> None:
    row = only(compared(tmp_path, of([0, 0], "gg"), of([1, 1], "gg")))
    assert (row.difference.mean, row.difference.low, row.p, row.p_holm) == (1, None, None, None)


def exact_chance(sums: Sequence[float]) -> float:
    """The share of all assignments of signs that give at least the observed sum."""
    assignments = list(product((-1, 1), repeat=len(sums)))
    reached: list[bool] = [abs(sum(map(mul, signs, sums))) >= abs(sum(sums)) - 1e-9 for signs in assignments]
    return sum(reached) / len(reached)


def test_the_chance_is_that_of_all_signs(tmp_path: Path) -> None:
    # Eight groups, each better by another amount: only all signs alike reach the sum, 2 of 2^8.
    better = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    assert exact_chance(better) == 2 / 256

    row = only(compared(tmp_path, of([0] * 8, "abcdefgh"), of(better, "abcdefgh")))
    # 10,000 draws of a chance of 0.0078 have a standard error of 0.0009.
    assert row.p == pytest.approx(2 / 256, abs=0.003)


def test_signs_are_of_whole_groups(tmp_path: Path) -> None:
    # Groups a (0.1 + 0.5), b (-0.2) and c (0.3 + 0.3): of the 8 assignments, +-+ gives 0.6 + 0.2 + 0.6 = 1.4, +++ gives
    # 1.0, and each its opposite: 4 of 8. Were the five cases independent it would be less.
    better, groups = [0.1, 0.5, -0.2, 0.3, 0.3], "aabcc"
    assert exact_chance([0.6, -0.2, 0.6]) == 4 / 8
    assert exact_chance(better) < 3 / 8

    row = only(compared(tmp_path, of([0] * 5, groups), of(better, groups)))
    assert row.p == pytest.approx(0.5, abs=0.02)


def test_alike_runs_differ_by_chance_in_a_twentieth_of_cases(tmp_path: Path) -> None:
    generator = np.random.default_rng(11)
    groups = [f"g{number % 20}" for number in range(60)]
    names = [f"m{number}" for number in range(200)]
    a, b = (
        [
            case(str(n), group, dict(zip(names, map(float, generator.random(200)), strict=True)))
            for n, group in enumerate(groups)
        ]
        for _ in range(2)
    )
    (suite,) = compared(tmp_path, a, b).suites
    chances = [row.p for row in suite.measures if row.p is not None]

    assert len(chances) == 200
    assert sum(p <= 0.05 for p in chances) / 200 == pytest.approx(0.05, abs=0.04)
    assert np.mean(chances) == pytest.approx(0.5, abs=0.08)
    # 200 looks at nothing: after Holm's correction none is left.
    assert not any(row.p_holm is not None and row.p_holm <= 0.05 for row in suite.measures)


def test_holm(tmp_path: Path) -> None:
    # In ten groups, M is always better (2 of 1,024), N in nine and worse in one (22 of 1,024), O never differs.
    groups = "abcdefghij"
    a = [case(str(n), group, {"O": 0.5, "N": 0.5, "M": 0}) for n, group in enumerate(groups)]
    b = [case(str(n), group, {"O": 0.5, "N": 1.0 if n else 0, "M": 1}) for n, group in enumerate(groups)]
    (suite,) = compared(tmp_path, a, b).suites
    rows = {row.measure: row for row in suite.measures}
    m, n, o = (rows[name] for name in "MNO")

    assert m.p == pytest.approx(2 / 1024, abs=0.0015)
    assert n.p == pytest.approx(22 / 1024, abs=0.005)
    assert o.p == 1
    assert m.p is not None
    assert n.p is not None
    # Three tests: the least counts three times, the next twice, the last once.
    assert (m.p_holm, n.p_holm, o.p_holm) == pytest.approx((3 * m.p, 2 * n.p, 1))


def test_the_same_seed_gives_the_same_numbers(tmp_path: Path) -> None:
    values = [float(value) for value in np.random.default_rng(12).normal(0.1, 1, 30)]
    groups = "abcdefghijklmnopqrstuvwxyzABCD"
    first = compared(tmp_path, of([0] * 30, groups), of(values, groups))

    assert compare(tmp_path / "a", tmp_path / "b") == first
    assert only(compare(tmp_path / "a", tmp_path / "b", seed=1)).p != only(first).p


# --- The table -----------------------------------------------------------------------------------------


def printed(comparison: Comparison) -> str:
    console = Console(file=io.StringIO(), width=160, force_terminal=False)
    print_comparison(comparison, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_table(tmp_path: Path) -> None:
    a = run(tmp_path / "[red]a", {"tin": [*of([0, 0], "gh"), case("[b]x", "g", {"F1": 1})], "cũ": []}, commit="[i]1")
    b = run(tmp_path / "b", {"tin": of([1, 0.5], "gh")}, commit="2")
    text = printed(compare(a, b))

    # Names are words, never markup.
    assert text.splitlines()[0] == "A = [red]a, B = b"
    assert text.index("What differs") < text.index("tin: 2 cases in both")
    rows = [line.replace("│", " ").replace("┃", " ").split() for line in text.splitlines()]
    assert ["commit", "[i]1", "2"] in rows
    # 10,001 draws of one in two; differences of 1 and 0.5, so the interval goes from the one to the other.
    (row,) = (row for row in rows if row and row[0] == "F1")
    assert row[1:7] == ["2", "0.000", "0.750", "+0.750", "+0.500", "+1.000"]
    assert row[-1] == "2/0/0"
    assert "Only in A: cũ" in text
    assert "1 cases only in A, left out: [b]x" in text


def test_a_table_of_runs_that_hardly_differ(tmp_path: Path) -> None:
    a = [case("1", "g", {"F1": 1, "AP": 1}), case("2", "g", {"F1": 1})]
    b = [case("1", "g", {"F1": 1}), case("2", "g", {})]
    text = printed(compared(tmp_path, a, b))

    assert "The manifests do not differ." in text
    assert "No case has these in both: AP" in text
    (row,) = (line.replace("│", " ").split() for line in text.splitlines() if line.startswith("│ F1"))
    assert row == ["F1", "1/+1", "1.000", "1.000", "+0.000", "–", "–", "–", "0/1/0"]
