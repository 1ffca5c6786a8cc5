from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.detection import detect_language
from rag.question.followups import standalone
from rag.records import Query, Turn

TODAY = date(2026, 3, 2)


def asked(text: str, understood: str | None = None) -> Query:
    return Query(text, understood or text, detect_language(text), asked_on=TODAY)


def turn(question: str, answer: str = "", understood: str | None = None, *, abstained: bool = False) -> Turn:
    understood = understood or question
    return Turn(question, understood, detect_language(understood), answer, abstained)


def rewritten(followup: str, *history: Turn, understood: str | None = None) -> str:
    return standalone(asked(followup, understood), history).understood


GRANTS = turn("Nga cấp cho Việt Nam bao nhiêu suất học bổng?", "Nga cấp 1.000 suất học bổng. [1]")
TRADE = turn("Thương mại Việt Nam - Ấn Độ năm 2025 là bao nhiêu?")
RAIL = turn(
    "Dự án đường sắt Sông Mây do công ty Thạch Lam làm khởi công ngày nào?",
    "Dự án khởi công ngày 19/12/2025 tại Hải Phòng. [1]",
)
HEAD = turn(
    "Ai là giám đốc bệnh viện Sông Lam?",
    "Bà Lê Thị Hồng Vân, giám đốc bệnh viện Sông Lam, nói năm nay khám 20.000 lượt. [1] "
    "Ông Trần Văn Khôi là phó giám đốc. [2]",
)
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
        (GRANTS, "Nhật Bản?", "Nhật Bản cấp cho Việt Nam bao nhiêu suất học bổng?"),
        (GRANTS, "Còn cho Lào thì sao?", "Nga cấp cho Lào bao nhiêu suất học bổng?"),
        (TRADE, "Với Singapore thì sao?", "Thương mại Việt Nam - Singapore năm 2025 là bao nhiêu?"),
        (TRADE, "Thế còn năm 2024?", "Thương mại Việt Nam - Ấn Độ năm 2024 là bao nhiêu?"),
        (TRADE, "2024 thì sao?", "Thương mại Việt Nam - Ấn Độ 2024 là bao nhiêu?"),
        (turn("Bao nhiêu người ở Huế có việc?"), "Ở Đà Nẵng thì sao?", "Bao nhiêu người ở Đà Nẵng có việc?"),
        (turn("Tháng 3/2025 xuất khẩu đạt bao nhiêu?"), "Còn tháng 4?", "Tháng 4/2025 xuất khẩu đạt bao nhiêu?"),
        (turn("Ông Lê Văn Tám nói gì về giá điện?"), "Còn bà Vũ Thị Hoa?", "Bà Vũ Thị Hoa nói gì về giá điện?"),
        (turn("Khi nào xong giai đoạn 1 của cầu?"), "Thế giai đoạn hai?", "Khi nào xong giai đoạn hai của cầu?"),
        (turn("Xuất khẩu gạo đạt bao nhiêu?"), "Thế còn nhập khẩu?", "Nhập khẩu gạo đạt bao nhiêu?"),
        (HEAD, "Còn phó giám đốc?", "Ai là phó giám đốc bệnh viện Sông Lam?"),
        (ENGLISH, "What about Japan?", "How many scholarships did Japan give Vietnamese students in 2025?"),
        (ENGLISH, "And China?", "How many scholarships did China give Vietnamese students in 2025?"),
        (ENGLISH, "And in 2024?", "How many scholarships did Russia give Vietnamese students in 2024?"),
        (ENGLISH, "how about 2024", "How many scholarships did Russia give Vietnamese students in 2024?"),
        (RUSSIAN, "А Япония?", "Сколько стипендий Япония выделила Вьетнаму в 2025 году?"),
        (RUSSIAN, "А в 2024 году?", "Сколько стипендий Россия выделила Вьетнаму в 2024 году?"),
        (turn("Как Вьетнам торгует с Китаем?"), "А с США?", "Как Вьетнам торгует с США?"),
        (CHINESE, "那日本呢？", "日本2025年给越南多少奖学金？"),
        (CHINESE, "那么中国怎么样？", "中国2025年给越南多少奖学金？"),
        (CHINESE, "2024年呢？", "俄罗斯2024年给越南多少奖学金？"),
        (JAPANESE, "日本はどうですか？", "日本は2025年にベトナムに奨学金をいくつ与えましたか？"),
        (JAPANESE, "では、中国は？", "中国は2025年にベトナムに奨学金をいくつ与えましたか？"),
        (JAPANESE, "2024年は？", "ロシアは2024年にベトナムに奨学金をいくつ与えましたか？"),
    ],
)
def test_a_new_name_replaces_the_one_of_its_kind(before: Turn, followup: str, expected: str) -> None:
    assert rewritten(followup, before) == expected


