"""Units of money in five languages."""

import pytest

from index.language.currencies import currency, is_money, signs
from index.language.quantities import Figure, figures
from index.language.text import lower


@pytest.mark.parametrize(
    ("code", "units"),
    [
        ("usd", ["USD", "đô la", "đô la Mỹ", "đôla Mỹ", "US dollars", "dollar", "долларов США", "美元", "米ドル"]),
        ("krw", ["won", "won Hàn Quốc", "KRW", "вон", "韩元", "ウォン"]),
        ("thb", ["baht", "Thai baht", "бат", "泰铢", "バーツ"]),
        ("rub", ["rúp", "rubles", "рублей", "卢布", "ルーブル"]),
        ("inr", ["rupee", "rupees", "рупий", "卢比", "ルピー"]),
        ("jpy", ["yên", "đồng yên", "Japanese yen", "иен", "日元", "円"]),
        ("cny", ["nhân dân tệ", "NDT", "yuan", "юаней", "人民币", "元"]),
        ("aud", ["đô la Úc", "đô la Australia", "Australian dollars", "AUD"]),
        ("vnd", ["đồng", "dong", "VND", "đồng Việt Nam", "донгов", "越南盾"]),
        ("", ["người", "động cơ", "đông", "yến", "wonderful", "батальона", "yêntâm", ""]),
    ],
)
def test_a_unit_has_one_code(code: str, units: list[str]) -> None:
    assert {unit: currency(lower(unit)) for unit in units} == dict.fromkeys(units, code)


def test_signs() -> None:
    assert [signs()[sign] for sign in ("$", "€", "£", "¥", "₩", "s$")] == ["usd", "eur", "gbp", "jpy", "krw", "sgd"]


@pytest.mark.parametrize("unit", ["USD", "won", "baht", "rúp", "rupee", "yên", "euro", "đô la", "nhân dân tệ"])
def test_every_currency_is_money(unit: str) -> None:
    (figure,) = figures(f"Cầu tốn 58 triệu {unit}.")

    assert isinstance(figure, Figure)
    assert figure.is_money


@pytest.mark.parametrize(
    ("text", "name", "money"),
    [
        ("900 đô la Úc", "Úc", True),
        ("900 đô la New Zealand", "New Zealand", True),
        ("10 bảng Anh", "Anh", True),
        ("3 won Hàn Quốc", "Hàn Quốc", True),
        ("5 US dollars", "US", True),
        ("Úc trả 900 đô la", "Úc", False),
        ("bán cho Anh", "Anh", False),
    ],
)
def test_a_countrys_money_is_no_country(text: str, name: str, money: bool) -> None:
    start = text.index(name)
    assert is_money(text, start, start + len(name)) is money
