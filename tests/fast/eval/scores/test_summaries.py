from time import perf_counter

import pytest

from eval.records import Result
from eval.scores import Interval, breakdown, score_case, summary
from tests.support.eval_results import abstained, quoting, result

LENGTH = "Cầu Rạch Miễu dài 17,6 km."


def scored(case: Result) -> Result:
    return Result.from_json(case.to_json().replace('"scores":{}', f'"scores":{_json(score_case(case))}'))


def _json(scores: dict[str, float]) -> str:
    return "{" + ",".join(f'"{name}":{value}' for name, value in scores.items()) + "}"


GOOD = scored(
    result("1", ranking=[("cau", 0.9)], articles=["cau"], answers=["17,6 km"], said=quoting("cau", LENGTH), group="a")
)
MISSED = scored(
    result(
        "2", ranking=[("tau", 0.9), ("cau", 0.8)], articles=["cau"], answers=["17,6 km"], said=abstained(), group="b"
    )
)
DECLINED = scored(result("3", answerable=False, said=abstained(0.2), group="c", kind="absent", language="en"))


def test_every_score_of_a_case() -> None:
    # F1: 2 common tokens, 2 gold, 6 said.
    assert GOOD.scores == {
        "R@1": 1, "R@10": 1, "RR@10": 1, "nDCG@10": 1,
        "EM": 0, "F1": 0.5, "contained": 1, "short_EM": 0, "short_F1": 0, "answered": 1, "outcome_right": 1,
        "citations_resolve": 1, "citation_recall": 1, "citation_precision": 1,
    }  # fmt: skip
    assert DECLINED.scores == {"EM": 1, "F1": 1, "answered": 0, "outcome_right": 1}


def test_means_are_over_the_cases_that_have_the_score() -> None:
    found = summary([GOOD, MISSED, DECLINED])

    assert {name: (found[name].mean, found[name].n) for name in ("R@1", "RR@10", "contained", "citation_recall")} == {
        "R@1": (0.5, 2), "RR@10": (0.75, 2), "contained": (0.5, 2), "citation_recall": (1, 1),
    }  # fmt: skip
    # All questions, as SQuAD 2.0 has it: (0.5 + 0 + 1) / 3; and those with an answer: (0.5 + 0) / 2.
    assert (found["F1"].mean, found["F1"].n) == (0.5, 3)
    assert (found["HasAns_F1"].mean, found["HasAns_F1"].n) == (0.25, 2)
    assert [found[name].mean for name in ("EM", "HasAns_EM")] == pytest.approx([1 / 3, 0])
    assert [found[name].mean for name in ("answered", "answered_answerable")] == pytest.approx([1 / 3, 0.5])
    assert (found["abstain_recall"].mean, found["abstain_precision"].mean) == (1, 0.5)


def test_questions_that_can_all_be_answered_have_one_f1() -> None:
    assert "HasAns_F1" not in summary([GOOD, MISSED])


def test_intervals_are_over_groups() -> None:
    found = summary([GOOD, MISSED])
    # Two groups: a resample in 4 holds only the one, or only the other.
    assert found["R@1"] == Interval(0.5, 0, 1, 2)
    # One case, one group.
    assert found["citation_recall"] == Interval(1, None, None, 1)
    assert summary([GOOD, MISSED], seed=1) == summary([GOOD, MISSED], seed=1)


def test_percentiles_of_each_stage() -> None:
    cases = [
        result(str(number), timings={"encoding": 1, "search": number, "answer": 100 - number}, group=str(number))
        for number in range(1, 21)
    ]
    found = summary(cases)

    assert list(found) == [f"{stage}_ms_p{p}" for stage in ("encoding", "search", "answer", "total") for p in (50, 95)]
    # Of 1 to 20, 10 values do not exceed 10, and 19 do not exceed 19.
    assert (found["search_ms_p50"].mean, found["search_ms_p95"].mean) == (10, 19)
    assert (found["answer_ms_p50"].mean, found["answer_ms_p95"].mean) == (89, 98)
    assert found["total_ms_p95"] == Interval(101, 101, 101, 20)
    low, high = found["search_ms_p50"].low, found["search_ms_p50"].high
    assert low is not None
    assert high is not None
    assert 1 <= low < 10 < high <= 20


def test_cases_without_timings_have_no_percentiles() -> None:
    found = summary([result("1", timings={"search": 3}), result("2", timings={"search": 5}), result("3")])
    # Half of the two, one, does not exceed 3.
    assert (found["search_ms_p50"].mean, found["search_ms_p50"].n) == (3, 2)


def test_breakdown() -> None:
    found = breakdown([GOOD, MISSED, DECLINED], by="kind")
    assert list(found) == ["absent", "fact"]
    assert (found["fact"]["F1"].mean, found["absent"]["F1"].mean) == (0.25, 1)
    assert found["fact"] == summary([GOOD, MISSED])
    assert list(breakdown([GOOD, DECLINED], by="language")) == ["en", "vi"]


def test_nothing_to_sum_up() -> None:
    assert summary([]) == {}
    assert breakdown([], by="kind") == {}


def test_thousands_of_cases_take_seconds() -> None:
    cases = [
        Result.from_json(case.to_json().replace('"group":"', f'"group":"{number % 700} '))
        for number in range(1000)
        for case in (GOOD, MISSED, DECLINED)
    ]
    begun = perf_counter()
    found = summary(cases)
    assert perf_counter() - begun < 20
    assert (found["R@1"].mean, found["R@1"].n) == (0.5, 2000)
