"""The lexical index: diacritics, hostile questions, BM25 and its ceiling."""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise, product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.derived.terms import Document, TermIndex
from index.language.text import folded_tokens, has_marks, nfc, tokens
from index.records import Filters
from index.storage.files import sha256

WEIGHTS = {"folded": 1.0, "pairs": 0.7, "exact": 0.3}


def build(folder: Path, texts: Iterable[tuple[int, str]]) -> TermIndex:
    return TermIndex.build(folder, [Document(chunk, text) for chunk, text in texts])


def changed(index: TermIndex, removed: Sequence[int], added: Iterable[tuple[int, str]], workspace: Path) -> TermIndex:
    return index.with_changes(removed, [Document(chunk, text) for chunk, text in added], workspace)


def found(index: TermIndex, query: str, k: int = 10) -> list[int]:
    return [chunk for chunk, _ in index.search(query, k)]


@pytest.fixture
def roads(tmp_path: Path) -> TermIndex:
    return build(
        tmp_path,
        [
            (1, "Con duong dai"),
            (2, "Con đường dài"),
            (3, "Con đương dài"),
            (4, "Chợ hoa xuân"),
            (5, "Hòa bình"),
        ],
    )


def test_an_unaccented_question_finds_accented_text(roads: TermIndex) -> None:
    assert set(found(roads, "duong")) == {1, 2, 3}
    scores = [score for _, score in roads.search("duong", 3)]
    assert scores == pytest.approx([scores[0]] * 3)


def test_chunks_that_are_named_score_as_among_all(roads: TermIndex) -> None:
    everywhere = dict(roads.search("con đường chợ xuân", 5))
    assert everywhere.keys() == {1, 2, 3, 4}
    only = np.array([2, 4, 5, 99])
    # The fifth holds none of the words, and there is no 99th.
    assert dict(roads.search("con đường chợ xuân", 5, only=only)) == {2: everywhere[2], 4: everywhere[4]}
    assert roads.search("con đường chợ xuân", 1, only=np.array([1, 3])) == [(1, everywhere[1])]


def test_an_accented_question_prefers_the_exact_accents(roads: TermIndex) -> None:
    assert found(roads, "đường") == [2, 1, 3]
    assert found(roads, "đương") == [3, 1, 2]
    assert found(roads, "ĐƯỜNG DÀI")[0] == 2


def test_tone_placement_does_not_matter(roads: TermIndex) -> None:
    assert roads.search("hoà", 1) == roads.search("hòa", 1)
    assert found(roads, "hoà")[0] == 5


def test_neighbours_count(tmp_path: Path) -> None:
    index = build(tmp_path, [(1, "sinh học và viên chức"), (2, "sinh viên và học chức")])
    assert found(index, "sinh viên") == [2, 1]


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "(",
        "mèo AND",
        "folded:mèo",
        "mèo^5",
        "mèo~",
        "[a TO b]",
        "*",
        "?",
        "\\",
        "NOT mèo",
        "+mèo -mèo",
        "chunk:1",
        "mèo\x00mèo",
        "a_b",
        "{}",
        "/mèo/",
        "' OR 1=1 --",
    ],
)
def test_query_syntax_is_only_text(tmp_path: Path, query: str) -> None:
    index = build(tmp_path, [(1, "mèo đen"), (2, "gà")])
    assert found(index, query) == ([1] if "mèo" in query else [])


@pytest.mark.parametrize("query", ["", "   ", "… — !"])
def test_no_words_find_nothing(roads: TermIndex, query: str) -> None:
    assert roads.search(query, 5) == []
    assert roads.ceiling(query) == 0


def test_long_questions_are_cut(roads: TermIndex) -> None:
    assert found(roads, "đường " + "lạ " * 5000)[0] == 2
    # The word stands after the 256 that count.
    assert found(roads, "lạ " * 300 + "đường") == []


def test_a_megabyte_in_one_word_does_no_harm(tmp_path: Path) -> None:
    index = build(tmp_path, [(1, "x" * 1_000_000), (2, "mèo " + "x" * 1_000_000)])
    assert index.ids().tolist() == [1, 2]
    assert found(index, "mèo") == [2]
    index.search("x" * 1_000_000, 5)


# --- BM25 ------------------------------------------------------------------------------------------------


def fields(text: str) -> dict[str, list[str]]:
    folded = folded_tokens(text)
    return {
        "folded": folded,
        "pairs": [f"{first} {second}" for first, second in pairwise(folded)],
        "exact": [token for token in tokens(text) if has_marks(token)],
    }


