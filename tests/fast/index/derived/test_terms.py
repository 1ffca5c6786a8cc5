"""The lexical index: diacritics, hostile questions, BM25 and its ceiling."""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.derived.terms import Document, TermIndex, Wording
from index.language.text import fold, folded_tokens, has_marks, nfc, tokens

WEIGHTS = {"folded": 1.0, "pairs": 0.7, "exact": 0.3, "forms": 0.3}


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
    assert index.ids() == {1, 2}
    assert found(index, "mèo") == [2]
    index.search("x" * 1_000_000, 5)


# --- BM25 ------------------------------------------------------------------------------------------------


def fields(text: str) -> dict[str, list[str]]:
    folded = folded_tokens(text)
    return {
        "folded": folded,
        "pairs": [f"{first} {second}" for first, second in pairwise(folded)],
        "exact": [token for token in tokens(text) if has_marks(token)],
        # The only known name, date or number in the texts below.
        "forms": ["@hanoi"] * fold(text).count("ha noi"),
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


@given(st.lists(TEXT, min_size=1, max_size=12), TEXT, st.sets(st.integers(0, 11)), TEXT, st.lists(TEXT, max_size=3))
def test_no_score_exceeds_the_ceiling(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[str],
    query: str,
    removed: set[int],
    added: str,
    others: list[str],
) -> None:
    folder = tmp_path_factory.mktemp("terms")
    index = build(folder, enumerate(texts))
    newer = changed(index, sorted(removed), [(100, added)], folder)
    wording = Wording(query, others, date(2025, 10, 16))
    for state in (index, newer):
        for asked in (query, wording):
            for _, score in state.search(asked, 20):
                assert 0 < score <= state.ceiling(asked) * (1 + 1e-6)
    newer.discard()


def test_removed_chunks_do_not_lower_the_ceiling(tmp_path: Path) -> None:
    index = build(tmp_path, [(0, "đường đường đường"), *((chunk, "mèo") for chunk in range(1, 50))])
    left = changed(index, list(range(1, 45)), [], tmp_path)
    [(_, score)] = left.search("đường", 1)
    assert score <= left.ceiling("đường")


# --- Written forms ---------------------------------------------------------------------------------------

# Each line: ways to write the same, none of which shares a telling word with the one that is searched for.
SAME = [
    ("Vốn 1,5 tỷ đồng", "một tỷ rưỡi"),
    ("Vốn một tỷ rưỡi", "1.500 triệu"),
    ("Vốn 1.500 triệu", "1.500.000.000"),
    ("Vốn 1.500.000.000 đồng", "1,5 tỉ"),
    ("Vốn 1,5 tỉ", "1.5 billion"),
    ("Có hai mươi mốt hộ", "21"),
    ("Tăng 50%", "năm mươi phần trăm"),
    ("Tới Mát-xcơ-va", "Moscow"),
    ("Tới Moscow", "Mátxcơva"),
    ("Tới Mátxcơva", "莫斯科"),
    ("Tổng thống Nga", "Who leads the Russian state"),
    ("Ông Pu-tin nói", "Putin"),
    ("Ông Putin nói", "Pu-tin"),
    ("Kỹ sư", "kĩ"),
    ("Lí do", "lý"),
    ("Sẽ quyên góp, quý vị", "quí"),
    ("Dân TP.HCM", "Sài Gòn"),
    ("Hoà tan", "hòa"),
]


@pytest.mark.parametrize(("text", "query"), SAME)
def test_one_thing_written_two_ways(tmp_path: Path, text: str, query: str) -> None:
    index = build(tmp_path, [(1, "Trời mưa"), (2, text), (3, "Con mèo 7 màu")])
    assert found(index, query) == [2]
    back = tmp_path / "back"
    back.mkdir()
    assert 2 in found(build(back, [(1, "Trời mưa"), (2, query)]), text)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Vi vu", "vy"),
        ("Thuý", "thúi"),
        ("1,5 tỷ đồng", "1.500.000"),
        ("Cô Nga", "Russia"),
        ("Cô Nga", "Россия"),
        ("Năm 2025", "2.025"),
        ("Vài triệu", "1.000.000"),
    ],
)
def test_what_only_looks_alike(tmp_path: Path, text: str, query: str) -> None:
    assert found(build(tmp_path, [(1, text)]), query) == []


def test_shares_are_told_from_counts(tmp_path: Path) -> None:
    index = build(tmp_path, [(1, "Có 50 hộ"), (2, "Có 50% hộ")])
    assert found(index, "50 phần trăm") == [2, 1]
    assert found(index, "năm mươi") == [1]


def test_days_are_counted_from_the_article_and_from_the_question(tmp_path: Path) -> None:
    written = [Document(1, "Mưa lớn hôm qua", date(2025, 10, 16)), Document(2, "Mưa lớn hôm qua", date(2025, 3, 2))]
    index = TermIndex.build(tmp_path, written)
    assert found(index, "mưa lớn ngày 15/10/2025") == [1, 2]
    assert found(index, "mưa lớn ngày 1/3/2025") == [2, 1]
    [first, second] = index.search(Wording("mưa hôm qua", (), date(2025, 3, 2)), 2)
    assert first[0] == 2
    assert first[1] > second[1]
    # No day, no clock: both are the same.
    [first, second] = index.search("mưa hôm qua", 2)
    assert first[1] == second[1]


def test_other_ways_weigh_less(tmp_path: Path) -> None:
    index = build(tmp_path, [(1, "evn bao lo"), (2, "dien luc bao lo"), (3, "troi mua to")])
    assert [chunk for chunk, _ in index.search(Wording("evn", ("điện lực",)), 5)] == [1, 2]
    # One pair of three texts, all of three or four words: idf = ln(1 + 2.5 / 1.5), weight 0.7 times 0.4.
    pairs = [2, 3, 2]
    mean = sum(pairs) / 3
    saturated = 2.2 / (1 + 1.2 * (0.25 + 0.75 * 3 / mean))
    assert dict(index.search(Wording("evn", ("điện lực",)), 5))[2] == pytest.approx(
        0.28 * math.log(1 + 2.5 / 1.5) * saturated
    )


def test_what_the_question_says_itself_is_not_weighed_down(tmp_path: Path) -> None:
    index = build(tmp_path, [(1, "evn"), (2, "mua")])
    assert index.search(Wording("evn", ("evn", "EVN")), 5) == index.search("evn", 5)


@given(st.text(max_size=100).map(nfc))
def test_any_text_can_be_indexed_and_asked(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    index = build(tmp_path_factory.mktemp("terms"), [(1, text)])
    assert found(index, text) == ([1] if folded_tokens(text) else [])


# --- Working copies --------------------------------------------------------------------------------------


def test_the_first_change_copies_and_the_next_do_not(tmp_path: Path) -> None:
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
    assert TermIndex.load(built).ids() == {1}
