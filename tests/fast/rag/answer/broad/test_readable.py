import pytest

from rag.answer.broad.readable import readable
from tests.support.broad import passage


def texts(text: str, start: int = 0) -> list[str]:
    found = readable(passage(text, "a", start=start))
    assert all(text[one.start - start : one.end - start] == one.text for one in found)
    return [one.text for one in found]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Hà Nội, 12/9 (TTXVN) – Hai nước ký bốn thỏa thuận về y tế và giáo dục.",
            "Hai nước ký bốn thỏa thuận về y tế và giáo dục.",
        ),
        (
            "Cũng theo bản tin này, cầu mới sẽ mở cho xe tải vào tháng năm.",
            "cầu mới sẽ mở cho xe tải vào tháng năm.",
        ),
        ("Trước đó, tỉnh đã chi hai trăm tỷ đồng cho con đường.", "tỉnh đã chi hai trăm tỷ đồng cho con đường."),
        ("Ngày 3/5 năm đó, tỉnh đã khởi công xây cây cầu.", "Ngày 3/5 năm đó, tỉnh đã khởi công xây cây cầu."),
        (
            "Bộ trưởng nói: “Chúng tôi sẽ xây thêm ba trường học ở đây.”",
            "Bộ trưởng nói: “Chúng tôi sẽ xây thêm ba trường học ở đây.”",
        ),
    ],
)
def test_a_sentence_is_cut_to_what_stands_alone(text: str, shown: str) -> None:
    assert texts(text, start=500) == [shown]


@pytest.mark.parametrize(
    "text",
    [
        "Vì sao nhà máy ở ven sông phải dừng lại lâu như vậy?",
        "“Chúng tôi sẽ xây thêm ba trường học ở vùng núi này.",
        "Ông nói ba trường học ở vùng núi sẽ được xây”.",
        "Hội nghị các bộ trưởng y tế châu Á tại Hà Nội",
        "Cầu mới đã mở.",
    ],
)
def test_questions_half_quotations_headings_and_fragments_are_left_out(text: str) -> None:
    assert texts(text) == []
