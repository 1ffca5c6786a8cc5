"""Sparse vectors against tantivy, and against BM25 worked out by hand."""

import math
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cluster.sparse import Sparse, dimension_of, kept_length, passage_vector
from index.cluster.statistics import Statistics
from index.derived.terms import Document, TermIndex

SYLLABLES = ["mèo", "meo", "chó", "đen", "trắng", "đường", "duong", "gà", "Mỹ", "1.500", "sông", "Pu-tin", "北"]


def product(question: Sparse, passage: Sparse) -> float:
    return sum(value * passage.get(dimension, 0.0) for dimension, value in question.items())


def texts(number: int, seed: int) -> list[str]:
    """Texts of 0 to 400 words, some words far more frequent than others."""
    random = Random(seed)  # noqa: S311 (the same each time)
    words = [*SYLLABLES, *(f"từ{n}" for n in range(300))]
    weights = [1 / (rank + 1) for rank in range(len(words))]
    return [" ".join(random.choices(words, weights, k=random.randrange(400))) for _ in range(number)]


def test_products_are_what_tantivy_scores(tmp_path: Path) -> None:
    archive = texts(200, seed=1)
    index = TermIndex.build(tmp_path, [Document(chunk, text) for chunk, text in enumerate(archive)])
    statistics = Statistics.count(archive)
    passages = [passage_vector(text, statistics.averages) for text in archive]
    questions = [*texts(12, seed=2), "mèo đen", "duong", "từ299 từ7", "không có gì"]
    for question in questions:
        expected = dict(index.search(question, len(archive)))
        asked = statistics.question_vector(question)
        for chunk, passage in enumerate(passages):
            assert product(asked, passage) == pytest.approx(expected.get(chunk, 0.0), rel=1e-5, abs=1e-6)
        assert statistics.ceiling(question) == pytest.approx(index.ceiling(question), rel=1e-6)
    for token in [*SYLLABLES, "từ1", "nirgends"]:
        assert statistics.idf(token) == pytest.approx(index.idf(token))


def test_lengths_are_those_that_tantivy_keeps(tmp_path: Path) -> None:
    # One text a length, each with "meo" once: its score tells the length that was kept. The mean is exact.
    lengths = [1, 23, 24, 39, 40, 41, 42, 43, 55, 56, 59, 60, 87, 95, 96, 151, 167, 168, 279, 311, 312, 599, 600, 1047]
    archive = [" ".join(["meo"] + [f"w{n}" for n in range(length - 1)]) for length in lengths]
    index = TermIndex.build(tmp_path, [Document(length, text) for length, text in zip(lengths, archive, strict=True)])
    mean = sum(lengths) / len(lengths)
    idf = index.idf("meo")
    for length, score in index.search("meo", 100):
        saturation = idf * 2.2 / score - 1
        kept = (saturation / 1.2 - 0.25) / 0.75 * mean
        assert kept == pytest.approx(kept_length(length), rel=1e-3)


def test_kept_lengths_by_hand() -> None:
    # 24 + (8 + m) * 2^e: exact to 40, then in steps of 2, 4, 8, ...
    for length, kept in [(0, 0), (40, 40), (41, 40), (42, 42), (57, 56), (60, 60), (63, 60), (95, 88), (1200, 1176)]:
        assert kept_length(length) == kept


def test_one_score_by_hand() -> None:
    # As for tantivy in test_terms: "meo" is in one of two texts of the mean length, so its value is 1 and idf ln 2.
    statistics = Statistics.count(["meo den", "cho den"])
    passage = passage_vector("meo den", statistics.averages)
    assert passage == pytest.approx(
        {dimension_of("folded", "meo"): 1, dimension_of("folded", "den"): 1, dimension_of("pairs", "meo_den"): 1}
    )
    asked = statistics.question_vector("meo den")
    assert product(asked, passage) == pytest.approx(1.7 * math.log(2) + math.log(1.2))
    assert statistics.ceiling("meo") == pytest.approx(2.2 * math.log(2))


def test_dimensions_are_the_same_anywhere() -> None:
    # `printf 'folded:meo' | b2sum -l 64`, as a number modulo 2^32 - 2.
    assert dimension_of("folded", "meo") == 0x1A6C87151A63D817 % (2**32 - 2) == 1329391169
    assert dimension_of("folded", "meo") != dimension_of("exact", "meo")


def test_a_text_without_words_has_a_vector_that_no_question_meets() -> None:
    assert passage_vector("… — !", {"folded": 1, "pairs": 1, "exact": 1}) == {2**32 - 2: 1.0}


def test_fields_without_a_mean_count_as_of_that_length() -> None:
    statistics = Statistics.count([])
    passage = passage_vector("mèo", statistics.averages)
    assert list(passage.values()) == [1.0, 1.0]
    assert statistics.idf("mèo") == pytest.approx(math.log(2))


@given(st.lists(st.text(max_size=60), max_size=6), st.text(max_size=60), st.text(max_size=60))
def test_no_score_exceeds_the_ceiling(archive: list[str], later: str, question: str) -> None:
    statistics = Statistics.count(archive)
    asked = statistics.question_vector(question)
    for text in [*archive, later]:
        vector = passage_vector(text, statistics.averages)
        assert all(0 <= dimension < 2**32 - 1 and value > 0 for dimension, value in vector.items())
        assert product(asked, vector) <= statistics.ceiling(question) * (1 + 1e-9)
