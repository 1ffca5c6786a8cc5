"""Unicode form, folding, tokens, syllables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.text import fold, folded_tokens, has_marks, is_syllable, nfc, same_i, token_spans, tokens

# --- Folding ---------------------------------------------------------------------------------------------


def test_nfc_joins_letters_and_marks() -> None:
    decomposed = "Vie\u0323\u0302t"
    assert len(decomposed) == 6
    assert nfc(decomposed) == "Việt"
    assert len(nfc(decomposed)) == 4


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đường đến Đắk Lắk", "duong den dak lak"),
        ("THUỶ ĐIỆN Trị An", "thuy dien tri an"),
        ("ưỡn ẹo, ngoằn ngoèo", "uon eo, ngoan ngoeo"),
        ("Kraków, São Paulo", "krakow, sao paulo"),
        ("йод, Йошкар", "йод, йошкар"),
        ("İzmir", "izmir"),
        ("2 × 3 ÷ 4 % H₂O", "2 × 3 ÷ 4 % h₂o"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_fold_keeps_every_code_point_in_its_place(text: str) -> None:
    text = nfc(text)
    assert len(fold(text)) == len(text)


def test_fold_leaves_no_vietnamese_letter_with_a_mark() -> None:
    marks = "\u0300\u0301\u0303\u0309\u0323"
    vowels = "aăâeêioôơuưy"
    marked = {nfc(vowel + mark) for vowel in vowels for mark in marks}
    assert len(marked) == 60
    assert {len(letter) for letter in marked} == {1}
    assert {fold(letter) for letter in marked | set(vowels)} == set("aeiouy")
    assert fold("đĐ") == "dd"


# --- Tokens ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hòa", "hoà"),
        ("khỏe", "khoẻ"),
        ("thủy", "thuỷ"),
        ("Hoá", "hoá"),
        ("LÓA", "loá"),
        ("tọa", "toạ"),
        ("xòe", "xoè"),
        ("ngõa", "ngoã"),
        ("lũy", "luỹ"),
        ("qúy", "quý"),
    ],
)
def test_tokens_place_tones_the_new_way(old: str, new: str) -> None:
    assert tokens(old) == [new]


@pytest.mark.parametrize(
    "word", ["hoàn", "suýt", "quý", "khuỷu", "của", "hoàng", "tuần", "nghĩa", "lúa", "xoèn", "hoà"]
)
def test_tokens_leave_other_syllables_alone(word: str) -> None:
    assert tokens(word) == [word]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Giá tăng 1,5 tỷ đồng", ["giá", "tăng", "1,5", "tỷ", "đồng"]),
        ("hơn 5.600 người", ["hơn", "5.600", "người"]),
        ("1.234.567,89", ["1.234.567,89"]),
        ("ngày 15/10/2025", ["ngày", "15", "10", "2025"]),
        ("cúm H7N9, A/H5N1", ["cúm", "h7n9", "a", "h5n1"]),
        ("VN-Index đạt 1.200.", ["vn", "index", "đạt", "1.200"]),
        ("5G và COVID-19", ["5g", "và", "covid", "19"]),
        ("snake_case", ["snake", "case"]),
        ("越南总理 đến", ["越", "南", "总", "理", "đến"]),
        ("ベトナム", ["ベ", "ト", "ナ", "ム"]),
        ("Нга và Россия", ["нга", "và", "россия"]),
        ("İstanbul", ["istanbul"]),
        ("… — !?", []),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_folded_tokens_are_the_tokens_without_diacritics() -> None:
    assert folded_tokens("Thủy điện Hòa Bình phát 1,5 tỷ kWh") == [
        "thuy",
        "dien",
        "hoa",
        "binh",
        "phat",
        "1,5",
        "ti",
        "kwh",
    ]


@pytest.mark.parametrize(
    ("spellings", "token"),
    [
        (("kỹ", "kĩ"), "kĩ"),
        (("lý", "lí"), "lí"),
        (("mỹ", "mĩ"), "mĩ"),
        (("sỹ", "sĩ"), "sĩ"),
        (("tỷ", "tỉ"), "tỉ"),
        (("hy", "hi"), "hi"),
        (("quý", "quí"), "quí"),
        (("quy", "qui"), "qui"),
    ],
)
def test_i_and_y_are_one_at_the_end(spellings: tuple[str, str], token: str) -> None:
    assert [same_i(spelling) for spelling in spellings] == [token, token]
    assert folded_tokens(spellings[0].upper()) == folded_tokens(spellings[1])


@pytest.mark.parametrize("token", ["vy", "vi", "thuý", "thúi", "tay", "tai", "yêu", "ý", "nguy", "kyiv", "hyle", "7"])
def test_i_and_y_tell_other_syllables_apart(token: str) -> None:
    assert same_i(token) == token


@given(st.text())
def test_tokens_folded_tokens_and_spans_go_together(text: str) -> None:
    text = nfc(text)
    spans = token_spans(text)
    assert len(tokens(text)) == len(folded_tokens(text)) == len(spans)
    assert folded_tokens(text) == [same_i(fold(text[start:end])) for start, end in spans]


def test_every_character_makes_as_many_tokens_in_every_form() -> None:
    letters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    text = " ".join(letter for letter in letters if nfc(letter) == letter)
    assert len(fold(text)) == len(text)
    assert len(tokens(text)) == len(folded_tokens(text)) == len(token_spans(text)) > 100_000


# --- Syllables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["nghiêng", "Đường", "quyển", "khuya", "a", "yêu", "duong", "giêng"])
def test_is_syllable(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["who", "Trump", "street", "Kalganov", "123", "", "hà nội"])
def test_is_no_syllable(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("word", "marked"), [("đi", True), ("hoà", True), ("Anh", False), ("ABC", False), ("5,5", False)]
)
def test_has_marks(word: str, marked: bool) -> None:
    assert has_marks(word) is marked
