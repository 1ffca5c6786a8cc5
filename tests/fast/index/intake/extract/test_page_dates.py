import json

import pytest

from index.intake.extract import parse_date
from index.intake.extract.page_dates import find_date, is_date_line, unread_date
from index.records import Removed

# 08:30 in Vietnam is 01:30 in Greenwich, and 1761010200 seconds after 1970 began.
MORNING, EVENING = "2025-10-21T08:30:00+07:00", "2025-10-21T20:30:00+07:00"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-10-21", "2025-10-21"),
        (" 2025-10-21 ", "2025-10-21"),
        ("2025-10-21T08:30:00+07:00", MORNING),
        ("2025-10-21T08:30:00.1234567+0700", MORNING),
        ("2025-10-21T08:30+07", MORNING),
        ("2025-10-21T01:30:00Z", MORNING),
        ("2025-10-21t01:30z", MORNING),
        ("2025-10-21 01:30:00 UTC", MORNING),
        ("2025-10-21 08:30:00 +0700", MORNING),
        ("2025-10-21T08:30:00+07:00[Asia/Ho_Chi_Minh]", MORNING),
        ("2025-10-21T20:30:00Z", "2025-10-22T03:30:00+07:00"),  # seven hours later
        ("2025-10-20T22:00:00-03:30", MORNING),  # 10.5 hours later
        ("2025-10-21T15:30:00+14:00", MORNING),
        ("2025-10-21 08:30", MORNING),  # no offset: Vietnamese time
        ("2025/10/21 8:30", MORNING),
        ("2025-10-21+07:00", "2025-10-21"),
        ("20251021", "2025-10-21"),
        ("20251021T013000Z", MORNING),
        ("20251021083000", MORNING),
        ("202510210830", MORNING),
        ("1761010200", MORNING),
        ("1761010200.5", MORNING),
        ("1761010200000", MORNING),
        ("1761010200000000", MORNING),
        ("/Date(1761010200000+0900)/", MORNING),  # the offset there is for show
        ("new Date(1761010200000)", MORNING),
    ],
)
def test_forms_of_machines(value: str, expected: str) -> None:
    assert parse_date(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Tue, 21 Oct 2025 08:30:00 +0700", MORNING),
        ("21 Oct 2025 01:30 GMT", MORNING),
        ("Mon, 20 Oct 2025 20:30:00 EST", MORNING),  # twelve hours later
        ("Tuesday, 21-Oct-25 01:30:00 GMT", MORNING),
        ("Tue Oct 21 08:30:00 2025", MORNING),
        ("Tue Oct 21 01:30:00 UTC 2025", MORNING),
        ("Tue Oct 21 2025 08:30:00 GMT+0700 (Giờ Đông Dương)", MORNING),
        ("21/Oct/2025:08:30:00 +0700", MORNING),
        ("October 21, 2025", "2025-10-21"),
        ("Oct. 21st, 2025, 8:30 p.m.", EVENING),
        ("21st of October 2025", "2025-10-21"),
        ("2025-Oct-21", "2025-10-21"),
        ("Tuesday, October 21, 2025 at 8:30 PM GMT+7", EVENING),
        ("Tuesday, October 21, 2025 at 10:30 PM GMT+9", EVENING),
        ("10/21/2025 8:30:00 PM", EVENING),
        ("10/21/2025", "2025-10-21"),
        ("6/6/2025 9:15:00 AM", "2025-06-06T09:15:00+07:00"),  # either way
        ("21 октября 2025 г. в 08:30", MORNING),
        ("21 октября 2025, 04:30 МСК", MORNING),
        ("2025年10月21日(火) 20時30分", EVENING),
        ("2025年10月21日 星期二 下午8:30", EVENING),
        ("mardi 21 octobre 2025 à 08h30", MORNING),
        ("1er août 2025", "2025-08-01"),
        ("21. Oktober 2025 um 08:30 Uhr", MORNING),
    ],
)
def test_forms_of_other_languages(value: str, expected: str) -> None:
    assert parse_date(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("21/10/2025", "2025-10-21"),
        ("5/6/2024 08:05", "2024-06-05T08:05:00+07:00"),
        ("29/2/2024", "2024-02-29"),
        ("21/10/2025-08:30", MORNING),
        ("08:30-21/10/2025", MORNING),
        ("8h30 tối 21/10/2025", EVENING),
        ("20h ngày 21/10/2025", "2025-10-21T20:00:00+07:00"),
        ("21/10/2025 8:30:00 CH", EVENING),
        ("21/10/2025 12:05 SA", "2025-10-21T00:05:00+07:00"),
        ("21/10/2025 01:30 GMT", MORNING),
        ("21/10/2025 10:30 (GMT+9)", MORNING),
        ("21/10/2025 07:00 GMT+5:30", MORNING),
        ("20/10/2025 20:30 UTC\u22125", MORNING),
        ("21/10/2025 08:30 (giờ Việt Nam)", MORNING),
        ("3/6/2025 9:15:00 AM GMT+7", "2025-06-03T09:15:00+07:00"),
        ("Thứ Ba 3/6/2025 9:15 AM", "2025-06-03T09:15:00+07:00"),
        ("21 Tháng Mười, 2025", "2025-10-21"),
        ("Tháng Mười Hai 21, 2025", "2025-12-21"),
        ("5 tháng năm năm 2025", "2025-05-05"),
    ],
)
def test_vietnamese_forms(value: str, expected: str) -> None:
    assert parse_date(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        *("2025-13-01", "2025-02-30", "31/02/2025", "29/2/2025", "32/13/2025", "31/04/2025 08:00"),  # no such day
        *("21/10/2025 24:00", "21/10/2025 00:60", "2025-10-21T25:00", "2025-10-21T08:60"),  # no such time
        *("2025-10-21T08:30:00+15:00", "21/10/2025 20:00 GMT+25"),  # no such zone
        *("21/10/25", "25-10-21", "21-Oct-25"),  # which number is the year
        *("6/3/2025 9:15:00 AM", "Tuesday, 6/3/2025"),  # of March or of June
        *("21/10/2025 20:00 CST", "21/10/2025 08:30 (giờ địa phương)"),  # which zone
        *("20/10/2025 21/10/2025", "2025102108"),  # which of two
        *("21 tháng Giêng 2025", "20 tháng Chạp, 2025"),  # months of the moon
        *("21/10", "tháng 10/2025", "October 2025", "2025", "2025-10", "2025-W43", "6 tháng năm 2017", "May 10"),
        *("21/10/2568", "0001-01-01T00:00:00", "1970-01-01T00:00:00Z", "9999-12-31", "9999-12-31T23:59:59-12:00"),
        *("0", "-1761010200", "1e300", "nan", "0912345678", "12345678", "9" * 30),
        *("hôm qua", "3 giờ trước", "Hội nghị ngày 21/10/2025", "21/10/2025 tại Hà Nội", "Số 21/10/2025/NĐ-CP"),
        *("21-10-2025-003", "192.168.10.2025", "<b>21/10/2025</b>", "", "1/1/2020 " * 1000),
    ],
)
def test_what_is_no_date_or_may_be_two(value: str) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("06:00 | 15/11/2021 GMT+7", "2021-11-15T06:00:00+07:00"),
        ("21/10/2025 20:00 GMT", "2025-10-22T03:00:00+07:00"),
        ("22/06/2025 lúc 08:45 (GMT+7)", "2025-06-22T08:45:00+07:00"),
        ("Thứ tư, ngày 1 tháng 10 năm 2025 - 8 giờ 05 phút", "2025-10-01T08:05:00+07:00"),
        ("Chủ nhật, 26/10/2025, 07:30 (GMT+7)", "2025-10-26T07:30:00+07:00"),
        ("Đăng lúc 8h30 ngày 21-10-2025", MORNING),
        ("Cập nhật lúc 20 giờ 30 phút, 21-10-2025", EVENING),
        ("(Cập nhật lúc 21.10.2025 9:05)", "2025-10-21T09:05:00+07:00"),
        ("10:30 SA, 5/6/2024", "2024-06-05T10:30:00+07:00"),
        ("12:05 AM 5/6/2024", "2024-06-05T00:05:00+07:00"),
        ("Thứ Bảy 4:30 PM, 1/2/2025", "2025-02-01T16:30:00+07:00"),
        ("2025/10/21", "2025-10-21"),
        ("21 tháng 10, 2025", "2025-10-21"),
        ("Published: 21 May 2025", "2025-05-21"),
        ("20:30 AM 21/10/2025", "2025-10-21"),  # which half of the day
    ],
)
def test_date_lines(line: str, expected: str) -> None:
    assert is_date_line(line)
    assert find_date(line) == expected


