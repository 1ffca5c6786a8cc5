"""What a person sees of the time understood, of copies and of articles that disagree; and what a client does."""

from datetime import date

import pytest

from index.records import Chunk, Hit, Metadata
from rag.cli.printing import print_answer, print_passages
from rag.contract.answers import AskOut, ask_out, search_out
from rag.records.answers import Answer, Answered, Citation, Source
from rag.records.search import AskedPeriod, Copy, Found, Passage, Query, Timings
from tests.support.shapes import CHAT, FACT, NONE, RELATED, TIMELINE

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
    print_answer(ask_out(ANSWERED, "1", "2"))

    printed = capsys.readouterr().out
    assert printed.startswith(
        "Period: 2025-07-01 to 2025-07-31, newest first\n\nCon số khác nhau.\n\nCầu dài 1.420 m. [1]"
    )
    assert "[1] Cầu mới · Báo Núi · 2025-07-05" in printed
    assert "    Also: Thông xe cầu mới · Báo Sông · 2025-07-06 · https://bao.example/b" in printed


def test_a_search_names_the_copies(capsys: pytest.CaptureFixture[str]) -> None:
    print_passages(search_out(FOUND))

    assert "       Also: Thông xe cầu mới" in capsys.readouterr().out


def printed(out: AskOut, capsys: pytest.CaptureFixture[str]) -> str:
    print_answer(out)
    return capsys.readouterr().out


def test_the_words_that_answer_stand_first(capsys: pytest.CaptureFixture[str]) -> None:
    # Bold is left out where nobody looks.
    assert printed(FACT, capsys).startswith("77 m\n\nCầu Bến Lội dài 77 m, rộng 9 m. [1] Cầu tốn")


def test_an_answer_of_lines_is_printed_in_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(TIMELINE, capsys).startswith(
        "2024-02-10: Cầu được khởi công. [1] Tỉnh trao mặt bằng. [2]\n2026-05-03: Cầu thông xe. [3]\n"
        "undated: Cầu được đặt tên. [4]\n"
    )
    reply = "Tôi là Hỏi Đáp. Bạn có thể hỏi:\n- Có tin gì mới?\n- Tóm tắt tin về Lào\n"
    assert printed(CHAT, capsys) == reply


def test_what_only_comes_near_has_its_sources_and_no_confidence(capsys: pytest.CaptureFixture[str]) -> None:
    near = printed(RELATED, capsys)

    assert "Gần nhất là:\nCầu Bến Lội thông xe sáng 3/5. [1]\nCầu tốn 12 tỷ đồng. [2]\n\n[1] Cầu Bến Lội" in near
    assert "Confidence" not in near
    assert "  - Cầu Bến Lội thông xe · Báo Ven Đồi" in printed(NONE, capsys)


def test_a_client_gets_them_as_fields() -> None:
    found = search_out(FOUND).model_dump(mode="json")
    asked = ask_out(ANSWERED, "1", "2").model_dump(mode="json")

    period = {"words": "tháng trước, mới nhất", "first": "2025-07-01", "last": "2025-07-31", "newest": True}
    copy = {
        "article_id": "b",
        "title": "Thông xe cầu mới",
        "named": "Thông xe cầu mới",
        "url": "https://bao.example/b",
        "source": "Báo Sông",
        "published_at": "2025-07-06T08:00:00+07:00",
        "date_inferred": False,
        "withdrawn_at": None,
    }
    assert found["query"]["understood_period"] == asked["query"]["understood_period"] == period
    assert found["hits"][0]["copies"] == asked["passages"][0]["copies"] == [copy]
    assert asked["answer"]["citations"][0]["sources"][0]["copies"] == [copy]
    assert (asked["answer"]["disagreement"], asked["answer"]["note"]) == (True, "Con số khác nhau.")
