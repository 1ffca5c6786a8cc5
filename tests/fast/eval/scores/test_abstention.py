from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support, roc_auc_score

from eval.records import Patterns, Result
from eval.scores import Bin, Curves, RiskPoint, curves
from eval.scores.abstention import abstention_statistics
from eval.scores.bootstrap import intervals
from tests.support.eval_results import abstained, quoting, result

LENGTH = "Cầu Rạch Miễu dài 17,6 km."


def case(confidence: float, outcome: str) -> Result:
    """`right` or `wrong`: answered; `refused`: declined though answerable; `made up` and `declined`: unanswerable."""
    given = outcome in ("right", "wrong", "made up")
    answerable = outcome in ("right", "wrong", "refused")
    return result(
        answerable=answerable,
        said=quoting("cau", LENGTH, confidence) if given else abstained(confidence),
        scores={"contained": float(outcome == "right")} if answerable else {},
    )


def values(*cases: Result) -> dict[str, float]:
    statistics = abstention_statistics(cases)
    found = intervals(statistics, ["g"] * len(cases), 0)
    return {name: found[name].mean for name in found}


EIGHT = (
    case(0.95, "right"),
    case(0.85, "right"),
    case(0.8, "wrong"),
    case(0.75, "right"),
    case(0.6, "made up"),
    case(0.3, "refused"),
    case(0.2, "declined"),
    case(0.1, "declined"),
)


def test_declining() -> None:
    found = values(*EIGHT)

    # Declined 3, of which 2 rightly; unanswerable 3, of which 2 declined; F1 = 2 * 2 / (3 + 3).
    assert found["abstain_precision"] == pytest.approx(2 / 3)
    assert found["abstain_recall"] == pytest.approx(2 / 3)
    assert found["abstain_F1"] == pytest.approx(2 / 3)
    assert found["answered_answerable"] == pytest.approx(4 / 5)


def test_confidence() -> None:
    found = values(*EIGHT)

    # Of the 5 * 3 pairs of answerable and not, only 0.3 against 0.6 is the wrong way round.
    assert found["AUC"] == pytest.approx(14 / 15)
    # Risk at each answer's own confidence: 0, 0, 1/3, 1/4, 2/5.
    assert found["AURC"] == pytest.approx((0 + 0 + 1 / 3 + 1 / 4 + 2 / 5) / 5)
    # Bins: 0.95 right, off by 0.05; 0.85 and 0.8, half right, by |0.825 - 0.5| = 0.325; 0.75 right, by 0.25; 0.6 wrong,
    # by 0.6: (1 * 0.05 + 2 * 0.325 + 1 * 0.25 + 1 * 0.6) / 5.
    assert found["ECE"] == pytest.approx((0.05 + 0.65 + 0.25 + 0.6) / 5)
    # 0.8 is wrong and 0.75 right; 0.85 lies outside.
    assert found["right_at_0.75-0.85"] == pytest.approx(1 / 2)
    assert found["right_at_0.9-1"] == 1


def test_patterns_tell_of_answers_and_of_declining_and_not_of_overviews() -> None:
    expected: tuple[tuple[Literal["answer", "overview", "decline", "chat"], float, float], ...] = (
        ("answer", 1.0, 1),
        ("answer", 0.95, 0),
        ("decline", 0.9, 1),  # what the question takes for granted is corrected
        ("overview", 0.95, 0),
        ("chat", 1.0, 0),
    )
    cases = []
    for expect, confidence, right in expected:
        one = result(said=quoting("cau", LENGTH, confidence), answerable=expect != "decline", scores={"right": right})
        cases.append(replace(one, gold=replace(one.gold, patterns=Patterns(expect))))
    found = intervals(abstention_statistics(cases), ["a", "b", "c", "d", "e"], 0)

    assert found["right_at_0.9-1"].mean == pytest.approx(2 / 3)
    assert found["right_at_0.9-1"].n == 3
    # One bin: confidences of 1, 0.95 and 0.9, of which two are right.
    assert found["ECE"].mean == pytest.approx((1 + 0.95 + 0.9 - 2) / 3)


def test_the_curves() -> None:
    drawn = curves(EIGHT)

    # Eight were asked, five answered.
    assert [point.threshold for point in drawn.risk_coverage] == [0.95, 0.85, 0.8, 0.75, 0.6]
    assert [point.coverage for point in drawn.risk_coverage] == [1 / 8, 2 / 8, 3 / 8, 4 / 8, 5 / 8]
    assert [point.risk for point in drawn.risk_coverage] == pytest.approx([0, 0, 1 / 3, 1 / 4, 2 / 5])
    assert [(b.low, b.high, b.n) for b in drawn.reliability] == [
        (0.6, 0.7, 1),
        (0.7, 0.8, 1),
        (0.8, 0.9, 2),
        (0.9, 1, 1),
    ]
    assert [b.confidence for b in drawn.reliability] == pytest.approx([0.6, 0.75, 0.825, 0.95])
    assert [b.right for b in drawn.reliability] == [0, 1, 0.5, 1]


