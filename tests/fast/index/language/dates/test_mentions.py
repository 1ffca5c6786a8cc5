"""Dates as a calendar shows them: 21 October 2025 was a Tuesday."""

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.dates.calendar import day_period, from_anchor, last_ones, month_period, quarter_period
from index.language.dates.mentions import mentions

WORDS = """ngày tháng năm quý từ đến 1 15/10 2025 31 / - . , đầu cuối tuần trước hôm qua 3 III May in 10月 2025年 мая İ
    nửa giai đoạn thập niên 90 ba last month"""
TUESDAY = date(2025, 10, 21)


def only(text: str, anchor: date | None = TUESDAY) -> tuple[str, str, str]:
    (mention,) = mentions(text, anchor)
    return text[mention.start : mention.end], str(mention.first), str(mention.last)


@pytest.mark.parametrize(
    ("text", "words", "first", "last"),
    [
        ("Lễ hội mở ngày 15/10/2025 ở Huế.", "ngày 15/10/2025", "2025-10-15", "2025-10-15"),
        ("Họp ngày 15-10-2025", "ngày 15-10-2025", "2025-10-15", "2025-10-15"),
        ("Họp ngày 15.10.2025.", "ngày 15.10.2025", "2025-10-15", "2025-10-15"),
        ("Họp ngày 15/10 năm 2024", "ngày 15/10 năm 2024", "2024-10-15", "2024-10-15"),
        ("Họp ngày 15 tháng 10, 2024", "ngày 15 tháng 10, 2024", "2024-10-15", "2024-10-15"),
        ("Họp ngày 15 tháng mười", "ngày 15 tháng mười", "2025-10-15", "2025-10-15"),
        ("hop ngay 15 thang 10 nam 2024", "ngay 15 thang 10 nam 2024", "2024-10-15", "2024-10-15"),
        ("Chợ mở 20/11", "20/11", "2025-11-20", "2025-11-20"),
        ("Sáng 2/3, cầu thông xe", "2/3", "2025-03-02", "2025-03-02"),
        ("Huế, 7/7 (Bản tin) - Cầu thông xe", "7/7", "2025-07-07", "2025-07-07"),
        ("Từ ngày 1 đến 5/10", "ngày 1 đến 5/10", "2025-10-01", "2025-10-05"),
        ("ngày 2 và 3/11", "ngày 2 và 3/11", "2025-11-02", "2025-11-03"),
        ("Nhận hồ sơ 28/9-5/10", "28/9-5/10", "2025-09-28", "2025-10-05"),
        ("Nhận hồ sơ từ 28/9 đến ngày 5/10/2024", "28/9 đến ngày 5/10/2024", "2024-09-28", "2024-10-05"),
        ("Tháng chín, mưa nhiều", "Tháng chín", "2025-09-01", "2025-09-30"),
        ("đầu tháng 2/2024", "đầu tháng 2/2024", "2024-02-01", "2024-02-10"),
        ("cuối tháng 2/2024", "cuối tháng 2/2024", "2024-02-21", "2024-02-29"),
        ("từ tháng 3 đến tháng 5/2024", "tháng 3 đến tháng 5/2024", "2024-03-01", "2024-05-31"),
        ("từ tháng 11/2024 đến tháng 2", "tháng 11/2024 đến tháng 2", "2024-11-01", "2025-02-28"),
        ("tháng 3-5/2024", "tháng 3-5/2024", "2024-03-01", "2024-05-31"),
        ("quý III", "quý III", "2025-07-01", "2025-09-30"),
        ("quy 3/2024", "quy 3/2024", "2024-07-01", "2024-09-30"),
        ("quý I năm ngoái", "quý I năm ngoái", "2024-01-01", "2024-03-31"),
        ("năm 2024", "năm 2024", "2024-01-01", "2024-12-31"),
        ("nam ngoai", "nam ngoai", "2024-01-01", "2024-12-31"),
        ("đầu năm 2024", "đầu năm 2024", "2024-01-01", "2024-04-30"),
        ("cuối năm nay", "cuối năm nay", "2025-09-01", "2025-12-31"),
        ("Chín tháng năm 2025, cảng đón", "Chín tháng năm 2025", "2025-01-01", "2025-09-30"),
        ("6 tháng đầu năm", "6 tháng đầu năm", "2025-01-01", "2025-06-30"),
        ("nửa cuối năm 2024", "nửa cuối năm 2024", "2024-07-01", "2024-12-31"),
        ("giai đoạn 2021-2025", "giai đoạn 2021-2025", "2021-01-01", "2025-12-31"),
        ("thập niên 90", "thập niên 90", "1990-01-01", "1999-12-31"),
        ("xuất khẩu gạo 2024 ra sao?", "2024", "2024-01-01", "2024-12-31"),
        ("hôm kia", "hôm kia", "2025-10-19", "2025-10-19"),
        ("tối qua", "tối qua", "2025-10-20", "2025-10-20"),
        ("sang nay", "sang nay", "2025-10-21", "2025-10-21"),
        ("tuần này", "tuần này", "2025-10-20", "2025-10-26"),
        ("thứ 5 tuần trước", "thứ 5 tuần trước", "2025-10-16", "2025-10-16"),
        ("thứ năm tuần trước", "thứ năm tuần trước", "2025-10-16", "2025-10-16"),
        ("cuối tuần qua", "cuối tuần qua", "2025-10-18", "2025-10-19"),
        ("chủ nhật tuần tới", "chủ nhật tuần tới", "2025-11-02", "2025-11-02"),
        ("tháng trước", "tháng trước", "2025-09-01", "2025-09-30"),
        ("quý trước", "quý trước", "2025-07-01", "2025-09-30"),
        ("3 ngày trước", "3 ngày trước", "2025-10-18", "2025-10-18"),
        ("hai năm trước", "hai năm trước", "2023-01-01", "2023-12-31"),
        ("7 ngày qua", "7 ngày qua", "2025-10-14", "2025-10-21"),
    ],
)
def test_vietnamese_dates(text: str, words: str, first: str, last: str) -> None:
    assert only(text) == (words, first, last)


