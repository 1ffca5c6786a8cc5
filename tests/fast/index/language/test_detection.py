"""Which language a text is in."""

import pytest

from index.language.detection import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thủ tướng đã nói gì về giá điện?", "vi"),
        ("thu tuong da noi gi ve gia dien", "vi"),
        ("Ai là chủ tịch Hà Nội", "vi"),
        ("Ông Volodymyr Zelensky gặp Donald Trump", "vi"),
        ("Bao nhiêu người xem phim Avengers Endgame ở rạp CGV?", "vi"),
        ("lionel messi sinh ra o dau?", "vi"),
        ("blackpink la gi", "vi"),
        ("ai da mua twitter", "vi"),
        ("Did Park Hang-seo win in Dubai?", "en"),
        ("GDP 2025", "vi"),
        ("", "vi"),
        ("Who won the football match yesterday?", "en"),
        ("Who Won The Match", "en"),
        ("Who is Nguyễn Phú Trọng?", "en"),
        ("Where is the café in Hà Nội?", "en"),
        ("Кто выиграл матч?", "ru"),
        ("越南总理是谁？", "zh"),
        ("ベトナムの首相は誰ですか", "ja"),
        ("베트남 총리는 누구입니까", "ko"),
    ],
)
def test_detect_language(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_language_is_judged_from_the_beginning_alone() -> None:
    assert detect_language("Trời hôm nay đẹp quá. " * 200 + "Кто выиграл матч? " * 2000) == "vi"
