"""Odds worked out by hand: 11.5 a cosine, 3.3 a name, 2.8 for near days, -4.6 for days apart, -12.6."""

from datetime import date

import numpy as np
import pytest

from index.stories.likeness import NEVER, odds
from index.stories.profiles import Profile


def profile(
    *days: str, names: tuple[str, ...] = (), published: date | None = None, vector: tuple[float, float] = (1, 0)
) -> Profile:
    told = frozenset(days)
    return Profile(np.array(vector, np.float32), frozenset(names), told, told, published)


def of(one: Profile, other: Profile) -> float:
    return odds(one, other, {"person:a": 0.5, "city:b": 1.0}.__getitem__)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (("@05-12",), ("@05-12",), 11.5 + 2.8 - 12.6),
        (("@05-12",), ("@05-15",), 11.5 + 2.8 - 12.6),
        (("@05-12",), ("@05-16",), 11.5 - 4.6 - 12.6),
        (("@12-31",), ("@01-02",), 11.5 + 2.8 - 12.6),
        (("@02-29",), ("@03-01",), 11.5 + 2.8 - 12.6),
        (("@05-12",), (), 11.5 - 12.6),
        ((), (), 11.5 - 12.6),
    ],
)
def test_days_that_are_near_speak_for_one_event(
    ours: tuple[str, ...], theirs: tuple[str, ...], expected: float
) -> None:
    assert of(profile(*ours), profile(*theirs)) == pytest.approx(expected)


def test_a_day_in_the_opening_of_one_and_anywhere_in_the_other_is_shared() -> None:
    later = Profile(
        np.array((1, 0), np.float32), frozenset(), frozenset({"@06-30"}), frozenset({"@06-30", "@05-12"}), None
    )

    assert of(profile("@05-12"), later) == pytest.approx(11.5 + 2.8 - 12.6)


def test_the_rarest_name_of_both_counts_and_so_does_the_cosine() -> None:
    one, other = profile(names=("person:a", "city:b", "city:c")), profile(names=("person:a",), vector=(0.8, 0.6))

    assert of(one, other) == pytest.approx(11.5 * 0.8 + 3.3 * 0.5 - 12.6)


def test_what_is_published_more_than_a_fortnight_apart_is_never_of_one_event() -> None:
    one = profile("@05-12", published=date(2026, 5, 12))

    assert of(one, profile("@05-12", published=date(2026, 5, 26))) > 0
    assert of(one, profile("@05-12", published=date(2026, 5, 27))) == NEVER
    assert of(one, profile("@05-12", published=date(2025, 5, 12))) == NEVER
