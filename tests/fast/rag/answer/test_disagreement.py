from dataclasses import replace

import pytest

from index.records import Chunk, Hit, Metadata
from prompts import Prompts
from rag.answer.disagreement import differences, noted, with_other_sides
from rag.records.answers import Answer, Quote, Statement
from rag.records.search import Passage, Query
from tests.support.encoders import cite

PROMPTS = Prompts()
TITLE = "Trường Sông Thương và Viện Núi Đọi"


def passage(number: int, text: str, published_at: str | None, article: str | None = None) -> Passage:
    article = article or f"a{number}"
    hit = Hit(Chunk(number, article, 0, len(text), text), Metadata(TITLE, None, "Báo", published_at))
    return Passage(hit, 0.9, 0.5, score=0.9)


def said(of: Passage, text: str | None = None) -> Statement:
    """The statement that quotes a sentence of a passage, its whole text unless another is given."""
    chunk = of.hit.chunk
    text = text or chunk.text
    start = chunk.text.index(text)
    return Statement(text, (Quote(of.hit, start, start + len(text), 1.0, "full"),))


def sides(question: str, quoted: str, other: str, days: tuple[str | None, str | None]) -> list[str]:
    first, second = passage(1, quoted, days[0]), passage(2, other, days[1])
    _, found = with_other_sides(Query(question, question, "vi"), [said(first)], [first, second])
    return [statement.text for statement in found]


DAYS = ("2025-01-06", "2025-07-22")
OLD = "Năm nay Trường Sông Thương có 1.200 sinh viên Lào theo học."
NEW = "Năm nay Trường Sông Thương có 1.350 sinh viên Lào theo học."
HOW_MANY = "Trường Sông Thương có bao nhiêu sinh viên Lào?"


def test_two_tellings_are_both_cited_the_newest_first() -> None:
    assert sides(HOW_MANY, OLD, NEW, DAYS) == [NEW, OLD]
    assert sides(HOW_MANY, NEW, OLD, DAYS) == [OLD, NEW]


def test_two_names_of_one_country_are_no_difference() -> None:
    old, new = OLD.replace("Lào", "Mỹ"), NEW.replace("Lào", "Hoa Kỳ")

    assert sides(HOW_MANY.replace("Lào", "Mỹ"), old, new, DAYS) == [new, old]


@pytest.mark.parametrize("unit", ["USD", "won", "baht", "rúp", "rupee"])
def test_units_of_money_are_compared(unit: str) -> None:
    old, new = (f"Năm nay Trường Sông Thương nhận tài trợ {much} triệu {unit} cho thư viện." for much in (40, 55))
    asked = "Trường Sông Thương nhận tài trợ bao nhiêu tiền cho thư viện?"

    assert sides(asked, old, new, DAYS) == [new, old]
    assert sides(asked, old, new.replace(unit, "euro"), DAYS) == []


def test_an_undated_telling_stands_behind() -> None:
    plain = [text.removeprefix("Năm nay ") for text in (OLD, NEW)]

    assert sides(HOW_MANY, plain[0], plain[1], (None, DAYS[1])) == [plain[1], plain[0]]
    # Of two without a date, one of a series may tell of another day.
    assert sides(HOW_MANY, plain[0], plain[1], (None, None)) == []


