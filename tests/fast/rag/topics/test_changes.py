"""What is told as changed, and what only looks like it."""

import pytest

from index.records import Chunk, Hit, Metadata
from rag.records.search import Passage, Sentence
from rag.topics.changes import moved


def said(article: str, text: str, day: str | None) -> tuple[Passage, Sentence]:
    hit = Hit(Chunk(1, article, 0, len(text), text), Metadata("Cầu phao", published_at=day))
    return Passage(hit, 0.0, 0.0), Sentence(0, len(text), text)


FAIR = "Hội chợ nông sản Hạc Trì sẽ khai mạc ngày {day} tại quảng trường thị xã."


@pytest.mark.parametrize(
    ("before", "now", "is_moved"),
    [
        # Still ahead when the second was written: it moved.
        (("a", FAIR.format(day="12/1/2026"), "2026-01-05"), ("b", FAIR.format(day="20/1/2026"), "2026-01-08"), True),
        # The first fair was over by then: another one.
        (("a", FAIR.format(day="7/1/2026"), "2026-01-05"), ("b", FAIR.format(day="20/1/2026"), "2026-01-08"), False),
        (("a", FAIR.format(day="12/1/2026"), "2026-01-05"), ("b", FAIR.format(day="12/1/2026"), "2026-01-08"), False),
        # Nobody knows which is the newer.
        (("a", FAIR.format(day="12/1/2026"), None), ("b", FAIR.format(day="20/1/2026"), "2026-01-08"), False),
        # Another place, another fair.
        (
            ("a", FAIR.format(day="12/1/2026"), "2026-01-05"),
            ("b", FAIR.format(day="20/1/2026").replace("Hạc Trì", "Bến Ngự"), "2026-01-08"),
            False,
        ),
        (("a", FAIR.format(day="12/1/2026"), "2026-01-05"), ("a", FAIR.format(day="20/1/2026"), "2026-01-08"), False),
        # Two days in one sentence: neither is known to be the one.
        (
            ("a", FAIR.format(day="12/1/2026"), "2026-01-05"),
            ("b", FAIR.format(day="20/1/2026, không phải ngày 12/1/2026,"), "2026-01-08"),
            False,
        ),
    ],
    ids=["moved", "over", "same", "undated", "place", "article", "two-days"],
)
def test_a_day_moved(before: tuple[str, str, str | None], now: tuple[str, str, str | None], is_moved: bool) -> None:
    assert moved(said(*before), said(*now)) is is_moved
