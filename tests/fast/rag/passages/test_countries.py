import pytest

from index.records import Chunk, Hit, Metadata
from rag.passages.countries import CountryGuard, countries_first
from rag.records.search import Passage, Sentence


def passage(text: str, title: str | None = None, article: str = "bai-1") -> Passage:
    hit = Hit(Chunk(1, article, 40, 40 + len(text), text), Metadata(title))
    return Passage(hit, dense=0.8, lexical=0.3)


def may_answer(question: str, sentence: str, *, before: str = "", title: str | None = None, beside: str = "") -> bool:
    """`beside` is another passage of the same article."""
    found = passage(before + sentence, title)
    passages = [passage(beside), found] if beside else [found]
    start = found.hit.chunk.start + len(before)
    return CountryGuard(question, passages).is_in(found, Sentence(start, start + len(sentence), sentence))


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
        # No country is asked about.
        ("Kim ngạch của Thủ Đức là bao nhiêu?", True),
        ("Thủ Đức thu bao nhiêu?", True),
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


@pytest.mark.parametrize("sentence", ["Mỹ mua 4 tỷ USD.", "Hoa Kỳ mua 4 tỷ USD.", "Nước Mĩ mua 4 tỷ USD."])
def test_a_countrys_names_are_one(sentence: str) -> None:
    assert may_answer("Kim ngạch với Mỹ là bao nhiêu?", sentence)
    assert may_answer("Kim ngạch với Hoa Kỳ là bao nhiêu?", sentence)
    assert not may_answer("Kim ngạch với Nga là bao nhiêu?", sentence)


def test_another_articles_words_say_nothing_of_a_sentence() -> None:
    one, other = passage("Con số là 40 tỷ USD."), passage("Nhật Bản là bạn hàng lớn.", article="bai-2")

    assert not CountryGuard("Kim ngạch với Nhật Bản?", [one, other]).is_in(one, one.sentences[0])


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


def test_passages_of_articles_that_name_the_country_asked_come_first() -> None:
    sold, titled = passage(SOLD), passage("Hai bên ký.", "Thăm Mátxcơva và Nga", "bai-2")
    more, other = passage("Phần lớn là dầu."), passage("Ấn Độ mua gạo.", article="bai-3")

    assert countries_first("Việt Nam và Nga hợp tác gì?", [more, other, sold, titled]) == [more, sold, titled, other]
    assert countries_first("Tin về Brunei", [other, sold]) == [other, sold]
    assert countries_first("Tin về gạo", [other, sold]) == [other, sold]
