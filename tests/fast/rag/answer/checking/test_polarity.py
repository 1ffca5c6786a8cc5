import pytest

from index.language.text import normalised_tokens
from rag.answer.checking.polarity import denials, denied_otherwise, denied_otherwise_abroad, signs, turned


def test_the_longest_phrase_names_the_direction() -> None:
    found = [sign for _, sign in signs(normalised_tokens("Xuất khẩu gạo tăng, giá rẻ hơn năm trước."))]

    assert found == [("trade", 1), ("trend", 1), ("price", -1)]


@pytest.mark.parametrize(
    ("text", "axis"),
    [
        ("Sáng kiến này được khen.", "hour"),
        ("Chiều dài cầu là 300 m.", "hour"),
        ("Nhà máy bán dẫn đặt ở Bắc Ninh.", "deal"),
        ("Trẻ em có hệ miễn dịch tốt.", "fee"),
    ],
)
def test_a_syllable_of_a_compound_names_no_direction(text: str, axis: str) -> None:
    assert axis not in {name for _, (name, _) in signs(normalised_tokens(text))}


def test_a_compound_is_no_denial() -> None:
    assert denials(normalised_tokens("Israel không kích miền nam, phòng không đáp trả.")) == []
    assert not denied_otherwise(
        normalised_tokens("Israel tấn công miền nam."), normalised_tokens("Israel không kích miền nam.")
    )


@pytest.mark.parametrize(
    ("said", "told", "axis"),
    [
        ("Sản lượng chè giảm 5%.", "Sản lượng chè tăng 5%.", "trend"),
        ("Tea output fell by 5%.", "Sản lượng chè tăng 5%.", "trend"),
        ("Chè nhập khẩu đạt 3 tấn.", "Chè xuất khẩu đạt 3 tấn.", "trade"),
        ("Sản lượng chè tăng 5%.", "Sản lượng chè tăng 5%, giá giảm.", ""),
        ("Sản lượng chè là 5 tấn.", "Sản lượng chè tăng lên 5 tấn.", ""),
    ],
)
def test_a_direction_is_turned_where_only_its_opposite_is_told(said: str, told: str, axis: str) -> None:
    sides = ([sign for _, sign in signs(normalised_tokens(text))] for text in (said, told))

    assert turned(next(sides), next(sides)) == axis


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Cầu chưa thông xe.", [("thông", "xe")]),
        ("Hãng hàng không mở đường bay.", []),
        ("Không khí trong lành.", []),
        ("Giá không quá 5 triệu đồng.", []),
        ("The bridge is not open.", [("open",)]),
    ],
)
def test_what_is_denied(text: str, denied: list[tuple[str, ...]]) -> None:
    assert [scope for _, scope in denials(normalised_tokens(text))] == denied


@pytest.mark.parametrize(
    ("said", "told", "otherwise"),
    [
        ("Cầu đã thông xe.", "Cầu chưa thông xe.", True),
        ("Cầu chưa thông xe.", "Cầu đã thông xe.", True),
        ("Cầu chưa thông xe.", "Đến nay cầu chưa thông xe.", False),
        ("Xã thu phí tham quan.", "Xã không thu phí tham quan.", True),
        ("Xã mở bảo tàng.", "Xã mở bảo tàng và không thu phí tham quan.", False),
        ("Mục tiêu đã đạt.", "Mục tiêu đã không đạt: năm ngoái chỉ có 3 tấn.", True),
    ],
)
def test_denials_are_compared(said: str, told: str, otherwise: bool) -> None:
    assert denied_otherwise(normalised_tokens(said), normalised_tokens(told)) is otherwise


@pytest.mark.parametrize(
    ("said", "told", "otherwise"),
    [
        ("The bridge has not opened.", "Cầu đã thông xe.", True),
        ("The bridge has opened.", "Cầu chưa thông xe.", True),
        ("The bridge has not opened.", "Cầu chưa thông xe.", False),
        ("The museum is free.", "Bảo tàng không thu phí.", False),
    ],
)
def test_across_languages_only_whether_something_is_denied_is_compared(said: str, told: str, otherwise: bool) -> None:
    assert denied_otherwise_abroad(normalised_tokens(said), normalised_tokens(told)) is otherwise
