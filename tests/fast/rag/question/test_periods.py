from datetime import date

import pytest

from rag.question.periods import understood_period
from rag.records.search import AskedPeriod

TODAY = date(2025, 10, 21)


@pytest.mark.parametrize(
    ("question", "words", "first", "last", "newest"),
    [
        ("Tháng trước có cầu nào thông xe?", "Tháng trước", "2025-09-01", "2025-09-30", False),
        ("Tuần này ai thăm Huế?", "Tuần này", "2025-10-20", "2025-10-26", False),
        ("từ tháng 3 đến tháng 5 có gì?", "tháng 3 đến tháng 5", "2025-03-01", "2025-05-31", False),
        ("So sánh năm 2022 với năm 2024", "năm 2022, năm 2024", "2022-01-01", "2024-12-31", False),
        ("Giá gạo mới nhất là bao nhiêu?", "mới nhất", None, None, True),
        ("gia gao hien nay", "hien nay", None, None, True),
        ("Số liệu mới nhất của năm 2024", "mới nhất, năm 2024", "2024-01-01", "2024-12-31", True),
        ("What is the latest price of rice?", "latest", None, None, True),
        ("exports in 2024?", "in 2024", "2024-01-01", "2024-12-31", False),
        ("последние новости о мостах", "последние", None, None, True),
        ("最新的大米价格", "最新", None, None, True),
        ("いま何人いますか", "いま", None, None, True),
        ("工場では何人が働いていますか", None, None, None, False),
        ("Nước nào ở gần nhất?", None, None, None, False),
        ("Cầu dài bao nhiêu?", None, None, None, False),
    ],
)
def test_what_time_is_asked_about(
    question: str, words: str | None, first: str | None, last: str | None, newest: bool
) -> None:
    period = understood_period(question, TODAY)

    if words is None:
        assert period is None
        return
    days = [date.fromisoformat(day) if day else None for day in (first, last)]
    assert period == AskedPeriod(words, days[0], days[1], newest)
