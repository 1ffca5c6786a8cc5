"""Sentences of an answer as they come, with the passages that each cites."""

import pickle
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.sentences import sentences
from index.language.text import nfc
from rag.answer.written.splitter import Splitter
from rag.records.answers import Drafted
from tests.support.markup import MARKUP

Written = list[tuple[str, tuple[int, ...]]]


def drafted(*pieces: str) -> list[Drafted]:
    splitter = Splitter()
    return [*(sentence for piece in pieces for sentence in splitter.feed(piece)), *splitter.finish()]


def pairs(*pieces: str) -> Written:
    return [(sentence.text, sentence.markers) for sentence in drafted(*pieces)]


def texts(*pieces: str) -> list[str]:
    return [sentence.text for sentence in drafted(*pieces)]


# --- Markers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Giá tăng [1]. Cầu mở [2].", [("Giá tăng.", (1,)), ("Cầu mở.", (2,))]),
        ("Giá tăng. [1] Cầu mở. [2]", [("Giá tăng.", (1,)), ("Cầu mở.", (2,))]),
        ("Giá tăng.[1][3] Cầu mở.[2]", [("Giá tăng.", (1, 3)), ("Cầu mở.", (2,))]),
        ("Giá tăng.[1]Cầu mở.[2]", [("Giá tăng.", (1,)), ("Cầu mở.", (2,))]),
        ("Giá tăng [2]. [1] Cầu mở.", [("Giá tăng.", (2, 1)), ("Cầu mở.", ())]),
        ("Giá tăng [2][1][2, 1].", [("Giá tăng.", (2, 1))]),
        ("Theo [1], giá tăng [2], cầu mở[3]và thông[4].", [("Theo, giá tăng, cầu mở và thông.", (1, 2, 3, 4))]),
        ("Giá tăng [1] !", [("Giá tăng!", (1,))]),
        ('Ông nói: "Giá tăng [1]." Bà cười [2].', [('Ông nói: "Giá tăng."', (1,)), ("Bà cười.", (2,))]),
        # On the next line, on a line of their own.
        ("Giá tăng.\n[1]\nCầu mở.\n\n[2]\n[3]", [("Giá tăng.", (1,)), ("Cầu mở.", (2, 3))]),
        ("Giá tăng.\n[1] Cầu mở.\n[2]", [("Giá tăng.", (1,)), ("Cầu mở.", (2,))]),
        # Leading, throughout.
        ("[1] Giá tăng. [2] Cầu mở.", [("Giá tăng.", (1,)), ("Cầu mở.", (2,))]),
        ("[1] Giá tăng.\n[2] Cầu mở.", [("Giá tăng.", (1,)), ("Cầu mở.", (2,))]),
        ("[1]\nGiá tăng.", [("Giá tăng.", (1,))]),
        ("Giá tăng [1].\n[2] Cầu mở.", [("Giá tăng.", (1,)), ("Cầu mở.", (2,))]),
        ("- [1] Giá tăng.\n- [2] Cầu mở.", [("Giá tăng.", (1,)), ("Cầu mở.", (2,))]),
        ("- Giá tăng.\n- [2] Cầu mở.", [("Giá tăng.", ()), ("Cầu mở.", (2,))]),
        # Numbers that are no passages, and code that is no marker.
        ("Năm ấy [2024] giá tăng [12345].", [("Năm ấy giá tăng.", (2024,))]),
        ("Giá tăng `a[1]` nhiều.", [("Giá tăng nhiều.", ())]),
        ("价格上涨[1]。大桥通车。[2]他说[3]好。", [("价格上涨。", (1,)), ("大桥通车。", (2,)), ("他说好。", (3,))]),
        ("[1]", []),
        ("", []),
    ],
)
def test_markers_belong_to_their_sentence(answer: str, expected: Written) -> None:
    assert pairs(answer) == expected


def test_a_sentence_has_at_most_fifty_markers() -> None:
    assert pairs("".join(f"[{number}]" for number in range(1, 200)) + " Câu.") == [("Câu.", tuple(range(1, 51)))]


# --- Plain text ----------------------------------------------------------------------------------------


