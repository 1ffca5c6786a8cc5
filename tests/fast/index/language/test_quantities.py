from decimal import Decimal

import pytest

from index.language.quantities import Figure, capitalised, capitalised_inside, figures, quantities, same_value, words


def told(sentence: str) -> list[tuple[int, str]]:
    return [(int(figure.value), figure.unit) for figure in figures(sentence)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Cầu tốn 58 triệu USD.", [(58_000_000, "usd")]),
        ("Cầu tốn 1,5 tỷ đồng, gồm 300 triệu đô la Mỹ.", [(1_500_000_000, "vnd"), (300_000_000, "usd")]),
        ("Vé giá 2.000 đô la Úc hay 900 euro", [(2000, "aud"), (900, "eur")]),
        (
            "Trả 3 tỷ won, 40 baht, 5.000 rúp, 700 rupee",
            [(3_000_000_000, "krw"), (40, "thb"), (5000, "rub"), (700, "inr")],
        ),
        ("Trả 3 nhân dân tệ, 9 đồng yên, 10 bảng Anh", [(3, "cny"), (9, "jpy"), (10, "gbp")]),
        ("Trường có 1.200 sinh viên và 80 giảng viên", [(1200, "person"), (80, "person")]),
        ("Xưởng làm 30 triệu liều mỗi năm", [(30_000_000, "dose")]),
        # Both sides of a rise have the unit and the scale behind the second.
        ("Giá nâng từ 290 lên 315 nghìn đồng", [(290_000, "vnd"), (315_000, "vnd")]),
        ("Cử 56 người thay vì 48, chia ba đợt", [(56, "person"), (48, ""), (3, "đợt")]),
        # Shares, times and ages are not compared.
        ("Tăng 9% sau 14 tháng, lúc 7 giờ, ở tuổi 35 tuổi", []),
        ("Năm 2025 không có gì", []),
    ],
)
def test_values_and_units(sentence: str, expected: list[tuple[int, str]]) -> None:
    assert told(sentence) == expected


def test_quantities_are_shares_and_times_too() -> None:
    found = quantities("Tăng từ 3 lên 5 năm, 7,5% trong 58 Vietnamese engineers nhận $2 million, 48, vẫn vậy")

    assert [(str(quantity.value.normalize()), quantity.unit) for quantity in found] == [
        ("3", "year"),
        ("5", "year"),
        ("7.5", "%"),
        ("58", "person"),
        ("2E+6", "usd"),
        ("48", ""),
    ]
    assert [quantity.has_known_unit for quantity in found] == [True] * 5 + [False]


def test_the_clause_around_a_figure() -> None:
    sentence = "Theo ông Nam, cầu (dài 1.420 m) tốn 58 triệu USD, kém dự toán 3 triệu USD."

    assert [figure.clause.strip() for figure in figures(sentence)] == [
        "dài 1.420 m",
        "cầu (dài 1.420 m) tốn 58 triệu USD",
        "kém dự toán 3 triệu USD.",
    ]
    (dated,) = figures("Huế, 7/7 (Bản tin) - Cầu Việt Nam - Lào tốn 58 triệu USD")
    assert dated.clause == "Cầu Việt Nam - Lào tốn 58 triệu USD"


def test_differences_and_rough_values() -> None:
    (grown,) = figures("Trường thêm 50 sinh viên")
    (rough,) = figures("Trường có khoảng 1.200 sinh viên")

    assert (grown.change, grown.rough) == (True, False)
    assert (rough.change, rough.rough) == (False, True)


def figure(value: str, *, rough: bool = False) -> Figure:
    return Figure(Decimal(value), "usd", 0, 1, "", change=False, rough=rough)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (figure("4.58"), figure("4.58"), True),
        (figure("4.58"), figure("4.6"), True),
        (figure("4580000000"), figure("4600000000"), True),
        (figure("4.58"), figure("4.5"), False),
        # Rounded to one digit, most values would agree.
        (figure("4.58"), figure("5"), False),
        (figure("31200"), figure("31000", rough=True), True),
        (figure("31200"), figure("36400", rough=True), False),
        (figure("0"), figure("3"), False),
    ],
)
def test_values_that_agree(one: Figure, other: Figure, agree: bool) -> None:
    assert same_value(one, other) is agree
    assert same_value(other, one) is agree


def test_names_and_words() -> None:
    sentence = "Theo Viện Đông Hải, sinh viên ở Úc (Lào) nói tiếng Việt."
    assert capitalised_inside(sentence) == {"vien", "dong", "hai", "uc", "lao", "viet"}
    assert capitalised("Úc có 3 Trường") == {"uc", "truong"}
    assert words("Úc có 31.200 Sinh viên") == {"uc", "co", "sinh", "vien"}
