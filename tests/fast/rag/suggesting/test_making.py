"""Questions made from sentences: each asks for what its sentence tells, in good Vietnamese, or is not made."""

import pytest

from prompts import Prompts
from rag.suggesting.making import Told, made_from, names_of

PROMPTS = Prompts()


def made(sentence: str, language: str = "vi") -> list[tuple[str, str]]:
    return [(one.kind, one.question) for one in made_from(Told("a", 0, sentence), language, PROMPTS)]


@pytest.mark.parametrize(
    ("sentence", "kind", "question"),
    [
        (
            "Bến phà Cồn Tiên chở 1.900 lượt khách trong ngày mở lại.",
            "amount",
            "Bến phà Cồn Tiên chở bao nhiêu lượt khách trong ngày mở lại?",
        ),
        (
            "Quỹ Sao Mai đã trao khoảng 140 suất học bổng cho trường Vĩnh Hòa, theo báo cáo.",
            "amount",
            "Quỹ Sao Mai đã trao bao nhiêu suất học bổng cho trường Vĩnh Hòa?",
        ),
        (
            "Sản lượng gạo của Đồng Phú tăng 4,5%.",
            "amount",
            "Sản lượng gạo của Đồng Phú tăng bao nhiêu phần trăm?",
        ),
        ("Hơn 300 hộ dân ở Bến Lội đã có điện.", "amount", "Bao nhiêu hộ dân ở Bến Lội đã có điện?"),
        ("Ngày 3/5, tỉnh Bắc Nam thông xe cầu Bến Lội.", "when", "Tỉnh Bắc Nam thông xe cầu Bến Lội khi nào?"),
        ("Cầu Bến Lội được khởi công vào ngày 10/2/2024.", "when", "Cầu Bến Lội được khởi công khi nào?"),
        (
            "Chợ nổi Cồn Tiên phải dời lên bờ vì nước sông xuống thấp.",
            "why",
            "Vì sao chợ nổi Cồn Tiên phải dời lên bờ?",
        ),
        ("Ông Lê Văn Tám bị phạt vì xả rác xuống sông.", "why", "Vì sao ông Lê Văn Tám bị phạt?"),
        (
            "Tỉnh Bắc Nam xây trạm bơm Vĩnh Hòa nhằm giữ nước ngọt.",
            "aim",
            "Tỉnh Bắc Nam xây trạm bơm Vĩnh Hòa để làm gì?",
        ),
        (
            "Tuy nhiên, Sở Y tế Bắc Nam cảnh báo dịch có thể quay lại.",
            "states",
            "Sở Y tế Bắc Nam cảnh báo điều gì?",
        ),
        (
            "Bộ trưởng Trần Thị Năm cho biết Nhật Bản sẽ tài trợ hai trạm bơm.",
            "says",
            "Trần Thị Năm nói gì về Nhật Bản?",
        ),
    ],
)
def test_a_sentence_that_tells_something_is_asked_for_it(sentence: str, kind: str, question: str) -> None:
    assert (kind, question) in made(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Dự án này có vốn 58 triệu đồng.",  # which one?
        "Họ đã trao 140 suất học bổng cho trường Vĩnh Hòa.",
        "Mỗi chuyến chở 40 khách.",  # no name: it stands for nothing alone
        "Chi phí bình quân là 48.000 đô la Úc.",  # a currency is no name
        "Cầu Bến Lội không dài 77 m.",
        "Chiếc Cồn Tiên 604 khởi hành từ Bến Lội.",  # a number that is part of a name
        "Theo 12 nhà khoa học của viện Đồng Phú, nước còn xuống.",
        "Sông Cồn Tiên chảy qua hai nước Lào, Việt Nam.",  # a list is cut at its comma
        "“Chúng tôi sẽ trao 140 suất học bổng”, ông Lê Văn Tám nói.",
        "Quỹ Sao Mai (lập năm 2019) trao 140 suất học bổng.",
        "Bà D. xin nghỉ để đi chợ Cồn Tiên.",
        "Đó là lời cảnh báo của Sở Y tế Bắc Nam.",
        "Ông được Lào và 50 nước ủng hộ.",
        "Cho phép Bắc Nam giải phóng 2 tuyến đường.",
        "Hai tháng triển khai ở Bến Lội.",
        "Chung cư Vĩnh Hòa có 400 căn hộ với tầng hầm, trệt và sân chơi.",
        "Trạm Vĩnh Hòa bơm 3 giờ một ngày từ 4 giờ sáng",  # no sentence
        "",
        "Cầu " * 500 + "dài 77 m.",
        "Đường Ngô Quyền dài 77 m\u202e.",
    ],
)
def test_a_sentence_that_does_not_stand_for_itself_is_not_asked_for(sentence: str) -> None:
    assert made(sentence) == []


def test_in_english_it_is_asked_what_somebody_says() -> None:
    sentence = "Bộ trưởng Trần Thị Năm cho biết Nhật Bản sẽ tài trợ hai trạm bơm."
    assert made(sentence, "en") == [("says", "What did Trần Thị Năm say about Japan?")]
    assert made("Bến phà Cồn Tiên chở 1.900 lượt khách.", "en") == []
    assert made(sentence, "ja") == []


def test_a_question_knows_its_sentence() -> None:
    sentence = "Bến phà Cồn Tiên chở 1.900 lượt khách."
    [one] = made_from(Told("a", 70, sentence), "vi", PROMPTS)
    assert (one.article_id, one.start, one.end) == ("a", 70, 70 + len(sentence))
    assert one.names == {"con tien"}


def test_names_are_words_with_capitals_inside_a_text() -> None:
    assert names_of("Phà từ Cồn Tiên sang Bến Lội của PCCC Vĩnh Hòa") == {"con tien", "ben loi", "pccc vinh hoa"}
    assert names_of("Phà chạy. UBND họp") == frozenset()