def test_a_list_under_a_heading() -> None:
    answer = (
        "## Tóm tắt\n\nCác điểm chính:\n\n* **Giá:** tăng 5% [1]\n  - Cầu mở [2]\n1. Lúa chín\n"
        "2) > Mưa to. Gió lớn.\n- [x] Xong\n–Nắng\n---\n***\n"
    )

    assert pairs(answer) == [
        ("Tóm tắt", ()),
        ("Các điểm chính:", ()),
        ("Giá: tăng 5%", (1,)),
        ("Cầu mở", (2,)),
        ("Lúa chín", ()),
        ("Mưa to.", ()),
        ("Gió lớn.", ()),
        ("Xong", ()),
        ("Nắng", ()),
    ]


def test_a_table_gives_a_sentence_a_row() -> None:
    assert pairs("| Năm | Giá |\n|:--|--:|\n| 2024 | 5% [1] |") == [("Năm Giá", ()), ("2024 5%", (1,))]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Xem https://b.example/a?b=c&d=[1]. Giá tăng.", ["Xem.", "Giá tăng."]),
        ("Xem (www.b.example/a_b), viết a.b@c.example nhé.", ["Xem, viết nhé."]),
        ("Theo b.example/tin/1.html giá tăng.", ["Theo giá tăng."]),
        ("详见https://b.example/a。价格上涨。", ["详见。", "价格上涨。"]),
        ("Theo b.example, 15/10, 1.500/2.000 km/h.", ["Theo b.example, 15/10, 1.500/2.000 km/h."]),
        ("https://b.example/a", []),
        ("Ca\u0302\u0301p  hai\u00a0\u200bmột\tba.", ["Cấp hai một ba."]),
        ("-5 độ.\n2024 là năm nhuận.\n1.500 người.", ["-5 độ.", "2024 là năm nhuận.", "1.500 người."]),
        ("... [1] !\n\n* * *", []),
        ("[^1]: Báo Sông", ["Báo Sông"]),
        ("<think>Giá tăng [1]. Cầu mở.</think>\n\nLúa chín.", ["Lúa chín."]),
        ("<think>Giá tăng. Cầu mở. Lúa chín.", []),
    ],
)
def test_what_leaves_is_plain(answer: str, expected: list[str]) -> None:
    assert texts(answer) == expected


def test_thinking_that_was_not_marked_takes_back_what_has_not_left() -> None:
    assert texts("Nghĩ xong\nRồi viết [1].</think>Giá tăng.") == ["Nghĩ xong", "Giá tăng."]


def test_an_overlong_sentence_is_dropped_with_its_markers() -> None:
    longest = "a" * 1499 + "."
    over = "a" * 1500 + "."

    assert pairs(f"{longest} [1] Cầu mở [2].") == [(longest, (1,)), ("Cầu mở.", (2,))]
    assert pairs(f"{over} [1] Cầu mở [2].") == [("Cầu mở.", (2,))]
    assert pairs(f"Giá tăng. B{' a' * 40_000}[1]. [3] Cầu mở [2].") == [("Giá tăng.", ()), ("Cầu mở.", (2,))]
    assert pairs(f"{over}\n[1]\nCầu mở.") == [("Cầu mở.", ())]


# --- When a sentence is given out ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        # What has to be read before the first sentence is given out | what comes then.
        "Giá tăng [1]. Cầu m|ở rồi.",
        "Giá tăng. [1] Cầu m|ở rồi.",
        "价格上涨。大|桥通车。",
        "价格上涨。[1]大|桥通车。",
        "Giá tăng\nC|ầu mở rồi.",
        "- Giá tăng.\n-| Cầu mở rồi.",
        "Ông cười! " + "Cầu" * 10 + "Cầ|u",  # no second word, yet enough
        "Giá tăng 1.500 đồng. Cầu m|ở.",
        "PGS.TS. Lê Lựu nói vậy. Ông c|ười.",
        "Giá tăng... và giảm. Cầu m|ở.",
    ],
)
def test_a_sentence_leaves_as_soon_as_the_next_has_clearly_begun(answer: str) -> None:
    before, _, after = answer.partition("|")
    splitter = Splitter()

    assert splitter.feed(before[:-1]) == []
    first = splitter.feed(before[-1])
    assert len(first) == 1
    assert first == drafted(before + after)[:1]
    assert [*first, *splitter.feed(after), *splitter.finish()] == drafted(before + after)


