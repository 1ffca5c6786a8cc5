"""The probability that what was found is about the matter that a broad question asks of."""

from collections.abc import Sequence
from typing import NamedTuple

from rag.answer.calibration import Calibration
from rag.passages.countries import names_others
from rag.records.search import Passage, Query


class Features(NamedTuple):
    """The best cosine; the best BM25 score, which tells a topic of one word; 1 for a question in another language
    than the articles', whose cosines are lower and which shares few words with them; and 1 for a question that names
    countries of which no passage names one.
    """

    dense: float
    lexical: float
    other_language: float
    other_countries: float


# As `eval.studies.broad_confidence` fitted it. Of 601 broad questions in five languages, topics of a word among them,
# 0.94 of those that articles tell of are answered, and 0.63 of the others declined, many of them near to what is told.
FITTED = Calibration(
    Features(18.37, 8.84, 3.46, -6.10), bias=-8.02, threshold=0.25, fitted_on="eval/training/broad.jsonl"
)


def confidence(query: Query, passages: Sequence[Passage]) -> float:
    """The probability, in [0, 1], that the passages tell of what was asked; 0 where there are none."""
    return FITTED.confidence(features(query, passages)) if passages else 0.0


def features(query: Query, passages: Sequence[Passage]) -> Features:
    """The features of what was found, of which there is some."""
    return Features(
        dense=max(passage.dense for passage in passages),
        lexical=max(passage.lexical for passage in passages),
        other_language=float(query.language != "vi"),
        other_countries=float(names_others(query.understood, passages)),
    )
