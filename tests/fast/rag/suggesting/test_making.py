"""Questions made from the names of an article: good sentences in five languages, about what was asked and beside it."""

from collections.abc import Set

import pytest

from index.records import Article, Metadata
from prompts import Prompts
from rag.suggesting.making import keys_of, made_from

PROMPTS = Prompts()
TITLE = "Nhật Bản và Việt Nam mở bến phà Cồn Tiên"
TEXT = (
    "Sáng 3/5, Bộ trưởng Trần Thị Năm tiếp đoàn Nhật Bản ở Hải Phòng.\n"
    "Bà Trần Thị Năm nói Tập đoàn Samtronic sẽ góp vốn. Tập đoàn Samtronic họp ở Hải Phòng ngày 4/5.\n"
    "Theo ông Lê Văn Tám, phà sẽ chạy sang Lào."
)


def made(
    language: str, asked: Set[str] = frozenset(), used: Set[str] = frozenset(), title: str | None = TITLE
) -> set[str]:
    article = Article("a", TEXT, Metadata(title, published_at="2026-05-03"))
    return {one.question for one in made_from(article, language, PROMPTS, asked, used)}


def test_without_a_question_the_names_of_the_title_are_asked_about() -> None:
    assert made("vi") == {
        "Quan hệ giữa Nhật Bản và Việt Nam thế nào?",
        "Quan hệ giữa Việt Nam và Nhật Bản thế nào?",
        "Trần Thị Năm là ai?",
        "Có gì mới về Nhật Bản?",
        "Có gì mới về Samtronic?",
    }


@pytest.mark.parametrize(
    ("language", "questions"),
    [
        (
            "en",
            {
                "How are Japan – Vietnam relations?",
                "Who is Trần Thị Năm?",
                "Give an overview of Japan news.",
                "Give an overview of Samtronic news.",
            },
        ),
        ("ru", {"Как связаны Япония и Вьетнам?", "Что нового: Япония?"}),
        ("zh", {"日本和越南的关系如何？", "日本有什么新情况？"}),
        (
            "ja",
            {
                "日本とベトナムの関係はどうですか。",
                "日本をめぐる動きはどうですか。",
            },
        ),
    ],
)
def test_other_languages_ask_about_names_that_they_have_a_form_of(language: str, questions: set[str]) -> None:
    assert questions <= made(language)
    # Beside these stands only that of the two countries the other way round.
    assert len(made(language)) == len(questions) + 1


def test_what_was_asked_is_joined_with_what_stands_beside_it_and_was_not_told() -> None:
    asked = keys_of("Bộ trưởng Trần Thị Năm nói gì?")
    assert made("vi", asked, keys_of("Nhật Bản")) == {
        "Trần Thị Năm liên quan thế nào đến Samtronic?",
        "Có gì mới về Trần Thị Năm?",
        "Có gì mới về Samtronic?",
    }


def test_what_is_asked_of_a_country_and_viet_nam_is_of_the_country() -> None:
    questions = made("vi", keys_of("Nhật Bản giúp gì cho Việt Nam?"))
    assert "Có gì mới về Nhật Bản?" in questions
    assert not any("Việt Nam" in question for question in questions)


@pytest.mark.parametrize("asked", ["Cuba sửa cầu nào?", "Lào mua gì?", "Lê Văn Tám là ai?"])
def test_an_article_that_does_not_tell_of_what_was_asked_gives_nothing(asked: str) -> None:
    assert made("vi", keys_of(asked)) == set()


def test_an_article_without_a_title_is_asked_for_what_stands_in_it() -> None:
    assert made("vi", title=None) == {"Trần Thị Năm là ai?", "Có gì mới về Samtronic?"}
    assert made_from(Article("a", "Trời mưa.\n\x00" * 9), "vi", PROMPTS) == []


def test_the_first_letter_is_a_capital_and_names_in_one_another_are_not_joined() -> None:
    article = Article("a", "công ty Sao Mai trả lương.", Metadata("Họp ở công ty Sao Mai và công ty Sao Mai Cồn Tiên"))
    assert all(one.question[0].isupper() and one.shape != "between" for one in made_from(article, "vi", PROMPTS))


def test_a_sea_has_no_relations() -> None:
    article = Article("a", TEXT, Metadata("Nhật Bản và EU họp về Biển Đông"))
    shapes = {(one.shape, one.names) for one in made_from(article, "vi", PROMPTS)}
    assert ("relations", frozenset({"japan", "eu"})) in shapes
    assert ("overview", frozenset({"southchinasea"})) in shapes
    assert not any(len(names) > 1 and "southchinasea" in names for _, names in shapes)


def test_names_have_one_key_in_every_language() -> None:
    assert keys_of("日本和越南") == keys_of("Nhật Bản và Việt Nam") == {"japan", "vietnam"}
