"""What became of a case."""

import pytest

from eval.records import Gold, GoldQuote, RankedArticle
from eval.report.outcomes import Outcome, gold_ranks, outcome
from tests.support.eval_reports import ABSTAINED, NO_GOLD, WRONG, Json, result


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Outcome.RIGHT),
        ({"answer": WRONG}, Outcome.WRONG),
        ({"answer": ABSTAINED}, Outcome.ABSTAINED),
        ({"answerable": False, "gold": NO_GOLD, "answer": ABSTAINED}, Outcome.RIGHT),
        ({"answerable": False, "gold": NO_GOLD}, Outcome.MADE_UP),
        # Right words from another article: the gold one was not found.
        ({"ranking": (RankedArticle("b", 0.4),)}, Outcome.NOT_FOUND),
        ({"answer": None, "passages": (), "ranking": (RankedArticle("b", 0.4),)}, Outcome.NOT_FOUND),
        ({"answer": None, "passages": ()}, Outcome.RIGHT),
        # Eleventh is too late.
        ({"ranking": (*(RankedArticle(f"x{n}", 1.0) for n in range(10)), RankedArticle("a", 0.1))}, Outcome.NOT_FOUND),
        # Without gold answers the gold quotes tell, and without those nothing does.
        ({"gold": Gold(("a",), (GoldQuote("a", "dài 310 mét"),), ()), "answer": WRONG}, Outcome.WRONG),
        ({"gold": Gold(("a",), (GoldQuote("a", "dài 310 mét"),), ())}, Outcome.RIGHT),
        ({"gold": Gold(("a",), (), ())}, Outcome.UNJUDGED),
    ],
)
def test_an_outcome_is_the_worst_that_can_be_said(changed: Json, expected: Outcome) -> None:
    assert outcome(result("1", **changed)) is expected


def test_gold_ranks_count_from_one() -> None:
    found = result("1", gold=Gold(("b", "c"), (), ()), ranking=tuple(RankedArticle(name, 1.0) for name in "abc"))
    assert gold_ranks(found, 10) == [2, 3]
    assert gold_ranks(found, 2) == [2]
