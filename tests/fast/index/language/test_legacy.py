import unicodedata

import pytest

from index.language.legacy import LEGACY, is_right, same_case

# Tone marks as they follow their letters in windows-1258.
TONES = "\u0300\u0301\u0303\u0309\u0323"
LETTERS = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in ("", *TONES)]
MARKED = [letter for letter in LETTERS if not letter.isascii()] + ["đ"]

# TCVN 5712:1993, by letters: code of the letter in hexadecimal.
TCVN3 = """
à B5 ả B6 ã B7 á B8 ạ B9  ă A8 ằ BB ẳ BC ẵ BD ắ BE ặ C6  â A9 ầ C7 ẩ C8 ẫ C9 ấ CA ậ CB  đ AE
è CC ẻ CE ẽ CF é D0 ẹ D1  ê AA ề D2 ể D3 ễ D4 ế D5 ệ D6  ì D7 ỉ D8 ĩ DC í DD ị DE
ò DF ỏ E1 õ E2 ó E3 ọ E4  ô AB ồ E5 ổ E6 ỗ E7 ố E8 ộ E9  ơ AC ờ EA ở EB ỡ EC ớ ED ợ EE
ù EF ủ F1 ũ F2 ú F3 ụ F4  ư AD ừ F5 ử F6 ữ F7 ứ F8 ự F9  ỳ FA ỷ FB ỹ FC ý FD ỵ FE
Ă A1 Â A2 Ê A3 Ô A4 Ơ A5 Ư A6 Đ A7
Ằ AF Ẳ BA Ẵ BF Ắ C0 Ầ C1 Ẩ C2 Ẫ C3 Ấ C4 Ề C5 Ể CD Ễ D9 Ế DA Ồ DB Ổ E0 Ỗ F0 Ố FF
"""
# VNI for Windows, as its letters look in windows-1252.
VNI = """
à aø á aù ả aû ã aõ ạ aï ă aê ắ aé ằ aè ẳ aú ẵ aü ặ aë â aâ ấ aá ầ aà ẩ aå ẫ aã ậ aä
è eø é eù ẻ eû ẽ eõ ẹ eï ê eâ ế eá ề eà ể eå ễ eã ệ eä ì ì í í ỉ æ ĩ ó ị ò
ò oø ó où ỏ oû õ oõ ọ oï ô oâ ố oá ồ oà ổ oå ỗ oã ộ oä ơ ô ớ ôù ờ ôø ở ôû ỡ ôõ ợ ôï
ù uø ú uù ủ uû ũ uõ ụ uï ư ö ứ öù ừ öø ử öû ữ öõ ự öï ỳ yø ý yù ỷ yû ỹ yõ ỵ î đ ñ
"""


def pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def converted(name: str, shown: str) -> str | None:
    (legacy,) = (legacy for legacy in LEGACY if legacy.name.startswith(name))
    return legacy.convert(shown)


def test_the_tables_of_these_tests_have_all_letters() -> None:
    assert len(MARKED) == 67
    assert {letter for letter in pairs(TCVN3) if letter.islower()} == set(MARKED)
    assert set(pairs(VNI)) == set(MARKED)


@pytest.mark.parametrize(("letter", "code"), pairs(TCVN3).items())
def test_tcvn3_letters(letter: str, code: str) -> None:
    assert converted("TCVN3", bytes.fromhex(code).decode("latin-1")) == letter


@pytest.mark.parametrize(("letter", "shown"), pairs(VNI).items())
def test_vni_letters(letter: str, shown: str) -> None:
    assert converted("VNI", shown) == letter
    assert converted("VNI", shown.upper()) == letter.upper()
    if len(shown) == 2:
        assert converted("VNI", shown[0].upper() + shown[1]) == letter.upper()


@pytest.mark.parametrize("letter", [*MARKED, *map(str.upper, MARKED)])
def test_windows_1258_letters(letter: str) -> None:
    parts = unicodedata.normalize("NFD", letter)
    tone = next((part for part in parts if part in TONES), "")
    base = unicodedata.normalize("NFC", parts.replace(tone, ""))
    data = base.encode("cp1258") + tone.encode("cp1258")
    assert converted("windows-1258", data.decode("cp1252")) == letter


@pytest.mark.parametrize("word", ["à", "été", "über", "São"])
def test_a_mark_behind_no_vowel_is_not_vni(word: str) -> None:
    assert converted("VNI", word) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("THàNH PHố THủY TRIềU", "THÀNH PHỐ THỦY TRIỀU"),
        ("Sở THủY lợi", "Sở THỦY lợi"),
        ("Sở Y tế", "Sở Y tế"),
        ("ở đây", "ở đây"),
    ],
)
def test_letters_of_fonts_for_capitals(text: str, expected: str) -> None:
    assert same_case(text) == expected


def test_right_text_has_letters_that_windows_1252_lacks() -> None:
    assert is_right("Hà Nội")
    assert is_right("Москва")
    assert not is_right("L’été à Paris, 12 €, Œuvre")
    assert not is_right("®­êng ñöôøng ðýõÌng")
