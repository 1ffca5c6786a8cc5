import mailbox
from email.message import EmailMessage
from pathlib import Path
from textwrap import fill

import pytest

from index.intake.forms.wrapped import unwrapped
from tests.support.forms import documents, form, lines_of, refused, written

TITLE, LINES = written("yte")
HEADER = "From: A <a@b.example>\nSubject: x\nDate: Mon, 16 Mar 2026 22:05:00 +0000\nMIME-Version: 1.0\n"
PROSE = "Hôm nay có một câu chuyện dài vừa đủ để gọi là bài báo ngắn về cây cầu.\n"


def message(text: str, *, subject: str = TITLE, number: str = "1@bv.example") -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Bệnh viện An Khê <bao.chi@bv.example>"
    made["Subject"] = subject
    made["Date"] = "Tue, 21 Oct 2025 20:30:00 +0000"
    made["Message-ID"] = f"<{number}>"
    made.set_content(text)
    return made


def test_a_message_is_an_article_and_so_is_each_of_its_attachments() -> None:
    made = message("\n\n".join(fill(line, 72) for line in LINES) + "\n\n-- \nPhòng Truyền thông, 0900 000 111\n")
    made.add_attachment(
        form("gao.pandoc.docx"), maintype="application", subtype="octet-stream", filename="Giá gạo.docx"
    )
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    first, second = documents(made.as_bytes(), "a.eml")

    assert (first.metadata.title, first.place, lines_of(first)) == (TITLE, "", LINES)
    assert first.metadata.source == second.metadata.source == "Bệnh viện An Khê"
    assert first.metadata.published_at == second.metadata.published_at == "2025-10-22T03:30:00+07:00"
    assert (second.metadata.title, second.place) == (written("gao")[0], "Giá gạo.docx")
    assert lines_of(second) == written("gao")[1]


def test_a_note_that_only_hands_over_is_no_article() -> None:
    made = message("Xin gửi quý báo thông cáo đính kèm. Trân trọng.")
    made.add_attachment(form("gao.pandoc.docx"), maintype="application", subtype="octet-stream", filename="gao.docx")
    (document,) = documents(made.as_bytes(), "a.eml")

    assert document.place == "gao.docx"


def test_quotes_signatures_and_feet_of_lists_go() -> None:
    text = (
        f"{LINES[0]}\n\nVào Th 2, 20 thg 10, 2025 lúc 08:00 A <a@b.example> đã viết:\n"
        f"> Xin số liệu 999.\n\n{LINES[1]}\n\n"
        "______________________________\nTin mailing list\nunsubscribe: x@y.example\n"
    )
    (document,) = documents(message(text, subject=f"Re: Fwd: {TITLE}").as_bytes(), "a.eml")

    assert (document.metadata.title, lines_of(document)) == (TITLE, LINES[:2])


def test_of_two_bodies_the_one_that_says_more_is_read() -> None:
    made = message("Thư này cần trình đọc HTML.")
    rows = "<table><tr><th>Giá</th><th>Ngày</th></tr><tr><td>21.500</td><td>5/8</td></tr></table>"
    quoted = "<blockquote type='cite'><p>Lời cũ 999.</p></blockquote>"
    made.add_alternative(f"<html><body><p>{LINES[0]}</p>{rows}{quoted}</body></html>", subtype="html")
    (document,) = documents(made.as_bytes(), "a.eml")

    assert document.content == f"{LINES[0]}\n\nGiá | Ngày\n21.500 | 5/8"


@pytest.mark.parametrize(
    ("label", "packed", "text"),
    [
        ("windows-1258", b"Ti\xea\xecng Vi\xea\xf2t.", "Tiếng Việt."),
        ("iso-8859-1", b"\x93Xin ch\xe0o\x94.", "“Xin chào”."),
        ("us-ascii", "Tiếng Việt.".encode(), "Tiếng Việt."),
        ("klingon", "Tiếng Việt.".encode(), "Tiếng Việt."),
        ("gb2312", "镕基。".encode("gbk"), "镕基。"),
        ("iso-2022-jp", "日本。".encode("iso-2022-jp"), "日本。"),
    ],
)
def test_labels_are_read_as_browsers_read_them(label: str, packed: bytes, text: str) -> None:
    (document,) = documents(f"{HEADER}Content-Type: text/plain; charset={label}\n\n".encode() + packed, "a.eml")

    assert document.content == text


def test_headers_in_encoded_words_and_in_bare_bytes() -> None:
    data = "From: =?windows-1258?Q?Nguy=EA=DEn_A?= <a@b.example>\nSubject: Giá gạo tăng\n\n".encode() + PROSE.encode()
    (document,) = documents(data, "a.eml")

    assert (document.metadata.source, document.metadata.title) == ("Nguyễn A", "Giá gạo tăng")
    assert document.metadata.published_at is None


def test_a_mailbox_gives_each_message_by_its_id(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "tin.mbox")
    box.add(message(f"{LINES[0]}\n\nFrom đầu dòng này là chữ của thư.\n"))
    box.add(message(LINES[1], number="2@bv.example"))
    box.flush()
    box.close()
    first, second = documents((tmp_path / "tin.mbox").read_bytes(), "tin.mbox")

    assert (first.place, lines_of(first)) == ("1@bv.example", [LINES[0], "From đầu dòng này là chữ của thư."])
    assert (second.place, lines_of(second)) == ("2@bv.example", [LINES[1]])


def nested(kind: str, count: int) -> str:
    return "".join(f"Content-Type: multipart/{kind}; boundary=b{at}\n\n--b{at}\n" for at in range(count))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (f"{HEADER}Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 10_000 + "--b--\n", "10,001 parts"),
        (HEADER + nested("mixed", 3000), "deep"),
        (HEADER + "Content-Type: message/rfc822\n\nSubject: x\nMIME-Version: 1.0\n" * 400 + "\nx", "deep"),
        (f"{HEADER}Content-Transfer-Encoding: base64\n\n!!!!%%%=====\nzzz", "no text"),
        (f"{HEADER}Content-Type: text/html\n\n" + "<div>" * 100_000, "deep"),
        (HEADER + "\n" + ">" * 1_000_000, "no text"),
        ("chỉ là chữ\n\nkhông có đầu thư", "another kind"),
    ],
)
def test_hostile_messages_are_refused(data: str, words: str) -> None:
    assert words in refused(data.encode(), "a.eml")


def test_names_of_attachments_are_labels() -> None:
    made = message(PROSE * 5)
    made.add_attachment(PROSE.encode(), maintype="text", subtype="plain", filename="../../../etc/x\x1b[31m.txt")
    _, attached = documents(made.as_bytes(), "a.eml")

    assert "/" not in attached.place
    assert "\x1b" not in attached.place


def test_lines_of_a_fixed_width_are_joined_and_short_ones_are_not() -> None:
    wrapped = fill(LINES[0], 72).split("\n")

    assert unwrapped([*wrapped, "", "Kính gửi:", "- Báo Thủy Triều", "- Đài An Khê"]) == [
        LINES[0],
        "Kính gửi:",
        "- Báo Thủy Triều",
        "- Đài An Khê",
    ]
    assert unwrapped(["Một dòng ", "đi tiếp.", "Dòng khác."], flowed=True) == ["Một dòng đi tiếp.", "Dòng khác."]
