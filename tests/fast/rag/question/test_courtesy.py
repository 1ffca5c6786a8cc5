import pytest

from rag.question.courtesy import without_courtesy


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("Xin chào, học bổng Pháp có bao nhiêu suất?", "học bổng Pháp có bao nhiêu suất?"),
        ("Mình muốn hỏi giá vé tàu", "giá vé tàu"),
        ("Chào bạn!", ""),
        ("Please tell me about coffee", "tell me about coffee"),
        ("Giá vé tàu", "Giá vé tàu"),
    ],
)
def test_courtesy_is_no_part_of_the_question(typed: str, question: str) -> None:
    assert without_courtesy(typed) == question
