"""The likeliest answer in a stretch of a passage, with logits written by hand."""

import numpy as np
import pytest

from index.model.tokens import SpanScores
from rag.records.search import Reading, Span

# "Cầu dài 1.420 m. Vé 5 đồng.": tokens at 0-3, 4-7, 8-13, 14-16 and 17-19, 20-21, 22-27.
SPANS = [(0, 3), (4, 7), (8, 13), (14, 16), (17, 19), (20, 21), (22, 27)]
START = [0.0, 0.0, 4.0, 1.0, 0.0, 3.0, 0.0]
END = [0.0, 0.0, 1.0, 3.0, 0.0, 1.0, 2.5]


def reading(joint: SpanScores | None, tokens: int = len(SPANS)) -> Reading:
    return Reading(np.ones((1, tokens), np.float32), np.arange(tokens), np.ones((tokens, 2), np.float32), joint)


def scores(start: list[float], end: list[float], spans: list[tuple[int, int]], none: float = 2.0) -> SpanScores:
    return SpanScores(np.array(start, np.float32), np.array(end, np.float32), np.array(spans, np.int64), none, 0.0)


def test_the_span_with_the_highest_sum_is_taken() -> None:
    read = reading(scores(START, END, SPANS))

    assert read.span(0, 16) == Span(8, 16, 4.0 + 3.0 - 2.0)
    assert read.span(17, 27) == Span(20, 27, 3.0 + 2.5 - 2.0)
    # Both sentences at once: the first one's.
    assert read.span(0, 27) == Span(8, 16, 5.0)


def test_an_answer_never_ends_before_it_starts() -> None:
    read = reading(scores([0.0, 9.0], [9.0, 0.0], [(0, 3), (4, 7)]))

    assert read.span(0, 7) == Span(0, 3, 0.0 + 9.0 - 2.0)


def test_an_answer_is_thirty_tokens_at_most() -> None:
    spans = [(place, place + 1) for place in range(40)]
    start, end = [0.0] * 40, [0.0] * 40
    start[0], end[39], end[29] = 5.0, 5.0, 1.0

    assert reading(scores(start, end, spans), 40).span(0, 40) == Span(0, 30, 5.0 + 1.0 - 2.0)


def test_a_token_that_begins_before_the_sentence_is_cut_to_it() -> None:
    # The space before a word may belong to its token.
    assert reading(scores([1.0], [1.0], [(3, 7)]), 1).span(4, 7) == Span(4, 7, 0.0)


@pytest.mark.parametrize("joint", [None, scores(START, END, SPANS)])
def test_where_nothing_was_read_there_is_no_span(joint: SpanScores | None) -> None:
    assert reading(joint).span(100, 120) is None
