"""Whether a question goes on from the one before it, told by what is found for it with that question and without.

Words do not tell: "Giá bao nhiêu?" may be asked of anything. But where a question does go on, passages are nearer to
both questions together than to it alone, and hold an answer to it; after a change of matter no passage is near to both.
"""

from collections.abc import Sequence

from rag.records.search import Passage

# By so much the best cosine must rise with the question before, and so much of it a logit of the reader is worth.
# Fitted by logistic regression on 368 conversations made of ViQuAD's and XQuAD's questions, of which it tells 0.92.
_RISE = 0.035
_LOGIT = 0.012


def follows(joined: Sequence[Passage], alone: Sequence[Passage]) -> bool:
    """Whether passages found with the question before (`joined`) suit the question better than those found `alone`.

    Both best first, read for the question alone.
    """
    if not joined or not alone:
        return bool(joined)
    rise = max(passage.dense for passage in joined) - max(passage.dense for passage in alone)
    return rise + _LOGIT * (_margin(joined[0]) - _margin(alone[0])) > _RISE


def _margin(passage: Passage) -> float:
    """The reader's logit of an answer in the passage less that of none; 0 where it tells of no answers."""
    span = passage.reading.span(0, len(passage.hit.chunk.text)) if passage.reading else None
    return span.margin if span else 0.0
