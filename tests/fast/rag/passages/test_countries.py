import pytest

from index.records import Chunk, Hit, Metadata
from rag.passages.countries import CountryAsked, countries
from rag.records import Passage, Sentence


def passage(text: str, title: str | None = None, article: str = "bai-1") -> Passage:
    hit = Hit(Chunk(1, article, 40, 40 + len(text), text), Metadata(title))
    return Passage(hit, dense=0.8, lexical=0.3)


def may_answer(question: str, sentence: str, *, before: str = "", title: str | None = None, beside: str = "") -> bool:
    """`beside` is another passage of the same article."""
    found = passage(before + sentence, title)
    passages = [passage(beside), found] if beside else [found]
    start = found.hit.chunk.start + len(before)
    return CountryAsked(question, passages).is_in(found, Sentence(start, start + len(sentence), sentence))


def keys(text: str) -> list[str]:
    return [name.key for name in countries(text)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Việt Nam bán gạo cho Nga và Hàn Quốc.", ["russia", "southkorea"]),
        ("Hội chợ Việt - Trung, Việt–Thái và Việt - Nhật", ["china", "thailand", "japan"]),
        ("thuong mai voi Việt Nam", []),
        ("thương mại việt trung, học bổng pháp", ["france", "china"]),
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
        "pháp luật, tư pháp, hiến pháp, phương pháp",
        "Pháp luật cấm, Pháp lệnh mới",
        "mỹ phẩm, thẩm mỹ",
        "đạo đức, đức tin",
        "nhật ký, chủ nhật, sinh nhật",
        "thiên nga, thuốc lào, lào cai",
        "em Anh, ông Lê Văn Pháp, sân Mỹ Đình",
        "hội thảo Việt - Thái Nguyên",
    ],
)
def test_words_that_only_look_like_countries_are_none(text: str) -> None:
    assert keys(text) == []


@pytest.mark.parametrize(
    "text",
    ["Nhật ký kết hiệp định", "Đức tin rằng", "Nhật thực hiện", "học sinh Lào", "tài chính Nga", "tiếng Anh ở Nga"],
)
def test_countries_stay_countries_before_words_that_look_alike(text: str) -> None:
    assert len(keys(text)) == 1


def test_places_are_where_the_text_names_them() -> None:
    assert [(name.key, name.start) for name in countries("Bán sang Lào, mua của Bỉ.")] == [("laos", 9), ("belgium", 22)]


SOLD = "Kim ngạch với Nga đạt 4 tỷ USD."


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("Kim ngạch với Nga là bao nhiêu?", True),
        ("Kim ngạch với Ấn Độ là bao nhiêu?", False),
        ("kim ngạch với ấn độ bao nhiêu", False),
        ("How much is the trade with Russia?", True),
        ("How much is the trade with India?", False),
        ("Сколько составляет торговля с Индией?", False),
        ("与印度的贸易额是多少？", False),
        ("インドとの貿易額は？", False),
        ("Kim ngạch của Việt Nam là bao nhiêu?", True),
        ("Kim ngạch với EU là bao nhiêu?", True),
        ("Kim ngạch với Nga và với Ấn Độ là bao nhiêu?", True),
    ],
)
def test_a_sentence_that_names_only_other_countries_cannot_answer(question: str, right: bool) -> None:
    assert may_answer(question, SOLD) is right


@pytest.mark.parametrize(
    ("title", "before", "beside", "right"),
    [
        ("Thương mại Việt - Nhật", "", "", True),
        ("Thương mại Việt - Nga", "", "", False),
        ("Thương mại Việt - Nga", "Nhật Bản thì khác. ", "", True),
        ("Thương mại Việt - Nga", "Nhật Bản thì khác.\n", "", False),
        ("Thương mại Việt - Nga", "Nhật Bản kém Hàn Quốc. ", "", False),
        (None, "Nhật Bản là bạn hàng lớn.\n", "", True),
        (None, "", "Nhật Bản là bạn hàng lớn.", True),
        ("Bạn hàng lớn", "", "Nhật Bản là bạn hàng lớn.", True),
        (None, "", "", False),
        (None, "Nga là bạn hàng lớn. ", "", False),
    ],
)
def test_a_sentence_that_names_none_speaks_of_what_is_around_it(
    title: str | None, before: str, beside: str, right: bool
) -> None:
    asked = "Kim ngạch với Nhật Bản là bao nhiêu?"

    assert may_answer(asked, "Con số là 40 tỷ USD.", title=title, before=before, beside=beside) is right


def test_another_articles_words_say_nothing_of_a_sentence() -> None:
    one, other = passage("Con số là 40 tỷ USD."), passage("Nhật Bản là bạn hàng lớn.", article="bai-2")

    assert not CountryAsked("Kim ngạch với Nhật Bản?", [one, other]).is_in(one, one.sentences[0])


def test_where_a_place_is_asked_for_another_country_may_be_the_answer() -> None:
    sentence = "Họ đi thực tập ở Bỉ."

    assert may_answer("Học viên Lào thực tập ở đâu?", sentence, title="Lớp học của Lào")
    assert not may_answer("Học viên Lào thực tập ở đâu?", sentence, title="Lớp học của Cuba")
    assert may_answer("Học viên Lào thực tập ở đâu?", "Học viên Lào đi Bỉ.", title="Lớp học của Cuba")
    assert not may_answer("Bao nhiêu học viên Lào?", sentence, title="Lớp học của Lào")


@pytest.mark.parametrize(
    ("sentence", "right"),
    [("Nga và Trung Quốc trao đổi 240 tỷ USD.", True), (SOLD, False), ("Trung Quốc xuất siêu.", False)],
)
def test_between_two_countries_both_are_named(sentence: str, right: bool) -> None:
    assert may_answer("Kim ngạch giữa Nga và Trung Quốc?", sentence) is right
    assert may_answer("How much is the trade between Russia and China?", sentence) is right


def test_between_vietnam_and_two_countries_one_is_enough() -> None:
    assert may_answer("Trade between Vietnam and Russia or China?", SOLD)
