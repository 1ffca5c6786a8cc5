from collections.abc import Sequence

import numpy as np
import pytest

from index.model.tokens import SpanScores, TokenStates
from index.records import Chunk, Hit, Metadata
from rag.passages.fusion import PassageWeights
from rag.passages.reading import Reader
from rag.records.search import Passage, Query, Reading

AXES = {"giá": 0, "xăng": 1, "dầu": 2, "tăng": 3}
QUERY = Query("giá xăng", "giá xăng", "vi")


class OneAxisAWord:
    """Each word a token on an axis of its own; words that are not known share the last."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.read_for: list[int] = []

    def query_tokens(self, text: str) -> TokenStates:
        return self._tokens(text)

    def passage_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        self.texts += texts
        return [self._tokens(text) for text in texts]

    def _tokens(self, text: str) -> TokenStates:
        vectors = np.zeros((len(text.split()), len(AXES) + 1), np.float32)
        spans, place = [], 0
        for row, word in zip(vectors, text.split(), strict=True):
            row[AXES.get(word, len(AXES))] = 1
            place = text.index(word, place)
            spans.append((place, place + len(word)))
        return TokenStates(vectors, np.array(spans, np.int64))

    def read(self, question: TokenStates, passages: Sequence[TokenStates]) -> list[SpanScores]:
        self.read_for.append(len(question.spans))
        return []


def passage(chunk: int, text: str, score: float, title: str | None = None) -> Passage:
    return Passage(Hit(Chunk(chunk, f"bai-{chunk}", 0, len(text), text), Metadata(title)), 0.8, 0.4, score)


def test_closeness_is_the_mean_of_each_tokens_best_match() -> None:
    similarity = np.array([[0.9, 0.1, 0.4], [0.2, 0.3, 0.8]], np.float32)
    reading = Reading(similarity, np.array([-1, 4, 9]), similarity.T)

    assert reading.closeness() == pytest.approx((0.9 + 0.8) / 2)
    # Without the title, which stands at -1, and without what stands at 9.
    assert reading.closeness(0, 9) == pytest.approx((0.1 + 0.3) / 2)
    assert reading.closeness(0, 10) == pytest.approx((0.4 + 0.8) / 2)
    assert reading.closeness(5, 9) == 0.0


def test_a_title_is_read_but_is_no_place_in_the_text() -> None:
    (read,) = Reader(OneAxisAWord(), PassageWeights()).read(QUERY, [passage(1, "xăng tăng", 0.5, title="giá dầu")])

    assert read.reading is not None
    # "giá dầu\nxăng tăng": the text starts at 8, "giá" ends at 2, "dầu" at 6, "xăng" at 11, "tăng" at 16.
    assert read.reading.places.tolist() == [-6, -2, 3, 8]
    assert read.reading.closeness() == 1.0
    assert read.reading.closeness(0, 9) == 0.5


def test_a_question_is_compared_with_its_context_and_read_without() -> None:
    encoder = OneAxisAWord()
    query = Query("tăng", "tăng", "vi", context="giá xăng")
    (read,) = Reader(encoder, PassageWeights()).read(query, [passage(1, "giá xăng", 0.5)])

    assert read.reading is not None
    # Of "giá", "xăng" and "tăng" two are there.
    assert read.reading.closeness() == pytest.approx(2 / 3)
    assert encoder.read_for == [1]


def test_only_the_first_ten_are_read() -> None:
    passages = [passage(number, "giá xăng", 0.9 - number / 100) for number in range(12)]

    read = Reader(OneAxisAWord(), PassageWeights()).read(QUERY, passages)

    assert [item.hit.chunk.id for item in read] == list(range(12))
    assert [item.reading is not None for item in read] == [True] * 10 + [False] * 2


def test_nothing_found_is_nothing_read() -> None:
    assert Reader(OneAxisAWord(), PassageWeights()).read(QUERY, []) == []
