"""Acronyms learnt from small corpora, and questions that they widen."""

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.acronyms import Acronyms


def learnt(*texts: str) -> dict[str, list[str]]:
    """The meanings of all words in capital letters; none of those in the texts is built in."""
    known = Acronyms.learn(texts)
    shorts = sorted(set(re.findall(r"[A-ZĐ0-9.]{2,}", " ".join(texts))))
    return {short: list(known.expansions(short)) for short in shorts if known.expansions(short)}


@pytest.mark.parametrize(
    ("text", "short", "meaning"),
    [
        # Initials of syllables, linking words left out, from the last letter to the first.
        ("Ông ở Viện nghiên cứu cây lúa (VNCCL) nói.", "VNCCL", "Viện nghiên cứu cây lúa"),
        ("Sở Nông trại và Vườn rừng (NTVR) họp.", "NTVR", "Nông trại và Vườn rừng"),
        ("Theo Sở Nông trại & Đồi chè (NT&ĐC).", "NT&ĐC", "Nông trại & Đồi chè"),
        ("Chương trình bảo tồn gốm (viết tắt là BTG) mở.", "BTG", "bảo tồn gốm"),
        ("Hãng phim Green Lotus Films (GLF) mở.", "GLF", "Green Lotus Films"),
        # A foreign acronym: the phrase from the word on that begins an organisation's name.
        ("Hôm qua, chủ tịch Liên đoàn Diều giấy Quốc tế (IKFX) nói.", "IKFX", "Liên đoàn Diều giấy Quốc tế"),
        ("Theo Bộ Xây dựng và Quỹ Cầu đường Thế giới (WRBX).", "WRBX", "Quỹ Cầu đường Thế giới"),
        ("Hội đồng thành viên Tập đoàn Gốm Hoa Sen (LTCX) họp.", "LTCX", "Tập đoàn Gốm Hoa Sen"),
    ],
)
def test_what_stands_before_brackets(text: str, short: str, meaning: str) -> None:
    assert Acronyms.learn([text]).expansions(f"{short} là gì?") == (meaning,)


@pytest.mark.parametrize(
    ("text", "short", "meaning"),
    [
        ("IKFX (Liên đoàn Diều giấy Quốc tế) nói.", "IKFX", "Liên đoàn Diều giấy Quốc tế"),
        ("Ở VNCCL (Viện nghiên cứu cây lúa), ông nói.", "VNCCL", "Viện nghiên cứu cây lúa"),
        ("IKFX (Liên đoàn Diều giấy Quốc tế, lập năm 1990) nói.", "IKFX", "Liên đoàn Diều giấy Quốc tế"),
    ],
)
def test_what_stands_in_brackets(text: str, short: str, meaning: str) -> None:
    assert Acronyms.learn([text]).expansions(short) == (meaning,)


@pytest.mark.parametrize(
    "text",
    [
        "Hôm nay trời đẹp (QZX).",
        "Ông Nguyễn Văn Bưởi (TP.HCM) nói.",
        "Quận nhất (Q.1) và nhà máy (A321).",
        "Hội đồng, sau khi xem xét, đồng ý (QZX).",
        "Bộ trưởng Trần Văn Cam (QZX) nói.",
        "Liên minh châu Âu (QZX).",
        "QZX (hôm nay) và QZX (Hà Nội).",
        "Hội bàn rất lâu về chuyện trồng cây ở Đồi Xanh (QZX).",
        "(QZX) (",
        "Rất dài ABCDEFGHIJKL (Liên đoàn Diều giấy Quốc tế).",
    ],
)
def test_nothing_to_learn(text: str) -> None:
    assert learnt(text) == {}


def test_words_that_most_articles_share_are_the_meaning() -> None:
    articles = [f"{lead} thuyền gỗ không buồm (SBX)." for lead in ("Họ mua", "Sáu chiếc", "Có", "Đóng một")]
    assert learnt(*articles) == {"SBX": ["thuyền gỗ không buồm"]}
    # Two are not enough, nor is less than half of them.
    assert learnt(*articles[:2]) == {}
    others = [f"Chuyện số {number} (SBX)." for number in range(5)]
    assert learnt(*articles, *others) == {}


def test_one_article_speaks_once() -> None:
    article = "Có thuyền gỗ không buồm (SBX). Mua thuyền gỗ không buồm (SBX). Bán thuyền gỗ không buồm (SBX)."
    assert learnt(article) == {}


def test_the_commonest_meaning_comes_first_and_rare_ones_not_at_all() -> None:
    often = ["Hội Trồng Sen Hồng (HTSH)."] * 8
    assert learnt(*often, *["Hội Thả Sáo Hè (HTSH)."] * 2) == {"HTSH": ["Hội Trồng Sen Hồng", "Hội Thả Sáo Hè"]}
    assert learnt(*often, "Hội Thả Sáo Hè (HTSH).") == {"HTSH": ["Hội Trồng Sen Hồng"]}


BUILT_IN = Acronyms({})


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("VCCI kiến nghị gì?", ("Liên đoàn Thương mại và Công nghiệp Việt Nam",)),
        ("vcci kien nghi gi", ("Liên đoàn Thương mại và Công nghiệp Việt Nam",)),
        ("Liên đoàn thương mại và công nghiệp Việt Nam kiến nghị gì?", ("VCCI",)),
        ("lien doan thuong mai va cong nghiep viet nam", ("VCCI",)),
        ("ubnd tỉnh họp", ("Ủy ban nhân dân",)),
        ("Bộ GD-ĐT, Bộ GD&ĐT", ("Giáo dục và Đào tạo",)),
        ("EVN-EU", ("Tập đoàn Điện lực Việt Nam", "Liên minh châu Âu")),
        ("UBND và HĐND họp với EVN và VCCI", ("Ủy ban nhân dân", "Hội đồng nhân dân", "Tập đoàn Điện lực Việt Nam")),
        ("who is he, what is eu", ()),
        ("Trời mưa", ()),
        ("", ()),
    ],
)
def test_other_ways_to_write(text: str, others: tuple[str, ...]) -> None:
    assert BUILT_IN.expansions(text) == others


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    known = Acronyms.learn(["Hội Trồng Sen Hồng (HTSH)."])
    known.save(tmp_path)
    assert json.loads((tmp_path / "acronyms.json").read_bytes()) == {"HTSH": ["Hội Trồng Sen Hồng"]}
    assert Acronyms.load(tmp_path).expansions("HTSH họp") == ("Hội Trồng Sen Hồng",)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b'{"A": 1}', b'{"A": ["x"', b"\xff"])
def test_a_broken_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "acronyms.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"\S"):
        Acronyms.load(tmp_path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"acronyms\.json"):
        Acronyms.load(tmp_path)


PIECE = st.sampled_from(["UBND", "Ủy ban nhân dân", "Hội", "(", ")", " ", "và", "VCCI", "gọi tắt là", "-", "&", "."])


@given(st.lists(PIECE | st.text(max_size=3), max_size=25).map("".join))
def test_any_text_can_be_learnt_from_and_asked(text: str) -> None:
    known = Acronyms.learn([text] * 3)
    assert len(known.expansions(text)) <= 3


@pytest.mark.parametrize("unit", ["(", "(A", "A.B ", "UBND (", "(UBND)", "Hội ", "Hội và ", "VCCI ", "A&"])
def test_long_repetitions_take_moments(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    begun = time.process_time()
    Acronyms.learn([text]).expansions(text)
    assert time.process_time() - begun < 5
