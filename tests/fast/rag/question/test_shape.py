import pytest

from index.language.text import fold
from rag.question.shape import shape_asked, without_courtesy
from rag.records.search import AnswerKind

_ASKED: dict[AnswerKind, tuple[str, ...]] = {
    "fact": (
        "Cầu Sông Hồng dài bao nhiêu mét?",
        "Ai là giám đốc trung tâm?",
        "Giá vé tàu Cát Linh",
        "Kim ngạch Việt - Pháp 2024",
        "Nhà máy này có của Nhật không?",
        "Xin chào, học bổng Pháp có bao nhiêu suất?",
        "How many students are there?",
        "Сколько студентов?",
        "有多少学生？",
        "橋の建設費はいくらですか",
    ),
    "why": (
        "Vì sao cầu chậm thông xe?",
        "Kỹ sư đã sửa cầu bằng cách nào?",
        "Why is the bridge late?",
        "How did the engineers repair it?",
        "Почему мост закрыт?",
        "为什么桥关闭？",
        "橋はなぜ閉鎖されたのですか",
    ),
    "list": (
        "Liệt kê các nhà thầu",
        "Công ty ký với những đối tác nào?",
        "Những ai dự lễ khánh thành?",
        "Which companies are building the bridge?",
        "List the contractors",
        "Какие компании строят мост?",
        "有哪些公司参加？",
    ),
    "timeline": (
        "Các mốc của dự án cầu",
        "Diễn biến vụ cháy chợ",
        "Sản lượng gạo qua các năm",
        "Timeline of the bridge project",
        "Хронология строительства",
        "大桥项目的时间线",
        "橋の工事の経緯",
    ),
    "comparison": (
        "So sánh học bổng Pháp và học bổng Đức",
        "Học ở Pháp khác gì học ở Đức?",
        "Compare the two bridges",
        "Чем отличается старый мост от нового?",
        "比较两座桥",
        "二つの橋の違いは何ですか",
    ),
    "overview": (
        "cà phê",
        "quan hệ Việt - Pháp",
        "Tóm tắt hội nghị về cà phê",
        "Quan hệ Việt Nam - Pháp ra sao?",
        "Việt Nam và Pháp hợp tác những gì?",
        "Có tin gì về cà phê không?",
        "Tin mới nhất về Pháp",
        "Summarise the news about coffee",
        "What is the latest news about coffee?",
        "Новости о кофе",
        "咖啡",
        "コーヒーについて教えて",
    ),
    "archive": (
        "Tin mới nhất là gì?",
        "Hôm nay có gì mới?",
        "Tháng 10 có tin gì?",
        "Ngày 12/5/2026 có những tin nào",
        "Báo Sông Lam đưa tin gì?",
        "Bạn có những bài báo nào?",
        "Có bao nhiêu bài trong kho?",
        "What is the latest news?",
        "How many articles do you have?",
        "Последние новости",
        "最新新闻是什么？",
        "最新のニュースは何ですか",
    ),
    "chat": (
        "Xin chào",
        "Cảm ơn bạn nhiều nhé!",
        "Bạn là ai?",
        "Bạn làm được gì?",
        "Dịch sang tiếng Anh giúp tôi",
        "Viết cho tôi một email",
        "Thanks a lot!",
        "What can you do?",
        "Translate this into Vietnamese",
        "Спасибо",
        "你是谁？",
        "こんにちは",
    ),
}


@pytest.mark.parametrize(("kind", "question"), [(kind, asked) for kind, those in _ASKED.items() for asked in those])
def test_question_asks_for_one_shape_of_answer(kind: AnswerKind, question: str) -> None:
    assert shape_asked(question) == kind


@pytest.mark.parametrize(
    ("kind", "question"),
    [(kind, asked) for kind, those in _ASKED.items() for asked in those if asked != fold(asked)],
)
def test_shape_holds_without_diacritics(kind: AnswerKind, question: str) -> None:
    assert shape_asked(fold(question)) == kind


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("Xin chào, học bổng Pháp có bao nhiêu suất?", "học bổng Pháp có bao nhiêu suất?"),
        ("Mình muốn hỏi giá vé tàu", "giá vé tàu"),
        ("Chào bạn!", ""),
        ("Please tell me about coffee", "tell me about coffee"),
        ("Giá vé tàu", "Giá vé tàu"),
    ],
)
def test_courtesy_is_no_part_of_the_question(typed: str, question: str) -> None:
    assert without_courtesy(typed) == question
