import pytest

from index.intake.extract import parse_date
from index.intake.extract.page_dates import find_date, is_date_line


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-10-21", "2025-10-21"),
        (" 2025-10-21 ", "2025-10-21"),
        ("2025-10-21T08:30:00+07:00", "2025-10-21T08:30:00+07:00"),
        ("2025-10-21T08:30:00.1234567+0700", "2025-10-21T08:30:00+07:00"),
        ("2025-10-21T20:30:00Z", "2025-10-22T03:30:00+07:00"),  # seven hours later
        ("2025-10-21 08:30", "2025-10-21T08:30:00+07:00"),  # no offset: Vietnamese time
        ("21/10/2025", "2025-10-21"),
        ("5/6/2024 08:05", "2024-06-05T08:05:00+07:00"),
        ("2025-13-01", None),
        ("31/02/2025", None),
        ("10/21/2025", None),
        ("21/10", None),
        ("hôm qua", None),
        ("Hội nghị ngày 21/10/2025", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("", None),
        ("1/1/2020 " * 1000, None),
    ],
)
def test_parse_date(value: str, expected: str | None) -> None:
    assert parse_date(value) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("06:00 | 15/11/2021 GMT+7", "2021-11-15T06:00:00+07:00"),
        ("22/06/2025 lúc 08:45 (GMT+7)", "2025-06-22T08:45:00+07:00"),
        ("Thứ tư, ngày 1 tháng 10 năm 2025 - 8 giờ 05 phút", "2025-10-01T08:05:00+07:00"),
        ("Chủ nhật, 26/10/2025, 07:30 (GMT+7)", "2025-10-26T07:30:00+07:00"),
        ("Đăng lúc 8h30 ngày 21-10-2025", "2025-10-21T08:30:00+07:00"),
        ("(Cập nhật lúc 21.10.2025 9:05)", "2025-10-21T09:05:00+07:00"),
        ("10:30 SA, 5/6/2024", "2024-06-05T10:30:00+07:00"),
        ("12:05 AM 5/6/2024", "2024-06-05T00:05:00+07:00"),
        ("Thứ Bảy 4:30 PM, 1/2/2025", "2025-02-01T16:30:00+07:00"),
        ("2025/10/21", "2025-10-21"),
        ("21 tháng 10, 2025", "2025-10-21"),
    ],
)
def test_date_lines(line: str, expected: str) -> None:
    assert is_date_line(line)
    assert find_date(line) == expected


@pytest.mark.parametrize("line", ["3 giờ trước", "10:00", "Cập nhật 2 ngày trước"])
def test_lines_that_show_a_time_without_a_date(line: str) -> None:
    assert is_date_line(line)
    assert find_date(line) is None


@pytest.mark.parametrize(
    "line", ["Ngày 10/5/2025, tại thành phố", "1.500", "12/10", "Quyết định 15/2025", "Bàn thắng phút 90", "a" * 500]
)
def test_lines_that_say_something_else(line: str) -> None:
    assert not is_date_line(line)