def test_answers_of_one_confidence_are_let_through_together() -> None:
    for order in ((0, 1, 2), (2, 1, 0)):
        cases = [(case(0.9, "right"), case(0.5, "wrong"), case(0.5, "right"))[place] for place in order]
        first, second = curves(cases).risk_coverage
        assert first == RiskPoint(0.9, 1 / 3, 0)
        assert (second.threshold, second.coverage) == (0.5, 1)
        assert second.risk == pytest.approx(1 / 3)
        # (0 + 1/3 + 1/3) / 3
        assert values(*cases)["AURC"] == pytest.approx(2 / 9)


def test_ties_of_confidence_count_half() -> None:
    # Pairs: 0.5 against 0.5 counts 1/2, against 0.4 1; 0.4 against 0.5 counts 0, against 0.4 1/2.
    cases = [case(0.5, "right"), case(0.4, "wrong"), case(0.5, "made up"), case(0.4, "declined")]
    assert values(*cases)["AUC"] == pytest.approx(2 / 4)


def test_confidences_at_the_edges_of_the_scale() -> None:
    drawn = curves([case(1.0, "right"), case(0.0, "wrong")])
    assert drawn.reliability == (Bin(0, 0.1, 1, 0, 0), Bin(0.9, 1, 1, 1, 1))


def random_cases(count: int) -> list[Result]:
    generator = np.random.default_rng(8)
    outcomes = generator.choice(["right", "wrong", "refused", "made up", "declined"], count)
    return [
        case(round(float(sure), 1), outcome) for sure, outcome in zip(generator.random(count), outcomes, strict=True)
    ]


def test_against_scikit_learn_with_every_case_once_and_with_weights() -> None:
    cases = random_cases(300)
    answerable = [case.answerable for case in cases]
    sure = [case.answer.confidence for case in cases if case.answer]
    declined = [case.answer.abstained for case in cases if case.answer]
    statistics = abstention_statistics(cases)
    weights = np.random.default_rng(9).integers(0, 4, size=(3, 300)).astype(float)
    weights[0] = 1

    for row, auc in zip(weights, statistics["AUC"].value(weights), strict=True):
        assert auc == pytest.approx(roc_auc_score(answerable, sure, sample_weight=row))
    for row, *ours in zip(
        weights,
        *(statistics[f"abstain_{name}"].value(weights) for name in ("precision", "recall", "F1")),
        strict=True,
    ):
        theirs = precision_recall_fscore_support(
            ~np.array(answerable), declined, average="binary", sample_weight=row, zero_division=np.nan
        )
        assert ours == pytest.approx(theirs[:3])


def test_weights_are_repetitions() -> None:
    cases = random_cases(60)
    times = np.random.default_rng(10).integers(0, 4, 60)
    repeated = [case for case, count in zip(cases, times, strict=True) for _ in range(count)]
    statistics, plain = abstention_statistics(cases), values(*repeated)

    assert len(statistics) == 9
    for name, statistic in statistics.items():
        assert statistic.value(times[None].astype(float))[0] == pytest.approx(plain[name]), name


def test_a_suite_without_unanswerable_questions() -> None:
    found = values(case(0.9, "right"), case(0.2, "refused"))
    assert set(found) == {"answered_answerable", "AURC", "ECE", "right_at_0.9-1"}


def test_a_suite_in_which_nothing_is_declined_or_nothing_answered() -> None:
    nothing_declined = values(case(0.9, "right"), case(0.8, "made up"))
    assert "abstain_precision" not in nothing_declined
    assert (nothing_declined["abstain_recall"], nothing_declined["abstain_F1"]) == (0, 0)

    nothing_answered = [case(0.2, "refused"), case(0.1, "declined")]
    assert set(values(*nothing_answered)) == {
        "abstain_precision",
        "abstain_recall",
        "abstain_F1",
        "answered_answerable",
        "AUC",
    }
    assert curves(nothing_answered) == Curves((), ())


def test_retrieval_alone_has_none_of_this() -> None:
    assert values(result(articles=["cau"])) == {}
    assert curves([result(articles=["cau"])]).risk_coverage == ()


def test_an_answer_of_which_nobody_knows_whether_it_is_right_is_no_risk() -> None:
    unknown = result(said=quoting("cau", LENGTH, 0.9), quotes=[("cau", LENGTH)])
    assert [point.coverage for point in curves([unknown, case(0.8, "right")]).risk_coverage] == [1 / 2]


def test_calibration_has_no_interval() -> None:
    found = intervals(abstention_statistics(EIGHT), list("abcdefgh"), 0)
    assert (found["ECE"].low, found["ECE"].n) == (None, 5)
    assert found["AURC"].low is not None
