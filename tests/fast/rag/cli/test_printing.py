"""What a person sees of the time understood, of copies and of articles that disagree; and what a client does."""

from datetime import date

import pytest

from index.records import Chunk, Hit, Metadata
from rag.cli.printing import print_answer, print_passages
from rag.contract.answers import ask_out, search_out
from rag.records import Answer, Answered, AskedPeriod, Citation, Copy, Found, Passage, Query, Source, Timings

TEXT = "Cầu dài 1.420 m."
COPY = Copy("b", Metadata("Thông xe cầu mới", "https://bao.example/b", "Báo Sông", "2025-07-06T08:00:00+07:00"))
METADATA = Metadata("Cầu mới", None, "Báo Núi", "2025-07-05")
HIT = Hit(Chunk(1, "a", 0, len(TEXT), TEXT), METADATA)
PERIOD = AskedPeriod("tháng trước, mới nhất", date(2025, 7, 1), date(2025, 7, 31), newest=True)
FOUND = Found(
    Query("cầu", "cầu", "vi", PERIOD), (Passage(HIT, 0.9, 0.5, copies=(COPY,)),), Timings(encoding=1.0, search=1.0)
)
SOURCE = Source("a", 1, METADATA, TEXT, 0, len(TEXT), 0.9, "full", (COPY,))
ANSWER = Answer(
    f"{TEXT} [1]", "answered", 0.9, "vi", (Citation(1, 0, len(TEXT), TEXT, (SOURCE,)),), True, "Con số khác nhau."
)
ANSWERED = Answered(FOUND.query, "extractive", ANSWER, FOUND.passages, FOUND.timings)


def test_a_person_sees_the_note_the_dates_and_the_copies(capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(ANSWERED)

    printed = capsys.readouterr().out
    assert printed.startswith(
        "Period: 2025-07-01 to 2025-07-31, newest first\n\nCon số khác nhau.\n\nCầu dài 1.420 m. [1]"
    )
    assert "[1] Cầu mới · Báo Núi · 2025-07-05" in printed
    assert "    Also: Thông xe cầu mới · Báo Sông · 2025-07-06 · https://bao.example/b" in printed


def test_a_search_names_the_copies(capsys: pytest.CaptureFixture[str]) -> None:
    print_passages(FOUND)

    assert "       Also: Thông xe cầu mới" in capsys.readouterr().out


def test_a_client_gets_them_as_fields() -> None:
    found = search_out(FOUND).model_dump(mode="json")
    asked = ask_out(ANSWERED, "1", "2").model_dump(mode="json")

    period = {"words": "tháng trước, mới nhất", "first": "2025-07-01", "last": "2025-07-31", "newest": True}
    copy = {
        "article_id": "b",
        "title": "Thông xe cầu mới",
        "url": "https://bao.example/b",
        "source": "Báo Sông",
        "published_at": "2025-07-06T08:00:00+07:00",
    }
    assert found["query"]["understood_period"] == asked["query"]["understood_period"] == period
    assert found["hits"][0]["copies"] == asked["passages"][0]["copies"] == [copy]
    assert asked["answer"]["citations"][0]["sources"][0]["copies"] == [copy]
    assert (asked["answer"]["disagreement"], asked["answer"]["note"]) == (True, "Con số khác nhau.")