@pytest.mark.parametrize(
    ("before", "followup", "expected"),
    [
        (GRANTS, "Thế còn năm 2024?", "Năm 2024: Nga cấp cho Việt Nam bao nhiêu suất học bổng?"),
        (GRANTS, "Còn nghiên cứu sinh?", "Nghiên cứu sinh: Nga cấp cho Việt Nam bao nhiêu suất học bổng?"),
        (turn("Nga hay Lào cấp nhiều hơn?"), "Còn Nhật Bản?", "Nhật Bản: Nga hay Lào cấp nhiều hơn?"),
        (turn("Xuất khẩu giày dép ra sao?"), "Dệt may?", "Dệt may: Xuất khẩu giày dép ra sao?"),
        (
            ENGLISH,
            "and for Laos?",
            "Laos: How many scholarships did Russia give Vietnamese students in 2025?",
        ),
    ],
)
def test_where_it_is_not_clear_what_to_replace_all_words_are_kept(before: Turn, followup: str, expected: str) -> None:
    assert rewritten(followup, before) == expected


@pytest.mark.parametrize(
    ("before", "followup", "expected"),
    [
        (HEAD, "Bà ấy nói gì về giá khám?", "Bà Lê Thị Hồng Vân nói gì về giá khám?"),
        (HEAD, "Ông ấy nói gì nữa?", "Ông Trần Văn Khôi nói gì nữa?"),
        (HEAD, "Giá khám, cô ấy có định tăng không?", "Giá khám, cô Lê Thị Hồng Vân có định tăng không?"),
        (turn("Ông Lê Văn Tám là ai?"), "Còn giá điện, ông ấy nói gì?", "Giá điện, ông Lê Văn Tám nói gì?"),
        (RAIL, "Dự án này tốn bao nhiêu tiền?", "Dự án đường sắt Sông Mây tốn bao nhiêu tiền?"),
        (RAIL, "Công ty đó có bao nhiêu công nhân?", "Công ty Thạch Lam có bao nhiêu công nhân?"),
        (RAIL, "Ở đó có bao nhiêu công nhân làm việc?", "Ở Hải Phòng có bao nhiêu công nhân làm việc?"),
        (RAIL, "Khi đó thời tiết miền Bắc thế nào?", "Ngày 19/12/2025 thời tiết miền Bắc thế nào?"),
        (GRANTS, "Nước này dạy những ngành nào bằng tiếng Anh?", "Nga dạy những ngành nào bằng tiếng Anh?"),
        (HEAD, "Who is she?", "Who is Lê Thị Hồng Vân?"),
        (turn("What did Mr Ivan Petrov say?"), "When was he born?", "When was Ivan Petrov born?"),
        (turn("What did Ms Irina Sokolova say?"), "What is her job?", "What is Irina Sokolova's job?"),
        (turn("Is it cold in Moscow now?"), "What do most students eat there?", "What do most students eat in Moscow?"),
        (turn("Что сказал Иван Петров?"), "Где он родился?", "Где Иван Петров родился?"),
        (turn("越南总理是谁？", "Thủ tướng Lê Văn Tám phát biểu. [1]"), "他说了什么？", "Lê Văn Tám说了什么？"),
        (
            turn("首相は誰ですか？", "Thủ tướng Lê Văn Tám phát biểu. [1]"),
            "彼は何と言いましたか？",
            "Lê Văn Támは何と言いましたか？",
        ),
    ],
)
def test_what_points_back_is_named(before: Turn, followup: str, expected: str) -> None:
    assert rewritten(followup, before) == expected


