import unicodedata
from dataclasses import replace
from typing import Literal

import pytest

from eval.records import Patterns, Result
from eval.scores.patterns import pattern_scores
from rag.records.answers import Answer
from tests.support.eval_results import abstained, answer, result

Expect = Literal["answer", "overview", "decline", "chat"]
LENGTH = "Cầu Rạch Miễu dài 17,6 km."
FIRST = answer(("Cầu dài lắm.", [("cau", LENGTH)]))
SHIPS = [(f"Tàu số {number}.", [("tau", "Tàu Bình Minh chở 120 khách.")]) for number in range(3)]
FOUR = answer(*SHIPS, (LENGTH, [("cau", LENGTH)]))


def judged(said: Answer | None, expect: Expect, has: tuple[str, ...] = (), lacks: tuple[str, ...] = ()) -> Result:
    case = result(said=said)
    return replace(case, gold=replace(case.gold, patterns=Patterns(expect, has, lacks)))


@pytest.mark.parametrize(
    ("has", "lacks", "right"),
    [
        (("17,6 KM",), (), 1),  # in what is cited; case aside
        (("17,6", "lắm"), (), 1),  # and in what is said
        (("17,6", "100"), (), 0),  # all have to be there
        (("17,6",), ("LẮM",), 0),
        (("17,6",), ("Miễu",), 1),  # what is cited may say it
        ((unicodedata.normalize("NFC", "dài lắm\\."),), (), 1),  # the marker behind it is no part of the text
        ((), (), 1),
    ],
)
def test_an_answer(has: tuple[str, ...], lacks: tuple[str, ...], right: int) -> None:
    assert pattern_scores(judged(FIRST, "answer", has, lacks)) == {"right": right}


def test_marks_of_markdown_and_odd_spaces_are_no_text() -> None:
    said = replace(FIRST, text="**Cầu**\u00a0 dài\u200b lắm", citations=())
    assert pattern_scores(judged(said, "answer", ("^Cầu dài lắm$",))) == {"right": 1}


def test_of_an_answer_the_first_three_citations_count_and_of_an_overview_eight() -> None:
    assert pattern_scores(judged(FOUR, "answer", ("17,6",))) == {"right": 0}
    assert pattern_scores(judged(FOUR, "answer", (), ("17,6",))) == {"right": 1}
    assert pattern_scores(judged(FOUR, "overview", ("17,6",))) == {"right": 1, "facts": 1}


@pytest.mark.parametrize(
    ("has", "lacks", "right", "facts"),
    [
        (("cầu", "17", "6", "x", "y"), (), 1, 0.6),  # three of five are enough
        (("cầu", "x", "y"), (), 0, 1 / 3),
        (("cầu",), ("lắm",), 0, 1),
    ],
)
def test_an_overview(has: tuple[str, ...], lacks: tuple[str, ...], right: int, facts: float) -> None:
    scores = pattern_scores(judged(FIRST, "overview", has, lacks))
    assert scores == {"right": right, "facts": pytest.approx(facts)}


def test_who_says_nothing_is_right_only_where_that_is_expected() -> None:
    assert pattern_scores(judged(abstained(), "answer")) == {"right": 0}
    assert pattern_scores(judged(abstained(), "overview", ("kho",))) == {"right": 0, "facts": 0}
    assert pattern_scores(judged(abstained(), "decline", ("x",))) == {"right": 1}
    assert pattern_scores(judged(abstained(), "chat", ("kho",))) == {"right": 1}


@pytest.mark.parametrize(
    ("text", "has", "right"),
    [
        ("Các bài báo không nêu giá bán.", (), 1),
        ("The articles do not say when.", (), 1),
        ("Статьи об этом не сообщают.", (), 1),
        ("Giá là 290.000 đồng.", (), 0),
        ("Giá là 290.000 đồng.", ("290",), 1),  # the false premise is corrected
        ("Giá là 290.000 đồng.", ("290", "100"), 0),
    ],
)
def test_declining_in_words(text: str, has: tuple[str, ...], right: int) -> None:
    said = Answer(text, "answered", 0.9, "vi")
    assert pattern_scores(judged(said, "decline", has)) == {"right": right}


def test_other_cases_have_no_patterns() -> None:
    assert pattern_scores(result(said=FIRST)) == {}
    assert pattern_scores(judged(None, "answer")) == {}
