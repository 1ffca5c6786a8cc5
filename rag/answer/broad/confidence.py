"""The probability that what was found is about the matter that a broad question asks of."""

import math
from collections.abc import Sequence

from rag.records import Passage, Query

# Below this the question is not answered: it lets 0.96 of the answerable through, and stops 0.76 of the others.
THRESHOLD = 0.27

# Logistic regression on 54 questions in Vietnamese with the articles that answer them, and 26 with these taken out or
# asked of another archive: of the best cosine, the best BM25 score and the reader's relevance of the best passages.
_DENSE, _LEXICAL, _RELEVANCE, _BIAS = 68.3, 4.5, 1.4, -62.0
# In other languages than the articles' the cosine is lower, and BM25 finds little.
_OTHER_LANGUAGE = 6.6
_MOST_RELEVANT = 3
# The mean of the reader's relevance, where no reader is set up.
_UNREAD = -0.7


def confidence(query: Query, passages: Sequence[Passage]) -> float:
    """The probability, in [0, 1], that the passages tell of what was asked; 0 where there are none."""
    if not passages:
        return 0.0
    joint = sorted(p.reading.joint.relevance for p in passages if p.reading is not None and p.reading.joint is not None)
    best = joint[-_MOST_RELEVANT:] or [_UNREAD]
    logit = (
        _DENSE * max(passage.dense for passage in passages)
        + _LEXICAL * max(passage.lexical for passage in passages)
        + _RELEVANCE * math.fsum(best) / len(best)
        + _BIAS
        + (0.0 if query.language == "vi" else _OTHER_LANGUAGE)
    )
    return 1 / (1 + math.exp(-logit))