@pytest.mark.parametrize(
    "line", ["3 giờ trước", "10:00", "Cập nhật 2 ngày trước", "03/06/2025 09:15 AM", "31/02/2025 08:00"]
)
def test_lines_that_show_a_time_without_a_sure_date(line: str) -> None:
    assert is_date_line(line)
    assert find_date(line) is None


@pytest.mark.parametrize(
    "line",
    [
        *("Ngày 10/5/2025, tại thành phố", "Quyết định 15/2025", "Bàn thắng phút 90", "May 10 lãi lớn năm 2025"),
        *("1.500", "12/10", "24/7", "20h", "Thứ Ba", "GMT+7", "20251021", "1761010200", "0912 345 678", "a" * 500),
    ],
)
def test_lines_that_say_something_else(line: str) -> None:
    assert not is_date_line(line)


def test_the_first_date_of_a_line_counts() -> None:
    assert find_date("Đăng 20/10/2025, cập nhật 2025-10-21") == "2025-10-20"


def test_a_date_that_was_not_read_is_shown() -> None:
    assert unread_date("hôm nọ", None) == (Removed("hôm nọ", "date-line"),)
    assert unread_date("21/10/2025", "2025-10-21") == ()
    assert unread_date(None, None) == ()


def test_long_lines_take_linear_time() -> None:
    for part in ("1 ", "8:30 ", "21 tháng ", "Oct 21 ", "1/1/2020 ", "GMT ("):
        line = part * 50_000
        assert json.dumps(find_date(line)) in {"null", '"2020-01-01"'}
        assert not is_date_line(line)
