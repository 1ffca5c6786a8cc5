"""Deliveries over time: what is tried again and when, what ends at once, and what is no longer wanted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typing_extensions import override

from index.fetching.addresses import Addresses
from index.fetching.connection import Limits
from index.storage.database import Database
from rag.delivery.channels import Email, Webhook
from rag.delivery.mail import Mail
from rag.delivery.outbox import LEASE, Outbox, Standing
from rag.delivery.sender import Sender, pause
from rag.delivery.transport import NotSetUp, Parcel, Transport, TryLater, Undeliverable, Unknown
from rag.delivery.webhook import Webhooks
from tests.support.clock import FakeClock
from tests.support.letters import HOME, Issues, outbox, put
from tests.support.mail_server import mail_server
from tests.support.webhook_server import SECRET, webhook_server

AN = Email("an@bao.example")


@dataclass
class Played(Transport):
    """Does one thing after the other, then nothing but arrive."""

    acts: list[Callable[[Parcel], None]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    @override
    def send(self, parcel: Parcel) -> None:
        if self.acts:
            self.acts.pop(0)(parcel)
        parcel.mark()
        self.sent.append(parcel.letter.name)


def raising(error: Exception) -> Callable[[Parcel], None]:
    def act(_: Parcel) -> None:
        raise error

    return act


@dataclass
class Office:
    """An outbox with one issue in it for one address, and what sends it."""

    database: Database
    box: Outbox
    clock: FakeClock = field(default_factory=FakeClock)
    issues: Issues = field(default_factory=Issues)
    played: Played = field(default_factory=Played)

    def sender(self, transport: Transport | None = None) -> Sender:
        way = transport or self.played
        return Sender(self.box, self.issues, {"email": way, "slack": way, "webhook": way}, self.clock, lambda: 0.0)

    def standing(self) -> Standing:
        (found,) = self.box.of("i1")
        return found

    def until_settled(self) -> list[float]:
        """Send until nothing waits any more; the times of the tries."""
        tries = []
        while (due := self.box.due()) is not None:
            self.clock.pass_(max(0.0, due - self.clock.now()))
            tries.append(self.clock.now())
            assert self.sender().send_next()
        return tries


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    database, box = outbox(tmp_path)
    put(database, AN)
    yield Office(database, box)
    database.close()


def test_nothing_waits_after_it_is_sent(office: Office) -> None:
    assert office.until_settled() == [0.0]
    assert (office.standing().state, office.standing().tries, office.played.sent) == ("sent", 1, ["Cầu và phà"])
    assert not office.sender().send_next()


def test_growing_pauses(office: Office) -> None:
    office.played.acts = [raising(TryLater("bận"))] * 4

    assert office.until_settled() == [0.0, 60.0, 180.0, 420.0, 900.0]
    assert (office.standing().state, office.standing().detail) == ("sent", "")


def test_given_up_after_three_days(office: Office) -> None:
    office.played.acts = [raising(TryLater("bận"))] * 1000

    tries = office.until_settled()

    # 1, 2, 4, ... 256 minutes, then every six hours: 511 minutes, and 10 times 360 are within 4,320.
    assert len(tries) == 10 + 10
    assert max(tries) <= 3 * 86_400
    assert office.standing().state == "failed"
    assert office.standing().detail == "given up after 20 tries: bận"
    assert office.played.sent == []


@pytest.mark.parametrize(("tries", "chance", "seconds"), [(1, 0.0, 60), (1, 1.0, 30), (4, 0.5, 360), (99, 0.0, 21_600)])
def test_pauses_differ_by_chance(tries: int, chance: float, seconds: float) -> None:
    assert pause(tries, chance) == seconds


def test_what_the_other_side_asks_for_is_kept(office: Office) -> None:
    office.played.acts = [raising(TryLater("bận", 7200.0))]

    assert office.until_settled() == [0.0, 7200.0]


def test_asked_to_wait_longer_than_it_is_tried(office: Office) -> None:
    office.played.acts = [raising(TryLater("bận", 4 * 86_400.0))]

    assert office.until_settled() == [0.0]
    assert office.standing().state == "failed"


@pytest.mark.parametrize(
    ("error", "state"), [(Undeliverable("hộp thư không có"), "failed"), (Unknown("đứt giữa chừng"), "uncertain")]
)
def test_what_ends_at_once(office: Office, error: Exception, state: str) -> None:
    office.played.acts = [raising(error)]

    assert office.until_settled() == [0.0]
    assert (office.standing().state, office.standing().detail) == (state, str(error))

    assert office.box.again(office.standing().id, office.clock.now())
    office.until_settled()
    assert office.standing().state == "sent"


def test_a_setting_that_is_missing(office: Office) -> None:
    office.sender(NotSetUp("set mail_host")).send_next()

    assert (office.standing().state, office.standing().detail) == ("failed", "set mail_host")


def test_what_is_no_longer_wanted(office: Office) -> None:
    office.issues.reason = "its key is revoked"
    office.until_settled()

    assert (office.standing().state, office.standing().detail) == ("stopped", "its key is revoked")
    assert office.played.sent == []


def test_what_is_stopped_between_tries(office: Office) -> None:
    office.played.acts = [raising(TryLater("bận"))]
    office.sender().send_next()
    office.issues.reason = "the briefing is paused"
    office.until_settled()

    assert (office.standing().state, office.played.sent) == ("stopped", [])


def test_an_issue_that_is_gone(office: Office) -> None:
    office.issues.shown = None
    office.until_settled()

    assert office.standing().state == "stopped"


def test_a_slow_one_whose_lease_ends_is_not_sent_twice(office: Office) -> None:
    def slow(_: Parcel) -> None:
        office.clock.pass_(LEASE + 1)
        assert office.sender().send_next()

    office.played.acts = [slow]
    office.sender().send_next()

    assert office.played.sent == ["Cầu và phà"]
    assert (office.standing().state, office.standing().tries) == ("sent", 2)


def test_a_fault_of_ours_holds_up_nothing_else(office: Office) -> None:
    put(office.database, AN, 1.0, "i2")
    office.played.acts = [raising(ZeroDivisionError("đề bài"))]
    with pytest.raises(ZeroDivisionError):
        office.sender().send_next()
    office.clock.pass_(1)
    office.sender().send_next()

    assert [each.state for each in office.box.of("i2")] == ["sent"]
    assert office.until_settled() == [LEASE]
    assert office.standing().state == "sent"


def test_what_always_fails_of_ours_ends(office: Office) -> None:
    office.played.acts = [raising(ZeroDivisionError())] * 10_000
    while (due := office.box.due()) is not None:
        office.clock.pass_(max(0.0, due - office.clock.now()) + 3600)
        try:
            office.sender().send_next()
        except ZeroDivisionError:
            continue

    assert office.standing().state == "failed"


def test_mail_from_end_to_end(office: Office) -> None:
    with mail_server() as box:
        box.replies["RCPT"] = "450 greylisted"
        sending = Mail(box.server(), "tin@hoidap.example", HOME, office.box.key())
        office.sender(sending).send_next()
        assert office.standing().detail == "the mail server answers 450 greylisted"
        box.replies.clear()
        office.clock.pass_(60)
        office.sender(sending).send_next()

        assert [message["To"] for message in box.messages] == ["an@bao.example"]
    assert (office.standing().state, office.standing().tries) == ("sent", 2)


def test_a_webhook_from_end_to_end(tmp_path: Path) -> None:
    database, found = outbox(tmp_path)
    office = Office(database, found)
    with webhook_server() as hook:
        hook.statuses = [500]
        put(database, Webhook(hook.url, SECRET))
        sending = Webhooks(Addresses([hook.authority]), Limits(2, 2, 2))
        office.sender(sending).send_next()
        assert office.standing().detail == "the webhook answers 500"
        office.clock.pass_(60)
        office.sender(sending).send_next()

        assert [name for name, _ in hook.taken] == [office.standing().id] * 2
    assert office.standing().state == "sent"
    database.close()
