"""Of sentences that surely answer the same, the newest comes first."""

from datetime import date

import pytest

from index.records import Chunk, Hit, Metadata
from rag.answer.extractive import newest_first
from rag.answer.ranking import Candidate, Features
from rag.records.search import Passage, Sentence, Span

OLD, NEW = date(2025, 3, 1), date(2026, 3, 1)


def candidate(text: str, answer: str, day: date | None, *, margin: float = 5.0, words: float = 0.5) -> Candidate:
    hit = Hit(Chunk(1, text, 0, len(text), text), Metadata("Tựa", published_at=day.isoformat() if day else None))
    span = Span(text.index(answer), text.index(answer) + len(answer), margin)
    passage = Passage(hit, dense=0.8, lexical=0.3)
    return Candidate(passage, Sentence(0, len(text), text), span, Features(margin, 0.5, words, 0.5))


PLANNED = candidate("Cảng có 24 cầu tàu.", "24 cầu tàu", OLD)


@pytest.mark.parametrize(
    ("best", "other"),
    [
        (PLANNED, candidate("Cảng nay có 30 cầu tàu.", "30 cầu tàu", NEW)),
        (candidate("Khởi công tháng 6/2025.", "tháng 6/2025", OLD), candidate("Ngày 8/2/2026.", "8/2/2026", NEW)),
    ],
)
def test_a_newer_figure_or_date_comes_first(best: Candidate, other: Candidate) -> None:
    assert newest_first([best, other]) == [other, best]


@pytest.mark.parametrize(
    ("best", "other"),
    [
        (PLANNED, candidate("Cảng nay dài 30 km.", "30 km", NEW)),
        (PLANNED, candidate("Cảng nay có 30 cầu tàu.", "30 cầu tàu", NEW, margin=1.9)),
        (PLANNED, candidate("Cảng có 20 cầu tàu.", "20 cầu tàu", date(2024, 3, 1))),
        (PLANNED, candidate("Cảng nay có 30 cầu tàu.", "30 cầu tàu", None)),
        (candidate("Cảng có 24 cầu tàu.", "24 cầu tàu", None), candidate("Nay có 30 cầu tàu.", "30 cầu tàu", NEW)),
        (
            candidate("Cảng khởi công tháng 6/2025.", "tháng 6/2025", OLD),
            candidate("Ngày 8/2/2026.", "8/2/2026", NEW, words=0.4),
        ),
    ],
    ids=["another unit", "not sure", "older", "undated", "the best one undated", "a date of something else"],
)
def test_the_best_one_stays_first_otherwise(best: Candidate, other: Candidate) -> None:
    assert newest_first([best, other]) == [best, other]
