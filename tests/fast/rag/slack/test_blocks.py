"""What is written in Slack: questions read, answers as blocks, long text in pieces, windows."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.contract.answers import AskOut, CopyOut
from rag.slack.blocks import answer_messages, note, shared_messages
from rag.slack.elements import SlackMessage, escaped
from rag.slack.incoming import asks_for_help, conversation_of, is_for_others, only_thanks, question_of
from rag.slack.memory import ChannelSettings
from rag.slack.settings_view import Place, better_in, better_view, loading_view, settings_in, settings_view
from rag.slack.splitting import BLOCK, pieces
from rag.slack.words import ALL, Words, words
from tests.support.shapes import ARCHIVE, CHAT, COMPARISON, FACT, OVERVIEW, RELATED, TIMELINE, Said, shaped
from tests.support.slack_blocks import blocks_error, shown, texts, view_error
from tests.support.slack_bot import abstained, answered, hit, source

VI, EN = ALL["vi"], ALL["en"]


def only(messages: list[SlackMessage]) -> SlackMessage:
    assert len(messages) == 1
    assert blocks_error(list(messages[0].blocks)) is None
    return messages[0]


def lines(out: AskOut, **more: bool) -> list[str]:
    return shown(list(only(answer_messages(out, VI, **more)).blocks)).splitlines()


# --- Questions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "question"),
    [
        ("<@U0BOT> Ai là chủ tịch?", "Ai là chủ tịch?"),
        ("<@U0BOT|hoidap>  Ai\nlà chủ tịch?", "Ai là chủ tịch?"),
        ("Ai nói <@U0BOT>?", "Ai nói ?"),
        ("<@U1|An> nói gì?", "An nói gì?"),
        ("<@U1> nói gì?", "nói gì?"),
        ("<https://bao.example/x?a=1&amp;b=2|Bài này> viết gì?", "Bài này viết gì?"),
        ("<https://bao.example/x?a=1&amp;b=2> viết gì?", "https://bao.example/x?a=1&b=2 viết gì?"),
        ("AT&amp;T &lt;là&gt; gì?", "AT&T <là> gì?"),
        # Escaped twice it stays what was written once, and no entity comes of it.
        ("&amp;lt;!channel&amp;gt;", "&lt;!channel&gt;"),
        ("&lt;!channel&gt; là gì?", "<!channel> là gì?"),
        ("<!here> <#C1|tin-tức> có gì?", "tin-tức có gì?"),
        ("<!subteam^S1|@ban-tin> làm gì?", "ban-tin làm gì?"),
        ("<mailto:a@b.example|a@b.example> của ai?", "a@b.example của ai?"),
        ("&lt; 5 và &gt; 3", "< 5 và > 3"),
    ],
)
def test_a_question_is_read_as_it_was_meant(written: str, question: str) -> None:
    assert question_of(written, "U0BOT") == question


@given(st.text(alphabet="<>@#!|&;amplt U0BOT\n", max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert "<@U0BOT>" not in question_of(text, "U0BOT") or "&" in text


def test_text_that_is_all_brackets_is_read_in_linear_time() -> None:
    assert question_of("<@" * 500_000, "U0BOT") == "<@" * 500_000


@pytest.mark.parametrize(("text", "asks"), [("", True), ("Help!", True), ("?!", True), ("Giúp ai?", False)])
def test_help_is_recognised(text: str, asks: bool) -> None:
    assert asks_for_help(text) is asks


@pytest.mark.parametrize(
    ("text", "content"),
    [("Cảm ơn!", True), ("cam on", True), ("OK.", True), ("Cảm ơn Lào đã giúp gì?", False), ("", False), ("?", False)],
)
def test_who_is_content_asks_nothing(text: str, content: bool) -> None:
    assert only_thanks(text) is content


def test_whom_a_message_is_for() -> None:
    assert is_for_others("<@U1> nghĩ sao?", "U0BOT")
    assert not is_for_others("<@U1> và <@U0BOT> nghĩ sao?", "U0BOT")
    assert not is_for_others("nghĩ sao?", "U0BOT")


def test_a_place_has_one_conversation() -> None:
    assert conversation_of("T", "C", "1.2") == conversation_of("T", "C", "1.2")
    assert len({conversation_of(*place) for place in [("T", "C", "1.2"), ("T", "C1", ".2"), ("TC", "1.2")]}) == 3
    assert len(conversation_of("T", "C", "1.2")) == 40


# --- Answers ---------------------------------------------------------------------------------------------


def test_an_answer_has_its_numbers_sources_confidence_and_buttons() -> None:
    out = answered(
        ("Ba người đến.", source("Bài một")),
        ("Hai người đi.", source(None, None, name=None, published_at=None, article="b2")),
    )

    assert lines(out) == [
        "Ba người đến. [1] Hai người đi. [2]",
        "Nguồn",
        "[1] Bài một — Báo Bắc Nam, 20/08/2026",
        "[2] “x”",
        "Độ tin cậy 83%",
        "[👍 Đúng] [👎 Chưa đúng]",
    ]
    assert lines(out, private=True)[-1] == "[👍 Đúng] [👎 Chưa đúng] [Chia sẻ vào kênh]"
    links = [element for element in texts(list(answer_messages(out, VI)[0].blocks)) if element["type"] == "link"]
    assert links == [
        {"type": "link", "url": "https://bao.example/bai", "text": "[1]"},
        {"type": "link", "url": "https://bao.example/bai", "text": "Bài một"},
    ]
    assert "Bài một — Báo Bắc Nam, 2026-08-20" in shown(list(answer_messages(out, EN)[0].blocks))


@pytest.mark.parametrize(
    "url",
    [None, "", "javascript:alert(1)", "file:///etc/passwd", "https://", "https://a b", "http://[", "https://x|y>"],
)
def test_what_is_no_page_of_the_web_is_no_link(url: str | None) -> None:
    message = only(answer_messages(answered(("Ba người.", source(url=url))), VI))

    assert all(element["type"] == "text" for element in texts(list(message.blocks)))


def test_a_number_that_an_article_wrote_is_no_link() -> None:
    message = only(answer_messages(answered(("Theo [1] và [2], ba người.", source())), VI))

    assert [e["text"] for e in texts(list(message.blocks)) if e["type"] == "link"] == ["[1]", "Một bài báo"]
    assert shown(list(message.blocks)).startswith("Theo [1] và [2], ba người. [1]")


def test_partial_support_and_copies_are_told() -> None:
    copies = [
        CopyOut(article_id=f"c{number}", title=None, url=None, source=name, published_at=None)
        for number, name in enumerate(["Báo A", "Báo B", "Báo A", None])
    ]

    assert "[1] Một bài báo — Báo Bắc Nam, 20/08/2026 (bài báo chỉ nói một phần) (cũng đăng ở Báo A, Báo B)" in lines(
        answered(("Ba người.", source(support="partial", copies=copies)))
    )


def test_an_abstention_and_a_disagreement_look_different() -> None:
    none = abstained(passages=[hit("Bài một"), hit("Bài một"), hit("Bài hai", None, "b2")])
    differ = answered(("Ba người.", source()), disagreement=True, note="Các bài đưa số khác nhau.")

    assert lines(none)[:5] == [
        "🔍 Không tìm thấy câu trả lời",
        "Các bài báo không nói.",
        "Những bài gần nhất",
        "Bài một — Báo Bắc Nam, 20/08/2026",
        "Bài hai — Báo Bắc Nam, 20/08/2026",
    ]
    assert lines(differ)[:3] == ["⚠️ Các bài báo nói khác nhau", "Các bài đưa số khác nhau.", "Ba người. [1]"]
    quotes = [part["type"] for block in answer_messages(differ, VI)[0].blocks for part in block.get("elements", [])]
    assert "rich_text_quote" in quotes
    assert not any("Độ tin cậy" in line for line in lines(none))


def test_the_words_that_answer_stand_first_and_bold() -> None:
    message = only(answer_messages(FACT, VI))

    first = next(texts(list(message.blocks)))
    assert first == {"type": "text", "text": "77 m", "style": {"bold": True}}
    assert lines(FACT)[1] == "Cầu Bến Lội dài 77 m, rộng 9 m. [1] Cầu tốn 12 tỷ đồng. [2]"


def test_lines_stand_under_their_day_side_and_article() -> None:
    assert lines(TIMELINE)[:3] == [
        "10/02/2024: Cầu được khởi công. [1] Tỉnh trao mặt bằng. [2]",
        "03/05/2026: Cầu thông xe. [3]",
        "không ghi ngày: Cầu được đặt tên. [4]",
    ]
    assert lines(COMPARISON)[:5] == [
        "Bến Lội",
        "Cầu Bến Lội dài 77 m. [1]",
        "Cầu Bến Lội rộng 9 m. [2]",
        "Vàm",
        "Cầu Vàm dài 310 m. [3]",
    ]
    assert lines(OVERVIEW)[:8] == [
        "3 bài báo nói về chuyện này, từ 28/4/2026 đến 3/5/2026.",
        "Cầu Bến Lội thông xe — Báo Ven Đồi — 03/05/2026",
        "Cầu thông xe sáng 3/5. [1]",
        "Cầu dài 77 m. [2]",
        "Giá vật liệu <b>tăng</b> — Báo Sông Hậu — 28/04/2026",
        "Giá <i>thép</i> tăng 4 %. [3]",
        "“Dân mừng cầu mới.” — không ghi ngày",
        "Dân mừng cầu mới. [4]",
    ]


def test_a_reply_of_the_service_has_neither_sources_nor_confidence() -> None:
    assert lines(CHAT) == [
        "Tôi là Hỏi Đáp. Bạn có thể hỏi:",
        "- Có tin gì mới?",
        "- Tóm tắt tin về Lào",
        "[👍 Đúng] [👎 Chưa đúng]",
    ]
    assert not any("Độ tin cậy" in line for line in lines(ARCHIVE))


def test_what_only_comes_near_is_quoted_and_is_no_answer() -> None:
    message = only(answer_messages(RELATED, VI))

    assert lines(RELATED)[:6] == [
        "🔍 Không tìm thấy câu trả lời",
        "Các bài có nói về chủ đề này nhưng không nêu điều được hỏi. Gần nhất là:",
        "Cầu Bến Lội thông xe sáng 3/5. [1]",
        "Cầu tốn 12 tỷ đồng. [2]",
        "Nguồn",
        "[1] Cầu Bến Lội thông xe — Báo Ven Đồi, 03/05/2026",
    ]
    kinds = [part["type"] for block in message.blocks for part in block.get("elements", [])]
    assert kinds.count("rich_text_quote") == 2


# --- Answers that are read again, or not kept --------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "note"),
    [("edited", "bài đã thay đổi sau câu trả lời này"), ("removed", "bài đã bị xóa sau câu trả lời này")],
)
def test_words_that_are_gone_are_of_their_day(changed: str, note: str) -> None:
    gone = source("Chợ", support="partial").model_copy(update={"changed": changed})
    out = answered(("Ba người.", gone))
    (message,) = shared_messages(out, "U1", VI, "2026-11-21T12:00:00.000000+00:00")

    said = shown(list(message.blocks)).splitlines()
    assert said[1] == "Trả lời ngày 21/11/2026; từ đó đến nay có bài được trích đã thay đổi hoặc bị xóa."
    assert f"[1] Chợ — Báo Bắc Nam, 20/08/2026 ({note})" in said
    # What was found out about them then is not said of now.
    assert not any("Độ tin cậy" in line or "một phần" in line for line in said)


def test_words_that_moved_are_as_good_as_before() -> None:
    out = answered(("Ba người.", source().model_copy(update={"changed": "moved"})))
    assert lines(out) == lines(answered(("Ba người.", source())))


def test_an_answer_that_is_not_kept_says_so() -> None:
    unkept = answered(("Ba người.", source())).model_copy(update={"kept": False})
    for texts_of in (VI, EN):
        assert shown(list(only(answer_messages(unkept, texts_of)).blocks)).splitlines()[-2].endswith(texts_of.unkept)
    assert not any(VI.unkept in line for line in lines(unkept.model_copy(update={"kept": True})))


def test_many_lines_are_messages_that_slack_takes() -> None:
    said = [Said("cau", f"Câu số {n} " + "có nhiều chữ " * 40 + ".", day="2026-05-03") for n in range(60)]

    messages = answer_messages(shaped("timeline", *said, short="Câu số 0"), VI)
    assert len(messages) > 2
    assert all(blocks_error(list(message.blocks)) is None for message in messages)


HOSTILE = "<!channel> <@U1> <https://evil.example|bấm> *đậm* `mã` &lt;!here&gt; :tada: \u202edảo\x00\ud800"


def test_hostile_text_stays_text() -> None:
    out = answered((HOSTILE, source(HOSTILE, name=HOSTILE)), question=HOSTILE, note=HOSTILE, disagreement=True)
    out = out.model_copy(update={"trouble": HOSTILE, "query": out.query.model_copy(update={"understood": HOSTILE})})

    for message in (*answer_messages(out, VI), *shared_messages(out, "U9", VI), note(HOSTILE)):
        assert blocks_error(list(message.blocks)) is None
        assert "mrkdwn" not in json.dumps(message.blocks)
        assert not set("<>\u202e\x00\ud800") & set(message.text)
        assert not set("\u202e\x00\ud800") & set(shown(list(message.blocks)))
        assert "<!channel> <@U1> <https://evil.example|bấm> *đậm* `mã` &lt;!here&gt; :tada:" in shown(
            list(message.blocks)
        )
        others = [element for element in texts(list(message.blocks)) if element["type"] != "text"]
        assert all(element.get("url", "https://bao.example/bai") == "https://bao.example/bai" for element in others)
        assert [element["user_id"] for element in others if element["type"] == "user"] in ([], ["U9"])


def test_markup_is_escaped() -> None:
    assert escaped("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


# --- Length ----------------------------------------------------------------------------------------------


def test_long_text_is_split_where_sentences_end() -> None:
    text = "Một câu dài vừa phải. " * 400

    spans = pieces(text)
    assert [start for start, _ in spans[1:]] == [end for _, end in spans[:-1]]
    assert (spans[0][0], spans[-1][1]) == (0, len(text))
    assert all(text[start:end].endswith("phải. ") and end - start <= BLOCK for start, end in spans)
    assert len(spans) == 3


@given(st.text(alphabet="ab. ?\n", max_size=400))
def test_pieces_hold_all_of_any_text(text: str) -> None:
    spans = pieces(text, limit=20)

    assert "".join(text[start:end] for start, end in spans) == text
    assert all(0 < end - start <= 20 for start, end in spans)


def test_a_long_answer_is_several_messages_that_slack_takes() -> None:
    many = [(f"Câu số {n} có nhiều chữ.", source(f"Bài {n} " + "x" * 300, article=f"b{n}")) for n in range(300)]
    out = answered(*many)

    messages = answer_messages(out, VI)
    whole = "\n".join(shown(list(message.blocks)) for message in messages)
    assert len(messages) > 2
    assert all(blocks_error(list(message.blocks)) is None for message in messages)
    assert all(0 < len(message.text) <= 40_000 for message in messages)
    assert all(f"Câu số {n} có nhiều chữ. [{n + 1}]" in whole for n in range(300))
    assert all(f"\n[{n + 1}] Bài {n} " in whole for n in range(300))
    assert [message for message in messages if message.blocks[-1]["type"] == "actions"] == messages[-1:]


def test_a_number_stays_with_its_sentence_where_text_is_split() -> None:
    first = "a" * 2994 + "."
    message = answer_messages(answered((first, source()), ("Câu hai.", source())), VI)[0]

    paragraphs = [shown([block]) for block in message.blocks if block["type"] == "rich_text"]
    assert paragraphs[0].strip() == f"{first} [1]"
    assert paragraphs[1].strip() == "Câu hai. [2]"


# --- Windows ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("texts_of", [VI, EN])
def test_windows_are_what_slack_takes(texts_of: Words) -> None:
    place = Place("C0NEWS", "auto", "a" * 200, "1.2")
    known = ["", "Báo " + "x" * 100, "y" * 151, *(f"Nguồn {number}" for number in range(120))]
    now = ChannelSettings(("Nguồn đã mất", "Nguồn 3"), "en", True)
    for view in (
        loading_view(place, texts_of),
        better_view(place, texts_of),
        settings_view(place, now, known, texts_of),
        settings_view(place, ChannelSettings(), [], texts_of),
    ):
        assert view_error(view) is None
        assert Place.of(view) == place


def test_settings_come_back_as_they_were_shown() -> None:
    now = ChannelSettings(("Báo A", "Báo B"), "en", True)
    view = settings_view(Place("C", "auto"), now, ["Báo B", "Báo C"], VI)
    state = {
        block["block_id"]: {
            "value": {
                "selected_options": block["element"].get("initial_options", []),
                "selected_option": block["element"].get("initial_option"),
            }
        }
        for block in view["blocks"]
    }

    assert settings_in({**view, "state": {"values": state}}) == now
    cleared: dict[str, object] = {name: {"value": {"selected_options": [], "selected_option": None}} for name in state}
    assert settings_in({**view, "state": {"values": cleared}}) == ChannelSettings()


def test_what_should_have_been_answered_may_be_left_empty() -> None:
    def sent(value: str | None) -> dict[str, object]:
        return {"state": {"values": {"better": {"value": {"value": value}}}}}

    assert better_in(sent(" Bốn người. ")) == "Bốn người."
    assert better_in(sent(" ")) is better_in(sent(None)) is None


def test_the_bot_speaks_the_language_of_the_question() -> None:
    assert words("auto", "Ai là chủ tịch nước?") is VI
    assert words("auto", "Who is the president?") is EN
    assert words("vi", "Who is the president?") is VI
    assert words("auto") is VI
