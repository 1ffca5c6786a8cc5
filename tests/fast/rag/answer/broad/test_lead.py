from prompts import Prompts
from rag.answer.broad.lead import lead
from rag.records.search import Query
from tests.support.broad import passage

ARTICLES = [
    passage("Cầu thông xe.", "mới", day="2026-05-02", title="Thông xe cầu mới"),
    passage("Cầu khởi công.", "cũ", day="2025-03-01", title="Khởi công\ncầu"),
    passage("Cầu bắc qua sông.", "x", title="Cầu và sông"),
]


def query(language: str, answer_in: str | None = None) -> Query:
    return Query("Cầu mới", "Cầu mới", language, answer_in=answer_in)


def test_it_tells_how_many_articles_of_when_and_those_not_quoted() -> None:
    assert lead(query("vi"), ARTICLES, {"mới"}, Prompts()) == (
        "Có 3 bài nói về việc này. Từ ngày 1/3/2025 đến ngày 2/5/2026. 1 bài không ghi ngày. "
        "Chưa trích ở đây: Khởi công cầu; Cầu và sông."
    )


def test_of_one_day_and_all_quoted_it_says_no_more() -> None:
    assert lead(query("vi"), ARTICLES[:1], {"mới"}, Prompts()) == "Có 1 bài nói về việc này. Ngày 2/5/2026."


def test_it_is_in_the_language_of_the_question_or_the_one_requested() -> None:
    english = "Articles about this: 1. Without a date: 1."
    assert lead(query("en"), ARTICLES[2:], {"x"}, Prompts()) == english
    assert lead(query("vi", "en"), ARTICLES[2:], {"x"}, Prompts()) == english
    assert lead(query("th"), ARTICLES[2:], {"x"}, Prompts()) == english
    assert lead(query("ru"), ARTICLES[:2], {"mới", "cũ"}, Prompts()) == (
        "Статей об этом: 2. С 1 марта 2025\u202fг. по 2 мая 2026\u202fг."
    )


def test_five_titles_are_named_at_most() -> None:
    many = [passage("Cầu.", str(number), title=f"Bài {number}") for number in range(7)]

    assert lead(query("vi"), many, set(), Prompts()).endswith("Chưa trích ở đây: Bài 0; Bài 1; Bài 2; Bài 3; Bài 4; ….")
