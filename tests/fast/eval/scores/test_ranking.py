from math import log2

import pytest

from eval.scores import RANKING_MEASURES, score_case
from eval.scores.ranking import ranking_scores
from tests.support.eval_results import result

FIRST_TWELVE = [(f"x{place:02}", 1 - place / 100) for place in range(12)]


def ranked(*articles: str, gold: tuple[str, ...]) -> dict[str, float]:
    ranking = [(article, 1 - place / 100) for place, article in enumerate(articles)]
    return ranking_scores(result(ranking=ranking, articles=gold))


def test_one_gold_article_at_the_third_place() -> None:
    scores = ranked("a", "b", "gold", "c", gold=("gold",))

    assert list(scores) == ["R@1", "R@10", "RR@10", "nDCG@10"] == list(RANKING_MEASURES)
    assert (scores["R@1"], scores["R@10"]) == (0, 1)
    assert scores["RR@10"] == pytest.approx(1 / 3)
    # DCG = 1 / log2(3 + 1) = 0.5; the ideal puts it first: 1 / log2(2) = 1.
    assert scores["nDCG@10"] == pytest.approx(0.5)


def test_two_gold_articles_at_the_first_and_fourth_place() -> None:
    scores = ranked("g1", "a", "b", "g2", gold=("g1", "g2"))

    # One of the two is among the first one.
    assert (scores["R@1"], scores["R@10"], scores["RR@10"]) == (0.5, 1, 1)
    # DCG = 1 / log2(2) + 1 / log2(5) = 1.43068; ideal = 1 / log2(2) + 1 / log2(3) = 1.63093; 0.87721.
    assert scores["nDCG@10"] == pytest.approx((1 + 1 / log2(5)) / (1 + 1 / log2(3)))
    assert scores["nDCG@10"] == pytest.approx(0.87721, abs=1e-5)


def test_what_stands_behind_the_cutoff_does_not_count() -> None:
    ranking = [*FIRST_TWELVE[:10], ("gold", 0.1)]
    assert set(ranking_scores(result(ranking=ranking, articles=["gold"])).values()) == {0}


def test_a_ranking_that_is_empty_or_misses_scores_0_and_is_not_dropped() -> None:
    assert ranked(gold=("gold",)) == dict.fromkeys(RANKING_MEASURES, 0)
    assert ranked("a", gold=("gold",)) == dict.fromkeys(RANKING_MEASURES, 0)


def test_a_case_without_gold_articles_has_no_score() -> None:
    assert ranked("a", gold=()) == {}
    assert not set(score_case(result(ranking=[("a", 1.0)]))) & set(RANKING_MEASURES)


def test_ties_go_by_id_whatever_the_order_and_the_measure() -> None:
    # By (-score, id): a, b, then c. Each measure has a provider with its own way to break ties.
    for ranking in ([("c", 0.2), ("b", 0.9), ("a", 0.9)], [("a", 0.9), ("c", 0.2), ("b", 0.9)]):
        scores = ranking_scores(result(ranking=ranking, articles=["b"]), ("R@1", "RR@10", "nDCG@10", "P@2"))
        assert scores == pytest.approx({"R@1": 0, "RR@10": 1 / 2, "nDCG@10": 1 / log2(3), "P@2": 1 / 2})


def test_scores_that_differ_in_their_last_digits_are_no_tie() -> None:
    # trec_eval holds scores in 32 bits, in which these two are the same number.
    assert ranking_scores(result(ranking=[("a", 0.3), ("b", 0.3 + 1e-12)], articles=["b"]))["R@1"] == 1


def test_any_measure_of_ir_measures_by_its_canonical_name() -> None:
    case = result(ranking=[("a", 0.9), ("g1", 0.8), ("b", 0.7), ("g2", 0.6)], articles=["g1", "g2"])
    # Average precision: (1/2 + 2/4) / 2.
    assert ranking_scores(case, ("MRR@10", "AP", "Success@1", "P@4")) == {
        "RR@10": 0.5,
        "AP": 0.5,
        "Success@1": 0,
        "P@4": 0.5,
    }


@pytest.mark.parametrize(
    "name",
    [
        "",
        "R",
        "R@0",
        "nDCG@@10",
        "recall at 10",
        "Nothing@3",
        "R@10.5",
        "R@'x'",
        "ERR@5",
        "Accuracy",
        "a.b@3",
        "R(1)@3",
    ],
)
def test_a_name_that_cannot_be_measured(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be measured here; name a measure like nDCG@10"):
        ranking_scores(result(ranking=[("a", 1.0)], articles=["a"]), (name,))
