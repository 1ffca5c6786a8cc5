from datetime import date

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
