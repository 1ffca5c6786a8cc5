import pytest

from rag.question.kinds import Kind, kind_asked


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
        ("橋の建設費はいくらですか", "price"),
        ("Giá vắc-xin phế cầu", "price"),
        ("Giá trị đơn hàng là bao nhiêu?", "number"),
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
