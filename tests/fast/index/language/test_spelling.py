import unicodedata

import pytest

from index.language.spelling import is_spelled


@pytest.mark.parametrize(
    "word",
    [
        *("thông", "THÔNG", "Đường", "nghiêng", "khuỷu", "quyết", "quốc", "gì", "giếng", "giờ", "ưu", "hươu", "yếu"),
        *("hòa", "hoà", "thủy", "thuỷ", "quý", "của", "được", "xoáy", "an", "ở", "thuở", "huênh", "thoắt", "Đắk"),
    ],
)
def test_syllables(word: str) -> None:
    assert is_spelled(word)


@pytest.mark.parametrize(
    "word",
    [
        *("été", "où", "für", "thoâng", "bôì", "thôc", "mắg", "ngừơi", "fá", "kan", "zà", "ĐHQG", "hởà", "", "th«ng"),
        *("nghiêngg", "Côngty", "à" * 100, "стол", "路"),
    ],
)
def test_no_syllables(word: str) -> None:
    assert not is_spelled(word)


def test_only_whole_letters_count() -> None:
    assert not is_spelled(unicodedata.normalize("NFD", "thông"))
