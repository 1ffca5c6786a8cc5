"""Due times, each worked out by hand from the rules of the zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from index.storage.errors import Refused
from rag.delivery.schedule import Every, Schedule

HANOI, PARIS, NEW_YORK = "Asia/Ho_Chi_Minh", "Europe/Paris", "America/New_York"
LORD_HOWE, APIA = "Australia/Lord_Howe", "Pacific/Apia"


def due(schedule: Schedule, after: str, times: int = 1) -> list[str]:
    """The next times, by the clocks of the zone, with the offset from UTC."""
    moment, found = datetime.fromisoformat(after).timestamp(), []
    for _ in range(times):
        moment = schedule.next_after(moment)
        found.append(datetime.fromtimestamp(moment, ZoneInfo(schedule.zone)).strftime("%m-%dT%H:%M:%S%z"))
    return found


@pytest.mark.parametrize(
    ("every", "at", "weekday", "zone", "after", "expected"),
    [
        ("daily", "07:00", None, HANOI, "2026-05-03T06:59:59+07:00", ["05-03T07:00:00+0700", "05-04T07:00:00+0700"]),
        ("daily", "07:00", None, HANOI, "2026-05-03T07:00:00+07:00", ["05-04T07:00:00+0700"]),
        ("daily", "00:00", None, HANOI, "2025-12-31T23:59:59.5+07:00", ["01-01T00:00:00+0700"]),
        # 3 May 2026 is a Sunday.
        ("weekly", "07:00", 0, HANOI, "2026-05-03T12:00:00+07:00", ["05-04T07:00:00+0700", "05-11T07:00:00+0700"]),
        ("weekly", "07:00", 6, HANOI, "2026-05-03T12:00:00+07:00", ["05-10T07:00:00+0700"]),
        # 02:00 becomes 03:00 on 29 March 2026, 03:00 becomes 02:00 on 25 October.
        ("daily", "02:30", None, PARIS, "2026-03-28T12:00+01:00", ["03-29T03:00:00+0200", "03-30T02:30:00+0200"]),
        ("daily", "02:30", None, PARIS, "2026-10-24T12:00+02:00", ["10-25T02:30:00+0200", "10-26T02:30:00+0100"]),
        # 02:00 becomes 03:00 on 8 March 2026, 02:00 becomes 01:00 on 1 November.
        ("daily", "02:00", None, NEW_YORK, "2026-03-07T12:00-05:00", ["03-08T03:00:00-0400", "03-09T02:00:00-0400"]),
        ("weekly", "01:30", 6, NEW_YORK, "2026-10-31T12:00-04:00", ["11-01T01:30:00-0400", "11-08T01:30:00-0500"]),
        # Half an hour: 02:00 becomes 02:30 on 4 October 2026, 02:00 becomes 01:30 on 5 April.
        ("daily", "02:15", None, LORD_HOWE, "2026-10-03T12:00+10:30", ["10-04T02:30:00+1100", "10-05T02:15:00+1100"]),
        ("daily", "01:45", None, LORD_HOWE, "2026-04-04T12:00+11:00", ["04-05T01:45:00+1100", "04-06T01:45:00+1030"]),
        # There was no 30 December 2011, a Friday.
        ("daily", "07:00", None, APIA, "2011-12-29T12:00-10:00", ["12-31T00:00:00+1400", "12-31T07:00:00+1400"]),
        ("weekly", "07:00", 4, APIA, "2011-12-29T12:00-10:00", ["12-31T00:00:00+1400", "01-06T07:00:00+1400"]),
        # Hours pass as they pass.
        ("hourly", "00:15", None, PARIS, "2026-03-29T01:20+01:00", ["03-29T03:15:00+0200", "03-29T04:15:00+0200"]),
        ("hourly", "00:15", None, PARIS, "2026-10-25T02:00+02:00", ["10-25T02:15:00+0200", "10-25T02:15:00+0100"]),
        ("hourly", "00:15", None, LORD_HOWE, "2026-10-04T01:20+10:30", ["10-04T03:15:00+1100"]),
        ("hourly", "23:00", None, "Asia/Kathmandu", "2026-05-03T10:00+05:45", ["05-03T11:00:00+0545"]),
    ],
)
def test_the_next_times(every: Every, at: str, weekday: int | None, zone: str, after: str, expected: list[str]) -> None:
    assert due(Schedule(every, at, weekday, zone), after, len(expected)) == expected


@pytest.mark.parametrize("zone", [HANOI, PARIS, NEW_YORK, LORD_HOWE, APIA])
@pytest.mark.parametrize("at", ["00:00", "02:15", "23:59"])
def test_a_year_has_a_time_for_each_day(zone: str, at: str) -> None:
    schedule, moment = Schedule("daily", at, None, zone), datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)).timestamp() - 1
    days = []
    for _ in range(365):
        moment = schedule.next_after(moment)
        days.append(datetime.fromtimestamp(moment, ZoneInfo(zone)).date().toordinal())

    first = datetime(2026, 1, 1).toordinal()  # noqa: DTZ001 - a day
    assert days == list(range(first, first + 365))


@pytest.mark.parametrize(
    ("every", "at", "weekday", "zone", "complaint"),
    [
        ("yearly", "07:00", None, HANOI, "no interval"),
        ("daily", "7:00", None, HANOI, "no time of day"),
        ("daily", "24:00", None, HANOI, "no time of day"),
        ("daily", "07:00\n", None, HANOI, "no time of day"),
        ("daily", "٠٧:00", None, HANOI, "no time of day"),
        ("daily", "07:00", 0, HANOI, "belongs to a weekly"),
        ("weekly", "07:00", None, HANOI, "belongs to a weekly"),
        ("weekly", "07:00", 7, HANOI, "no weekday"),
        ("daily", "07:00", None, "", "no time zone"),
        ("daily", "07:00", None, "Asia", "no time zone"),
        ("daily", "07:00", None, "../../etc/passwd", "no time zone"),
        ("daily", "07:00", None, "asia/ho_chi_minh\x00", "no time zone"),
    ],
)
def test_what_is_no_schedule(every: Every, at: str, weekday: int | None, zone: str, complaint: str) -> None:
    with pytest.raises(Refused, match=complaint):
        Schedule(every, at, weekday, zone)
