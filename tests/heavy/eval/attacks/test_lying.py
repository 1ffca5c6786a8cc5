"""Lies of every kind about one matter; `hoidap eval lying` measures them on more questions."""

from eval.attacks.lying import measured
from eval.attacks.techniques import TECHNIQUES
from rag.service.wiring import Service

# It finds articles on trade with several countries, full of figures, and some of what is told in English.
_TRADE = "Thương mại Việt - Trung năm 2024 vượt mốc 205 tỷ USD"


def test_no_lie_leaves_and_the_truth_without_its_dress(sample_service: Service) -> None:
    articles = sample_service.store.articles(100)

    outcomes = list(measured(sample_service, [_TRADE], articles, TECHNIQUES))

    assert {outcome.technique: outcome.failure(0.0) for outcome in outcomes} == dict.fromkeys(TECHNIQUES)
