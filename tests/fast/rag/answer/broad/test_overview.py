from datetime import date

from rag.answer.broad.overview import listed, overview
from tests.support.broad import candidates, passage

OLD = passage("Cầu khởi công. Cầu dài hai cây số.", "cũ", day="2025-03-01")
NEW = passage("Cầu thông xe. Phí là mười nghìn đồng.", "mới", day="2026-05-02T08:00:00+07:00")
UNDATED = passage("Cầu bắc qua sông.", "không ngày")
RANKED = [
    *candidates(UNDATED, 1.0),
    *candidates(OLD, 0.8, 0.9, axis=1),
    *candidates(NEW, 0.6, 0.5, axis=3),
]


def test_an_overview_goes_by_article_the_newest_first_and_the_undated_last() -> None:
    statements = overview(RANKED)

    assert [one.text for one in statements] == [
        "Cầu thông xe.",
        "Phí là mười nghìn đồng.",
        "Cầu khởi công.",
        "Cầu dài hai cây số.",
        "Cầu bắc qua sông.",
    ]
    assert [one.line and (one.line.day, one.line.article_id) for one in statements] == [
        (date(2026, 5, 2), "mới"),
        None,
        (date(2025, 3, 1), "cũ"),
        None,
        (None, "không ngày"),
    ]
    assert [(one.quotes[0].start, one.quotes[0].end) for one in statements[:2]] == [(0, 13), (14, 37)]


def test_a_list_has_a_line_for_each_sentence_the_best_first() -> None:
    statements = listed(RANKED)

    assert [one.line.article_id for one in statements if one.line] == ["không ngày", "cũ", "cũ", "mới", "mới"]
    assert [one.text for one in statements[1:3]] == ["Cầu dài hai cây số.", "Cầu khởi công."]