def bm25(texts: Sequence[str], number: int, query: str, k1: float = 1.2, b: float = 0.75) -> float:
    """Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, with the idf that cannot be negative."""
    documents = [fields(text) for text in texts]
    score = 0.0
    for field, weight in WEIGHTS.items():
        mean = sum(len(document[field]) for document in documents) / len(documents)
        own = documents[number][field]
        for term in set(fields(query)[field]):
            holding = sum(term in document[field] for document in documents)
            idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            frequency = own.count(term)
            if frequency:
                saturated = frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * len(own) / mean))
                score += weight * idf * saturated
    return score


BODIES = [
    "Mưa lớn gây ngập ở Hà Nội",
    "Hà Nội mưa, mưa và mưa",
    "Ha Noi nắng",
    "Giá vàng tăng mạnh trong tuần",
    "Nội thành ngập sâu vì mưa lớn kéo dài từ đêm qua đến sáng nay",
]


@pytest.mark.parametrize("query", ["mưa", "ngập Hà Nội", "ha noi", "Hà Nội mưa lớn mưa", "giá vàng ngày mai", "sâu"])
def test_scores_are_bm25(tmp_path: Path, query: str) -> None:
    index = build(tmp_path, enumerate(BODIES))
    scores = dict(index.search(query, 10))
    for number in range(len(BODIES)):
        assert scores.get(number, 0.0) == pytest.approx(bm25(BODIES, number, query), rel=1e-5)


def test_one_score_by_hand(tmp_path: Path) -> None:
    # Two texts of two bare words: every length is the mean, so tf * 2.2 / (tf + 1.2) is 1 for one occurrence.
    # "meo" stands in one of two: idf = ln(1 + 1.5 / 1.5) = ln 2. One word has no neighbours and no diacritics.
    index = build(tmp_path, [(1, "meo den"), (2, "cho den")])
    [(chunk, score)] = index.search("meo", 2)
    assert chunk == 1
    assert score == pytest.approx(math.log(2))
    # The question's pair stands in the first alone as well: ln 2 at weight 0.7; "den" in both: ln(1 + 0.5 / 2.5).
    [(chunk, score)] = index.search("meo den", 1)
    assert chunk == 1
    assert score == pytest.approx(1.7 * math.log(2) + math.log(1.2))


def test_idf(tmp_path: Path) -> None:
    index = build(tmp_path, [(1, "mèo đen"), (2, "chó đen"), (3, "gà")])
    assert index.idf("meo") == pytest.approx(math.log(1 + 2.5 / 1.5))
    assert index.idf("den") == pytest.approx(math.log(1 + 1.5 / 2.5))
    assert index.idf("nobody") == pytest.approx(math.log(1 + 3.5 / 0.5))


def test_idf_of_a_token_with_diacritics_is_its_own(tmp_path: Path) -> None:
    index = build(tmp_path, [(1, "ăn đồ nguội"), (2, "ấn độ"), (3, "gà")])
    assert index.idf("do") == pytest.approx(math.log(1 + 1.5 / 2.5))
    assert index.idf("độ") == pytest.approx(math.log(1 + 2.5 / 1.5))


def test_ceiling_by_hand(tmp_path: Path) -> None:
    index = build(tmp_path, [(1, "meo den"), (2, "cho den")])
    assert index.ceiling("meo") == pytest.approx(2.2 * math.log(2))


