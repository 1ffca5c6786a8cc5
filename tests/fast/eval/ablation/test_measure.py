"""What a system is worth, over cases whose scores are written here."""

import pytest

from eval.ablation.measure import ENOUGH, Gain, gains
from eval.ablation.sets import Measured
from eval.scores import Interval


def case(number: int, outcome: str, **scores: float) -> Measured:
    return Measured(str(number), f"group {number}", scores, outcome)


def test_the_gain_is_of_the_same_cases_with_and_without() -> None:
    on = [case(1, "a", right=1), case(2, "b", right=1, facts=0.5), case(3, "c", right=0), case(4, "d")]
    off = [case(1, "a", right=1), case(2, "x", right=0, facts=0.25), case(3, "y", right=0), case(4, "z", right=1)]

    right, facts = gains("signs", "desk", on, off)

    # Differences 0, 1 and 0 of the three that have it in both; anything differs in the last three of the four.
    assert (right.system, right.set, right.measure, right.touched) == ("signs", "desk", "right", 3)
    assert [right.on, right.off, right.gain.mean] == pytest.approx([2 / 3, 1 / 3, 1 / 3])
    assert right.gain.n == 3
    # One group: no interval.
    assert facts.gain == Interval(0.25, None, None, 1)


def test_an_interval_is_over_groups() -> None:
    """Ten cases that gain 1 and ten that gain nothing: 0.5, of which chance takes less than half."""
    on = [case(number, "a", right=1) for number in range(20)]
    off = [case(number, "b", right=number % 2) for number in range(20)]

    (right,) = gains("signs", "desk", on, off)

    assert right.gain.mean == 0.5
    assert right.gain.low is not None
    assert right.gain.high is not None
    # The standard error is sqrt(0.25 / 20) = 0.112; 1.96 of it are 0.22.
    assert right.gain.low == pytest.approx(0.28, abs=0.05)
    assert right.gain.high == pytest.approx(0.72, abs=0.05)


@pytest.mark.parametrize(
    ("touched", "low", "high", "verdict"),
    [
        (ENOUGH, 0.01, 0.2, "helps"),
        (ENOUGH, -0.2, -0.01, "hurts"),
        (ENOUGH, -0.1, 0.1, "no gain"),
        (ENOUGH, 0.0, 0.1, "no gain"),
        (ENOUGH - 1, 0.01, 0.2, "too few cases"),
        (ENOUGH, None, None, "too few cases"),
    ],
)
def test_what_an_interval_says(touched: int, low: float | None, high: float | None, verdict: str) -> None:
    assert Gain("signs", "desk", "right", touched, 1, 1, Interval(0.0, low, high, 40)).verdict == verdict
