import pytest

from index.language.units import TIMES, UNITS, unit_at


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("m2 sàn", "m2"),
        ("m dài", "m"),
        ("km", "km"),
        ("mét vuông", "m2"),
        ("kỹ sư", "person"),
        ("engineers", "person"),
        ("khách trong nước", "person"),
        ("khách sạn", ""),
        ("vụ cháy", "case"),
        ("ca mắc mới", "case"),
        ("nước trong khu vực", "country"),
        ("nước sạch", ""),
        ("year-olds", "age"),
        ("year", "year"),
        ("cái", ""),
        # A unit is a whole word.
        ("mẫu", ""),
        ("kms", ""),
        ("", ""),
    ],
)
def test_the_unit_that_a_text_begins_with(text: str, unit: str) -> None:
    assert unit_at(text) == unit


def test_a_unit_further_on() -> None:
    assert unit_at("vietnamese workers", len("vietnamese ")) == "person"
    assert unit_at("vietnamese workers") == ""


def test_times_are_units() -> None:
    assert TIMES < UNITS
