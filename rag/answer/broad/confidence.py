"""The probability that what was found is about the matter that a broad question asks of."""

import math
from collections.abc import Sequence

from rag.records import Passage, Query

# Below this the question is not answered: all of the answerable pass, and 0.6 of the others are stopped.
THRESHOLD = 0.15

# Logistic regression on 62 questions in Vietnamese with the articles that answer them, and 49 with these taken out or
# asked of another archive: of the best cosine and the best BM25 score. The reader, which looks for one answer in one
# passage, has no say: what it makes of a matter that many passages tell hangs on how it was trained.
_DENSE, _LEXICAL, _BIAS = 60.8, 6.3, -56.4
# In other languages than the articles' the cosine is lower, and BM25 finds little.
_OTHER_LANGUAGE = 6.3


def confidence(query: Query, passages: Sequence[Passage]) -> float:
    """The probability, in [0, 1], that the passages tell of what was asked; 0 where there are none."""
    if not passages:
        return 0.0
    logit = (
        _DENSE * max(passage.dense for passage in passages)
        + _LEXICAL * max(passage.lexical for passage in passages)
        + _BIAS
        + (0.0 if query.language == "vi" else _OTHER_LANGUAGE)
    )
    return 1 / (1 + math.exp(-logit))
