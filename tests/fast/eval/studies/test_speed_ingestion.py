from eval.studies.speed_ingestion import page
from index.intake.extract import extract_html
from tests.support.encoders import draft

TEXT = (
    "Sáng 3/6, thành phố Thủy Triều khánh thành cây cầu dài 820 mét.\n\n"
    "Công trình được xây trong 26 tháng, với kinh phí 940 tỷ đồng."
)


def test_a_page_holds_its_article_among_what_a_site_puts_around_it() -> None:
    item = draft("cau", TEXT, title="Cầu <mới> qua sông")
    found = extract_html(page(item, ["Chợ đêm mở cửa trở lại", "Phà chạy thêm chuyến"]))
    assert (found.metadata.title, found.text) == ("Cầu <mới> qua sông", TEXT)