@pytest.mark.parametrize(
    "answer", ["Giá tăng.", "Giá tăng. ", "Giá tăng.\n", "Giá tăng. [1", "Giá tăng.\n\n[1]", "Giá tăng. (", "PGS. Lê"]
)
def test_a_sentence_waits_while_it_may_go_on(answer: str) -> None:
    splitter = Splitter()

    assert splitter.feed(answer) == []
    assert len(splitter.finish()) == 1


# --- Any text ------------------------------------------------------------------------------------------


@given(MARKUP, st.integers(1, 40), st.data())
def test_any_cut_gives_the_same(text: str, times: int, data: st.DataObject) -> None:
    text = (text * times)[:3000]
    whole = drafted(text)
    at, size = data.draw(st.integers(0, len(text))), data.draw(st.integers(1, 50))

    assert drafted(*text) == whole
    assert drafted(text[:at], text[at:]) == whole
    assert drafted(*(text[start : start + size] for start in range(0, len(text), size))) == whole


@given(MARKUP | st.text(max_size=300))
def test_what_leaves_is_clean(text: str) -> None:
    for sentence in drafted(text):
        assert any(map(str.isalnum, sentence.text))
        assert sentence.text == nfc(sentence.text) == " ".join(sentence.text.split())
        assert len(sentence.text) <= 1500
        assert len(set(sentence.markers)) == len(sentence.markers) <= 50
        assert all(0 <= number < 10_000 for number in sentence.markers)
        assert "[1]" not in sentence.text
        assert "[1, 3]" not in sentence.text


PROSE = st.lists(
    st.sampled_from(
        [
            *("Giá lúa tăng", "ông Trần Văn B.", "PGS.TS. Lê Lựu", "TP.HCM", "1.500 đồng", "chỉ còn...", "Vì sao?"),
            *('"Tôi đi."', "“Mưa to!”", "TP.", "Cầu mở.", "Lúa chín…", "(15/10).", "hôm nay", "Q. 5", "No. 7"),
            *("Ông", "v.v.", "A.", "Hay!”", "5.", "họ cười?!", "«Đi.»", "J. K. Lee.", "mr. Smith", "I. Mở đầu", "好。"),
        ]
    ),
    min_size=1,
    max_size=30,
)


@given(PROSE, st.integers(0, 10))
def test_sentences_end_where_they_end_in_a_text_read_whole(words: list[str], newline: int) -> None:
    words.insert(newline, "\nCâu")
    # A number that began a line would be a list's.
    text = " ".join(["Câu", *words]).replace(" \n", "\n")

    assert texts(*text) == [text[start:end] for start, end in sentences(text)]


def test_what_stands_before_a_stop_counts_however_the_text_comes() -> None:
    # A place would go on with its name (Q. Hoà); a person does not.
    assert texts(*"Bắt đối tượng Q. Hoà nói vậy.") == ["Bắt đối tượng Q.", "Hoà nói vậy."]


# --- Hostile text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a",
            "a. ",
            "a.",
            "A. ",
            "TS. A ",
            '? " ',
            "。",
            "。」",
            "...",
            "(",
            "[1]",
            "[1-9999] ",
            "a@",
            "a.b",
            "http://",
        ),
        *("www.", "1. ", "- ", "\u0316\u0301", "\n", " ", "x.vn/", "Câu một [1]. ", "| a ", "() ", "*"),
        # Sentences of nearly the greatest length.
        *((part * 1400)[:1400] + ". Cầu mở. " for part in ("a.b-", "a@", "a-", "http://", "( ", "a.", "x/", "-a.")),
    ],
)
def test_hostile_text_takes_no_time_to_speak_of_and_bounded_memory(unit: str) -> None:
    """Half a second as it is; work that grew with the square of the length would take minutes."""
    splitter = Splitter()
    text = unit * (100_000 // len(unit))
    began = time.process_time()

    for start in range(0, len(text), 1000):
        splitter.feed(text[start : start + 1000])
    memory = len(pickle.dumps(splitter))
    splitter.finish()

    assert time.process_time() - began < 10
    assert memory < 20_000


def test_a_long_answer_is_split_into_all_its_sentences() -> None:
    answer = "Giá gạo tăng 5% trong tháng 9 [1]. Ông Trần Văn B. nói **điều đó** hôm qua [2].\n" * 1_250

    assert len(drafted(answer)) == 2_500
