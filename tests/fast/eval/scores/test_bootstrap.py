from collections.abc import Callable

import numpy as np
import pytest

from eval.scores.bootstrap import RESAMPLES, Interval, Statistic, Values, intervals, mean_of, resamples


def interval(values: list[float], groups: list[str], seed: int = 0) -> Interval:
    return intervals({"m": mean_of(np.array(values), np.full(len(values), True))}, groups, seed)["m"]


def test_two_groups_of_one_case() -> None:
    # A resample holds 0 and 0, 0 and 1, or 1 and 1, with chances 1/4, 1/2 and 1/4: both tails are beyond 2.5 %.
    assert interval([0, 1], ["a", "b"]) == Interval(0.5, 0, 1, 2)


def test_two_groups_of_different_sizes() -> None:
    # The mean is over cases, 1 of 4, and so is that of a resample of one group twice: 0 of 3 or 1 of 1.
    assert interval([0, 0, 0, 1], ["a", "a", "a", "b"]) == Interval(0.25, 0, 1, 4)


def test_one_group_has_no_interval() -> None:
    assert interval([0, 1, 1], ["a", "a", "a"]) == Interval(2 / 3, None, None, 3)


def test_cases_that_are_not_eligible_do_not_count_nor_do_their_groups() -> None:
    statistic = mean_of(np.array([1.0, 0.0, np.nan]), np.array([True, True, False]))
    assert intervals({"m": statistic}, ["a", "a", "b"], 0) == {"m": Interval(0.5, None, None, 2)}


def test_resamples_in_which_a_number_is_undefined_are_ignored() -> None:
    # With 2 of 3 groups eligible, 1 resample of 27 holds only the third.
    statistic = mean_of(np.array([1.0, 1.0, 0.0]), np.array([True, True, False]))
    assert intervals({"m": statistic}, ["a", "b", "c"], 0) == {"m": Interval(1, 1, 1, 2)}


def test_a_number_that_is_undefined_is_left_out() -> None:
    assert intervals({"m": mean_of(np.zeros(2), np.zeros(2, bool))}, ["a", "b"], 0) == {}


def test_a_statistic_may_refuse_an_interval() -> None:
    def first(weights: Values) -> Values:
        return weights[:, 0]

    statistic = Statistic(np.full(2, True), first, interval=False)
    assert intervals({"m": statistic}, ["a", "b"], 0) == {"m": Interval(1, None, None, 2)}


def test_the_same_seed_gives_the_same_interval_in_any_order_of_cases() -> None:
    values = [float(value) for value in np.random.default_rng(4).random(40)]
    groups = [f"g{number % 15}" for number in range(40)]
    found = interval(values, groups)

    assert interval(values, groups) == found
    again = interval(values[::-1], groups[::-1])
    assert (again.low, again.high) == pytest.approx((found.low, found.high))
    assert interval(values, groups, seed=1) != found


def test_whole_groups_are_drawn() -> None:
    clusters = np.array([0, 0, 1, 2])
    drawn = np.concatenate(list(resamples(clusters, seed=3)))

    assert drawn.shape == (RESAMPLES, 4)
    assert (drawn[:, 0] == drawn[:, 1]).all()
    # Three draws with replacement; each group is drawn once on average.
    assert (drawn[:, [0, 2, 3]].sum(axis=1) == 3).all()
    assert drawn.mean(axis=0) == pytest.approx([1, 1, 1, 1], abs=0.08)


def test_the_width_is_that_of_theory_on_normal_data() -> None:
    values = np.random.default_rng(5).normal(3, 2, 400)
    found = interval(list(values), [f"g{number:03}" for number in range(400)])

    # Mean ± 1.96 standard errors.
    error = values.std() / np.sqrt(400)
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=0.1 * error)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=0.1 * error)


def test_questions_that_repeat_each_other_say_no_more_than_one() -> None:
    values = [float(value) for value in np.random.default_rng(6).normal(0, 1, 50)]
    groups = [f"g{number:02}" for number in range(50)]
    once, thrice = interval(values, groups), interval(values * 3, groups * 3)

    assert (thrice.mean, thrice.low, thrice.high) == pytest.approx((once.mean, once.low, once.high))


def covered(names: Callable[[int, int], str]) -> float:
    """How often the interval holds the true mean, 0: 30 articles, each with 4 questions that have much in common."""
    generator = np.random.default_rng(7)
    groups = [names(article, question) for article in range(30) for question in range(4)]
    hits = 0
    for _ in range(150):
        values = np.repeat(generator.normal(0, 1, 30), 4) + generator.normal(0, 0.5, 120)
        found = interval(list(values), groups)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0 <= found.high
    return hits / 150


def test_intervals_hold_the_truth_as_often_as_they_say_only_when_clustered() -> None:
    assert 0.88 <= covered(lambda article, _: f"{article}") <= 0.99
    # As if questions were independent, the interval is about half as wide as it should be.
    assert covered(lambda article, question: f"{article} {question}") < 0.8
