import pytest

from index.intake.extract import extract_html, tidy_line, tidy_text

FAMILY, ROWER, FLAG = "👨\u200d👩\u200d👧\u200d👦", "🚣🏽\u200d♀\ufe0f", "🏳\ufe0f\u200d🌈"


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("8 giờ\x0bKhu trường", "8 giờ\nKhu trường"),
        ("vào năm\x0c2035, với", "vào năm 2035, với"),
        ("vào năm \x0c 2035", "vào năm  2035"),
        ("ba mươi nghìn\x0ctấn", "ba mươi nghìn tấn"),
        ("13 giờ.\x0cTrạm y tế", "13 giờ.\nTrạm y tế"),
        ("13 giờ.”\x0c2 trạm", "13 giờ.”\n2 trạm"),
        ("Lịch cúp nước\x0cTrạm y tế", "Lịch cúp nước\nTrạm y tế"),
        ("13 giờ.\n\x0cTrạm", "13 giờ.\nTrạm"),
        ("13 giờ.\x0c\n\nTrạm\x0c", "13 giờ.\n\nTrạm"),
        ("12\x1c34\x1d56\x1e78\x1f90", "12\n34\n56\n78 90"),
        ("mía.\u2028Xe.\u2029Tàu.\x85Thuyền\rGhe\r\nBè", "mía.\nXe.\nTàu.\nThuyền\nGhe\nBè"),
    ],
)
def test_what_separates(text: str, tidied: str) -> None:
    assert tidy_text(text) == tidied


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("2011\x962015 \x93mùa\x94\x85", "2011–2015 “mùa”…"),
        ("chu\xadyến\u200b xe\u2060, \ufeffcân\u2066 1.2\u200b40", "chuyến xe, cân 1.240"),
        ("Thủ\x02 tướng, 12\x0734\x0056", "Thủ tướng, 12 34 56"),
        ("12\ufffc34", "12 34"),
        ("a\ud800b\ufffec", "a\ufffdbc"),
        ("a\u200db \u200d👨 a\u200c", "ab 👨 a"),
        (f"{FAMILY} {ROWER} {FLAG} ❤\ufe0f\u200d🔥", f"{FAMILY} {ROWER} {FLAG} ❤\ufe0f\u200d🔥"),
        ("می\u200cخواهد क\u094d\u200dष", "می\u200cخواهد क\u094d\u200dष"),
    ],
)
def test_what_is_not_seen(text: str, tidied: str) -> None:
    assert tidy_text(text) == tidied


def test_a_line_has_single_spaces() -> None:
    assert tidy_line(" vào\x0c năm\x0b\x1f2035\u2028 ") == "vào năm 2035"


def test_pages_keep_what_separates_and_what_joins() -> None:
    found = extract_html(
        f"<html><body><p>Đoàn thuyền {ROWER} của ngư dân về bến với 41 tấn cá {FAMILY} vào năm\x0c2035, hết.</p>"
        "<p>Khu chợ mất điện từ 8 giờ đến 11 giờ\x0bKhu trường học mất điện từ 13&#150;15 giờ&#11;Trạm y tế có máy "
        "phát điện dự phòng công suất 45 kVA.</p></body></html>"
    )
    assert f"{ROWER} của" in found.text
    assert f"{FAMILY} vào năm 2035" in found.text
    assert "13–15 giờ" in found.text
    assert "giờKhu" not in found.text
    assert "giờTrạm" not in found.text
