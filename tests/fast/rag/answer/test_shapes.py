"""The lead, the lines and the words that answer, as they stand in an answer's text."""

from datetime import date

import pytest

from rag.answer.citations import CitedText
from rag.records.answers import AnswerSpan, Generated, Item, Line, Short, Statement
from tests.fast.rag.answer.test_citations import ARTICLES, BRIDGE_HIT, RIVER_HIT, quote, said


def page(*statements: Statement, lead: str = "") -> CitedText:
    made = CitedText(ARTICLES.get, [])
    if lead:
        made.begin(lead)
    for statement in statements:
        made.add(statement)
    return made


OPENED = said("Cầu mở sáng 3/5.", quote(BRIDGE_HIT, "Cầu mở sáng 3/5."))
WIDE = said("Cầu mới rộng 12 m.", quote(RIVER_HIT, "Cầu mới rộng 12 m."))


@pytest.mark.parametrize(
    ("shown", "short"),
    [
        ((WIDE, OPENED), Short("12 m", citation=0, source=0, start=13, end=17)),
        ((OPENED, WIDE), None),  # something was put before it, which may correct it
        ((OPENED,), None),
    ],
)
def test_the_words_that_answer_are_those_of_the_first_citation(
    shown: tuple[Statement, ...], short: Short | None
) -> None:
    # "Sông dài 58 km. Cầu mới rộng 12 m.": the second sentence starts at 16, and "12 m" at 16 + 13.
    answer = page(*shown).answer(Generated((), 0.9, "answered", span=AnswerSpan("song", 29, 33)), "vi")

    assert answer is not None
    assert answer.short == short


def test_lines_follow_the_lead_and_hold_what_is_added_to_them() -> None:
    first = Line(day=date(2026, 5, 3), article_id="cau")
    written = page(
        Statement("Cầu mở sáng 3/5.", (quote(BRIDGE_HIT, "Cầu mở sáng 3/5."),), first),
        said("Xe chạy hai chiều.", quote(BRIDGE_HIT, "Xe chạy hai chiều.")),
        Statement("Sông dài 58 km.", (quote(RIVER_HIT, "Sông dài 58 km."),), Line(side="Sông")),
        lead="Có 2 bài.",
    )
    answer = written.answer(Generated((), 0.9, "answered", "overview"), "vi")

    assert answer is not None
    assert answer.lead == "Có 2 bài."
    assert answer.text == "Có 2 bài.\nCầu mở sáng 3/5. [1] Xe chạy hai chiều. [1]\nSông dài 58 km. [2]"
    # The lead and its line break are 10; the first line is 16 + 4 + 1 + 18 + 4 long; after it a line break.
    assert answer.items == (
        Item(10, 53, (0, 1), day=date(2026, 5, 3), article_id="cau"),
        Item(54, 73, (2,), side="Sông"),
    )


def test_what_is_said_twice_stands_once() -> None:
    statement = said("Cầu mở sáng 3/5.", quote(BRIDGE_HIT, "Cầu mở sáng 3/5."))

    assert page(statement, statement).text == "Cầu mở sáng 3/5. [1]"
