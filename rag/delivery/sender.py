"""Takes deliveries out of the outbox and sends them: claim -> still wanted? -> letter -> transport -> settled."""

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from index.clock import WALL_CLOCK, Clock
from index.storage.errors import IndexingError
from rag.delivery.channels import Channel, Kind
from rag.delivery.letter import Letter
from rag.delivery.outbox import LONGEST, Delivery, LeaseLost, Outbox
from rag.delivery.transport import DeliveryError, Parcel, Transport, TryLater, Unknown

_log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 60.0, 6 * 3600.0
# How long what another process puts on its way may go unnoticed, and how long a database that fails is left alone.
_LOOK_SECONDS, _TROUBLE_SECONDS = 1.0, 30.0

# A number from 0 to 1, by chance.
Chance = Callable[[], float]
_CHANCE: Chance = secrets.SystemRandom().random


class Issues(Protocol):
    """What the sender asks of the issues."""

    def stopped(self, issue: str, channel: Channel) -> str | None:
        """Why an issue is not to be sent there any more (its key is revoked, its briefing paused); None where it is."""

    def letter(self, issue: str) -> Letter | None:
        """What an issue shows; None where it is no longer there."""


class Sender:
    """Sends what is due; any number of threads and processes may."""

    def __init__(
        self,
        outbox: Outbox,
        issues: Issues,
        transports: Mapping[Kind, Transport],
        clock: Clock = WALL_CLOCK,
        chance: Chance = _CHANCE,
    ) -> None:
        """`clock` counts seconds since 1970."""
        self._outbox, self._issues, self._transports = outbox, issues, transports
        self._clock, self._chance = clock, chance

    def run(self, stopping: threading.Event) -> None:
        """Send what is due until `stopping` is set."""
        while not stopping.is_set():
            try:
                found = self.send_next()
            except (IndexingError, OSError) as error:
                _log.warning("Deliveries wait: %s", error)
                self._clock.wait(_TROUBLE_SECONDS, stopping)
                continue
            except Exception:  # noqa: BLE001 - what one letter holds must not end all deliveries
                # Its lease ends, and then it is tried again; the others go on.
                _log.exception("A delivery failed for a reason that nobody foresaw")
                continue
            if not found:
                self._clock.wait(_LOOK_SECONDS, stopping)

    def send_next(self) -> bool:
        """Send one delivery that is due; whether there was one. StoreError where the database cannot be used."""
        # Looked at before it is written: nothing is due most of the time.
        due = self._outbox.due()
        if due is None or due > self._clock.now():
            return False
        delivery = self._outbox.claim(self._clock.now())
        if delivery is None:
            return False
        try:
            self._see_to(delivery)
        except LeaseLost:
            _log.warning("A delivery took longer than its lease, and another process has it")
        return True

    def _see_to(self, delivery: Delivery) -> None:
        if delivery.since + LONGEST < self._clock.now():
            # What ends the program each time it is sent comes here too.
            self._outbox.settle(delivery, "failed", "it was not sent within three days", self._clock.now())
            return
        reason = self._issues.stopped(delivery.issue, delivery.channel)
        letter = None if reason else self._issues.letter(delivery.issue)
        if letter is None:
            self._outbox.settle(delivery, "stopped", reason or "the issue is no longer there", self._clock.now())
            return
        now = self._clock.now
        parcel = Parcel(
            delivery,
            letter,
            mark=lambda: self._outbox.mark(delivery, now()),
            progressed=partial(self._outbox.progressed, delivery),
        )
        try:
            self._transports[delivery.channel.kind].send(parcel)
        except TryLater as error:
            self._put_off(delivery, str(error), error.seconds or 0.0)
        except Unknown as error:
            self._outbox.settle(delivery, "uncertain", str(error), now())
        except DeliveryError as error:
            self._outbox.settle(delivery, "failed", str(error), now())
        else:
            self._outbox.settle(delivery, "sent", "", now())

    def _put_off(self, delivery: Delivery, reason: str, asked: float) -> None:
        now = self._clock.now()
        at = now + max(asked, pause(delivery.tries, self._chance()))
        if at > delivery.since + LONGEST:
            self._outbox.settle(delivery, "failed", f"given up after {delivery.tries} tries: {reason}", now)
        else:
            self._outbox.settle(delivery, "waiting", reason, at)


def pause(tries: int, chance: float) -> float:
    """Seconds until the next try: twice as long each time, up to six hours, and up to half of it less by chance."""
    longest: float = min(_FIRST_PAUSE * 2 ** min(tries - 1, 20), _LONGEST_PAUSE)
    return longest * (1 - chance / 2)
