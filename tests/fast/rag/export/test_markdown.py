"""Answers in Markdown: what they say, and that nothing that strangers wrote is markup to a CommonMark parser."""

import pytest
from markdown_it import MarkdownIt

from rag.contract.answers import AskOut
from rag.export.document import document_of
from rag.export.markdown import markdown
from rag.export.words import WORDS
from tests.support.exports import HOSTILE, copy_in, hostile_turn, sourced, turn
from tests.support.shapes import COMPARISON, FACT, LIST, NONE, OVERVIEW, RELATED, TIMELINE

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def said(out: AskOut, language: str = "vi") -> str:
    return markdown(document_of(turn(out), WORDS["en" if language == "en" else "vi"]))


def test_a_fact_has_its_short_answer_and_a_footnote_a_source() -> None:
    # Asked at 18:30 UTC, which is the next day in Vietnam.
    assert said(FACT) == (
        "# Cầu?\n\n"
        "Hỏi Đáp, hỏi ngày 05/05/2026\n\n"
        "**77 m**\n\n"
        "Cầu Bến Lội dài 77 m, rộng 9 m.[^1] Cầu tốn 12 tỷ đồng.[^2]\n\n"
        "[^1]: “Cầu Bến Lội dài 77 m, rộng 9 m.” — Cầu Bến Lội thông xe, Báo Ven Đồi, 03/05/2026\n\n"
        "[^2]: “Cầu tốn 12 tỷ đồng.” — Giá vật liệu \\<b\\>tăng\\</b\\>, Báo Sông Hậu, 28/04/2026\n"
    )


def test_a_source_is_told_whole() -> None:
    changes = {
        "date_inferred": True,
        "withdrawn_at": "2026-06-01",
        "changed": "edited",
        "page": 3,
        "copies": [copy_in("Báo A"), copy_in("Báo B")],
    }
    note = said(sourced(**changes)).split("\n\n")[-2]
    assert note == (
        "[^1]: “Cầu Bến Lội dài 77 m, rộng 9 m.” (tr. 3; bài đã đổi, không còn những lời này) "
        "([Chỗ trích trên trang gốc](<https://bao.example/cau#:~:text="
        "C%E1%BA%A7u%20B%E1%BA%BFn%20L%E1%BB%99i%20d%C3%A0i%2077%20m%2C%20r%E1%BB%99ng%209%20m.>)) — "
        "[Cầu Bến Lội thông xe](<https://bao.example/cau>), Báo Ven Đồi, 03/05/2026, ngày suy ra từ nội dung bài, "
        "trang gốc đã bị gỡ, ghi nhận ngày 01/06/2026, cũng đăng ở Báo A, Báo B. <https://bao.example/cau>"
    )
    english = said(sourced(**changes), "en")
    assert "2026-05-03, date inferred from the text, original page withdrawn, seen 2026-06-01" in english
    assert "(p. 3; the article has changed and no longer has these words)" in english


def test_one_article_has_one_number_however_often_it_is_cited() -> None:
    blocks = said(OVERVIEW).split("\n\n")
    assert blocks[2:9] == [
        "3 bài báo nói về chuyện này, từ 28/4/2026 đến 3/5/2026.",
        "## 03/05/2026 · Cầu Bến Lội thông xe · Báo Ven Đồi",
        "- Cầu thông xe sáng 3/5.[^1]\n- Cầu dài 77 m.[^1]",
        "## 28/04/2026 · Giá vật liệu \\<b\\>tăng\\</b\\> · Báo Sông Hậu",
        "- Giá \\<i\\>thép\\</i\\> tăng 4 %.[^2]",
        "## không ghi ngày · “Dân mừng cầu mới.”",
        "- Dân mừng cầu mới.[^3]",
    ]
    assert blocks[9].startswith("[^1]: “Cầu thông xe sáng 3/5.” · “Cầu dài 77 m.” — Cầu Bến Lội")


def test_lines_stand_under_their_day_and_sides_in_columns() -> None:
    assert said(TIMELINE).split("\n\n")[2] == (
        "- **10/02/2024:** Cầu được khởi công.[^1] Tỉnh trao mặt bằng.[^1]\n"
        "- **03/05/2026:** Cầu thông xe.[^2]\n"
        "- **không ghi ngày:** Cầu được đặt tên.[^3]"
    )
    assert said(COMPARISON).split("\n\n")[2] == (
        "| Bến Lội | Vàm |\n| --- | --- |\n"
        "| Cầu Bến Lội dài 77 m.[^1] | Cầu Vàm dài 310 m.[^2] |\n"
        "| Cầu Bến Lội rộng 9 m.[^1] |  |"
    )
    assert "- Cầu Bến Lội.[^1]\n- Cầu Vàm.[^2]" in said(LIST)


def test_what_was_not_found_is_said() -> None:
    blocks = said(NONE).split("\n\n")
    assert blocks[2:] == [
        "Không tìm thấy câu trả lời",
        "Các bài báo không nói.",
        "## Những bài gần nhất",
        "- Cầu Bến Lội thông xe, Báo Ven Đồi, 03/05/2026\n"
        "- Giá vật liệu \\<b\\>tăng\\</b\\>, Báo Sông Hậu, 28/04/2026\n",
    ]
    assert "No answer was found" in said(RELATED, "en")


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_what_strangers_wrote_is_never_markup(words: str) -> None:
    text = markdown(document_of(hostile_turn(words), WORDS["vi"]))
    tokens = PARSER.parse(text)
    blocks = {token.type for token in tokens}
    inline = [inner for token in tokens for inner in token.children or []]
    # What the document itself has: a heading, paragraphs, a list; its own links and nothing else.
    assert blocks <= {
        f"{name}_{end}" for name in ("heading", "paragraph", "bullet_list", "list_item") for end in ("open", "close")
    } | {"inline"}
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1"]
    assert [token.type for token in tokens].count("bullet_list_open") == 1
    assert [token.type for token in tokens].count("list_item_open") == 2
    assert {token.type for token in inline} <= {"text", "text_special", "link_open", "link_close"}
    targets = {str(token.attrs["href"]).partition("#")[0] for token in inline if token.type == "link_open"}
    assert targets == {"https://bao.example/tin?a=1&lt;=2&copy;=3"}
    # All of it can be read, on one line, but for what is hidden.
    shown = "".join(letter for letter in words if letter not in "\x00\x1b\u202e\u2066\ufffe").split()
    heading = tokens[1].children or []
    assert "".join(token.content for token in heading) == " ".join(shown)


def test_bare_addresses_and_mentions_are_broken() -> None:
    """GitHub takes these for links without any mark."""
    text = markdown(document_of(hostile_turn("https://xau.example www.xau.example x@xau.example"), WORDS["vi"]))
    for taken in ("https://xau", "www.xau", "x@xau"):
        assert taken not in text.replace("%20www.xau", "")
