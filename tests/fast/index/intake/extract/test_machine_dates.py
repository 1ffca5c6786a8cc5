from datetime import UTC, datetime, timedelta, timezone

import pytest

from index.intake.extract.machine_dates import from_machine, in_vietnam, usable_day


def test_moments_are_given_in_vietnamese_time() -> None:
    assert in_vietnam(datetime(2025, 10, 21, 18, 30, 5, 99, tzinfo=UTC)) == "2025-10-22T01:30:05+07:00"
    assert in_vietnam(datetime(2025, 10, 21, 18, 30)) == "2025-10-21T18:30:00+07:00"  # noqa: DTZ001


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(2568, 10, 21, tzinfo=UTC),
        datetime(9999, 12, 31, 23, tzinfo=UTC),
        datetime(2025, 10, 21, tzinfo=timezone(timedelta(hours=15))),
    ],
    ids=str,
)
def test_moments_that_no_article_is_of(moment: datetime) -> None:
    assert in_vietnam(moment) is None


def test_days_that_no_article_is_of() -> None:
    assert usable_day(2024, 2, 29) is not None
    assert usable_day(2025, 2, 29) is None
    assert usable_day(1700, 1, 1) is None


@pytest.mark.parametrize(
    "value", ["21/10/2025", "October 21, 2025", "99990101", "2025102108", "123456789012345678", ""]
)
def test_what_is_in_no_form_of_a_machine(value: str) -> None:
    assert from_machine(value) is None
