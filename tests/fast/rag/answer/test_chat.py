"""Replies to small talk, and the questions that they suggest."""

from dataclasses import replace

import pytest

from index.records import Filters, Metadata
from index.store.store import Store
from prompts import Prompts
from rag.answer.chat import chatted
from rag.question.shape import shape_asked
from rag.records.search import Query
from tests.support.encoders import draft
from tests.support.stores import MODEL, prepared

PROMPTS = Prompts()


@pytest.fixture
def stocked(store: Store) -> Store:
    for name, title in {"a": "Lào mở cửa khẩu", "b": "Cầu sang Lào thông xe", "c": "Gạo bán sang Pháp"}.items():
        item = draft(name, "Một hai ba bốn.")
        store.put([prepared(replace(item, article=replace(item.article, metadata=Metadata(title))))], MODEL)
    return store


def reply(store: Store, text: str, language: str) -> list[str]:
    generated = chatted(Query(text, text, language, kind="chat"), Filters(), store, PROMPTS, language)
    assert (generated.statements, generated.outcome, generated.kind) == ((), "answered", "chat")
    return generated.lead.splitlines()


def test_questions_are_of_the_countries_that_most_titles_name(stocked: Store) -> None:
    first, *questions = reply(stocked, "Xin chào", "vi")

    assert "3 bài báo" in first
    assert questions == ["- Tin mới nhất là gì?", "- Tóm tắt tin về Lào", "- Tóm tắt tin về Pháp"]


def test_titles_without_countries(store: Store) -> None:
    _, *questions = reply(store, "hello", "en")

    assert questions == ["- What is the latest news?", "- Which articles do you have?"]


@pytest.mark.parametrize("language", ["vi", "en", "ru", "zh", "ja"])
def test_suggested_questions_are_understood(stocked: Store, language: str) -> None:
    _, *questions = reply(stocked, "hello", language)

    assert [shape_asked(question.removeprefix("- ")) for question in questions] == ["archive", "overview", "overview"]


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Cảm ơn bạn", "vi", "Rất vui"),
        ("cam on nhe", "vi", "Rất vui"),
        ("Dịch sang tiếng Anh giúp tôi", "vi", "mô hình ngôn ngữ"),
        ("Translate this", "en", "language model"),
        ("Viết giúp tôi một bài thơ", "vi", "mô hình ngôn ngữ"),
        ("Write me a poem", "en", "language model"),
        ("谢谢", "zh", "不客气"),
    ],
)
def test_thanks_and_what_is_out_of_reach(stocked: Store, text: str, language: str, said: str) -> None:
    assert said in reply(stocked, text, language)[0]


def test_a_revision_is_out_of_reach(stocked: Store) -> None:
    query = Query("gon lai", "gọn lại", "vi", kind="revision")
    generated = chatted(query, Filters(), stocked, PROMPTS, "vi")

    assert generated.kind == "chat"
    assert "mô hình ngôn ngữ" in generated.lead