@pytest.mark.parametrize(
    ("question", "quoted", "other"),
    [
        (HOW_MANY, OLD, OLD.replace("1.200", "gần 1.210")),
        (HOW_MANY, OLD, NEW.replace("Năm nay", "Năm 2024")),
        (HOW_MANY, OLD, NEW.replace("Lào", "Campuchia")),
        (HOW_MANY, OLD, NEW.replace("Sông Thương", "Núi Đọi")),
        (HOW_MANY, OLD, NEW.replace("sinh viên", "phòng học")),
        (HOW_MANY, OLD, "Năm nay Trường Sông Thương đặt mục tiêu có 1.350 sinh viên Lào theo học."),
        (HOW_MANY, OLD, "Năm nay Trường Sông Thương có thêm 150 sinh viên Lào theo học."),
        (HOW_MANY, OLD, "Năm nay Trường Sông Thương có 900 sinh viên Lào và 450 sinh viên Thái theo học."),
        (HOW_MANY, "Năm nay trường có 1.200 sinh viên.", "Năm nay trường có 1.350 sinh viên."),
        ("Trường Sông Thương ở đâu?", OLD, NEW),
        ("Trường Sông Thương có bao nhiêu phòng học?", OLD, NEW),
        ("Viện Núi Đọi xây năm nào?", OLD, NEW),
        ("Sinh viên Lào học ở Trường Sông Thương bao lâu?", OLD, NEW),
    ],
    ids=[
        "rounded",
        "another time",
        "another name",
        "another place",
        "another unit",
        "a target",
        "a difference",
        "parts",
        "no name",
        "a place is asked",
        "another unit is asked",
        "a date is asked",
        "a span of time is asked",
    ],
)
def test_what_is_no_disagreement(question: str, quoted: str, other: str) -> None:
    assert sides(question, quoted, other, DAYS) == []


CORRECTED = "Viện Núi Đọi sửa số kỹ sư được Trường Sông Thương gửi đi học: 56 người thay vì 48, chia ba đợt."
BEFORE = "Trường Sông Thương sẽ gửi 48 kỹ sư đi học ở Viện Núi Đọi."
ENGINEERS = "Trường Sông Thương gửi bao nhiêu kỹ sư đi học?"


@pytest.mark.parametrize(
    "correction",
    [
        CORRECTED,
        "Số kỹ sư Trường Sông Thương gửi đi học ở Viện Núi Đọi là 56 người, không phải 48 người.",
        "Số kỹ sư Trường Sông Thương gửi đi học được điều chỉnh từ 48 lên 56 người.",
        "Trường Sông Thương gửi đi học 56 người, cao hơn mức dự kiến 48 người.",
    ],
)
def test_a_correction_is_cited_with_what_it_corrects(correction: str) -> None:
    assert sides(ENGINEERS, BEFORE, correction, DAYS) == [correction, BEFORE]
    assert sides(ENGINEERS, correction, BEFORE, DAYS[::-1]) == [correction, BEFORE]


def test_a_rise_is_no_correction() -> None:
    assert sides(ENGINEERS, BEFORE, "Số kỹ sư Trường Sông Thương gửi đi học tăng từ 48 lên 56 người.", DAYS) == []


def test_the_new_figure_finds_the_old_one_through_a_correction() -> None:
    new = "Trường Sông Thương gửi đi học 56 kỹ sư trong năm tới."
    quoted, corrected, before = (
        passage(1, new, "2025-09-01"),
        passage(2, CORRECTED, "2025-07-22"),
        passage(3, BEFORE, None),
    )

    _, found = with_other_sides(Query(ENGINEERS, ENGINEERS, "vi"), [said(quoted)], [quoted, corrected, before])

    assert [statement.text for statement in found] == [new, BEFORE]


def test_another_countrys_figure_is_no_other_side() -> None:
    question = "Trường Sông Thương gửi bao nhiêu kỹ sư sang Nga học?"
    told = "Trường Sông Thương gửi 48 kỹ sư sang Nga học trong năm tới."
    corrected = "Trường Sông Thương gửi 56 kỹ sư sang Nga học thay vì 48 người như dự kiến."
    assert sides(question, told, corrected, DAYS) == [corrected, told]
    assert sides(question, told, corrected.replace("Nga", "Hàn Quốc"), DAYS) == []


def test_one_article_does_not_disagree_with_itself() -> None:
    first, second = passage(1, OLD, "2025-01-06", "a"), passage(2, NEW, "2025-01-06", "a")

    statements, found = with_other_sides(Query(HOW_MANY, HOW_MANY, "vi"), [said(first)], [first, second])

    assert statements == (said(first),)
    assert found == ()


