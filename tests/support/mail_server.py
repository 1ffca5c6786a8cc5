"""A mail server on a loopback port: keeps what it takes, and refuses or breaks off on demand."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from time import sleep
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from rag.delivery.mail import MailServer, Security

USER, PASSWORD = "hoidap", "mat-khau"


@dataclass
class Mailbox:
    """What a server has taken. `replies` are what it answers to a command, by its name, in the place of yes.

    `breaks` closes the connection instead: at "RCPT", "DATA" (nothing is taken) or "END" (all of it is).
    """

    taken: list[tuple[list[str], bytes]] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    breaks: str = ""
    begun: int = 0
    pause: float = 0
    at: Callable[[str], None] = lambda _: None
    port: int = 0

    def server(self, security: Security = "none", user: str | None = None, password: str | None = None) -> MailServer:
        return MailServer("localhost", self.port, security, user, password)

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(data, policy=policy.default) for _, data in self.taken]

    # --- What aiosmtpd calls ---------------------------------------------------------------------------------

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        self.begun += 1
        envelope.mail_from = address
        return self.replies.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        self._broken(server, "RCPT")
        envelope.rcpt_tos.append(address)
        return self.replies.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._broken(server, "DATA")
        await asyncio.sleep(self.pause)
        if "DATA" in self.replies:
            return self.replies["DATA"]
        assert isinstance(envelope.content, bytes)
        self.taken.append((list(envelope.rcpt_tos), envelope.content))
        self.at("taken")
        self._broken(server, "END")
        return "250 OK"

    def _broken(self, server: SMTP, place: str) -> None:
        if self.breaks == place:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None, *, wrapped: bool = False, login: bool = False) -> Iterator[Mailbox]:
    """A server for the block: with STARTTLS where a context is given, or TLS from the start (`wrapped`)."""
    box = Mailbox()
    loop = asyncio.new_event_loop()

    def checked(*call: object) -> AuthResult:
        given = call[-1]
        assert isinstance(given, LoginPassword)
        right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    def made() -> SMTP:
        return SMTP(
            box,
            hostname="mail.example",
            loop=loop,
            tls_context=None if wrapped else tls,
            require_starttls=tls is not None and not wrapped,
            authenticator=checked if login else None,
            auth_required=login,
        )

    server = loop.run_until_complete(loop.create_server(made, "localhost", 0, ssl=tls if wrapped else None))
    box.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, name="mail", daemon=True)
    thread.start()
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(server.close)
        sleep(0.01)
        loop.call_soon_threadsafe(_end, loop)
        thread.join()
        loop.close()


def _end(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.call_soon(loop.stop)
