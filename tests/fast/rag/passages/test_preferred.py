from datetime import date

import pytest

from index.records import Chunk, Hit, Metadata
from rag.passages.fusion import PassageWeights, ranked
from rag.passages.preferred import preferred
from rag.records.search import AskedPeriod, Passage


def passage(number: int, score: float, published_at: str | None, text: str = "Cầu đã thông xe.") -> Passage:
    hit = Hit(Chunk(number, f"a{number}", 0, len(text), text), Metadata(published_at=published_at))
    return Passage(hit, 0.5, 0.5, score)


def order(passages: list[Passage]) -> list[int]:
    return [passage.hit.chunk.id for passage in passages]


def by_period(passages: list[Passage], period: AskedPeriod) -> list[Passage]:
    return ranked(preferred(passages, period), PassageWeights(), "vi")


def test_what_was_published_or_is_told_of_the_period_goes_first() -> None:
    period = AskedPeriod("năm ngoái", date(2024, 1, 1), date(2024, 12, 31), newest=False)
    found = [
        passage(1, 0.9, "2025-06-01"),
        passage(2, 0.8, "2024-06-01T08:00:00+07:00"),
        passage(3, 0.75, "2025-01-09", "Ngày 30/12/2024 cầu thông xe."),
        passage(4, 0.3, "2024-06-01"),
    ]

    ranked = by_period(found, period)

    # A mention gains the whole half of the score, publication 0.7 of it, and all are divided by 1.5.
    assert order(ranked) == [3, 2, 1, 4]
    assert [item.score for item in ranked] == pytest.approx([0.75, 0.72, 0.6, 0.27])


def test_a_date_without_a_year_is_told_of_the_year_of_publication() -> None:
    period = AskedPeriod("tháng 12/2024", date(2024, 12, 1), date(2024, 12, 31), newest=False)
    text = "Ngày 30/12 cầu thông xe."

    assert order(by_period([passage(1, 0.5, "2025-12-31", text), passage(2, 0.5, "2025-01-02", text)], period)) == [
        2,
        1,
    ]


def test_an_event_long_before_any_article_leaves_nothing_out() -> None:
    period = AskedPeriod("năm 1945", date(1945, 1, 1), date(1945, 12, 31), newest=False)
    found = [passage(1, 0.9, "2025-06-01"), passage(2, 0.83, None, "Năm 1945, cầu bị phá.")]

    ranked = by_period(found, period)

    # A date in figures gains a tenth of the score at most: 0.83 stays, 0.9 is divided by 1.1.
    assert order(ranked) == [2, 1]
    assert [item.score for item in ranked] == pytest.approx([0.83, 0.818182], abs=1e-6)
    assert order(by_period([found[0], passage(2, 0.81, None, "Năm 1945, cầu bị phá.")], period)) == [1, 2]


def test_the_newest_of_what_is_relevant_goes_first() -> None:
    period = AskedPeriod("mới nhất", None, None, newest=True)
    found = [
        passage(1, 0.9, "2025-01-01"),
        passage(2, 0.85, "2025-01-11"),
        passage(3, 0.8, None),
        passage(4, 0.3, "2025-10-01"),
    ]

    ranked = by_period(found, period)

    # 4 scores less than half of the best, so 1 to 2 is the span that counts: 0.85, 0.9 / 1.5, 0.8 / 1.5, 0.3.
    assert order(ranked) == [2, 1, 3, 4]
    assert [item.score for item in ranked] == pytest.approx([0.85, 0.6, 0.8 / 1.5, 0.3])


def test_nothing_to_prefer() -> None:
    assert by_period([], AskedPeriod("mới nhất", None, None, newest=True)) == []
    undated = [passage(1, 0.9, None), passage(2, 0.6, "hôm qua")]
    assert order(by_period(undated, AskedPeriod("mới nhất", None, None, newest=True))) == [1, 2]
