"""Sentences of a language model on the lines of a list, timeline or comparison."""

from dataclasses import replace
from datetime import date

from rag.answer.written.shapes import lined
from rag.records.answers import Quote, Statement
from rag.records.search import AnswerKind, Query, Revision
from tests.support.broad import passage


def query(kind: AnswerKind, question: str = "Cầu và phà") -> Query:
    return Query(question, question, "vi", kind=kind)


def said(text: str, article: str = "a", day: str | None = "2026-05-02") -> Statement:
    told = passage(text, article, day=day)
    return Statement(text, (Quote(told.hit, 0, len(text), 1.0, "full"),))


def lines(query: Query, *statements: Statement) -> list[tuple[str, date | None, str | None]]:
    shaped = lined(query, statements)
    return [(one.text, one.line.day, one.line.side) if one.line else (one.text, None, None) for one in shaped]


def test_a_list_has_a_line_a_sentence_with_its_articles_day() -> None:
    listed = lined(query("list"), [said("Cầu dài."), said("Phà nhỏ.", "b", day=None)])
    assert [(one.line and one.line.day, one.line and one.line.article_id) for one in listed] == [
        (date(2026, 5, 2), "a"),
        (None, "b"),
    ]


def test_a_timeline_is_put_in_the_order_of_its_days_and_undated_events_stand_last() -> None:
    told = [said("Cầu thông xe ngày 2/5/2026."), said("Phí cầu là mười nghìn."), said("Ngày 12/4/2024, cầu khởi công.")]
    assert lines(query("timeline"), *told) == [
        ("Ngày 12/4/2024, cầu khởi công.", date(2024, 4, 12), None),
        ("Cầu thông xe ngày 2/5/2026.", date(2026, 5, 2), None),
        ("Phí cầu là mười nghìn.", None, None),
    ]


def test_a_day_whose_year_nobody_tells_dates_its_event_and_no_later_day_does() -> None:
    told = said("Cầu khởi công ngày 12/4 và thông xe ngày 2/5/2026.", day=None)
    assert lines(query("timeline"), told) == [(told.text, None, None)]


def test_a_comparison_stands_side_by_side_in_the_order_of_the_question() -> None:
    told = [
        said("Nhật Bản tặng máy."),
        said("Hàn Quốc tặng sách."),
        said("Hai nước cùng dự."),
        said("Nhật Bản dạy nghề."),
    ]
    compared = lines(query("comparison", "So sánh viện trợ của Hàn Quốc và Nhật Bản"), *told)
    assert [(text, side) for text, _, side in compared] == [
        ("Hàn Quốc tặng sách.", "Hàn Quốc"),
        ("Nhật Bản tặng máy.", "Nhật Bản"),
        ("Nhật Bản dạy nghề.", "Nhật Bản"),
        ("Hai nước cùng dự.", None),
    ]


def test_overviews_and_answers_said_otherwise_are_prose() -> None:
    told = [said("Cầu thông xe ngày 2/5/2026.")]
    assert lined(query("overview"), told) == told
    otherwise = replace(query("timeline"), revision=Revision("Tóm tắt lại", "Cầu thông xe."))
    assert lined(otherwise, told) == told
