"""Issues of briefings, sent beside an open service."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from typing_extensions import override

from index.storage.errors import Refused
from rag.delivery.atom import Feed
from rag.delivery.channels import Kind
from rag.delivery.mail import Mail, MailServer
from rag.delivery.outbox import Outbox
from rag.delivery.readers import Leaving, Readers
from rag.delivery.sender import Sender
from rag.delivery.transport import NotSetUp, Transport
from rag.delivery.webhook import Webhooks
from rag.errors import SettingsError
from rag.service.visiting import addresses_of
from rag.service.wiring import Service
from rag.settings import Settings
from rag.topics.feeds import TopicFeeds
from rag.topics.letters import Leavers, Letters

# So that one slow receiver does not hold up all others.
_SENDERS = 4
# How long what is being sent holds up the end; what is broken off before it was handed over is sent by the next one.
_PATIENCE_SECONDS = 5.0


class SecretLinks(Readers):
    """What a service opens to who holds a secret link."""

    def __init__(self, service: Service) -> None:
        self._feeds = TopicFeeds(service.topics, service.alive)
        self._leavers = Leavers(service.topics.database)

    @override
    def feed(self, secret: str) -> Feed | None:
        return self._feeds.feed(secret)

    @override
    def leaving(self, token: str) -> Leaving | None:
        return self._leavers.leaving(token)

    @override
    def leave(self, token: str) -> Leaving | None:
        return self._leavers.leave(token)


@contextmanager
def delivering(service: Service, slack: Transport | None) -> Iterator[None]:
    """Within the block, issues are sent; to Slack as `slack` does, where it is set up. SettingsError for a sender."""
    outbox = Outbox(service.topics.database)
    sender = Sender(outbox, Letters(service.topics.issues, service.alive), transports(service.settings, outbox, slack))
    stopping = threading.Event()
    threads = [
        threading.Thread(target=sender.run, args=(stopping,), name=f"sender-{number}", daemon=True)
        for number in range(_SENDERS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join(_PATIENCE_SECONDS / _SENDERS)


def transports(settings: Settings, outbox: Outbox, slack: Transport | None) -> dict[Kind, Transport]:
    """What sends over each kind of channel, or says which settings it lacks. SettingsError for a sender of none."""
    try:
        return {
            "email": _mail(settings, outbox),
            "slack": slack or NotSetUp("Slack is not set up here; set HOIDAP_SLACK_BOT_TOKEN, then send it again"),
            "webhook": Webhooks(addresses_of(settings)),
        }
    except Refused as refusal:
        raise SettingsError(f"These settings cannot be used: {refusal}.") from refusal


def _mail(settings: Settings, outbox: Outbox) -> Transport:
    needed = {name: getattr(settings, name) for name in ("mail_host", "mail_from", "public_url")}
    lacking = [f"HOIDAP_{name.upper()}" for name, value in needed.items() if value is None]
    if settings.mail_host is None or settings.mail_from is None or settings.public_url is None:
        return NotSetUp(f"e-mail is not set up here; set {' and '.join(lacking)}, then send it again")
    password = settings.mail_password.get_secret_value() if settings.mail_password else None
    server = MailServer(settings.mail_host, settings.mail_port, settings.mail_security, settings.mail_user, password)
    return Mail(server, settings.mail_from, str(settings.public_url), outbox.key())
