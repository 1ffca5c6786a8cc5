import pytest

from index.language.countries import countries, with_one_name


def keys(text: str) -> list[str]:
    return [name.key for name in countries(text)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Việt Nam bán gạo cho Nga và Hàn Quốc.", ["russia", "southkorea"]),
        ("Hội chợ Việt - Trung, Việt–Thái và Việt - Nhật", ["china", "thailand", "japan"]),
        ("thuong mai voi Việt Nam", []),
        ("thương mại việt trung, học bổng pháp", ["france", "china"]),
        ("từ khóa: lượng tử, việt - pháp, quy nhơn", ["france"]),
        ("Phần hai của cụm điện gió Lào", ["laos"]),
        ("lưu học sinh lào ở việt nam", ["laos"]),
        ("kim ngạch với ấn độ, nga, úc", ["india", "russia", "australia"]),
        ("Which Japanese and South Korean firms?", ["japan", "southkorea"]),
        ("японские фирмы в Китае", ["japan", "china"]),
        ("2024年越印贸易额", ["india"]),
        ("日越貿易", ["japan"]),
        ("今日越南", []),
        ("日本と中国", ["japan", "china"]),
        ("EU, ASEAN và châu Âu", []),
        # Cities are no countries.
        ("Chuyến bay Hà Nội - Tokyo", []),
    ],
)
def test_countries_are_known_in_any_language_and_beside_vietnam(text: str, named: list[str]) -> None:
    assert sorted(keys(text)) == sorted(named)


@pytest.mark.parametrize(
    "text",
    [
        "Lớp tiếng Nhật và tiếng Tây Ban Nha",
        "7 US cent, 90 đô la Úc, 5 US dollars",
        "English, Thai language, русский язык, говорить по-русски, 日本語",
        "Học viện Pháp luật, trường đại học Mỹ thuật. Đức tính ấy đáng quý",
        "pháp luật, tư pháp, hiến pháp, phương pháp",
        "Pháp luật cấm, Pháp lệnh mới",
        "mỹ phẩm, thẩm mỹ",
        "đạo đức, đức tin",
        "nhật ký, chủ nhật, sinh nhật",
        "thiên nga, thuốc lào, lào cai",
        "em Anh, ông Lê Văn Pháp, sân Mỹ Đình",
        "Thủ Đức có hai tuyến phà. Bình Đức có chợ. Nam Mỹ có mưa. Văn Lào kể lại.",
        "ở Thủ Đức, Bình Đức, Nam Mỹ, ông Văn Lào",
        "thủ đức ở đâu, xã bình đức, nam mỹ, văn lào",
        "200 bảng Anh, 3 tỷ won Hàn Quốc, 5 triệu rúp Nga, 90 Canadian dollars",
        "hội thảo Việt - Thái Nguyên",
    ],
)
def test_words_that_only_look_like_countries_are_none(text: str) -> None:
    assert keys(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Tại Đức có tuyết",
        "nhóm chuyên gia Đức tính lại",
        "Phía Nhật báo tin",
        "Báo Nga viết",
        "Từ Mỹ về",
        "học bổng đức",
        "Nhật ký kết hiệp định",
        "Đức tin rằng",
        "Nhật thực hiện",
        "học sinh Lào",
        "tài chính Nga",
        "tiếng Anh ở Nga",
    ],
)
def test_countries_stay_countries_beside_words_that_look_alike(text: str) -> None:
    assert len(keys(text)) == 1


def test_places_are_where_the_text_names_them() -> None:
    assert [(name.key, name.start) for name in countries("Bán sang Lào, mua của Bỉ.")] == [("laos", 9), ("belgium", 22)]


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("Mỹ bán, Liên bang Nga mua.", "Hoa Kỳ bán, Nga mua."),
        ("Hoa Kỳ bán, Nga mua.", "Hoa Kỳ bán, Nga mua."),
        ("Úc trả 5 đô la Úc", "Australia trả 5 đô la "),
        ("Thủ Đức xây cầu", "Thủ Đức xây cầu"),
    ],
)
def test_a_country_has_one_name_where_texts_are_compared(text: str, compared: str) -> None:
    assert with_one_name(text) == compared
