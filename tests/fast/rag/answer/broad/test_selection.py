from dataclasses import replace

import numpy as np
import pytest

from rag.answer.broad.selection import _central, chosen, of_the_matter
from tests.support.broad import candidates, passage


def test_a_row_is_central_by_its_best_likeness_to_each_other_article() -> None:
    rows = np.array([[1, 0], [0.6, 0.8], [0, 1], [0.8, 0.6]], np.float32)
    owners = np.array([0, 1, 2, 2])

    found = _central(rows, owners, np.array([1.0, 4.0, 1.0]))

    # Row 0: 0.6 to article 1 (weight 4), 0.8 to article 2 (weight 1): (2.4 + 0.8) / 5. Row 1: 0.6 and 0.96 at 1 each.
    assert found == pytest.approx([0.64, 0.78, (0 * 1 + 0.8 * 4) / 5, (0.8 * 1 + 0.96 * 4) / 5], abs=1e-6)


def test_of_one_article_nothing_is_central() -> None:
    assert _central(np.eye(2, dtype=np.float32), np.array([0, 0]), np.array([1.0])).tolist() == [0, 0]


def test_what_is_like_a_sentence_is_taken_after_what_says_another_thing() -> None:
    first, like, other = candidates(passage("Một. Hai. Ba.", "a"), 1.0, 0.9, 0.71)
    like = replace(like, words=0.6 * first.words + 0.8 * like.words)

    # 0.75 * 0.9 - 0.25 * 0.6 = 0.525 is less than 0.75 * 0.71 = 0.5325.
    assert chosen([first, like, other], 2) == [first, other]
    assert chosen([first, like, other], 5) == [first, other, like]


def test_what_repeats_a_sentence_is_not_taken() -> None:
    first, same, other = candidates(passage("Một. Hai. Ba.", "a"), 1.0, 0.9, 0.1)

    # Of the words of the second, 0.75 are the first one's.
    assert chosen([first, replace(same, words=0.9 * first.words + 0.3 * same.words), other], 5) == [first, other]
    assert chosen([], 3) == []


def test_articles_are_of_the_matter_down_to_three_quarters_of_the_best_score() -> None:
    found = [
        passage("Một.", "a", fused=0.7),
        passage("Hai.", "a", fused=0.8),
        passage("Ba.", "b", fused=0.61),
        passage("Bốn.", "c", fused=0.59),
    ]

    assert of_the_matter(found) == {"a": 0.8, "b": 0.61}
    assert of_the_matter([]) == {}
