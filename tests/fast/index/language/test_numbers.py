"""Numbers: one value for all spellings, and nothing for what only looks like one."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.numbers import Number, numbers


def tokens(text: str) -> list[str]:
    return [f"{'%' if number.percent else '#'}{number.value.normalize():f}" for number in numbers(text)]


@pytest.mark.parametrize(
    ("token", "spellings"),
    [
        (
            "#1500000000",
            [
                "1,5 tỷ",
                "1,5 tỉ",
                "1,5 ty dong",
                "1,5tỷ",
                "1.500 triệu",
                "1.500 trieu",
                "1.500.000.000 đồng",
                "1,500,000,000 USD",
                "1 500 000 000",
                "1\u00a0500\u00a0000\u00a0000",
                "1 tỷ 500 triệu",
                "một tỷ rưỡi",
                "tỷ rưỡi",
                "một tỷ năm trăm triệu",
                "một phẩy năm tỷ",
                "1.5 billion",
                "1.5bn",
                "one billion five hundred million",
                "1,5 миллиарда",
                "1,5 млрд",
                "полтора миллиарда",
                "15亿",
                "15億円",
                "十五亿",
                "一十五亿",
            ],
        ),
        (
            "#1500",
            [
                "1.500",
                "1500",
                "1,500 people",
                "một nghìn rưỡi",
                "một ngàn năm trăm",
                "15 trăm",
                "1,5 nghìn",
                "一千五百",
            ],
        ),
        ("%50", ["50%", "50 %", "50 phần trăm", "năm mươi phần trăm", "50 percent", "50 per cent", "50 процентов"]),
        ("%50", ["50％", "50パーセント", "百分之五十", "百分之50", "fifty percent"]),
        ("%0.5", ["0,5%", "0.5 %", "0,500%"]),
        ("#21", ["21", "hai mươi mốt", "hai mốt", "twenty-one", "二十一", "２１"]),
        ("#15", ["15", "mười lăm"]),
        ("#24", ["hai mươi tư", "hai mươi bốn"]),
        ("#25", ["hai mươi lăm", "hai lăm", "hai nhăm"]),
        ("#105", ["một trăm linh năm", "một trăm lẻ năm", "one hundred and five", "one hundred five", "105"]),
        ("#365", ["ba trăm sáu mươi lăm", "ba trăm sáu lăm"]),
        ("#550", ["năm trăm năm mươi"]),
        ("#250", ["hai trăm rưỡi", "hai trăm năm mươi"]),
        ("#2025", ["hai nghìn không trăm hai mươi lăm", "2.025"]),
        ("#2300500", ["hai triệu ba trăm nghìn năm trăm", "2.300.500"]),
        ("#150000000000000", ["150.000 tỷ", "150 nghìn tỷ", "một trăm năm mươi nghìn tỷ"]),
        ("#500000", ["nửa triệu", "half a million", "500 тысяч", "năm trăm nghìn", "50 vạn", "50万"]),
        ("#1000000", ["a million", "một triệu", "百万"]),
        ("#350000000", ["3亿5000万", "ba trăm năm mươi triệu"]),
        ("#1234.5", ["1.234,5", "1,234.5"]),
        ("#3.14", ["3,14", "3.14", "ba phẩy mười bốn"]),
        ("#3", ["3 người", "ba người", "three people", "Ba lần"]),
        ("#100", ["100km", "100 km", "một trăm km"]),
    ],
)
def test_one_value_has_one_token(token: str, spellings: list[str]) -> None:
    assert {spelling: tokens(spelling) for spelling in spellings} == {spelling: [token] for spelling in spellings}


@pytest.mark.parametrize(
    "text",
    [
        "2025",
        "năm 2025",
        "năm 1500",
        "năm hai mươi",
        "ngày 15",
        "tháng mười hai",
        "quý 3",
        "thứ hai",
        "15/10/2025",
        "15-10-2025",
        "15.10.2025",
        "2025年10月15日",
        "二十一日",
        "12h30",
        "19:30",
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "+84 912 345 678",
        "1234567890123456",
        "192.168.1.1",
        "A321",
        "F-16",
        "Covid-19",
        "4K",
        "tỷ số 2-1",
        "3/4",
        "x_5",
        "vài triệu",
        "hàng trăm nghìn",
        "vài tỷ rưỡi",
        "tỷ lệ",
        "trăm nghìn",
        "ba",
        "bà",
        "năm nay",
        "một lần",
        "không người",
        "one",
        "万一",
        "三",
        "nửa đêm",
        "",
    ],
)
def test_no_number(text: str) -> None:
    assert tokens(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hai mươi năm", ["#20"]),
        ("hai trăm năm sau", ["#200"]),
        ("một triệu năm trước", ["#1000000"]),
        ("5 tỷ phú, 3 triệu chứng", ["#5", "#3"]),
        ("từ 10-15 triệu đồng", ["#15000000"]),
        ("-3 độ", ["#3"]),
        ("1 tỷ 500 người", ["#1000000000", "#500"]),
        ("5 triệu/năm", ["#5000000"]),
        ("lãi 1,5 tỷ, tăng 12,5%.", ["#1500000000", "%12.5"]),
        ("mười. Hai người", ["#10", "#2"]),
    ],
)
def test_where_a_number_ends(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_where_it_stands() -> None:
    text = "Vốn là một tỷ rưỡi, tăng 50 phần trăm."
    assert numbers(text) == [Number(Decimal(1_500_000_000), 7, 18), Number(Decimal(50), 25, 37, percent=True)]
    assert [text[number.start : number.end] for number in numbers(text)] == ["một tỷ rưỡi", "50 phần trăm"]


WORDS = "1,5 1.500 0 12 tỷ triệu nghìn trăm mươi mười lăm mốt rưỡi linh năm phẩy % phần nửa a million 百 分 之 十 亿 -"
PIECE = st.sampled_from([*WORDS.split(), " ", ".", "/"]) | st.text(max_size=3)


@given(st.lists(PIECE, max_size=25), st.sampled_from(["", " "]))
def test_any_text_gives_numbers_in_order(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    found = numbers(text)
    ends = [0, *(number.end for number in found)]
    for before, number in zip(ends, found, strict=False):
        assert before <= number.start < number.end <= len(text)
        assert text[number.start : number.end].strip() == text[number.start : number.end]
        assert number.value >= 0


@given(st.integers(0, 999_999_999_999_999))
def test_grouped_digits_have_their_value(value: int) -> None:
    for written in (f"{value:,}", f"{value:,}".replace(",", "."), f"{value:,}".replace(",", " ")):
        assert tokens(f"{written} đồng") == ([f"#{value}"])


@pytest.mark.parametrize(
    "unit", ["1", "1.", "1.000 ", "1 000", "một ", "hai mươi ", "nghìn tỷ ", "nửa ", "百", "百分之", "一", "phẩy hai "]
)
def test_long_repetitions_take_moments(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    begun = time.process_time()
    numbers(text)
    assert time.process_time() - begun < 5
