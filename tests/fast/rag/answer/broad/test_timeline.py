from dataclasses import replace
from datetime import date

import numpy as np

from rag.answer.broad.timeline import timeline
from rag.records.search import AskedPeriod, Query
from tests.support.broad import candidates, passage

QUESTION = "Diễn biến dự án cầu"


def test_events_stand_in_the_order_of_their_dates() -> None:
    report = passage(
        "Cầu thông xe hôm nay. Cầu khởi công ngày 12/4/2024. Tháng 9/2025 cầu hợp long. Phí cầu là mười nghìn đồng.",
        "a",
        day="2026-05-02",
    )

    statements = timeline(Query(QUESTION, QUESTION, "vi"), candidates(report, 0.9, 0.8, 0.7, 0.6))

    assert [(one.text, one.line and one.line.day) for one in statements] == [
        ("Cầu khởi công ngày 12/4/2024.", date(2024, 4, 12)),
        ("Tháng 9/2025 cầu hợp long.", None),
        ("Cầu thông xe hôm nay.", date(2026, 5, 2)),
        ("Phí cầu là mười nghìn đồng.", None),
    ]


def test_a_year_that_nobody_wrote_orders_events_and_is_not_shown() -> None:
    report = passage("Bão đổ bộ ngày 25/12. Bão vào biển ngày 23/12. Bão tan ngày 1/1.", "a")
    period = AskedPeriod("tháng 12/2017", date(2017, 12, 1), date(2017, 12, 31), newest=False)

    statements = timeline(Query(QUESTION, QUESTION, "vi", period=period), candidates(report, 0.9, 0.8, 0.7))

    assert [one.text for one in statements] == [
        "Bão vào biển ngày 23/12.",
        "Bão đổ bộ ngày 25/12.",
        "Bão tan ngày 1/1.",
    ]
    assert [one.line and one.line.day for one in statements] == [None, None, None]


def test_several_years_asked_get_a_sentence_each() -> None:
    report = passage(
        "Năm 2025 xuất 15 tỷ USD, năm 2024 là 12 tỷ USD. Kho xây năm 2025. Con số ấy hơn 9 tỷ USD năm 2023. Cảng mở năm"
        " 2019.",
        "a",
        day="2026-05-02",
    )
    question = "Xuất khẩu qua các năm 2023, 2024, 2025"

    statements = timeline(Query(question, question, "vi"), candidates(report, 0.9, 0.8, 0.7, 0.6))

    # No sentence names 2024 first: that of 2025 names it too, and stands once.
    assert [one.text for one in statements] == [
        "Con số ấy hơn 9 tỷ USD năm 2023.",
        "Năm 2025 xuất 15 tỷ USD, năm 2024 là 12 tỷ USD.",
    ]


def test_a_day_has_one_line_and_names_who_tells_the_same() -> None:
    told = candidates(passage("Phà lật ở Cửa Sót sáng 12/5, bộ đội vớt 79 người.", "a", day="2026-05-12"), 0.9)
    other = candidates(passage("Hôm 12/5 phà Hồng Lam lật ở Cửa Sót.", "b", day="2026-05-14"), 0.8)
    apart = candidates(passage("Ngày 12/5 chợ Ngã Bảy mở lại sau bão.", "c", day="2026-05-14"), 0.7, axis=1)
    later = candidates(passage("Ngày 14/5 phà được kéo lên bờ.", "b", start=90, day="2026-05-14"), 0.6, axis=2)

    statements = timeline(Query(QUESTION, QUESTION, "vi"), [*told, *other, *apart, *later])

    assert [(one.line and one.line.day, one.text[:12]) for one in statements] == [
        (date(2026, 5, 12), "Phà lật ở Cửa S"[:12]),
        (date(2026, 5, 14), "Ngày 14/5 ph"),
    ]
    assert [[copy.article_id for copy in one.quotes[0].also] for one in statements] == [["b"], []]


def test_a_day_of_no_known_year_has_one_line_too_and_no_day() -> None:
    report = passage("Phà lật ngày 12/5. Ngày 12/5 có lốc. Ngày 14/5 phà được kéo lên.", "a")

    statements = timeline(Query(QUESTION, QUESTION, "vi"), candidates(report, 0.9, 0.8, 0.7))

    assert [one.text for one in statements] == ["Phà lật ngày 12/5.", "Ngày 14/5 phà được kéo lên."]
    assert [one.line and one.line.day for one in statements] == [None, None]


def test_what_counts_from_a_day_that_nobody_knows_is_given_no_day() -> None:
    report = passage("Cử tri hôm nay đi bầu hội đồng mới.", "a")
    period = AskedPeriod("tháng 12/2017", date(2017, 12, 1), date(2017, 12, 31), newest=False)

    statements = timeline(Query(QUESTION, QUESTION, "vi", period=period), candidates(report, 0.9))

    assert [one.line and one.line.day for one in statements] == [None]


def test_what_is_of_no_day_fills_up_and_does_not_outnumber_days() -> None:
    days = passage(" ".join(f"Ngày {day}/5 phà chạy chuyến lẻ." for day in range(1, 7)), "a", day="2026-05-20")
    bags = np.eye(24, dtype=np.float32)
    wide = [replace(one, words=bag) for one, bag in zip(candidates(days, *[0.5] * 6), bags, strict=False)]
    loose = passage(" ".join(f"Câu {n} không nói ngày nào." for n in "abcdefgh"), "b", start=500)
    undated = [replace(one, words=bag) for one, bag in zip(candidates(loose, *[0.9] * 8), bags[10:], strict=False)]

    statements = timeline(Query(QUESTION, QUESTION, "vi"), [*undated, *wide], most=50)

    # Six days; with as many others as there are days.
    assert [one.line.day for one in statements if one.line and one.line.day] == [date(2026, 5, n) for n in range(1, 7)]
    assert [one.line.day for one in statements[6:] if one.line] == [None] * 6
