"""Diacritics restored from counts of a small corpus."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.diacritics.restore import SyllableModel
from index.language.text import fold, nfc

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


def test_the_neighbours_decide() -> None:
    model = SyllableModel.count(["bán cá bàn ghế bàn ghế bán bán", "lại bán", "ma ăn bàn cá"])
    assert model.restore("ban ghe") == "bàn ghế"
    assert model.restore("ban ca") == "bán cá"
    # Only the word before the one before tells "bán cá" from "bàn cá".
    assert model.restore("an ban ca") == "ăn bàn cá"
    # Two of three times at the end of a clause.
    assert model.restore("ban") == "bán"


def test_marks_and_numbers_are_neighbours_too() -> None:
    model = SyllableModel.count(["Có 5 năm. Nằm đất. Có 7 năm, nằm nhà.", "Việt Nam, Nam Định"])
    assert model.restore("co 9 nam") == "có 9 năm"
    assert model.restore("co 5, nam dat") == "có 5, nằm đất"
    assert model.restore("Co 5? Nam nha.") == "Có 5? Nằm nhà."


def test_capital_letters_tell_names() -> None:
    model = SyllableModel.count(["ông Minh đi, chị Minh đi, bà Minh về", "ông mình đi, chị mình đi, bà mình về", "ta"])
    assert model.restore("ong Minh di") == "ông Minh đi"
    assert model.restore("di ong minh, ba Minh") == "đi ông mình, bà Minh"


def test_what_is_marked_stays(model: SyllableModel) -> None:
    assert model.restore("đương nhien") == "đương nhiên"
    assert model.restore("con đương dai") == "con đương dài"
    assert model.restore("thủ tuong") == "thủ tướng"
    # Never seen with this mark: left alone, and the others restored around it.
    assert model.restore("gia điẻn tang") == "giá điẻn tăng"


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        # "ma" and "má" both stand in the corpus: what is typed among marks is meant.
        ("ma đi chợ", "ma đi chợ"),
        ("má đi đêm", "má đi đêm"),
        ("Ma đi chợ; trời hòa bình; thủ tướng đi thăm nhà máy điện", None),
        # Where the rest is bare, so may this be.
        ("ma di cho, thu tuong di tham nha máy dien", "má đi chợ, thủ tướng đi thăm nhà máy điện"),
    ],
)
def test_only_lost_marks_come_back(model: SyllableModel, typed: str, restored: str | None) -> None:
    assert model.restore(typed) == (restored or typed)


def test_a_word_that_the_index_never_saw_without_marks_may_be_one() -> None:
    model = SyllableModel.count([*CORPUS, "họp ở Reuters, họp ở Boeing, họp ở Tesla"])
    assert model.restore("Thủ tướng họp ở Gia") == "Thủ tướng họp ở Gia"
    assert model.restore("Thủ tướng họp về gia điện") == "Thủ tướng họp về giá điện"


def test_letters_within_words_keep_their_case() -> None:
    model = SyllableModel.count(["giá iPhone và eVisa tăng, iPhone giảm giá, eVisa"])
    assert model.restore("gia iPhone va eVisa") == "giá iPhone và eVisa"


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


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("tom tat quan he Viet Nam va Cuba ve y te", "tóm tắt quan hệ Việt Nam và Cuba về y tế"),
        ("vi sao nuoc ta hop tac voi Duc", "vì sao nước ta hợp tác với Đức"),
        ("liet ke cac benh vien o Cuba", "liệt kê các bệnh viện ở Cuba"),
        ("co may benh vien o Cuba?", "có mấy bệnh viện ở Cuba?"),
    ],
)
def test_how_people_ask_is_known_before_any_article_tells_it(typed: str, restored: str) -> None:
    archive = ["Quan hệ Việt Nam và Cuba về y tế. Bệnh viện ở Đức hợp tác với máy móc."]
    assert SyllableModel.of_archive(archive).restore(typed) == restored


def test_a_word_without_end_costs_nothing(tmp_path: Path) -> None:
    model = SyllableModel.count(["x" * 1_000_000, *CORPUS])
    assert model.restore("gia dien") == "giá điện"
    model.save(tmp_path)
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 20_000


@given(st.text(max_size=60), st.text("aáàạnhiHdđD .,?1\n", max_size=60))
def test_whatever_is_typed_only_marks_change(model: SyllableModel, any_text: str, likely: str) -> None:
    for typed in map(nfc, (any_text, likely, likely + any_text)):
        assert fold(model.restore(typed)) == fold(typed)


def test_counts_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from index.language.diacritics.restore import SyllableModel as M;"
        "M.count(['Thủ tướng đi thăm nhà máy.', 'Giá điện tăng, giá vàng giảm']).save(Path(sys.argv[1]))"
    )
    written = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-c", script, str(folder)], check=True, env=os.environ | {"PYTHONHASHSEED": seed}
        )
        written.append({file.name: file.read_bytes() for file in folder.iterdir()})
    assert written[0] == written[1]


def test_a_long_question_takes_moments(model: SyllableModel) -> None:
    begun = time.process_time()
    assert model.restore("gia dien " * 2000) == "giá điện " * 2000
    assert time.process_time() - begun < 5


def test_what_was_saved_is_loaded(model: SyllableModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = SyllableModel.load(tmp_path)
    for typed in ("thu tuong hop ve gia dien", "duong nhien", "con đường lang", "ma nau com", "hoa binh"):
        assert again.restore(typed) == model.restore(typed)


def test_an_empty_model_is_saved_and_loaded(tmp_path: Path) -> None:
    SyllableModel.count([]).save(tmp_path)
    assert SyllableModel.load(tmp_path).restore("gia") == "gia"


FILES = ["syllables", "capitals", "singles", "pairs", "pair-weights", "triples", "triple-weights"]


@pytest.mark.parametrize("name", FILES)
def test_a_broken_file_is_told(model: SyllableModel, tmp_path: Path, name: str) -> None:
    model.save(tmp_path)
    file = tmp_path / f"{name}.npy"
    whole = file.read_bytes()
    for broken in (b"", whole[:5], whole[:-1], b"not an array at all"):
        file.write_bytes(broken)
        with pytest.raises(ValueError, match=r"\S"):
            SyllableModel.load(tmp_path)
    file.unlink()
    with pytest.raises(OSError, match=name):
        SyllableModel.load(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_model_is_told(model: SyllableModel, tmp_path: Path, name: str) -> None:
    model.save(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    SyllableModel.count(["Một bài khác"]).save(other)
    (other / f"{name}.npy").replace(tmp_path / f"{name}.npy")
    with pytest.raises(ValueError, match="rebuild"):
        SyllableModel.load(tmp_path)
