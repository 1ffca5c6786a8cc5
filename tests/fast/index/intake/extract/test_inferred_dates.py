from datetime import date
from time import perf_counter

import pytest

from index.intake.extract.inferred_dates import infer_date

REST = "Đại diện các hợp tác xã đã nêu nhiều kiến nghị. Ban tổ chức ghi nhận và trả lời từng việc."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Diễn đàn Nông sản Hòa Sơn 2025 diễn ra chiều 29/5 tại thành phố Hòa Sơn.", date(2025, 5, 29)),
        (
            "Tọa đàm diễn ra ngày 15/10 nhân dịp kỷ niệm 52 năm thiết lập quan hệ giữa hai tỉnh (1973 - 2025).",
            date(2025, 10, 15),
        ),
        ("Sáng 12/10/2024, tại Hòa Sơn, hợp tác xã Lam Trà khánh thành kho lạnh.", date(2024, 10, 12)),
        ("Sáng nay (4/7), tỉnh họp báo. Trong 6 tháng đầu năm 2024, tỉnh đón 90.000 lượt khách.", date(2024, 7, 4)),
        ("Chiều 28/1, ông Lê Sa cho biết sẽ xin lỗi khách. Vụ việc xảy ra ngày 25/1/2024.", date(2024, 1, 28)),
        ("Tối qua (28/5), Lễ hội Hoa Hòa Sơn 2025 bế mạc.", date(2025, 5, 29)),  # told on the day after
        ("Chiều 4/5, xã họp dân. Sáng 5/5, xã công bố kết quả. Đơn được gửi ngày 2/5/2024.", date(2024, 5, 5)),
        ("Ngày 14/6, xã thông báo cấm đường, thực hiện từ ngày 18/6/2024.", date(2024, 6, 14)),
    ],
)
def test_the_day_that_the_lead_reports(text: str, expected: date) -> None:
    assert infer_date("Hòa Sơn nghe dân nói", f"{text}\n\n{REST}") == expected


@pytest.mark.parametrize(
    "text",
    [
        "Chiều 29/5, hội nghị diễn ra tại Hòa Sơn.",  # of which year
        "Thành phố sẽ bắn pháo hoa ngày 2/9/2026.",
        "Lễ hội Hoa Hòa Sơn 2026 dự kiến khai mạc ngày 2/9.",
        "Hạn chót nộp hồ sơ là ngày 20/8, theo Diễn đàn Hòa Sơn 2025.",
        "Hai tỉnh thiết lập quan hệ ngày 15/10/1973 và giữ đến nay.",
        "Đến năm 2030, tỉnh có 500 km đường. Sáng 4/7, tỉnh họp.",
        "Chiều 9/5, ông Lê Sa nói về dự án. Dự án khởi công tháng 11/2017.",  # of 2018 or of later
        "Chiều 3/7, tòa tuyên phạt bị cáo. Ngày 29/6/2014, bị cáo bị bắt.",  # the trial is years later
        "Ngày 12/7, tàu treo cờ ở cảng. Vào ngày 12/7/2016, phán quyết được đưa ra.",
        "Theo Quyết định ngày 29/5/2020, xã được hỗ trợ.",
        "Sáng 11/2, đò cũ chìm. Đơn được gửi ngày 10/2/2017. Tháng 3/2017, xã thay đò.",  # it goes on
        "Sáng 6/9, xã họp. Diễn đàn Hòa Sơn 2025 nhìn lại. Năm 2026 có nhiều việc.",
        "Chiều 15/10, hai tỉnh hội đàm, hướng tới kỷ niệm 50 năm thiết lập quan hệ (1976 - 2026).",
        "Chiều 15/10, hội nghị về giai đoạn (2018 - 2023) diễn ra.",
        "Hôm nay trời mưa.",
        "29/5",
        "",
    ],
)
def test_what_leaves_it_open(text: str) -> None:
    assert infer_date("Hòa Sơn nghe dân nói", f"{text}\n\n{REST}") is None


def test_a_headline_that_names_the_year_looks_back() -> None:
    text = f"Ngày 2/5/2011, tàu Lam Trà rời cảng.\n\n{REST}"
    assert infer_date("Tàu Lam Trà rời cảng", text) == date(2011, 5, 2)
    assert infer_date("Chuyến tàu năm 2011", text) is None


def test_only_the_lead_dates_a_text() -> None:
    lead = "Hợp tác xã giao rau cho bếp ăn. " * 40
    assert infer_date(None, f"{lead}\n\nDiễn đàn Hòa Sơn 2025 diễn ra chiều 29/5.") is None


def test_long_texts_take_linear_time() -> None:
    begun = perf_counter()
    for part in ("Chiều 29/5, ", "Hòa Sơn 2025 ", "A", "năm 2025 ", "(1973 - 2025 ", "kỷ niệm "):
        infer_date(part * 100, part * 200_000)
    assert perf_counter() - begun < 20
