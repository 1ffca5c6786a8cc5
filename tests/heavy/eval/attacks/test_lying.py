"""Lies of a few kinds; `hoidap eval lying` measures all of them on more questions."""

import pytest

from eval.attacks.lying import measured
from eval.attacks.techniques import TECHNIQUES
from rag.service.wiring import Service

# It finds articles on trade with several countries, full of figures, and some of what is told in English.
_TRADE = "Thương mại Việt - Trung năm 2024 vượt mốc 205 tỷ USD"


@pytest.mark.parametrize(
    "name",
    [
        *("a figure changed", "two names exchanged", "denied", "a lie in English", "invented", "an order obeyed"),
        *("the truth, in English", "cited to another passage", "markup", "links and images"),
    ],
)
def test_no_lie_leaves_and_the_truth_without_its_dress(sample_service: Service, name: str) -> None:
    articles = sample_service.store.articles(100)

    (outcome,) = measured(sample_service, [_TRADE], articles, {name: TECHNIQUES[name]})

    assert outcome.failure(0.0) is None
