import pytest

from rag.answer.checking.claims import claims_of


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Kim ngạch với Mỹ tăng.", {"usa"}),
        ("Kim ngạch với Hoa Kỳ tăng.", {"usa"}),
        ("Trade with the United States grew.", {"usa"}),
        ("Úc trả 900 đô la Mỹ.", {"australia"}),
        ("Lào trả 3 tỷ won Hàn Quốc.", {"laos"}),
        ("Chợ Thủ Đức đông.", set()),
        ("Thủ Đức có chợ.", set()),
    ],
)
def test_countries_are_known_under_any_name(text: str, known: set[str]) -> None:
    assert claims_of(text, None).known == known


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Cầu tốn 3 tỷ won.", "krw"),
        ("Cầu tốn 3 tỷ baht.", "thb"),
        ("Cầu tốn 3 tỷ rúp.", "rub"),
        ("Cầu tốn 3 tỷ rupee.", "inr"),
        ("Cầu tốn 3 tỷ USD.", "usd"),
        ("The bridge cost 3 billion Japanese yen.", "jpy"),
        ("The bridge cost S$3 billion.", "sgd"),
        ("The bridge cost €3 billion.", "eur"),
        ("Cầu tốn năm đô la Úc.", "aud"),
        ("Vé giá hai won.", "krw"),
    ],
)
def test_amounts_of_money_have_their_currency(text: str, unit: str) -> None:
    (amount,) = claims_of(text, None).amounts
    assert (amount.unit, amount.has_known_unit) == (unit, True)


def test_a_verb_behind_what_is_counted_is_no_money() -> None:
    (amount,) = claims_of("In the end 12 athletes won.", None).amounts
    assert amount.unit != "krw"
