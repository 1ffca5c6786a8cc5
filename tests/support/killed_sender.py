"""The child of the tests that kill a sender: sends what is due until nothing waits, or it is killed.

    python -m tests.support.killed_sender FOLDER NOW MAIL_PORT SLACK_URL HOOK_AUTHORITY [KIND STAGE]

It says `STAGE` and stands still where it gets to that stage of a delivery of that kind: `claimed` (before the mark),
`marked` (just behind it), `arrived` (the other side has taken it) or `settled`.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import sleep

from typing_extensions import override

from index.fetching.addresses import Addresses
from rag.delivery.channels import Kind
from rag.delivery.mail import Mail, MailServer
from rag.delivery.sender import Sender
from rag.delivery.transport import Parcel, Transport
from rag.delivery.webhook import Webhooks
from rag.slack.letters import SlackLetters
from tests.support.clock import FakeClock
from tests.support.letters import HOME, Issues, outbox
from tests.support.slack_workspace import BOT_TOKEN

Stop = Callable[[str], None]


class Watched(Transport):
    """A transport that stops at the stages of its deliveries."""

    def __init__(self, transport: Transport, stop: Stop) -> None:
        self._transport, self._stop = transport, stop

    @override
    def send(self, parcel: Parcel) -> None:
        def mark() -> None:
            self._stop("claimed")
            parcel.mark()
            self._stop("marked")

        self._transport.send(replace(parcel, mark=mark))
        self._stop("arrived")


def send(folder: Path, now: float, mail: int, slack: str, hook: str, kind: str = "", stage: str = "") -> None:
    """Send what is due at a time, to the servers at these places."""

    def stop(of: str, at: str) -> None:
        if (of, at) == (kind, stage):
            sys.stdout.write(f"{stage}\n")
            sys.stdout.flush()
            sleep(60)

    database, box = outbox(folder)
    clock = FakeClock()
    clock.pass_(now)
    ways: dict[Kind, Transport] = {
        "email": Mail(MailServer("localhost", mail, "none"), "tin@hoidap.example", HOME, box.key()),
        "slack": SlackLetters(BOT_TOKEN, slack, HOME, clock),
        "webhook": Webhooks(Addresses([hook])),
    }
    watched = {each: Watched(way, partial(stop, each)) for each, way in ways.items()}
    sender = Sender(box, Issues(), watched, clock)
    while sender.send_next():
        if any(each.state == "sent" and each.kind == kind for each in box.of("i1")):
            stop(kind, "settled")
    database.close()


if __name__ == "__main__":
    send(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
