"""Letters over SMTP, as a real server takes them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.storage.errors import Refused
from rag.delivery.channels import Email
from rag.delivery.letter import Letter
from rag.delivery.mail import Mail, MailServer
from rag.delivery.outbox import Delivery
from rag.delivery.transport import Parcel, TryLater, Undeliverable, Unknown
from rag.delivery.unsubscribing import briefing_of, proves
from tests.support.certificates import certified
from tests.support.letters import BRIDGE, FERRY, HOME, letter, section
from tests.support.mail_server import PASSWORD, USER, Mailbox, mail_server

AN = Email("an@bao.example")
KEY = bytes(32)
SENDER = "Hỏi Đáp <tin@hoidap.example>"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found


def parcel(shown: Letter, marks: list[str] | None = None) -> Parcel:
    noted = [] if marks is None else marks
    return Parcel(
        Delivery("d1", "i1", AN, 1, 0, None, "h"), shown, mark=lambda: noted.append("marked"), progressed=noted.append
    )


def mail(server: MailServer, home: str = HOME) -> Mail:
    return Mail(server, SENDER, home, KEY)


def test_a_letter_arrives_in_both_forms(box: Mailbox) -> None:
    marks: list[str] = []
    mail(box.server()).send(parcel(letter(), marks))

    (message,), ((recipients, raw),) = box.messages, box.taken
    assert recipients == ["an@bao.example"]
    assert marks == ["marked"]
    assert raw.isascii()
    assert message["Subject"] == "Cầu và phà · 04/05/2026"
    assert message["From"] == "Hỏi Đáp <tin@hoidap.example>"
    assert message["To"] == "an@bao.example"
    assert message["Message-ID"] == "<d1@hoidap.example>"
    assert message["Date"] == "Mon, 04 May 2026 07:00:00 +0700"
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    for body in (plain.get_content(), html.get_content()):
        assert "Cầu Rạch Dừa có tổng vốn 1.200 tỉ đồng." in body
        assert "Phà Vàm Sáo ngừng chạy từ tháng 6." in body
        assert "https://bao.example/cau-rach-dua" in body
        assert "https://hoidap.example/#/articles/cau-rach-dua" in body
        assert "Báo Ven Sông, 03/05/2026" in body
    assert "<img" not in html.get_content()


def test_the_way_out(box: Mailbox) -> None:
    mail(box.server()).send(parcel(letter()))

    (message,) = box.messages
    link = message["List-Unsubscribe"].strip("<>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link.startswith("https://hoidap.example/unsubscribe/")
    token = link.rpartition("/")[2]
    assert briefing_of(token) == "b1"
    assert proves(token, KEY, "b1", AN)
    assert not proves(token, KEY, "b1", Email("binh@bao.example"))
    assert not proves(token, KEY, "b2", AN)
    assert not proves(token, bytes(31) + b"1", "b1", AN)
    for part in ("plain", "html"):
        body = message.get_body((part,))
        assert body is not None
        assert link in body.get_content()


def test_one_click_is_promised_over_https_only(box: Mailbox) -> None:
    mail(box.server(), "http://hoidap.example").send(parcel(letter()))

    assert box.messages[0]["List-Unsubscribe-Post"] is None
    assert box.messages[0]["List-Unsubscribe"] is not None


@pytest.mark.parametrize("given", ["", ".", "b1.", "b1", "../b1." + "A" * 43, "b1." + "A" * 44, "b1\n." + "A" * 43])
def test_what_is_no_token(given: str) -> None:
    assert briefing_of(given) is None


def test_what_strangers_wrote_stays_text(box: Mailbox) -> None:
    hostile = FERRY.__class__(
        "Phà <script>alert(1)</script> & {{ letter }}\r\n.\r\nQUIT\r\nnghỉ \x00\u202e",
        'Tít "><img src=x onerror=alert(1)>',
        "Nguồn\r\nBcc: binh@bao.example",
        "2026-05-03",
        "javascript:alert(1)",
    )
    mail(box.server()).send(parcel(letter(section(hostile), name="Tin\r\nBcc: binh@bao.example\r\n\r\nThân thư")))

    ((recipients, _),) = box.taken
    (message,) = box.messages
    assert recipients == ["an@bao.example"]
    assert message["Bcc"] is None
    assert message["Subject"] == "Tin Bcc: binh@bao.example Thân thư · 04/05/2026"
    html = message.get_body(("html",))
    assert html is not None
    said = html.get_content()
    assert "<script" not in said
    assert "<img" not in said
    assert "javascript:" not in said
    assert "\u202e" not in said
    assert "{{ letter }}" in said
    assert "Phà &lt;script&gt;alert(1)&lt;/script&gt; &amp;" in said


def test_the_same_message_each_time(box: Mailbox) -> None:
    for _ in range(2):
        mail(box.server()).send(parcel(letter()))

    first, second = ([*message.items()] for message in box.messages)
    # But for the boundary between the parts.
    assert [one for one in first if one[0] != "Content-Type"] == [one for one in second if one[0] != "Content-Type"]


def test_in_english(box: Mailbox) -> None:
    mail(box.server()).send(parcel(letter(section(BRIDGE), language="en")))

    (message,) = box.messages
    assert message["Subject"] == "Cầu và phà · 2026-05-04"
    plain = message.get_body(("plain",))
    assert plain is not None
    assert "Unsubscribe: https://hoidap.example/" in plain.get_content()


@pytest.mark.parametrize(
    ("command", "reply", "error"),
    [
        ("MAIL", "451 try later", TryLater),
        ("RCPT", "450 greylisted", TryLater),
        ("RCPT", "550 no such mailbox", Undeliverable),
        ("DATA", "452 no room", TryLater),
        ("DATA", "554 looks like spam", Undeliverable),
    ],
)
def test_refusals(box: Mailbox, command: str, reply: str, error: type[Exception]) -> None:
    box.replies[command] = reply

    with pytest.raises(error, match=f"the mail server answers {reply}"):
        mail(box.server()).send(parcel(letter()))
    assert box.taken == []


@pytest.mark.parametrize(
    ("place", "error", "taken"), [("RCPT", TryLater, 0), ("DATA", Unknown, 0), ("END", Unknown, 1)]
)
def test_a_connection_that_breaks(box: Mailbox, place: str, error: type[Exception], taken: int) -> None:
    box.breaks = place

    with pytest.raises(error):
        mail(box.server()).send(parcel(letter()))
    assert len(box.taken) == taken


def test_what_is_lost_before_it_is_handed_over_is_not_sent(box: Mailbox) -> None:
    class Gone(Exception):
        pass

    def gone() -> None:
        raise Gone

    given = parcel(letter())
    with pytest.raises(Gone):
        mail(box.server()).send(Parcel(given.delivery, given.letter, mark=gone, progressed=lambda _: None))
    assert (box.begun, box.taken) == (1, [])


def test_no_server() -> None:
    with pytest.raises(TryLater, match="cannot be reached"):
        mail(MailServer("localhost", 9, "none")).send(parcel(letter()))


@pytest.mark.parametrize("wrapped", [False, True])
def test_encrypted(tmp_path: Path, wrapped: bool) -> None:
    served, trusting = certified(tmp_path, "localhost")
    with mail_server(served, wrapped=wrapped) as box:
        server = box.server("tls" if wrapped else "starttls")
        Mail(server, SENDER, HOME, KEY, tls=trusting).send(parcel(letter()))
        with pytest.raises(TryLater, match="certificate"):
            mail(server).send(parcel(letter()))

        assert len(box.taken) == 1


def test_a_server_without_starttls(box: Mailbox) -> None:
    with pytest.raises(Undeliverable, match="mail_security"):
        mail(box.server("starttls")).send(parcel(letter()))
    assert box.begun == 0


def test_login(tmp_path: Path) -> None:
    served, trusting = certified(tmp_path, "localhost")
    with mail_server(served, login=True) as box:
        for password in (PASSWORD, "sai"):
            sending = Mail(box.server("starttls", USER, password), SENDER, HOME, KEY, tls=trusting)
            if password == PASSWORD:
                sending.send(parcel(letter()))
                continue
            with pytest.raises(Undeliverable, match="refuses the login") as caught:
                sending.send(parcel(letter()))
            assert "sai" not in str(caught.value)

        assert len(box.taken) == 1
        assert PASSWORD not in repr(box.server("none", USER, PASSWORD))


@pytest.mark.parametrize("sender", ["", "tin", "tin@hoidap.example\r\nBcc: x@y.example", "Tin <tin>"])
def test_what_is_no_sender(sender: str) -> None:
    with pytest.raises(Refused, match="no sender"):
        Mail(MailServer("localhost", 25, "none"), sender, HOME, KEY)
