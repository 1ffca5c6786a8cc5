from dataclasses import replace
from typing import Literal

import pytest

from eval.records import GoldQuote, Nugget, Result
from eval.scores.nuggets import LOOKED_AT, nugget_scores
from rag.records.answers import Answer, Item
from tests.support.eval_results import abstained, answer, result

LENGTH = "Cầu Rạch Miễu dài 17,6 km."
OPENED = "Ông Nam mở cầu sáng 3/5."
SHIP = "Tàu Bình Minh chở 120 khách."


def nugget(importance: Literal["vital", "okay"], *sentences: str) -> Nugget:
    return Nugget("một điều", importance, tuple(GoldQuote("cau", text) for text in sentences))


def graded(said: Answer | None, *nuggets: Nugget, **grades: int) -> Result:
    case = result(articles=list(grades), said=said)
    return replace(case, gold=replace(case.gold, grades=grades, nuggets=nuggets))


def test_shares_of_nuggets_and_of_cited_articles() -> None:
    said = answer(("Cầu dài.", [("cau", LENGTH)]), ("Tàu chở khách.", [("tau", SHIP)]))
    case = graded(said, nugget("vital", LENGTH), nugget("vital", OPENED), nugget("okay", "Không ai nói thế."), cau=2)
    # Of two vital ones the first is cited, and of all three it alone; of the two articles cited one has a grade.
    assert nugget_scores(case) == {
        "nuggets_vital": 0.5, "nuggets": pytest.approx(1 / 3), "relevant_cited": 0.5, "articles_cited": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        # LENGTH has the words cầu, rạch, miễu, dài, 17, 6, km.
        ("Cầu Rạch Miễu dài 17,6 km thật.", 1),  # 7 of 8
        ("cầu rạch miễu dài 17 thật vui quá", 0),  # 5 of 8
        ("cầu rạch miễu dài 17 6 km thật vui quá", 1),  # 7 of 10, which is just enough
        ("Cầu Rach Mieu dai 17,6 km", 0),  # accents are letters: 4 of 7
    ],
)
def test_a_sentence_is_cited_where_most_of_its_words_are(sentence: str, found: int) -> None:
    case = graded(answer(("Cầu dài.", [("cau", LENGTH)])), nugget("vital", sentence), cau=2)
    assert nugget_scores(case)["nuggets_vital"] == found


def test_any_sentence_of_a_nugget_will_do() -> None:
    case = graded(answer(("Cầu mở.", [("cau", OPENED)])), nugget("vital", LENGTH, OPENED), cau=2)
    assert nugget_scores(case)["nuggets_vital"] == 1


def test_only_the_first_citations_count() -> None:
    first = [(f"Câu số {number}.", [("tau", SHIP)]) for number in range(LOOKED_AT)]
    case = graded(answer(*first, ("Cầu dài.", [("cau", LENGTH)])), nugget("vital", LENGTH), cau=2)
    assert nugget_scores(case) == {"nuggets_vital": 0, "nuggets": 0, "relevant_cited": 0, "articles_cited": 1}


def test_an_answer_that_cites_nothing_finds_nothing() -> None:
    assert nugget_scores(graded(abstained(), nugget("okay", LENGTH), cau=2)) == {"nuggets": 0}


def test_lines_of_the_catalogue_name_articles() -> None:
    items = tuple(Item(0, 3, (), article_id=name) for name in ("cau", "tau"))
    said = Answer("Hai bài", "answered", 1.0, "vi", kind="archive", items=items)
    assert nugget_scores(graded(said, cau=2)) == {"relevant_cited": 0.5, "articles_cited": 2}


def test_other_cases_have_no_nuggets() -> None:
    assert nugget_scores(result(articles=["cau"], said=abstained())) == {}
    assert nugget_scores(graded(None, nugget("vital", LENGTH), cau=2)) == {}
