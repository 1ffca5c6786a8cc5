"""Turns at a place, worked out by hand."""

from rag.slack.pace import Pace
from tests.support.clock import FakeClock


def turns(pace: Pace, clock: FakeClock, place: str, count: int) -> list[float]:
    """When each of so many turns comes that take a second."""
    times = []
    for _ in range(count):
        pace.wait(place, 1)
        times.append(clock.now())
    return times


def test_a_place_has_one_turn_a_second() -> None:
    clock = FakeClock()

    assert turns(Pace(clock), clock, "a", 3) == [0, 1, 2]


def test_a_place_that_rested_has_its_turn_at_once() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    turns(pace, clock, "a", 1)
    clock.pass_(0.75)

    assert turns(pace, clock, "a", 1) == [1]
    clock.pass_(5)
    assert turns(pace, clock, "a", 2) == [6, 7]


def test_places_do_not_wait_for_each_other() -> None:
    clock = FakeClock()
    pace = Pace(clock)

    assert turns(pace, clock, "a", 1) + turns(pace, clock, "b", 1) == [0, 0]


def test_a_place_may_be_held() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.hold("a", 5)
    pace.hold("a", 1)

    assert turns(pace, clock, "b", 1) + turns(pace, clock, "a", 2) == [0, 5, 6]
