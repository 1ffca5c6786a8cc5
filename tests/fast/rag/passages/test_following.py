import numpy as np
import pytest

from index.model.tokens import SpanScores
from rag.passages.following import follows
from rag.records.search import Passage, Reading
from tests.support.broad import passage as broad_passage


def found(dense: float, margin: float | None = None) -> Passage:
    """A passage whose one token has the logits `margin` of an answer, less 0 of none; unread without a margin."""
    joint = None
    if margin is not None:
        half, spans = np.array([margin / 2], np.float32), np.array([[0, 3]], np.int64)
        joint = SpanScores(half, half, spans, none=0.0, relevance=0.0)
    similarity, places = np.ones((1, 1), np.float32), np.array([2], np.int64)
    made = broad_passage("Cầu dài.", "a")
    reading = Reading(similarity, places, np.ones((1, 1), np.float32), joint)
    return Passage(made.hit, dense, 0.0, reading=reading)


@pytest.mark.parametrize(
    ("joined", "alone", "expected"),
    [
        # The best cosine rises by 0.06, and by 0.01.
        ([found(0.91)], [found(0.85)], True),
        ([found(0.86)], [found(0.85)], False),
        # The best of each counts, wherever it stands.
        ([found(0.80), found(0.91)], [found(0.85), found(0.84)], True),
        # 0.01 and 4 logits of 0.0035 are 0.024; 0.06 less 14 of them, 0.049, is 0.011.
        ([found(0.86, 6.0)], [found(0.85, 2.0)], True),
        ([found(0.91, -8.0)], [found(0.85, 6.0)], False),
        # Of a passage that was not read, the reader says nothing.
        ([found(0.91)], [found(0.85, 2.0)], True),
        ([], [], False),
        ([], [found(0.5)], False),
        ([found(0.5)], [], True),
    ],
)
def test_the_passages_tell_whether_a_question_goes_on(
    joined: list[Passage], alone: list[Passage], expected: bool
) -> None:
    assert follows(joined, alone) is expected
