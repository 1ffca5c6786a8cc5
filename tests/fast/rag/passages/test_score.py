import numpy as np
import pytest

from index.records import Chunk, Hit, Metadata
from rag.passages.fusion import PassageWeights, ranked
from rag.records.search import Passage, Reading

ONE = np.ones((1, 1), np.float32)
HALF = PassageWeights(closeness=0.5)


def passage(chunk: int, fused: float, closeness: float | None = None, timeliness: float = 1.0) -> Passage:
    reading = None if closeness is None else Reading(np.array([[closeness]], np.float32), np.array([0]), ONE)
    return Passage(Hit(Chunk(chunk, "bai", 0, 3, "cầu"), Metadata()), 0.8, 0.4, fused, timeliness, reading)


def scores(passages: list[Passage]) -> list[tuple[int, float]]:
    return [(item.hit.chunk.id, round(item.score, 6)) for item in passages]


def test_the_closer_passage_goes_first() -> None:
    # (0.5 + 0.5 * 1) / 1.5 against (0.6 + 0.5 * 0.5) / 1.5.
    assert scores(ranked([passage(1, 0.6, 0.5), passage(2, 0.5, 1.0)], HALF, "vi")) == [(2, 0.666667), (1, 0.566667)]


def test_a_closeness_below_zero_counts_as_none() -> None:
    assert scores(ranked([passage(1, 0.6, -0.5)], HALF, "vi")) == [(1, 0.4)]


def test_timeliness_is_a_factor_of_the_fused_score_alone() -> None:
    # 0.8 * 0.5, and (0.8 * 0.5 + 1 * 0.6) / 2.
    assert scores(ranked([passage(1, 0.8, timeliness=0.5)], HALF, "vi")) == [(1, 0.4)]
    assert scores(ranked([passage(1, 0.8, 0.6, timeliness=0.5)], PassageWeights(closeness=1.0), "vi")) == [(1, 0.5)]


def test_what_was_not_read_stays_behind() -> None:
    assert scores(ranked([passage(1, 0.9), passage(2, 0.1, 0.2)], HALF, "vi")) == [(2, 0.133333), (1, 0.9)]


def test_equals_keep_the_order_of_their_ids() -> None:
    assert scores(ranked([passage(7, 0.5), passage(3, 0.5)], HALF, "vi")) == [(3, 0.5), (7, 0.5)]


def test_each_language_has_its_weight() -> None:
    weights = PassageWeights(closeness=0.0, closeness_other=3.0)
    found = [passage(1, 0.9, 0.5), passage(2, 0.1, 1.0)]

    assert [item.hit.chunk.id for item in ranked(found, weights, "vi")] == [1, 2]
    # (0.1 + 3 * 1) / 4 against (0.9 + 3 * 0.5) / 4
    assert [item.score for item in ranked(found, weights, "ru")] == pytest.approx([0.775, 0.6])
