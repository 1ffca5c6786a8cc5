"""When a feed is asked again; the seconds are worked out by hand."""

from random import Random

import pytest

from index.fetching.schedule import backoff, interval, moment, scattered

RANDOM = Random(1)  # noqa: S311
NOON = 1_764_392_400.0  # 2025-11-29T12:00:00+07:00


def at(*times: str) -> list[str | None]:
    return [f"2025-11-29T{time}:00+07:00" for time in times]


@pytest.mark.parametrize(
    ("dates", "seconds"),
    [
        (at("11:50", "11:40", "11:20", "10:50"), 1200),  # gaps of 10, 20 and 30 minutes
        (at("10:50", "11:20", "11:50", "11:40", "11:40"), 1200),  # in any order, and doubled
        (at("11:59", "11:58", "11:57", "11:56"), 300),  # a minute, but not below five
        (at("07:00", "06:50", "06:40", "06:30"), 1800),  # silent for five hours
        (at("12:01", "11:59", "11:58", "11:57"), 450),  # in the future, then too few: as before and a quarter less
        ([f"2025-11-{day}T08:00:00+07:00" for day in ("20", "18", "10", "01")], 86_400),
        (["2025-11-29", "2025-11-28", "2025-11-27", "2025-11-26", None, "2025-11-29T99:00"], 450),  # days say no gaps
    ],
)  # fmt: skip
def test_interval_follows_the_feed(dates: list[str | None], seconds: float) -> None:
    assert interval(dates, NOON, 600, changed=True) == seconds


def test_without_dates_it_follows_the_changes() -> None:
    assert interval([], NOON, 4000, changed=False) == 6000
    assert interval([], NOON, 4000, changed=True) == 3000
    assert interval([], NOON, 80_000, changed=False) == 86_400
    assert interval([], NOON, 300, changed=True) == 300


@pytest.mark.parametrize(("failures", "middle"), [(0, 300), (1, 300), (2, 600), (4, 2400), (9, 76_800), (500, 86_400)])
def test_backoff_doubles_with_a_quarter_more_or_less(failures: int, middle: float) -> None:
    waits = [backoff(failures, None, RANDOM) for _ in range(500)]

    assert middle * 0.75 <= min(waits) < middle * 0.8
    assert middle * 1.2 < max(waits) <= middle * 1.25


def test_never_before_the_site_asked() -> None:
    assert backoff(1, 5000, RANDOM) == 5000
    assert backoff(9, 5, RANDOM) > 50_000


def test_scattered_by_a_tenth() -> None:
    waits = [scattered(1000, RANDOM) for _ in range(500)]

    assert 900 <= min(waits) < 910
    assert 1090 < max(waits) <= 1100


def test_a_day_is_no_moment() -> None:
    assert moment("2025-11-29T12:00:00+07:00") == NOON
    assert (moment("2025-11-29"), moment(None), moment("T"), moment("9999-12-31T23:59:59-23:00") is None) == (
        None, None, None, False,
    )  # fmt: skip
