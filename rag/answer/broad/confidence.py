"""The probability that what was found is about the matter that a broad question asks of."""

import math
from collections.abc import Sequence

from rag.records import Passage, Query

# Below this the question is not answered: all of the answerable pass, and 0.6 of the others are stopped.
THRESHOLD = 0.15

# Logistic regression on 62 questions in Vietnamese with the articles that answer them, and 49 with these taken out or
# asked of another archive: of the best cosine, the best BM25 score and the reader's highest relevance.
_DENSE, _LEXICAL, _RELEVANCE, _BIAS = 60.8, 6.3, 0.65, -56.0
# In other languages than the articles' the cosine is lower, and BM25 finds little.
_OTHER_LANGUAGE = 6.3
# The reader's relevance where no reader is set up: the middle one.
_UNREAD = -0.6


def confidence(query: Query, passages: Sequence[Passage]) -> float:
    """The probability, in [0, 1], that the passages tell of what was asked; 0 where there are none."""
    if not passages:
        return 0.0
    joint = [p.reading.joint.relevance for p in passages if p.reading is not None and p.reading.joint is not None]
    logit = (
        _DENSE * max(passage.dense for passage in passages)
        + _LEXICAL * max(passage.lexical for passage in passages)
        + _RELEVANCE * max(joint, default=_UNREAD)
        + _BIAS
        + (0.0 if query.language == "vi" else _OTHER_LANGUAGE)
    )
    return 1 / (1 + math.exp(-logit))
