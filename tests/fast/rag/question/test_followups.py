from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.detection import detect_language
from rag.question.followups import in_context
from rag.records.search import Query, Turn

TODAY = date(2026, 3, 2)


def asked(text: str, understood: str | None = None) -> Query:
    return Query(text, understood or text, detect_language(text), asked_on=TODAY)


def turn(question: str, understood: str | None = None, cited: tuple[str, ...] = ()) -> Turn:
    understood = understood or question
    return Turn(question, understood, detect_language(understood), " ".join(cited), abstained=False, cited=cited)


GRANTS = turn("Nga cấp cho Việt Nam bao nhiêu suất học bổng?")
TRADE = turn("Thương mại Việt Nam - Ấn Độ năm 2025 là bao nhiêu?")
ENGLISH = turn("How many scholarships did Russia give Vietnamese students in 2025?")
RUSSIAN = turn("Сколько стипендий Россия выделила Вьетнаму в 2025 году?")
CHINESE = turn("俄罗斯2025年给越南多少奖学金？")
JAPANESE = turn("ロシアは2025年にベトナムに奨学金をいくつ与えましたか？")


@pytest.mark.parametrize(
    ("before", "followup", "expected"),
    [
        (GRANTS, "Còn Nhật Bản thì sao?", "Nhật Bản cấp cho Việt Nam bao nhiêu suất học bổng?"),
        (GRANTS, "thế Lào thì sao", "Lào cấp cho Việt Nam bao nhiêu suất học bổng?"),
        (GRANTS, "còn nhật bản", "Nhật Bản cấp cho Việt Nam bao nhiêu suất học bổng?"),
        (TRADE, "Với Singapore thì sao?", "Thương mại Việt Nam - Singapore năm 2025 là bao nhiêu?"),
        (TRADE, "Thế còn năm 2024?", "Thương mại Việt Nam - Ấn Độ năm 2024 là bao nhiêu?"),
        (turn("Giá điện, ông Lê Văn Tám nói gì?"), "Còn bà Vũ Thị Hoa?", "Giá điện, Vũ Thị Hoa nói gì?"),
        (ENGLISH, "What about Japan?", "How many scholarships did Japan give Vietnamese students in 2025?"),
        (ENGLISH, "And in 2024?", "How many scholarships did Russia give Vietnamese students in 2024?"),
        (turn("Как Вьетнам торгует с Китаем?"), "А с США?", "Как Вьетнам торгует с США?"),
        (RUSSIAN, "А в 2024 году?", "Сколько стипендий Россия выделила Вьетнаму в 2024 году?"),
        (CHINESE, "那日本呢？", "日本2025年给越南多少奖学金？"),
        (JAPANESE, "日本はどうですか？", "日本は2025年にベトナムに奨学金をいくつ与えましたか？"),
    ],
)
def test_another_name_takes_the_place_of_the_one_of_its_kind(before: Turn, followup: str, expected: str) -> None:
    query = in_context(asked(followup), [before])

    assert (query.understood, query.context) == (expected, "")
    assert query.language == before.language


@pytest.mark.parametrize(
    ("before", "followup"),
    [
        # Nothing that may ask of anything is rewritten: of two names, of another kind, of a name with more to it.
        (turn("Nga hay Lào cấp nhiều hơn?"), "Còn Nhật Bản?"),
        (turn("Xuất khẩu giày dép ra sao?"), "Thế còn năm 2024?"),
        (GRANTS, "Còn Nhật Bản xây mấy bệnh viện?"),
        (GRANTS, "Còn nghiên cứu sinh?"),
        (GRANTS, "Hạn nộp khi nào?"),
        (GRANTS, "Dân số Hà Nội là bao nhiêu?"),
        (ENGLISH, "Why?"),
        (CHINESE, "为什么？"),
    ],
)
def test_any_other_question_gets_the_one_before_as_its_context(before: Turn, followup: str) -> None:
    query = in_context(asked(followup), [before])

    assert (query.understood, query.context) == (followup, before.question)
    assert query.whole == f"{before.question} {followup}"


def test_typed_without_diacritics() -> None:
    # Wrongly restored, but the words are told by their letters.
    query = in_context(asked("con lao thi sao", "cơn lào thì sao"), [GRANTS])

    assert query.understood == "Lào cấp cho Việt Nam bao nhiêu suất học bổng?"


def test_nothing_was_asked_before() -> None:
    query = asked("Vì sao?")

    assert in_context(query, []) is query
    assert in_context(query, [turn("Cảm ơn bạn nhiều"), turn("Tin mới nhất là gì?"), turn(" ?")]) is query
    assert in_context(query, [turn("Tin mới nhất là gì?"), turn("Dịch sang tiếng Anh")]) is query
    assert query.whole == "Vì sao?"


def test_a_conversation_goes_on_from_the_last_question_that_stood_alone_and_the_last_one() -> None:
    history: list[Turn] = []
    contexts = []
    for question in ("Cầu Sông Lam dài bao nhiêu mét?", "Khi nào xong?", "Ai xây?", "Vì sao chậm?"):
        query = in_context(asked(question), history)
        contexts.append(query.context)
        history += [turn(question, query.whole), turn("Cảm ơn bạn")]
        history.append(turn("Tóm tắt lại trong một câu"))
    history.append(turn("Giá vé phà bao nhiêu?"))

    assert contexts == [
        "",
        "Cầu Sông Lam dài bao nhiêu mét?",
        "Cầu Sông Lam dài bao nhiêu mét? Khi nào xong?",
        "Cầu Sông Lam dài bao nhiêu mét? Ai xây?",
    ]
    assert in_context(asked("Từ bao giờ?"), history).context == "Giá vé phà bao nhiêu?"


@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_no_text_is_too_strange(followup: str, question: str) -> None:
    query = asked(followup)

    assert in_context(query, [turn(question)]).text == followup
    assert in_context(query, [turn(f"Nga cấp gì cho {question}?")]).understood


# --- More ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "followup"),
    [
        (GRANTS, "còn gì nữa không"),
        (GRANTS, "Thế còn gì khác?"),
        (GRANTS, "Kể thêm đi"),
        (GRANTS, "nói rõ hơn về chuyện này"),
        (GRANTS, "chi tiết hơn"),
        (GRANTS, "ke ro hon"),
        (ENGLISH, "Tell me more"),
        (ENGLISH, "What else?"),
        (RUSSIAN, "Расскажи подробнее"),
        (RUSSIAN, "Что ещё?"),
        (CHINESE, "详细说说"),
        (CHINESE, "还有什么？"),
        (JAPANESE, "もっと詳しく"),
        (JAPANESE, "他には？"),
    ],
)
def test_more_asks_the_last_question_again(before: Turn, followup: str) -> None:
    assert in_context(asked(followup), [before]).whole == before.question


def test_more_is_asked_without_what_was_quoted() -> None:
    overview = turn("Tóm tắt tin về Lào", cited=("Lào mở cửa.",))
    again = turn("còn gì nữa", "Tóm tắt tin về Lào", cited=("Cầu thông xe.",))

    assert in_context(asked("còn gì nữa không?"), (overview, again)).shown == ("Lào mở cửa.", "Cầu thông xe.")
    assert in_context(asked("Cầu Sông Lam dài bao nhiêu mét?"), (overview, again)).shown == ()
