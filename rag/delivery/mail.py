"""E-mail over SMTP: one message for one address, in HTML and as plain text, with the headers to leave it (RFC 8058)."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, parseaddr
from typing import Literal
from urllib.parse import urlsplit

from typing_extensions import override

from index.language.showing import one_line, shorten
from index.storage.errors import Refused
from rag.delivery import rendering
from rag.delivery.channels import Email
from rag.delivery.letter import Letter
from rag.delivery.transport import Parcel, Transport, TryLater, Undeliverable, Unknown
from rag.delivery.unsubscribing import token
from rag.delivery.words import words

Security = Literal["starttls", "tls", "none"]

_TIMEOUT = 30.0
_LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class MailServer:
    """What takes our mail; without a user it is asked for no login."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = field(default=None, repr=False)


class Mail(Transport):
    """Sends letters by e-mail."""

    def __init__(
        self, server: MailServer, sender: str, home: str, key: bytes, tls: ssl.SSLContext | None = None
    ) -> None:
        """`sender` is an address, or a name and an address (Báo Thử <tin@baothu.example>).

        `home` is this service's address as readers reach it, and `key` what links to unsubscribe are signed with.
        `tls` says which certificates are trusted, by default those of the system. Refused for a sender that is none.
        """
        self._server, self._home, self._key = server, home.rstrip("/"), key
        self._sender = _address(sender)
        self._tls = tls or ssl.create_default_context()

    @override
    def send(self, parcel: Parcel) -> None:
        channel = parcel.delivery.channel
        assert isinstance(channel, Email)
        message = self.message(parcel.letter, parcel.delivery.id, channel)
        with _told(), self._connected() as smtp:
            smtp.ehlo_or_helo_if_needed()
            _accepted(*smtp.mail(self._sender.addr_spec))
            _accepted(*smtp.rcpt(channel.address))
            parcel.mark()
            try:
                code, said = smtp.data(message.as_bytes(policy=WIRE))
            except (smtplib.SMTPServerDisconnected, OSError) as error:
                raise Unknown("the connection broke while the mail was handed over; it may have arrived") from error
            _accepted(code, said)

    def message(self, letter: Letter, delivery: str, channel: Email) -> EmailMessage:
        """The message: the same each time that it is tried."""
        leave = f"{self._home}/unsubscribe/{token(self._key, letter.briefing, channel)}"
        message = EmailMessage()
        name = one_line(letter.name)[:_LONGEST_SUBJECT]
        message["Subject"] = f"{name} · {words(letter.language).day(letter.made_at.date())}"
        message["From"] = self._sender
        message["To"] = Address(addr_spec=channel.address)
        message["Date"] = format_datetime(letter.made_at)
        message["Message-ID"] = f"<{delivery}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = letter.language
        message["List-Unsubscribe"] = f"<{leave}>"
        if self._home.startswith("https://"):
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(rendering.as_text(letter, self._home, leave), cte="quoted-printable")
        message.add_alternative(rendering.as_html(letter, self._home, leave), "html", cte="quoted-printable")
        return message

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server, ours = self._server, urlsplit(self._home).hostname
        smtp = (
            smtplib.SMTP_SSL(server.host, server.port, ours, timeout=_TIMEOUT, context=self._tls)
            if server.security == "tls"
            else smtplib.SMTP(server.host, server.port, ours, timeout=_TIMEOUT)
        )
        try:
            if server.security == "starttls":
                smtp.starttls(context=self._tls)
            if server.user is not None:
                smtp.login(server.user, server.password or "")
            yield smtp
        finally:
            # What was said before counts, however it ends.
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()


def _address(sender: str) -> Address:
    name, address = parseaddr(sender if sender.isprintable() else "")
    try:
        return Address(one_line(name), addr_spec=Email(address).address)
    except (Refused, ValueError, HeaderParseError) as error:
        raise Refused(f"{shorten(sender)} is no sender; write name@host, or Name <name@host>") from error


def _accepted(code: int, said: bytes) -> None:
    if code in (250, 251, 252):
        return
    raise _refusal(code, said)


def _refusal(code: int, said: bytes | str) -> TryLater | Undeliverable:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    reason = f"the mail server answers {code} {one_line(text)[:200]}"
    return Undeliverable(reason) if 500 <= code < 600 else TryLater(reason)


@contextmanager
def _told() -> Iterator[None]:
    """Errors of SMTP and of the network as what they mean for a delivery."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        problem = f"the mail server refuses the login ({error.smtp_code}); check mail_user and mail_password"
        raise Undeliverable(problem) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Undeliverable(f"the mail server cannot do it ({error}); check mail_security and mail_user") from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except ssl.SSLCertVerificationError as error:
        raise TryLater(f"the mail server's certificate is not good ({error.verify_message})") from error
    except (smtplib.SMTPException, OSError) as error:
        problem = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise TryLater(f"the mail server cannot be reached ({problem})") from error