@pytest.mark.parametrize(
    ("text", "words", "first", "last"),
    [
        ("exports in 2024?", "in 2024", "2024-01-01", "2024-12-31"),
        ("What happened last month?", "last month", "2025-09-01", "2025-09-30"),
        ("on October 15, 2024", "October 15, 2024", "2024-10-15", "2024-10-15"),
        ("15 May 2024", "15 May 2024", "2024-05-15", "2024-05-15"),
        ("from March to May 2024", "March to May 2024", "2024-03-01", "2024-05-31"),
        ("the third quarter of 2024", "third quarter of 2024", "2024-07-01", "2024-09-30"),
        ("2024-10-15", "2024-10-15", "2024-10-15", "2024-10-15"),
        ("the past 7 days", "past 7 days", "2025-10-14", "2025-10-21"),
        ("экспорт в 2024 году", "2024 году", "2024-01-01", "2024-12-31"),
        ("15 октября 2024 года", "15 октября 2024 года", "2024-10-15", "2024-10-15"),
        ("на прошлой неделе", "прошлой неделе", "2025-10-13", "2025-10-19"),
        ("в третьем квартале 2024 года", "третьем квартале 2024 года", "2024-07-01", "2024-09-30"),
        ("2024年10月15日的会议", "2024年10月15日", "2024-10-15", "2024-10-15"),
        ("去年的出口", "去年", "2024-01-01", "2024-12-31"),
        ("先月のニュース", "先月", "2025-09-01", "2025-09-30"),
        ("2024年第三季度", "2024年第三季度", "2024-07-01", "2024-09-30"),
    ],
)
def test_dates_in_questions_of_other_languages(text: str, words: str, first: str, last: str) -> None:
    assert only(text) == (words, first, last)


