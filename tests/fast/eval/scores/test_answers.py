import unicodedata
from dataclasses import replace

import pytest

from eval.records import Patterns
from eval.scores.answers import answer_scores, contained, exact_match, f1
from rag.records.answers import Short
from tests.support.eval_results import BRIDGE, abstained, answer, quoting, result

LENGTH = "Cầu Rạch Miễu dài 17,6 km."


@pytest.mark.parametrize(
    ("gold", "text", "same"),
    [
        ("17,6 km", "17,6 KM.", 1),  # case and punctuation
        ("Hoà Bình", "hòa bình", 1),  # tone placement
        (unicodedata.normalize("NFD", "Đà Nẵng"), "đà nẵng", 1),  # Unicode form
        ("An", "ân", 0),  # accents are letters
        ("an", "", 0),  # no English article is removed
        ("TP.HCM", "tp hcm", 1),  # punctuation separates
        ("17,6", "17 6", 0),  # but not within a number
        ("ba người", "người ba", 0),
        ("...", "", 0),  # nothing is no match for nothing
    ],
)
def test_exact_match(gold: str, text: str, same: int) -> None:
    assert exact_match(gold, text) == same


@pytest.mark.parametrize(
    ("gold", "text", "score"),
    [
        # Gold 2 tokens, said 6 (cầu rạch miễu dài 17,6 km), common 2: P 2/6, R 2/2, F1 = 2 * 2 / 8.
        ("17,6 km", LENGTH, 0.5),
        # Each token counts as often as it occurs: common {đi: 1, rồi: 1}, 2 * 2 / (3 + 2).
        ("đi đi rồi", "rồi đi", 0.8),
        ("17,6 km", "Không rõ.", 0),
        ("17,6 km", "", 0),
        ("Hoà", "HÒA!", 1),
    ],
)
def test_f1(gold: str, text: str, score: float) -> None:
    assert f1(gold, text) == pytest.approx(score)


@pytest.mark.parametrize(
    ("gold", "text", "found"),
    [
        ("5", "Có 15 người.", 0),
        ("5", "Tăng 1,5 lần.", 0),
        ("5", "Có 15 rồi còn 5 người.", 1),
        ("15", "Ngày 15/10.", 1),
        ("ba", "Bà ba đi chợ.", 1),
        ("BA", "Bà ba đi chợ.", 1),
        ("ba", "bao ba-lô", 1),  # a hyphen is a boundary
        ("ba", "bao la", 0),
        ("ba ", "bao la, số ba", 1),
        ("Nam mở", "Ông Nam  mở cầu", 0),  # letter for letter: two spaces
        (unicodedata.normalize("NFD", "mở cầu"), "Ông Nam mở cầu", 1),
        ("“Mở”", "Lệnh “mở” đã có.", 1),
        ("İ", "Số İ đây", 1),  # longer in lower case
        ("", "Có", 0),
        ("có", "", 0),
    ],
)
def test_contained(gold: str, text: str, found: int) -> None:
    assert contained([gold], text) == found


def test_any_gold_answer_will_do() -> None:
    assert contained(["18 km", "17,6 km"], LENGTH) == 1


def test_contained_is_quick_where_every_place_is_within_a_token() -> None:
    assert contained(["a" * 20], "a" * 200_000) == 0


def test_an_answer_is_scored_by_its_best_gold_and_without_its_markers() -> None:
    scores = answer_scores(result(answers=["dài lắm", "cầu Rạch Miễu dài 17,6 km"], said=quoting("cau", LENGTH)))
    assert scores == {
        "EM": 1, "F1": 1, "contained": 1, "short_EM": 0, "short_F1": 0, "answered": 1, "outcome_right": 1,
    }  # fmt: skip


def test_the_words_that_answer_are_scored_by_themselves() -> None:
    said = replace(quoting("cau", LENGTH), short=Short("dài 17,6 km", 0, 0, 14, 25))
    scores = answer_scores(result(answers=["17,6 km", "dài quá"], said=said))
    # Gold 17,6 km is 2 tokens, said 3, common 2: F1 = 2 * 2 / 5. The other: gold 2, common 1: 2 * 1 / 5.
    assert [scores["short_EM"], scores["short_F1"]] == pytest.approx([0, 0.8])
    assert answer_scores(result(answers=["Dài 17,6 km."], said=said))["short_EM"] == 1


def test_what_is_only_near_has_no_words_that_answer() -> None:
    near = replace(quoting("cau", LENGTH), outcome="related", short=Short("17,6 km", 0, 0, 18, 25))
    assert answer_scores(result(answers=["17,6 km"], said=near))["short_F1"] == 0


def test_where_articles_correct_the_question_answering_and_declining_are_both_right() -> None:
    case = result(said=abstained(), answerable=False)
    corrected, unknown = (replace(case.gold, patterns=Patterns("decline", has)) for has in (("150 triệu",), ()))
    assert answer_scores(replace(case, gold=corrected)) == {"answered": 0}
    assert answer_scores(replace(case, gold=unknown)) == {"answered": 0, "outcome_right": 1}


def test_a_gold_number_is_not_found_in_a_marker() -> None:
    scores = answer_scores(result(answers=["1"], said=quoting("cau", LENGTH)))
    assert (scores["contained"], scores["F1"]) == (0, 0)


def test_abstaining_is_wrong_where_there_is_an_answer() -> None:
    case = result(answers=["không cho biết"], quotes=[("cau", LENGTH)], said=abstained())
    assert answer_scores(case) == {
        "EM": 0, "F1": 0, "contained": 0, "short_EM": 0, "short_F1": 0, "quote_recall": 0, "answered": 0,
        "outcome_right": 0,
    }  # fmt: skip


def test_abstaining_is_right_where_there_is_none() -> None:
    declined = answer_scores(result(answerable=False, said=abstained()))
    assert declined == {"EM": 1, "F1": 1, "answered": 0, "outcome_right": 1}
    made_up = answer_scores(result(answerable=False, said=quoting("cau", LENGTH)))
    assert made_up == {"EM": 0, "F1": 0, "answered": 1, "outcome_right": 0}


def test_a_case_is_scored_only_in_what_it_is_eligible_for() -> None:
    assert answer_scores(result(answers=["17,6 km"])) == {}
    assert answer_scores(result(said=quoting("cau", LENGTH))) == {"answered": 1, "outcome_right": 1}


def test_quote_recall_is_the_share_of_gold_quotes_that_are_cited() -> None:
    said = answer(
        ("Cầu dài.", [("cau", "dài 17,6 km")]),
        ("Tàu chở khách.", [("tau", "chở 120 khách")]),
    )
    # dài, 17,6, km are 3 of the first quote's 6 tokens: half is enough. Of the second (vé xe con là 15 nghìn
    # đồng) none is cited. The third is cited, but in another article.
    quotes = [("cau", LENGTH), ("cau", "Vé xe con là 15 nghìn đồng."), ("cau", "chở 120 khách")]
    assert answer_scores(result(quotes=quotes, said=said))["quote_recall"] == pytest.approx(1 / 3)


def test_less_than_half_of_a_quote_is_not_the_quote() -> None:
    # 17,6 and km are 2 of 6 tokens; BRIDGE as a whole holds them all.
    assert answer_scores(result(quotes=[("cau", LENGTH)], said=quoting("cau", "17,6 km")))["quote_recall"] == 0
    assert answer_scores(result(quotes=[("cau", LENGTH)], said=quoting("cau", BRIDGE)))["quote_recall"] == 1
    assert answer_scores(result(quotes=[("cau", "…")], said=quoting("cau", BRIDGE)))["quote_recall"] == 0