@pytest.mark.parametrize(
    ("before", "followup", "expected"),
    [
        (GRANTS, "Khi nào?", "Nga cấp cho Việt Nam suất học bổng: khi nào?"),
        (GRANTS, "Ở đâu?", "Nga cấp cho Việt Nam suất học bổng: ở đâu?"),
        (GRANTS, "Vì sao vậy?", "Nga cấp cho Việt Nam suất học bổng: vì sao vậy?"),
        (GRANTS, "Ai ký?", "Nga cấp cho Việt Nam suất học bổng: ai ký?"),
        (GRANTS, "Hạn nộp đến khi nào?", "Nga cấp cho Việt Nam suất học bổng: hạn nộp đến khi nào?"),
        (GRANTS, "Họ học ngành gì?", "Nga cấp cho Việt Nam suất học bổng: họ học ngành gì?"),
        (GRANTS, "Nước này cấp từ năm nào?", "Nga cấp cho Việt Nam suất học bổng: Nga cấp từ năm nào?"),
        (RAIL, "Thế còn giá?", "Dự án đường sắt Sông Mây do công ty Thạch Lam làm khởi công: giá"),
        (TRADE, "Sang năm 2026 dự báo ra sao?", "Thương mại Việt Nam - Ấn Độ năm 2026: sang năm 2026 dự báo ra sao?"),
        (ENGLISH, "Why?", "Scholarships Russia give Vietnamese students in 2025: why?"),
        (ENGLISH, "Who signed it?", "Scholarships Russia give Vietnamese students in 2025: who signed it?"),
        (RUSSIAN, "Почему?", "Стипендий Россия выделила Вьетнаму в 2025 году: почему?"),
        (CHINESE, "为什么？", "俄罗斯2025年给越南奖学金：为什么？"),
        (CHINESE, "谁签的？", "俄罗斯2025年给越南奖学金：谁签的？"),
        (JAPANESE, "なぜ？", "ロシアは2025年にベトナムに奨学金与え：なぜ？"),
        (GRANTS, "còn gì nữa không", "Nga cấp cho Việt Nam suất học bổng"),
        (GRANTS, "Kể thêm đi", "Nga cấp cho Việt Nam suất học bổng"),
        (GRANTS, "chi tiết hơn", "Nga cấp cho Việt Nam suất học bổng"),
        (ENGLISH, "Tell me more", "Scholarships Russia give Vietnamese students in 2025"),
        (RUSSIAN, "Расскажи подробнее", "Стипендий Россия выделила Вьетнаму в 2025 году"),
        (CHINESE, "详细说说", "俄罗斯2025年给越南奖学金"),
        (JAPANESE, "もっと詳しく", "ロシアは2025年にベトナムに奨学金与え"),
    ],
)
def test_what_says_too_little_stands_behind_the_topic(before: Turn, followup: str, expected: str) -> None:
    assert rewritten(followup, before).casefold() == expected.casefold()


@pytest.mark.parametrize(
    ("before", "typed", "restored", "expected"),
    [
        (GRANTS, "con nhat ban thi sao", "còn nhật bản thì sao", "Nhật Bản cấp cho Việt Nam bao nhiêu suất học bổng?"),
        (GRANTS, "the con phap", "thế còn pháp", "Pháp cấp cho Việt Nam bao nhiêu suất học bổng?"),
        # Wrongly restored, but the words are told by their letters.
        (GRANTS, "con lao thi sao", "cơn lào thì sao", "Lào cấp cho Việt Nam bao nhiêu suất học bổng?"),
        (GRANTS, "khi nao", "khi nào", "Nga cấp cho Việt Nam suất học bổng: khi nào"),
        (GRANTS, "vi sao", "vì sao", "Nga cấp cho Việt Nam suất học bổng: vì sao"),
        (HEAD, "ba ay bao nhieu tuoi", "ba ấy bao nhiêu tuổi", "Bà Lê Thị Hồng Vân bao nhiêu tuổi"),
        (GRANTS, "ke them di", "kế thêm đi", "Nga cấp cho Việt Nam suất học bổng"),
    ],
)
def test_typed_without_diacritics(before: Turn, typed: str, restored: str, expected: str) -> None:
    assert rewritten(typed, before, understood=restored) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Dân số Hà Nội là bao nhiêu?",
        "Ai là Tổng thống Pháp?",
        "SAMSUNG là công ty gì?",
        "Giá vàng hôm nay bao nhiêu?",
        "Thời tiết hôm nay thế nào?",
        "Thế giới có bao nhiêu quốc gia?",
        "Miền Nam vừa có một nơi sửa tàu ngầm, cơ sở đó nằm ở đâu?",
        "Doanh nghiệp nhỏ gặp khó gì khiến họ không vay được vốn?",
        "Họ Nguyễn có bao nhiêu người?",
        "Bác sĩ mổ tim cho bé Na nói gì khi ông ấy rời viện?",
        "Người lao động nghỉ việc hưởng trợ cấp thất nghiệp trong bao lâu?",
        "nguoi lao dong can ho so gi de huong tro cap that nghiep",
        "How long does it take to go by train from Hanoi to Vinh?",
        "How many students are there in Hanoi?",
        "Who is the president of France?",
        "Сколько человек живёт в Ханое?",
        "北京有多少人口？",
        "ハノイの人口は？",
    ],
)
@pytest.mark.parametrize("before", [GRANTS, HEAD, ENGLISH], ids=["grants", "head", "english"])
def test_a_question_that_stands_alone_is_the_same_object(question: str, before: Turn) -> None:
    query = asked(question)

    assert standalone(query, [before]) is query