@pytest.mark.parametrize(
    "text",
    [
        "2/3 dân số",
        "có tới 2/3 dân số",
        "thắng với tỷ số 2-1",
        "đạt 8/10 điểm",
        "Nghị quyết 57/2024 về kinh tế",
        "Nghị quyết số 10/2024/QH15",
        "gọi 0912 345 678 hoặc 024-3825-1011",
        "phục vụ 24/7",
        "kéo dài 15 tháng",
        "kéo dài 15 tháng 10 ngày",
        "quý khách 3 người",
        "một báu vật quý",
        "mỗi tháng 5 triệu đồng",
        "mỗi tháng năm đầu",
        "học 10 tuần trước khi vào viện",
        "so với cùng kỳ năm trước",
        "Giỗ Tổ 10/3 âm lịch",
        "ngày 31/2",
        "tháng 13",
        "Công ty May 10",
        "điểm trung bình 7,5/10",
        "cột mốc 1088/2 - 1089",
        "vốn 2.025 tỷ đồng",
        "3年間",
        "",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert mentions(text, TUESDAY) == []


@pytest.mark.parametrize(
    ("text", "written", "meant"),
    [
        ("đầu tháng 1", date(2025, 7, 22), "2025-01-01"),
        ("tháng 1", date(2025, 12, 16), "2026-01-01"),
        ("ngày 31/12", date(2026, 1, 5), "2025-12-31"),
        ("ngày 4/8", date(2025, 7, 8), "2025-08-04"),
        ("ngày 29/2", date(2025, 10, 21), "2024-02-29"),
        ("bảy tháng đầu năm", date(2026, 1, 12), "2025-01-01"),
    ],
)
def test_a_missing_year_is_the_nearest_and_rather_past(text: str, written: date, meant: str) -> None:
    (mention,) = mentions(text, written)
    assert str(mention.first) == meant
    assert mention.assumed


def test_without_an_anchor_only_what_is_written_is_known() -> None:
    day, month, year = mentions("ngày 15/10 và tháng 9; năm 2024 và hôm qua", None)

    assert (day.first, day.last, day.keys) == (None, None, ("@10-15",))
    assert (month.first, month.keys) == (None, ())
    assert str(year.first) == "2024-01-01"


def date_keys(text: str, anchor: date | None) -> list[str]:
    return list(dict.fromkeys(key for mention in mentions(text, anchor) for key in mention.keys))


def test_keys() -> None:
    assert date_keys("Ngày 15/10 và quý III, rồi 15/10", TUESDAY) == ["@2025-10-15", "@10-15", "@2025-10", "@2025-q3"]
    assert date_keys("tháng 10/2024; năm ngoái", TUESDAY) == ["@2024-10", "@2024"]
    assert date_keys("tháng 3-5/2024", None) == ["@2024-03", "@2024-04", "@2024-05"]
    assert date_keys("ngày 15 tháng 10", None) == ["@10-15"]
    assert date_keys("không có ngày nào", TUESDAY) == []


def test_periods_across_the_end_of_a_year() -> None:
    january = date(2025, 1, 31)
    assert from_anchor("month", -1, january) == month_period(2024, 12, None)
    assert from_anchor("month", 1, january) == month_period(2025, 2, None)
    assert from_anchor("quarter", -1, january) == quarter_period(2024, 4, None)
    assert from_anchor("day", -31, january) == day_period(2024, 12, 31, None)
    assert from_anchor("day", 1, None) is None
    ones = last_ones("month", 3, january)
    assert ones is not None
    assert (str(ones.first), str(ones.last)) == ("2024-11-01", "2025-01-31")
    assert month_period(2025, 13, None) is day_period(2025, 4, 31, None) is quarter_period(2025, 5, None) is None


@given(
    st.lists(
        st.sampled_from(re.findall(r"\S+", WORDS)),
        max_size=14,
    ),
    st.none() | st.dates(),
)
def test_any_text_from_any_day(words: list[str], anchor: date | None) -> None:
    text = " ".join(words)
    found = mentions(text, anchor)

    assert all(0 <= mention.start < mention.end <= len(text) for mention in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(mention.first <= mention.last for mention in found if mention.first and mention.last)


@pytest.mark.parametrize("piece", ["ngày ", "đầu ", "1/", "thứ hai tuần ", "năm" + " " * 50, "in may "])
def test_long_text_is_read_in_linear_time(piece: str) -> None:
    # A second try at every place would take minutes here.
    mentions(piece * (20_000 // len(piece)), TUESDAY)
