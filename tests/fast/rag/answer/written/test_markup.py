"""Markup, code and thinking stay behind; what leaves is plain text and the numbers of passages."""

import pickle
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.written.markup import Cleaner, Marker, Thought, Token, visible
from tests.support.markup import MARKUP

# It has both its brackets, and no unpaired parenthesis in its address: "](x)" alone is text.
LINK = re.compile(r"\[[^\[\]\n]*\]\((?:[^\s()]|\([^\s()]*\))+\)")


def cleaned(*pieces: str) -> list[Token]:
    """What comes of the pieces, neighbouring texts put together."""
    cleaner = Cleaner()
    out: list[Token] = []
    for token in [*(token for piece in pieces for token in cleaner.feed(piece)), *cleaner.finish()]:
        if isinstance(token, str) and out and isinstance(out[-1], str):
            out[-1] += token
        elif token != "":
            out.append(token)
    return out


def plain(text: str) -> str:
    return "".join(token if isinstance(token, str) else f"{{{token}}}" for token in cleaned(text))


# --- Markers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("[1]", (1,)),
        ("[1, 2]", (1, 2)),
        ("[2,1]", (2, 1)),
        ("[1; 1]", (1,)),
        ("[1-3]", (1, 2, 3)),
        ("[1–3, 7]", (1, 2, 3, 7)),
        ("[3-1]", (3, 1)),
        ("[１]", (1,)),
        ("［1］", (1,)),
        ("[¹]", (1,)),
        ("【1】", (1,)),
        ("【1†source】", (1,)),
        ("【4:0†nguồn.txt】", (4,)),
        ("[^1]", (1,)),
        ("[[1]]", (1,)),
        ("[[1], [2]]", (1, 2)),
        ("[**1**]", (1,)),
        (r"\[1\]", (1,)),
        ("&#91;1&#93;", (1,)),
        ("[\u200b1]", (1,)),
        ("[1](https://bao.example/a_(b))", (1,)),
        ("[đoạn 1]", (1,)),
        ("[Doan 1 và 2]", (1, 2)),
        ("[passage 1]", (1,)),
        ("[Passages 1 and 2]", (1, 2)),
        ("[Nguồn: 1]", (1,)),
        ("[Nguồn 1: Báo Sông, 12/3]", (1,)),
        ("[Bài báo 2]", (2,)),
        ("[citation:3]", (3,)),
        ("[источник 1]", (1,)),
        ("[来源1]", (1,)),
        ("(nguồn 1)", (1,)),
        ("(Nguồn: 1, 2)", (1, 2)),
        ("(theo nguồn 1)", (1,)),
        ("([1])", (1,)),
        ("([1], [2])", (1, 2)),
        ("(xem [3])", (3,)),
        ("（出典1）", (1,)),
        ("[2024]", (2024,)),
        ("[0]", (0,)),
        ("[12345]", ()),
        ("[1-99999]", (1,)),
        ("[" + "9" * 400 + "]", ()),
        ("[1-9999]", tuple(range(1, 51))),
        ("[1-9999, 1-9999, 3000-9999]", tuple(range(1, 51))),
    ],
)
def test_a_marker_gives_its_numbers_and_leaves_no_text(written: str, numbers: tuple[int, ...]) -> None:
    assert cleaned(f"A {written}.") == ["A ", Marker(numbers), "."]


@pytest.mark.parametrize(
    "text",
    [
        "Giờ [12:30] và [1.5].",
        "Ông [sic] nói [lúc 5 giờ].",
        "Năm (2024) và (1, 2).",
        "Điều (Article 5) và (bài 2).",
        "Tăng (5%) ở [Hà Nội].",
        "Mở [ngoặc",
        "Ba (nguồn tin giấu tên cho biết như vậy) đó.",
        "[] và ()",
    ],
)
def test_other_brackets_stay(text: str) -> None:
    assert cleaned(text) == [text]


@pytest.mark.parametrize("torn", ["[", "[1", "[[1, ", "[^1", "【1"])
def test_a_marker_that_is_torn_off_leaves_nothing(torn: str) -> None:
    assert cleaned(f"Câu {torn}") == ["Câu "]


def test_a_round_bracket_is_waited_for_only_where_it_may_cite() -> None:
    cleaner = Cleaner()

    assert "".join(map(str, cleaner.feed("Giá (theo giờ Việt Nam, chiều nay"))) == "Giá (theo giờ Việt Nam, chiều nay"
    assert "".join(map(str, cleaner.feed(" (theo nguồn tin số 1 của báo"))) == " "


