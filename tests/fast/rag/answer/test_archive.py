"""What the catalogue says: which articles there are, newest first, and that none is there."""

from dataclasses import replace
from datetime import date

import pytest

from index.records import Filters, Metadata
from index.store.store import Store
from prompts import Prompts
from rag.answer.archive import catalogued, narrowed, no_articles, openings
from rag.records.answers import Generated
from rag.records.search import AskedPeriod, Query
from tests.support.encoders import draft
from tests.support.stores import MODEL, prepared

PROMPTS = Prompts()
MARCH = AskedPeriod("tháng 3", date(2026, 3, 1), date(2026, 3, 31), newest=False)
APRIL = AskedPeriod("tháng 4", date(2026, 4, 1), date(2026, 4, 30), newest=False)


@pytest.fixture
def stocked(store: Store) -> Store:
    for name, source, day, title, text in (
        (
            "cau",
            "Báo Sông Lam",
            "2026-03-02",
            "Cầu mới",
            "Vinh, 2/3 (Sông Lam) - Cầu mới đã thông xe sáng 2/3. Xe đông.",
        ),
        ("lua", "tinlua.example", "2026-05-09", "Mùa lúa", "Mùa lúa\nNông dân ba tỉnh đã gặt xong vụ chiêm. Giá tăng."),
        ("cho", "Báo Sông Lam", None, None, "Chợ đêm mở cửa đến mười hai giờ. Đông khách."),
    ):
        item = draft(name, text)
        metadata = Metadata(title, source=source, published_at=day)
        store.put([prepared(replace(item, article=replace(item.article, metadata=metadata)))], MODEL)
    return store


def asked(question: str, period: AskedPeriod | None = None, shown: tuple[str, ...] = ()) -> Query:
    return Query(question, question, "vi", period=period, kind="archive", shown=shown)


def told(store: Store, query: Query, filters: Filters | None = None, language: str = "vi") -> Generated:
    filters = filters or Filters()
    return catalogued(query, openings(store, query, filters), filters, store, PROMPTS, language)


def test_newest_first_and_undated_last(stocked: Store) -> None:
    generated = told(stocked, asked("Tin mới nhất là gì?"))

    assert (generated.outcome, generated.kind) == ("answered", "archive")
    assert generated.lead == (
        "Có 3 bài. Ngày đăng: từ 2/3/2026 đến 9/5/2026. Không ghi ngày: 1 bài."
        " Nguồn: Báo Sông Lam (2), tinlua.example (1). Mới nhất:"
    )
    lines = [(one.line.heading, one.text, one.line.day) for one in generated.statements if one.line]
    assert lines == [
        ("Mùa lúa (tinlua.example, 9/5/2026):", "Nông dân ba tỉnh đã gặt xong vụ chiêm.", date(2026, 5, 9)),
        ("Cầu mới (Báo Sông Lam, 2/3/2026):", "Cầu mới đã thông xe sáng 2/3.", date(2026, 3, 2)),
        ("Báo Sông Lam, không ghi ngày:", "Chợ đêm mở cửa đến mười hai giờ.", None),
    ]
    for statement in generated.statements:
        quote = statement.quotes[0]
        text = stocked.text(quote.hit.chunk.article_id)
        assert text is not None
        assert text[quote.start : quote.end] == statement.text


def test_a_time_and_a_source_that_the_question_names(stocked: Store) -> None:
    assert narrowed(stocked, asked("Tháng 3 có tin gì?", MARCH), Filters()) == Filters("2026-03-01", "2026-03-31")
    assert narrowed(stocked, asked("Báo Sông Lam đưa tin gì?"), Filters()) == Filters(sources=("Báo Sông Lam",))
    assert narrowed(stocked, asked("tinlua dang tin gi"), Filters()) == Filters(sources=("tinlua.example",))
    within = Filters("2026-03-10", "2026-12-31", ("Báo Sông Lam",))
    assert narrowed(stocked, asked("Tháng 3 có tin gì?", MARCH), within) == Filters(
        "2026-03-10", "2026-03-31", ("Báo Sông Lam",)
    )
    articles = [one.line.article_id for one in told(stocked, asked("Tháng 3 có tin gì?", MARCH)).statements if one.line]
    assert articles == ["cau"]


def test_a_time_without_articles_is_named_and_the_newest_told(stocked: Store) -> None:
    generated = told(stocked, asked("Tháng 4 có tin gì?", APRIL))

    assert generated.lead.startswith("Không có bài nào từ 1/4/2026 đến 30/4/2026 trong kho. Có 3 bài.")
    assert len(generated.statements) == 3


def test_what_was_shown_is_not_told_again(stocked: Store) -> None:
    generated = told(stocked, asked("Tin mới nhất là gì?", shown=("Nông dân ba tỉnh đã gặt xong vụ chiêm.",)))

    assert [one.line.article_id for one in generated.statements if one.line] == ["cau", "cho"]
    assert generated.lead == ""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "Không có bài nào từ 5/1/2026 của Báo A trong kho."),
        ("en", "There are no articles from January 5, 2026 by Báo A here."),
        ("ru", "Статей с 5 января 2026\u202fг. из источника Báo A в архиве нет."),
        ("zh", "库中没有 2026年1月5日起 来自Báo A 的文章。"),
        ("ja", "2026年1月5日から 情報源Báo A の記事はありません。"),
    ],
)
def test_a_filter_that_nothing_passes_is_named(language: str, said: str) -> None:
    assert no_articles(Filters("2026-01-05", sources=("Báo A",)), PROMPTS, language) == said


def test_one_day_is_named_once() -> None:
    assert (
        no_articles(Filters("2026-01-05", "2026-01-05"), PROMPTS, "vi") == "Không có bài nào ngày 5/1/2026 trong kho."
    )
