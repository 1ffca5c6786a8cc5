"""What a search asks for, and the piece of a text that shows it."""

import pytest

from index.entities.search import excerpt, sought


def test_a_search_without_diacritics_is_matched_without_them() -> None:
    wanted = sought("hoc bong Nhat")
    assert wanted is not None
    assert (wanted.phrases, wanted.exact) == ((("hoc",), ("bong",), ("nhat",)), False)


def test_words_in_quotation_marks_are_one_phrase() -> None:
    wanted = sought('“học bổng” Nhật "12,5 km')
    assert wanted is not None
    assert wanted.phrases == (("học", "bổng"), ("nhật",), ("12,5", "km"))
    assert wanted.match == 'exact : ("học bổng" AND "nhật" AND "12,5 km")'


@pytest.mark.parametrize("query", ["", "  ", '""', "!?…", "“”", "—"])
def test_what_holds_no_word_asks_for_nothing(query: str) -> None:
    assert sought(query) is None


def test_an_excerpt_marks_the_words() -> None:
    wanted = sought('"suất học bổng" quỹ')
    assert wanted is not None
    shown = excerpt("Dòng đầu nói chuyện khác.\nQuỹ trao 140 suất học bổng\nhôm nay.", wanted)
    assert shown.text == "Quỹ trao 140 suất học bổng hôm nay."
    assert [shown.text[start:end] for start, end in shown.marks] == ["Quỹ", "suất học bổng"]


def test_an_excerpt_shows_where_most_of_the_words_are() -> None:
    wanted = sought("mèo chuột")
    assert wanted is not None
    shown = excerpt("Con mèo ngủ. " + "Trời mưa to quá. " * 40 + "Con mèo rình con chuột.", wanted)
    assert [shown.text[start:end] for start, end in shown.marks] == ["mèo", "chuột"]
    assert len(shown.text) <= 240


def test_a_text_without_the_words_shows_its_beginning() -> None:
    wanted = sought("voi")
    assert wanted is not None
    assert excerpt("Con mèo ngủ.", wanted).text == "Con mèo ngủ."
    assert excerpt("", wanted).text == ""
