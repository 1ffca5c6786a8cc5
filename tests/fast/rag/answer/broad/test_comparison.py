import pytest

from rag.answer.broad.comparison import comparison, sides
from tests.support.broad import candidates, passage


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("So sánh học bổng Nga và học bổng Trung Quốc", ["Nga", "Trung Quốc"]),
        ("Đào tạo hạt nhân ở Nga khác gì ở Hàn Quốc?", ["Nga", "Hàn Quốc"]),
        ("Mỹ và Nga tuyên bố gì về việc rút quân khỏi Syria?", ["Mỹ", "Nga"]),
        ("How do Russian and Chinese scholarships differ?", ["Russian", "Chinese"]),
        ("俄罗斯和中国的奖学金有什么不同？", ["俄罗斯", "中国"]),
        ("So sánh Grab, Uber và Be", ["Grab", "Uber", "Be"]),
        ("Hai phương án khác nhau thế nào?", []),
    ],
)
def test_the_sides_are_the_names_that_stand_side_by_side(question: str, named: list[str]) -> None:
    assert [side.name for side in sides(question)] == named


def test_each_side_has_its_lines() -> None:
    russia = passage("Nga cấp một nghìn suất. Hạn nộp là tháng tư.", "nga", title="Học bổng Nga")
    china = passage("Trung Quốc cấp hai trăm suất.", "trung", title="Học bổng du học")
    ranked = [*candidates(russia, 0.9, 0.5), *candidates(china, 0.7, axis=2)]

    statements = comparison("So sánh học bổng Nga và học bổng Trung Quốc", ranked)

    assert [(one.line.side if one.line else "", one.text) for one in statements] == [
        ("Nga", "Nga cấp một nghìn suất."),
        ("Nga", "Hạn nộp là tháng tư."),  # by the title
        ("Trung Quốc", "Trung Quốc cấp hai trăm suất."),
    ]


def test_without_sides_it_is_a_list() -> None:
    ranked = candidates(passage("Cầu dài. Đường rộng.", "a"), 0.9, 0.8)

    statements = comparison("Hai phương án khác nhau thế nào?", ranked)

    assert [(one.line.side if one.line else "", one.text) for one in statements] == [
        (None, "Cầu dài."),
        (None, "Đường rộng."),
    ]
