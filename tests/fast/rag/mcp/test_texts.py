"""What an article says stays in quotations."""

import json

from hypothesis import given
from hypothesis import strategies as st

from rag.contract.articles import StoredArticle
from rag.mcp.results import AnswerResult, ArticleExcerpt
from rag.mcp.texts import text_of_answer, text_of_reading
from tests.support.shapes import CHAT, FACT, NONE, OVERVIEW, RELATED

_PARTICULARS = st.text(min_size=1, max_size=60)


@given(st.text(min_size=1), _PARTICULARS, _PARTICULARS)
def test_no_article_can_end_its_quotation(text: str, title: str, source: str) -> None:
    stored = StoredArticle(
        id="a", title=title, text=text, url=None, source=source, published_at=None, language=None, captions=[]
    )
    shown = text_of_reading(ArticleExcerpt.of(stored, "notice", 0, None, len(text))).splitlines()

    assert all(line.startswith("> ") for line in shown[3:])
    assert "".join(line[2:] for line in shown[3:]) == "".join(text.splitlines())
    particulars, _, rest = shown[2].rpartition(", characters ")
    assert rest == f"0-{len(text)} of {len(text)}; the end"
    strings = [" ".join(particular.split()) for particular in (title, source)]
    assert particulars == " · ".join(json.dumps(string, ensure_ascii=False) for string in strings)


def test_the_text_of_an_answer_says_what_it_is() -> None:
    fact, near, reply = (text_of_answer(out).splitlines() for out in (FACT, RELATED, CHAT))

    assert 'Answer (fact, in short "77 m", language vi, confidence 83%):' in fact
    opening = fact.index('Answer (fact, in short "77 m", language vi, confidence 83%):')
    assert fact[opening + 1] == "> Cầu Bến Lội dài 77 m, rộng 9 m. [1] Cầu tốn 12 tỷ đồng. [2]"
    assert (
        "NO ANSWER: articles treat the subject but do not say what was asked. The nearest, which is no answer:" in near
    )
    assert "> Cầu tốn 12 tỷ đồng. [2]" in near
    assert '[2] "Giá vật liệu <b>tăng</b>" · "Báo Sông Hậu" · "2026-04-28", article "gia" 0:19' in near
    assert reply[2:6] == [
        "The service's own reply:",
        "> Tôi là Hỏi Đáp. Bạn có thể hỏi:",
        "> - Có tin gì mới?",
        "> - Tóm tắt tin về Lào",
    ]
    assert "Sources, with the exact words that each [n] rests on:" not in reply


def test_lines_of_an_answer_are_lines_and_stay_in_quotations() -> None:
    said = text_of_answer(OVERVIEW).splitlines()

    at = said.index("> 2026-05-03 · Cầu Bến Lội thông xe · Báo Ven Đồi:")
    assert said[at + 1 : at + 3] == ["> Cầu thông xe sáng 3/5. [1]", "> Cầu dài 77 m. [2]"]
    assert "> no date · “Dân mừng cầu mới.”:" in said


def test_near_articles_are_named_where_nothing_is_cited() -> None:
    assert [near.article_id for near in AnswerResult.of(NONE, "notice").nearest] == ["cau", "gia"]
    assert AnswerResult.of(RELATED, "notice").nearest == []


def test_an_answer_that_is_not_kept_says_so() -> None:
    unkept = FACT.model_copy(update={"kept": False})
    assert "Note: The disk is full: this answer is not kept, and a follow-up will not know of it." in text_of_answer(
        unkept
    )
    assert AnswerResult.of(unkept, "notice").kept is False
    assert "The disk is full" not in text_of_answer(FACT.model_copy(update={"kept": True}))
