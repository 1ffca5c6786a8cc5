"""Names in articles: where they begin and end, what they name, and which are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.entities.finding import named


def of(kind: str | None, text: str, title: str | None = None) -> dict[str, int]:
    return {name.name: name.mentions for name in named(title, text) if name.kind == kind}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Bộ Nông nghiệp và Phát triển nông thôn cho biết sẽ họp.", "Bộ Nông nghiệp và Phát triển nông thôn"),
        ("Ông nói với Bộ Giáo dục và Đào tạo.", "Bộ Giáo dục và Đào tạo"),
        ("Sở Kế hoạch - đầu tư tỉnh Cồn Tiên họp.", "Sở Kế hoạch - đầu tư tỉnh Cồn Tiên"),
        ("Bộ Văn hoá, Thể thao và Du lịch vừa trả lời.", "Bộ Văn hoá, Thể thao và Du lịch"),
        ("Tin từ UBND TP.HCM chiều nay.", "UBND TP.HCM"),
        ("Sở Y tế nói sẽ họp.", "Sở Y tế"),
        ("Theo báo Vietnam Morning Skandor, tàu đã về.", "Vietnam Morning Skandor"),
        ("Theo Bệnh viện Bạch Yến, bé đã khoẻ.", "Bệnh viện Bạch Yến"),
        ("Ông làm ở tập đoàn Samtronic từ 2010.", "Samtronic"),
        ("Ông trả lời báo Ven Sông hôm qua.", "Ven Sông"),
        ("Anh mua vé của Cồn Airlines hôm qua.", "Cồn Airlines"),
    ],
)
def test_an_organisation_has_its_whole_name(text: str, name: str) -> None:
    assert of("organisation", text) == {name: 1}


@pytest.mark.parametrize(
    "text",
    [
        "Cán bộ Việt Nam đi họp.",
        "Xã hội Nhật Bản già đi.",
        "Bộ trưởng nói sẽ làm.",
        "Một công ty Mỹ muốn mua.",
        "Công ty Trung Quốc muốn mua.",
        "Bãi biển Trường Sa đẹp.",
        "UBND TP đã họp.",
        "Giá 5 USD, theo TP và PV.",
    ],
)
def test_what_only_looks_like_an_organisation_is_none(text: str) -> None:
    assert of("organisation", text) == {}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Tổng thống Mỹ Donal Trampe đến.", "Donal Trampe"),
        ("Bộ trưởng Bộ GD-ĐT Phùng Văn Nhạn nói.", "Phùng Văn Nhạn"),
        ("Bà Lê Thị Sương nhận quà.", "Lê Thị Sương"),
        ("Nạn nhân là Trần Văn Tỏi (31 tuổi).", "Trần Văn Tỏi"),
        ("Tổng thống Moon Sae - in phát biểu.", "Moon Sae - in"),
        ("Ông Jeorge W. Bosh về hưu.", "Jeorge W. Bosh"),
    ],
)
def test_a_person_is_told_by_what_stands_around(text: str, name: str) -> None:
    assert of("person", text) == {name: 1}


def test_what_nothing_tells_is_left_open() -> None:
    assert of(None, "Hội thảo về Skandor ở quán. Phố Nguyễn Văn Dậu ngập.") == {"Skandor": 1, "Nguyễn Văn Dậu": 1}
    assert of("person", "Họ ăn ở phố Nguyễn Văn Dậu. Lê Văn B. kể lại.") == {}


def test_short_names_are_those_of_the_long_ones() -> None:
    text = "Ông Nguyễn Xuân Phước đến. Ông Phước nói. Tổng thống Donal Trampe cười. Trampe đi, ông Trampe về."
    assert of("person", text) == {"Nguyễn Xuân Phước": 2, "Donal Trampe": 3}


def test_a_short_name_alone_is_nobodys() -> None:
    assert of("person", "Ông Phước nói. Anh Tí cười.") == {}


def test_the_first_word_of_a_sentence_is_no_part_of_a_name() -> None:
    assert of(None, "Theo Skandor, tàu đã về.") == {"Skandor": 1}


def test_one_organisation_has_one_key_however_its_place_is_written() -> None:
    names = named(None, "UBND TP.HCM họp.\nUBND thành phố Hồ Chí Minh nói.\nUBND TP. Hồ Chí Minh đáp.")
    assert [(name.key, name.mentions) for name in names if name.kind == "organisation"] == [("ubnd hochiminhcity", 3)]


def test_the_police_of_a_province_are_not_those_of_its_town() -> None:
    names = named(None, "Công an tỉnh Hưng Yên họp.\nCông an Hưng Yên nói.\nCông an TP. Hưng Yên đáp.")
    assert sorted(name.mentions for name in names if name.kind == "organisation") == [1, 2]


def test_a_ministry_ends_before_the_name_of_who_speaks_for_it() -> None:
    text = "Người phát ngôn Bộ Ngoại giao Ấn Độ Ravesh Kumarr nói."
    assert of("organisation", text) == {"Bộ Ngoại giao Ấn Độ": 1}
    assert of(None, text) == {"Ravesh Kumarr": 1}


def test_people_whose_names_differ_in_diacritics_are_two() -> None:
    assert len(of("person", "Ông Nguyễn Văn Hùng gặp ông Nguyễn Văn Hưng.")) == 2


def test_places_are_those_of_the_gazetteer_and_no_parts_of_people() -> None:
    text = "Diễn biến ở Thái Bình Dương.\nÔng Denzel Washington đến Thái Bình, Hà Nội và Nhật Bản."
    assert set(of("city", text)) == {"Thái Bình", "Hà Nội"}
    assert set(of("country", text)) == {"Nhật Bản"}
    assert of("city", "Chị ngụ ở quận 6, TP. HCM.") == {"TP. HCM": 1}


def test_the_whole_of_a_long_article_is_read() -> None:
    assert of("person", "Chuyện dài lắm. " * 1000 + "\nBà Lê Thị Sương về.") == {"Lê Thị Sương": 1}


@pytest.mark.parametrize(
    ("text", "name", "goes_on"),
    [
        ("Cục Hàng hải kiểm tra tàu.", "Cục Hàng hải", True),
        ("Trung tâm đóng gói chip Việt - Hàn tuyển người.", "Trung tâm đóng gói chip Việt", True),
        ("Công ty Samtronic.", "Samtronic", False),
    ],
)
def test_a_name_that_may_go_on_says_so(text: str, name: str, goes_on: bool) -> None:
    found = [(each.name, each.goes_on) for each in named(None, text) if each.kind == "organisation"]
    assert found == [(name, goes_on)]


@given(st.text(max_size=200), st.one_of(st.none(), st.text(max_size=50)))
def test_no_text_breaks_it(text: str, title: str | None) -> None:
    for name in named(title, text):
        assert name.key
        assert name.mentions > 0


@given(
    st.lists(st.sampled_from(["Bộ", "và", "TP", ". ", " - ", "Giáo", "dục", "ông", "İ", "Ông", ",", "(", "Kim", "&"]))
)
def test_no_order_of_words_breaks_it(words: list[str]) -> None:
    named(None, " ".join(words))