def test_sides_go_before_the_other_statements_and_none_is_said_twice() -> None:
    old, new = passage(1, OLD, "2025-01-06"), passage(2, f"{NEW} Trường xây thêm ký túc xá.", "2025-07-22")
    query = Query(HOW_MANY, HOW_MANY, "vi")
    more = said(new, "Trường xây thêm ký túc xá.")

    statements, found = with_other_sides(query, [more, said(old), said(new, NEW)], [old, new])

    assert statements == (said(new, NEW), said(old), more)
    assert found == (said(new, NEW), said(old))


def answer_of(*passages: Passage) -> Answer:
    texts = {item.hit.chunk.article_id: item.hit.chunk.text for item in passages}
    answer = cite(map(said, passages), texts, confidence=0.9, language="vi")
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("language", "day"), [("vi", "22/07/2025"), ("en", "2025-07-22"), ("ru", "2025-07-22"), ("ko", "2025-07-22")]
)
def test_the_note_names_the_newest_date(language: str, day: str) -> None:
    old, new = passage(1, OLD, "2025-01-06"), passage(2, NEW, "2025-07-22T09:00:00+07:00")

    answer = noted(answer_of(new, old), [said(new), said(old)], language, PROMPTS)

    assert answer.disagreement
    assert answer.note is not None
    assert day in answer.note
    assert "{" not in answer.note


def test_no_note_without_two_articles() -> None:
    old, new = passage(1, OLD, None), passage(2, NEW, None)

    alone = answer_of(old)
    assert noted(alone, [said(old), said(new)], "vi", PROMPTS) == alone
    assert noted(alone, [], "vi", PROMPTS) == alone
    undated = noted(answer_of(old, new), [said(old), said(new)], "vi", PROMPTS).note
    assert undated is not None
    assert "ngày" not in undated


def test_an_answer_in_other_words_is_judged_by_what_it_quotes() -> None:
    old, new = passage(1, OLD, "2025-01-06"), passage(2, NEW, "2025-07-22")
    written = replace(said(old), text="Trường có khoảng nghìn rưỡi sinh viên.")

    statements, found = with_other_sides(Query(HOW_MANY, HOW_MANY, "vi"), [written], [old, new])

    assert [statement.text for statement in found] == [NEW, written.text]
    assert statements == found


def told(*passages: Passage) -> list[list[str]]:
    return [[statement.text for statement in sides] for sides in differences(passages)]


def test_articles_of_one_event_are_compared_without_a_question() -> None:
    third = passage(3, "Thư viện Trường Sông Thương mở cửa cả chủ nhật.", DAYS[1])

    assert told(passage(1, OLD, DAYS[0]), passage(2, NEW, DAYS[1]), third) == [[NEW, OLD]]
    assert told(passage(1, OLD, DAYS[0]), passage(2, OLD, DAYS[1]), third) == []
    assert told(passage(1, OLD, DAYS[0], "a"), passage(2, NEW, DAYS[1], "a")) == []


def test_copies_of_a_sentence_with_two_figures_agree() -> None:
    both = "Trường Sông Thương có 1.200 sinh viên Lào theo học, Trường Sông Thương có 450 sinh viên Lào tốt nghiệp."

    assert told(passage(1, both, DAYS[0]), passage(2, both, DAYS[1])) == []


def test_another_hour_is_another_time() -> None:
    at = "Lúc 7h ngày 31/7/2025, tâm bão Sơn Ca cách đảo Hòn Nồm 200 km về phía đông."
    later = at.replace("200", "120")

    assert told(passage(1, at, "2025-07-31"), passage(2, later, "2025-07-31")) == [[at, later]]
    for hour in ("13h", "13 giờ", "13h30"):
        assert told(passage(1, at, "2025-07-31"), passage(2, later.replace("7h", hour), "2025-07-31")) == []


def test_tellings_of_one_thing_are_sides_of_one_difference() -> None:
    newest = OLD.replace("1.200", "1.500")
    given = passage(1, OLD, DAYS[0]), passage(2, NEW, DAYS[1]), passage(3, newest, "2025-09-01")

    assert told(*given) == [[newest, NEW, OLD]]
    assert [quote.hit.chunk.article_id for sides in differences(given) for one in sides for quote in one.quotes] == [
        "a3",
        "a2",
        "a1",
    ]
