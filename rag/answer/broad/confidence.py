"""The probability that what was found is about the matter that a broad question asks of."""

import math
from collections.abc import Sequence

from rag.records.search import Passage, Query

# Below this the question is not answered: of the answerable, 0.95 pass, and 0.56 of the others are stopped.
THRESHOLD = 0.15

# Logistic regression on the best cosine of 80 broad questions, about our own articles and about news, each asked of
# both archives, of which one tells of its matter. BM25 scores and the reader add nothing: a word or a sentence that
# answers is no sign that many passages tell of a matter.
_DENSE, _BIAS = 65.7, -57.8
# In other languages than the articles' the cosine is lower.
_OTHER_LANGUAGE = 4.8


def confidence(query: Query, passages: Sequence[Passage]) -> float:
    """The probability, in [0, 1], that the passages tell of what was asked; 0 where there are none."""
    if not passages:
        return 0.0
    best = max(passage.dense for passage in passages)
    return 1 / (1 + math.exp(-_DENSE * best - _BIAS - (0.0 if query.language == "vi" else _OTHER_LANGUAGE)))