def test_nothing_was_asked_before() -> None:
    query = asked("Vì sao?")

    assert standalone(query, []) is query
    assert standalone(query, [turn("Thế à?")]) is query
    assert standalone(asked(" ?"), [GRANTS]).understood == " ?"


@pytest.mark.parametrize(
    ("before", "followup", "language"),
    [
        (GRANTS, "Japan?", "vi"),
        (GRANTS, "2024?", "vi"),
        (ENGLISH, "Japan?", "en"),
        (ENGLISH, "And in 2024?", "en"),
        (ENGLISH, "Nhật Bản?", "en"),
        (JAPANESE, "日本？", "ja"),
        (CHINESE, "日本？", "zh"),
        (GRANTS, "Why?", "en"),
        (ENGLISH, "Vì sao?", "vi"),
        (ENGLISH, "khi nao", "vi"),
        (GRANTS, "А Япония?", "ru"),
    ],
)
def test_a_name_alone_is_of_the_language_before(before: Turn, followup: str, language: str) -> None:
    query = standalone(asked(followup), [before])

    assert query.language == language
    assert query.text == followup


def test_follow_ups_of_follow_ups() -> None:
    history = [turn("Doanh nghiệp tận dụng ưu đãi đến đâu?")]
    expected = [
        ("Giày dép thì sao?", "Giày dép: Doanh nghiệp tận dụng ưu đãi đến đâu?"),
        ("Dệt may?", "Dệt may: Doanh nghiệp tận dụng ưu đãi đến đâu?"),
        ("Vì sao?", "Doanh nghiệp tận dụng ưu đãi: vì sao?"),
        ("Ai kiểm tra?", "Doanh nghiệp tận dụng ưu đãi: ai kiểm tra?"),
        ("Ở đâu?", "Doanh nghiệp tận dụng ưu đãi, kiểm tra: ở đâu?"),
    ]
    for followup, understood in expected:
        assert rewritten(followup, *history) == understood
        history.append(turn(followup, understood=understood))


def test_a_pronoun_points_over_a_turn_that_names_nobody() -> None:
    history = [HEAD, turn("Nước nào đông dân nhất thế giới?")]

    assert rewritten("Bà ấy bao nhiêu tuổi?", *history) == "Bà Lê Thị Hồng Vân bao nhiêu tuổi?"


def test_an_answer_that_abstained_names_nobody() -> None:
    before = turn("Ai là giám đốc bệnh viện Sông Lam?", "Ông Trần Văn Khôi. [1]", abstained=True)

    assert rewritten("Ông ấy nói gì?", before) == "Giám đốc bệnh viện Sông Lam: ông ấy nói gì?"


def test_cited_words_name_what_the_answer_does_not() -> None:
    before = Turn(
        HEAD.question, HEAD.understood, "vi", "Có. [1]", abstained=False, cited=("Ông Trần Văn Khôi đứng đầu.",)
    )

    assert rewritten("Ông ấy nói gì?", before) == "Ông Trần Văn Khôi nói gì?"


@given(st.text(min_size=1, max_size=60), st.text(max_size=60), st.text(max_size=200))
def test_no_text_is_too_strange(followup: str, question: str, answer: str) -> None:
    query = asked(followup)

    assert standalone(query, [turn(question, answer)]).text == followup
    assert standalone(query, [turn(f"Nga cấp gì cho {question}?", answer)]).understood


# --- More ------------------------------------------------------------------------------------------------------


def test_more_asks_again_without_what_was_quoted() -> None:
    overview = Turn("Tóm tắt tin về Lào", "Tóm tắt tin về Lào", "vi", "Lào mở cửa. [1]", False, ("Lào mở cửa.",))
    again = Turn("còn gì nữa", "Tóm tắt tin về Lào", "vi", "Cầu thông xe. [1]", False, ("Cầu thông xe.",))

    query = standalone(asked("còn gì nữa không?"), (overview, again))

    assert query.understood == "Tóm tắt tin về Lào"
    assert query.shown == ("Lào mở cửa.", "Cầu thông xe.")
    assert standalone(asked("Cầu Sông Lam dài bao nhiêu mét?"), (overview, again)).shown == ()


def test_more_of_a_fact_is_about_its_topic() -> None:
    assert rewritten("kể rõ hơn", turn("Ai là giám đốc bệnh viện Sông Lam?")) == "giám đốc bệnh viện Sông Lam"


def test_small_talk_is_no_topic() -> None:
    assert rewritten("Khi nào xong?", turn("Cầu Sông Lam dài bao nhiêu mét?"), turn("Cảm ơn bạn nhiều")) == (
        "Cầu Sông Lam dài mét: khi nào xong?"
    )
