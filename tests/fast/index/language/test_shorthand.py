"""Shorthand spelled out."""

import pytest

from index.language.shorthand import spelled_out


@pytest.mark.parametrize(
    ("asked", "bare", "full"),
    [
        ("hom nay co mua ko", True, "hom nay co mua khong"),
        ("gia xang bh ntn?", True, "gia xang bay gio nhu the nao?"),
        ("mik hỏi sv hb bn suất v ạ", False, "mình hỏi sinh viên học bổng bao nhiêu suất"),
        ("gia bn vay mn?", True, "gia bao nhieu?"),
        ("ngan hang cho vay", True, "ngan hang cho vay"),
        ("dân vn ăn j trc tết", False, "dân vn ăn gì trước tết"),
        ("Hôm nay mưa ko?", False, "Hôm nay mưa không?"),
        ("dc bn ng", True, "duoc bao nhieu nguoi"),
        ("nam 2020 ko co", True, "nam 2020 khong co"),
        # With other meanings where the rest is written out.
        ("Hà Nội vs Nam Định", False, "Hà Nội vs Nam Định"),
        ("ha noi vs nam dinh", True, "ha noi voi nam dinh"),
        ("vitamin k là gì", False, "vitamin k là gì"),
        ("di k", True, "di khong"),
        # Units, names and parts of words.
        ("gia 50 k", True, "gia 50 k"),
        ("Washington DC, J. Biden, Ko Samui", True, "Washington DC, J. Biden, Ko Samui"),
        ("kon tum, 5ng", True, "kon tum, 5ng"),
        ("", True, ""),
    ],
)
def test_spelled_out(asked: str, bare: bool, full: str) -> None:
    assert spelled_out(asked, bare) == full