SYLLABLES = st.sampled_from(
    ["mèo", "meo", "chó", "đen", "trắng", "đường", "duong", "gà", "Mỹ", "1.500", "hôm nay", "Pu-tin"]
)
TEXT = st.lists(SYLLABLES, min_size=1, max_size=30).map(" ".join)
# An index is written to the disk, so that each is tried with ten times as much.
INDEXES = settings(max_examples=settings().max_examples // 10)


@INDEXES
@given(
    st.lists(TEXT, min_size=1, max_size=12),
    st.lists(TEXT, min_size=10, max_size=10),
    st.sets(st.integers(0, 11)),
    TEXT,
)
def test_no_score_exceeds_the_ceiling(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[str],
    queries: list[str],
    removed: set[int],
    added: str,
) -> None:
    folder = tmp_path_factory.mktemp("terms")
    index = build(folder, enumerate(texts))
    newer = changed(index, sorted(removed), [(100, added)], folder)
    for state, query in product((index, newer), queries):
        for _, score in state.search(query, 20):
            assert 0 < score <= state.ceiling(query) * (1 + 1e-6)
    newer.discard()


def test_removed_chunks_do_not_lower_the_ceiling(tmp_path: Path) -> None:
    index = build(tmp_path, [(0, "đường đường đường"), *((chunk, "mèo") for chunk in range(1, 50))])
    left = changed(index, list(range(1, 45)), [], tmp_path)
    [(_, score)] = left.search("đường", 1)
    assert score <= left.ceiling("đường")


@INDEXES
@given(st.lists(st.text(max_size=100).map(nfc), min_size=10, max_size=10))
def test_any_text_can_be_indexed_and_asked(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    index = build(tmp_path_factory.mktemp("terms"), enumerate(texts))
    for chunk, text in enumerate(texts):
        assert (chunk in found(index, text)) == bool(folded_tokens(text))


# --- Filters ---------------------------------------------------------------------------------------------


def test_filters_choose_and_do_not_score(tmp_path: Path) -> None:
    days = [None, date(2030, 1, 31), date(2030, 2, 1), date(2030, 2, 28)]
    sources = [None, "Báo A", 'Báo "B" AND [x TO y]']
    marked = [(day, source) for day in days for source in sources]
    texts = ["mèo " * (n % 3 + 1) + "đen " * (n % 4) for n in range(len(marked))]
    documents = [Document(n, text, *mark) for n, (text, mark) in enumerate(zip(texts, marked, strict=True))]
    index = TermIndex.build(tmp_path, documents[:7]).with_changes([], documents[7:], tmp_path)
    everywhere = dict(index.search("mèo đen", 99))
    for first in (None, "2030-01-31", "2030-02-01", "2030-03-01"):
        for last in (None, "2030-01-30", "2030-02-01", "2030-02-28"):
            for named in ((), ("Báo A",), ('Báo "B" AND [x TO y]',), ("Báo A", "Báo C"), ("báo a",)):
                passing = {
                    n: everywhere[n]
                    for n, (day, source) in enumerate(marked)
                    if (day is not None or not (first or last))
                    and (not first or str(day) >= first)
                    and (not last or str(day) <= last)
                    and (not named or source in named)
                }
                assert dict(index.search("mèo đen", 99, Filters(first, last, named))) == pytest.approx(passing)


# --- Working copies --------------------------------------------------------------------------------------


def test_the_first_change_makes_a_working_copy_and_the_next_do_not(tmp_path: Path) -> None:
    built, workspace = tmp_path / "built", tmp_path / "work"
    built.mkdir()
    workspace.mkdir()
    index = build(built, [(1, "mèo")])
    first = changed(index, [], [(2, "mèo")], workspace)
    second = changed(first, [1], [], workspace)
    assert len(list(workspace.iterdir())) == 1
    assert found(second, "mèo") == [2]


def test_a_discarded_copy_can_still_be_searched(tmp_path: Path) -> None:
    built, workspace = tmp_path / "built", tmp_path / "work"
    built.mkdir()
    workspace.mkdir()
    index = build(built, [(1, "mèo")])
    newer = changed(index, [], [(2, "mèo mèo")], workspace)
    newer.discard()
    index.discard()
    assert list(workspace.iterdir()) == []
    assert found(newer, "mèo") == [2, 1]
    assert found(index, "mèo") == [1]
    assert TermIndex.load(built).ids().tolist() == [1]


def digests(folder: Path) -> dict[str, str]:
    return {file.name: sha256(file) for file in folder.iterdir() if file.suffix != ".lock"}


def test_changes_leave_the_files_that_they_share_as_they_were(tmp_path: Path) -> None:
    built, workspace = tmp_path / "built", tmp_path / "work"
    built.mkdir()
    workspace.mkdir()
    first = build(built, [(chunk, f"mèo {chunk}") for chunk in range(100)])
    before = digests(built / "terms")
    index = first
    # Enough changes for segments to be merged, and what is gone to be swept.
    for number in range(30):
        index = changed(index, [number, 200 + number], [(201 + number, f"mèo {number}")], workspace)
        if not number:
            [copy] = workspace.iterdir()
            assert all(file.samefile(copy / file.name) for file in (built / "terms").glob("*.store"))
    assert found(index, "mèo", 200) == [*range(30, 100), 230]
    assert found(first, "mèo", 200) == list(range(100))
    assert digests(built / "terms") == before
    assert found(TermIndex.load(built), "mèo", 200) == list(range(100))


def test_another_file_system_is_copied_to(tmp_path: Path) -> None:
    memory = Path("/dev/shm")  # noqa: S108 (the one other file system that is there)
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is one file system only")
    with TemporaryDirectory(dir=memory) as workspace:
        index = changed(build(tmp_path, [(1, "mèo")]), [], [(2, "mèo")], Path(workspace))
        assert found(index, "mèo") == [1, 2]
        index.discard()
