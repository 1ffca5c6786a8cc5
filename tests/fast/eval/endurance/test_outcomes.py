"""What came of a trial: kept, gone on with, and counted."""

from pathlib import Path

import click
import pytest
from rich.console import Console

from eval.endurance.outcomes import Kept, Outcome, losses, table

TRIAL: dict[str, str | int] = {"trial": "kills", "seed": 3}
OUTCOMES = [
    Outcome("publishing", {"acknowledged": 4}, {"seconds": 0.5}),
    Outcome("taking in", {"acknowledged": 1000}, {"seconds": 2.25}, "a7 is none of ['1']"),
    Outcome("publishing", {"acknowledged": 2}, {"seconds": 0.25}),
]


def shown(outcomes: list[Outcome]) -> list[list[str]]:
    console = Console(width=100, highlight=False)
    with console.capture() as captured:
        console.print(table(outcomes))
    return [line.split() for line in captured.get().splitlines()]


def test_kinds_are_rows_counts_are_added_up_and_of_the_rest_the_greatest_stands() -> None:
    assert shown(OUTCOMES) == [
        ["times", "lost", "acknowledged", "most", "seconds"],
        ["publishing", "2", "0", "6", "0.5"],
        ["taking", "in", "1", "1", "1,000", "2.25"],
        ["all", "3", "1", "1,006", "2.25"],
    ]
    assert shown(OUTCOMES[:1])[1:] == [["publishing", "1", "0", "4", "0.5"]]


def test_what_was_lost_is_named_with_its_number() -> None:
    assert list(losses(OUTCOMES)) == ["1, taking in: a7 is none of ['1']"]
    assert list(losses([OUTCOMES[1]] * 5, 2)) == [
        "0, taking in: a7 is none of ['1']",
        "1, taking in: a7 is none of ['1']",
    ]


def test_outcomes_are_kept_and_a_line_that_was_cut_is_not_one(tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    kept = Kept(file, TRIAL)
    for outcome in OUTCOMES:
        kept.add(outcome)
    with file.open("a", encoding="utf-8") as cut:
        cut.write('{"kind": "publ')
    again = Kept(file, TRIAL)
    assert again.outcomes == OUTCOMES
    again.add(OUTCOMES[0])
    assert Kept(file, TRIAL).outcomes == [*OUTCOMES, OUTCOMES[0]]
    with pytest.raises(click.UsageError, match="another trial"):
        Kept(file, {**TRIAL, "seed": 4})


def test_nothing_need_be_kept() -> None:
    kept = Kept(None, TRIAL)
    kept.add(OUTCOMES[0])
    assert kept.outcomes == OUTCOMES[:1]
