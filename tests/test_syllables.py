"""Diacritics restored from counts of a small corpus."""

import time
from pathlib import Path

import pytest

from index.syllables import SyllableModel

CORPUS = [
    "Thủ tướng đi thăm nhà máy điện.",
    "Thủ tướng họp về giá điện.",
    "Giá điện tăng, giá vàng giảm.",
    "Con đường dài ven sông.",
    "Con đường làng. Người ta ăn đường.",
    "Đương nhiên là thế.",
    "Trời hòa bình, hoà bình mãi mãi.",
    "Ma đi đêm; má đi chợ; má nấu cơm.",
]


@pytest.fixture(scope="module")
def model() -> SyllableModel:
    return SyllableModel.count(CORPUS)


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("thu tuong hop ve gia dien", "thủ tướng họp về giá điện"),
        # Alone "duong" is "đường", counted twice to once; before "nhien" it is "đương".
        ("duong", "đường"),
        ("duong nhien", "đương nhiên"),
        ("con duong dai", "con đường dài"),
        # "má" is counted twice and "ma" once; only "má" was followed by "nấu".
        ("ma", "má"),
        ("ma nau com", "má nấu cơm"),
    ],
)
def test_the_likeliest_diacritics_come_back(model: SyllableModel, typed: str, restored: str) -> None:
    assert model.restore(typed) == restored


def test_the_neighbour_decides_as_worked_out_by_hand() -> None:
    # 8 syllables: bán 3, bàn 2, ghế 2, cá 1 (and their order: bán cá bàn ghế bàn ghế bán bán).
    model = SyllableModel.count(["bán cá bàn ghế bàn ghế bán bán"])
    # P(bán) P(ghế | bán) = 3/8 (0.9 * 0 + 0.1 * 2/8) = 0.0094 and for bàn 2/8 (0.9 * 2/2 + 0.1 * 2/8) = 0.231.
    assert model.restore("ban ghe") == "bàn ghế"
    # P(bán) P(cá | bán) = 3/8 (0.9 * 1/3 + 0.1 * 1/8) = 0.117 and for bàn 2/8 (0.1 * 1/8) = 0.003.
    assert model.restore("ban ca") == "bán cá"
    # Alone: 3/8 against 2/8.
    assert model.restore("ban") == "bán"


def test_what_is_marked_stays(model: SyllableModel) -> None:
    assert model.restore("đương nhien") == "đương nhiên"
    assert model.restore("con đương dai") == "con đương dài"
    assert model.restore("thủ tuong") == "thủ tướng"
    # Never seen with this mark: left alone, and the others restored around it.
    assert model.restore("gia điẻn tang") == "giá điẻn tăng"


def test_unknown_words_and_everything_between_stay(model: SyllableModel) -> None:
    assert model.restore("  Gia  dien EVN, 1,5 ty?  (Reuters)\n") == "  Giá  điện EVN, 1,5 ty?  (Reuters)\n"
    assert model.restore("") == ""
    assert model.restore("?!") == "?!"


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("THU TUONG", "THỦ TƯỚNG"),
        ("Thu Tuong", "Thủ Tướng"),
        ("Thu tuong", "Thủ tướng"),
        ("DUONG nhien", "ĐƯƠNG nhiên"),
    ],
)
def test_case_is_kept(model: SyllableModel, typed: str, restored: str) -> None:
    assert model.restore(typed) == restored


def test_old_and_new_tone_placement_are_one_syllable(model: SyllableModel) -> None:
    assert model.restore("hoa binh") == "hoà bình"
    assert model.restore("hòa binh") == "hòa bình"


def test_decomposed_input_is_composed(model: SyllableModel) -> None:
    assert model.restore("thu\u0309 tuong") == "thủ tướng"


def test_capital_i_with_a_dot_does_not_break_it(model: SyllableModel) -> None:
    assert model.restore("İstanbul gia dien") == "İstanbul giá điện"


def test_no_corpus_restores_nothing() -> None:
    assert SyllableModel.count([]).restore("thu tuong") == "thu tuong"
    assert SyllableModel.count(["Một"]).restore("mot") == "một"


def test_a_word_without_end_costs_nothing(tmp_path: Path) -> None:
    model = SyllableModel.count(["x" * 1_000_000, *CORPUS])
    assert model.restore("gia dien") == "giá điện"
    model.save(tmp_path)
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 20_000


def test_a_long_question_takes_moments(model: SyllableModel) -> None:
    begun = time.process_time()
    assert model.restore("gia dien " * 5000) == "giá điện " * 5000
    assert time.process_time() - begun < 5


def test_what_was_saved_is_loaded(model: SyllableModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = SyllableModel.load(tmp_path)
    for typed in ("thu tuong hop ve gia dien", "duong nhien", "ma nau com", "hoa binh"):
        assert again.restore(typed) == model.restore(typed)


def test_an_empty_model_is_saved_and_loaded(tmp_path: Path) -> None:
    SyllableModel.count([]).save(tmp_path)
    assert SyllableModel.load(tmp_path).restore("gia") == "gia"


@pytest.mark.parametrize("name", ["syllables.npy", "syllable-counts.npy", "pairs.npy", "pair-counts.npy"])
def test_a_broken_file_is_told(model: SyllableModel, tmp_path: Path, name: str) -> None:
    model.save(tmp_path)
    whole = (tmp_path / name).read_bytes()
    for broken in (b"", whole[:5], whole[:-1], b"not an array at all"):
        (tmp_path / name).write_bytes(broken)
        with pytest.raises(ValueError, match=r"\S"):
            SyllableModel.load(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(OSError, match=name):
        SyllableModel.load(tmp_path)
