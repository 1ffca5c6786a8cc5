"""An answer in lines: what is said before each, and citations that stand where their sentences do."""

import pytest

from rag.contract.answers import AnswerOut
from rag.contract.layout import bold, written_out
from tests.support.shapes import ALL, ARCHIVE, COMPARISON, FACT, LIST, OVERVIEW, RELATED, TIMELINE, Said, shaped


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (FACT.answer, "Cầu Bến Lội dài 77 m, rộng 9 m. [1] Cầu tốn 12 tỷ đồng. [2]"),
        (LIST.answer, "Cầu Bến Lội. [1]|Cầu Vàm. [2]"),
        (
            TIMELINE.answer,
            "2024-02-10: Cầu được khởi công. [1] Tỉnh trao mặt bằng. [2]|2026-05-03: Cầu thông xe. [3]|"
            "?: Cầu được đặt tên. [4]",
        ),
        (
            COMPARISON.answer,
            "Bến Lội:|Cầu Bến Lội dài 77 m. [1]|Cầu Bến Lội rộng 9 m. [2]|Vàm:|Cầu Vàm dài 310 m. [3]",
        ),
        (
            OVERVIEW.answer,
            "3 bài báo nói về chuyện này, từ 28/4/2026 đến 3/5/2026.|"
            "2026-05-03 · Cầu Bến Lội thông xe · Báo Ven Đồi:|Cầu thông xe sáng 3/5. [1]|Cầu dài 77 m. [2]|"
            "2026-04-28 · Giá vật liệu <b>tăng</b> · Báo Sông Hậu:|Giá <i>thép</i> tăng 4 %. [3]|"
            "? · “Dân mừng cầu mới.”:|Dân mừng cầu mới. [4]",
        ),
        # A line that names its article itself needs nothing before it.
        (
            ARCHIVE.answer,
            "Bài báo: 3. Mới nhất:|Cầu Bến Lội thông xe (Báo Ven Đồi, 3/5/2026): Cầu thông xe sáng 3/5. [1]",
        ),
        (
            RELATED.answer,
            "Các bài có nói về chủ đề này nhưng không nêu điều được hỏi. Gần nhất là:|"
            "Cầu Bến Lội thông xe sáng 3/5. [1] |Cầu tốn 12 tỷ đồng. [2]",
        ),
    ],
)
def test_an_answer_is_written_out(answer: AnswerOut, text: str) -> None:
    assert written_out(answer, "?", gap="|")[0] == text.replace(" |", "|")


@pytest.mark.parametrize("shape", ALL)
def test_citations_stand_where_their_sentences_do(shape: str) -> None:
    text, citations = written_out(ALL[shape].answer, "?", "\n\n")

    assert [text[one.start : one.end] for one in citations] == [one.text for one in ALL[shape].answer.citations]


def test_words_that_would_be_markup_are_not_bold() -> None:
    assert bold(FACT.answer) == "**77 m**"
    assert bold(LIST.answer) == ""
    assert bold(shaped("fact", Said("cau", "Cầu *dài* 77 m."), short="*dài* 77 m").answer) == ""


@pytest.mark.parametrize(("abstained", "outcome"), [(False, "answered"), (True, "none")])
def test_an_answer_stored_before_there_were_outcomes_is_read(abstained: bool, outcome: str) -> None:
    stored = {"text": "Ba.", "abstained": abstained, "confidence": 0.5, "language": "vi", "citations": []}
    answer = AnswerOut.model_validate(stored)

    assert (answer.outcome, answer.kind, answer.abstained) == (outcome, "fact", abstained)
    assert (answer.short, answer.lead, answer.items) == (None, None, [])