# --- Markup --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("**Giá** *tăng* ***mạnh*** __hôm__ _nay_ ~~cũ~~", "Giá tăng mạnh hôm nay cũ"),
        ("2*3, snake_case, ~5%", "2*3, snake_case, ~5%"),
        ("tăng **5**%, **2024**", "tăng 5%, 2024"),
        ("[Báo](https://b.example/a) và [*Núi*](/n 'Tựa')", "Báo và Núi"),
        ("[ghi chú](không phải địa chỉ)", "[ghi chú](không phải địa chỉ)"),
        ("a![ảnh](x.png)b", "a b"),
        ("[![ảnh](x.png)](https://b.example) b", "  b"),
        ("Tuyệt![1](u)", "Tuyệt!{Marker(numbers=(1,))}"),
        ("Tuyệt! Hay!", "Tuyệt! Hay!"),
        ("gõ `x [1]` rồi", "gõ   rồi"),
        ("gõ ``a`b`` rồi", "gõ   rồi"),
        ("một ` lẻ", "một  lẻ"),
        ("a\n```py\nx = [1]\n\n# b\n```\nc", "a\n \nc"),
        ("a\n~~~\n[1]\n~~~\nc", "a\n \nc"),
        ("a ```không đóng\n\nb. C", "a  "),
        ("a | b", "a   b"),
        ("<b>H</b>ello<br/>x<p class='a'>y</p>", "Hello\nx\ny\n"),
        ("x < 5 và y > 3, 4<5", "x < 5 và y > 3, 4<5"),
        ("&lt;b&gt;a&lt;/b&gt; &amp;lt;i&amp;gt;c", "a c"),
        ("R&D, AT&T; 5 &lt; 6 &nbsp;&#x41;&khongco;", "R&D, AT&T; 5 < 6 \xa0A&khongco;"),
        ("<script>alert('[1]')</script>a<style>b</style>", "a"),
        ("<pre>x</pre>a<code>[1]</code>b", "\nab"),
        ("a<!-- [1]\n> -->b", "ab"),
        ("<|im_end|></s><https://b.example>", ""),
        ("a <img src=x", "a img src=x"),
        # What is left on both sides of markup does not become markup.
        ("<<b>img src=x>", "< img src=x>"),
        ("<[img](u) src=x>", "< img src=x>"),
        ("[x]**(http://a.b)", "[x] (http://a.b)"),
        ("*<*b>", "< b>"),
        ("<think>Nghĩ [1].\n\nRồi</think>\nCâu", "\nCâu"),
        ("<THINKING >x</Thinking >Câu", "Câu"),
        ("&lt;think&gt;x&lt;/think&gt;Câu", "Câu"),
        ("Câu <think>không đóng\n[1] ", "Câu "),
    ],
)
def test_markup_stays_behind(written: str, left: str) -> None:
    assert plain(written) == left


def test_what_is_decoded_does_not_go_on_with_an_entity() -> None:
    assert cleaned("&am&#112;;") == cleaned("&am&#112;", ";") == cleaned(*"&am&#112;;") == ["&amp;"]


def test_thinking_whose_beginning_was_not_marked_is_told() -> None:
    assert cleaned("Nghĩ.\n</think>Câu") == ["Nghĩ.\n", Thought(), "Câu"]


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("a\u200bb\u202ec\x00d\ufeff\u00ade\ufe0f\U000e0041\U000e0101", "abcde"),
        ("a\r\nb\u2028c\vd\te", "a\n\nb\nc\nd e"),
        ("\ud800a\ue000b\U0010ffffc\ufffd", "abc"),
        (r"a\*b\_c", "a*b_c"),
        ("\u1fef\u212a\u037e", "`K;"),
    ],
)
def test_only_what_is_seen_is_left(written: str, left: str) -> None:
    assert visible(written) == left


# --- Any text ------------------------------------------------------------------------------------------


@given(MARKUP, st.data())
def test_any_cut_gives_the_same(text: str, data: st.DataObject) -> None:
    whole = cleaned(text)
    at = data.draw(st.integers(0, len(text)))

    assert cleaned(*text) == whole
    assert cleaned(text[:at], text[at:]) == whole


@given(MARKUP | st.text(max_size=200))
def test_no_markup_is_left(text: str) -> None:
    left = "\n".join(token for token in cleaned(text) if isinstance(token, str))

    assert not re.search(r"<[a-z/!?|][^<>\n]*>|```|~~~|\*\*", left, re.IGNORECASE)
    # A tag or a comment inside an address may hold the parenthesis that made it none.
    assert "<" in text or not LINK.search(left)
    assert left == visible(left)


@pytest.mark.parametrize(
    "unit",
    [
        *("[", "[a", "[[a]", "[1]", "[a](b)", "![", "![a](b)", "(", "(nguồn ", "<", "<a", "<!-", "`", "``a`", "*"),
        *("&amp;", "&am", ";", "~", "_", "\u0316\u0301", "\u200b", "a", " ", "\n", "<think>", "``` a", "[1-9999]"),
    ],
)
def test_hostile_text_takes_no_time_to_speak_of_and_bounded_memory(unit: str) -> None:
    """Half a second as it is; work that grew with the square of the length would take minutes."""
    cleaner = Cleaner()
    began = time.process_time()

    for _ in cleaner.feed(unit * (100_000 // len(unit))):
        pass

    assert time.process_time() - began < 10
    assert len(pickle.dumps(cleaner)) < 5000
