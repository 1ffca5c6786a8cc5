import pytest

from rag.question.kinds import Kind, holds, kind_asked


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Khi nào cầu thông xe?", "date"),
        ("bao gio khai giang", "date"),
        ("Nhà máy khởi công năm nào?", "date"),
        ("When does the course begin?", "date"),
        ("Когда откроется мост?", "date"),
        ("В каком году построен мост?", "date"),
        ("桥什么时候通车？", "date"),
        ("橋はいつ開通しますか", "date"),
        ("Có bao nhiêu suất học bổng?", "number"),
        ("so luong hoc vien the nao", "number"),
        ("How many students are there?", "number"),
        ("Сколько студентов?", "number"),
        ("有多少学生？", "number"),
        ("橋の建設費はいくらですか", "number"),
        ("Ai là giám đốc trung tâm?", "person"),
        ("Người nào ký hợp đồng?", "person"),
        ("Who signed the contract?", "person"),
        ("Кто подписал договор?", "person"),
        ("谁签了合同？", "person"),
        ("誰が署名しましたか", "person"),
        ("Lễ ký diễn ra ở đâu?", "place"),
        ("Nước nào góp vốn?", "place"),
        ("Where is the plant?", "place"),
        ("Где находится завод?", "place"),
        ("工厂在哪里？", "place"),
        ("工場はどこですか", "place"),
        ("Vì sao dự án chậm tiến độ?", "other"),
        ("Why is the project late?", "other"),
        ("Mấy đội dự giải?", "number"),
        ("Dự án kéo dài mấy năm?", "number"),
        ("Chuyến bay mất bao lâu?", "number"),
        ("may doi du giai", "number"),
        # Cues inside other words, or words that differ in their diacritics alone, are none.
        ("Từ đầu tuần có mưa không?", "other"),
        ("WHO khuyến cáo gì?", "other"),
        ("AI giúp bác sĩ thế nào?", "other"),
        ("Mấy năm qua kinh tế ra sao?", "other"),
        ("Nhà máy nào đóng cửa?", "other"),
        ("Ai Cập xuất khẩu những gì?", "other"),
        ("Thái Lan mua gì của Việt Nam?", "other"),
        ("Что сказал доктор о вакцине?", "other"),
        ("Какого цвета форма учеников?", "other"),
    ],
)
def test_what_is_asked_for(question: str, kind: Kind) -> None:
    assert kind_asked(question) == kind


@pytest.mark.parametrize(
    ("kind", "sentence", "held"),
    [
        ("number", "Cầu dài 1.420 m.", True),
        ("number", "Trung tâm có bốn phòng.", True),
        ("number", "Cây cầu rất dài.", False),
        ("date", "Lễ ký diễn ra chiều 18/9.", True),
        ("date", "Nhà máy ra lô đầu tiên trong năm 2028.", True),
        ("date", "Khóa học khai giảng vào tháng ba.", True),
        ("date", "Nhà máy rộng 6,2 ha.", False),
        ("person", "Hợp đồng do ông Trần Văn Bình ký.", True),
        ("person", "The contract was signed by Irina Sokolnikova.", True),
        ("person", "Договор подписала Ирина Сокольникова.", True),
        ("person", "ông ấy ăn ổi ở đầu ngõ.", False),
        ("person", "Hợp đồng được ký ở phòng họp.", False),
        ("place", "Nhà máy đặt tại Đà Nẵng.", True),
        ("place", "Nhà máy đặt ở gần bến cảng.", False),
        ("other", "gì cũng được", True),
    ],
)
def test_what_a_sentence_holds(kind: Kind, sentence: str, held: bool) -> None:
    assert holds(kind, sentence) == held


def test_a_long_run_of_capitals_is_read_in_linear_time() -> None:
    assert holds("person", "Ấ " * 200_000)
    assert not holds("person", "A" * 1_000_000)
