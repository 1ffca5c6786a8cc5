"""Requests to have the last answer otherwise."""

from rag.question.revision import revised
from rag.records.search import Query, Revision, Turn

REQUEST = Query("Dịch sang tiếng Anh", "Dịch sang tiếng Anh", "vi", kind="revision")
LENGTH = Turn("cau dai bao nhieu", "Cầu dài bao nhiêu mét?", "vi", "Cầu dài 77 m. [1]", abstained=False, cited=("Cầu",))
NOT_SAID = Turn("Phí cầu?", "Phí cầu?", "vi", "Các bài báo không cho biết.", abstained=True)
THANKS = Turn("Cảm ơn bạn", "Cảm ơn bạn", "vi", "Rất vui được giúp bạn.", abstained=False)


def test_the_question_behind_the_last_answer_is_asked_again() -> None:
    again = revised(REQUEST, [LENGTH, NOT_SAID, THANKS])
    assert again is not None
    assert (again.text, again.understood, again.kind) == ("Dịch sang tiếng Anh", "Cầu dài bao nhiêu mét?", "fact")
    assert again.revision == Revision("Dịch sang tiếng Anh", "Cầu dài 77 m. [1]")


def test_where_nothing_was_answered_there_is_nothing_to_say_again() -> None:
    assert revised(REQUEST, [NOT_SAID, THANKS]) is None
    assert revised(REQUEST, []) is None
