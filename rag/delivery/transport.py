"""What sends an issue over one kind of channel, and how that may end other than well.

DeliveryError
├── TryLater        nothing arrived; it may the next time
├── Undeliverable   nothing arrived, nor will it: the reason says what to mend
└── Unknown         nobody knows whether it arrived
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from typing_extensions import override

from rag.delivery.letter import Letter
from rag.delivery.outbox import Delivery


class DeliveryError(Exception):
    """A delivery did not end well; the message says of what, without secrets."""


class TryLater(DeliveryError):
    """Nothing arrived; `seconds` is how long the other side asks to wait."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Undeliverable(DeliveryError):
    """Nothing arrived, nor will it."""


class Unknown(DeliveryError):
    """It may have arrived."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter and its way. `mark` is called just before each step that cannot be taken back, `progressed` after it
    where others follow; both raise LeaseLost, and then nothing more may be sent."""

    delivery: Delivery
    letter: Letter
    mark: Callable[[], None]
    progressed: Callable[[str], None]


class Transport(Protocol):
    """Sends over one kind of channel."""

    @abstractmethod
    def send(self, parcel: Parcel) -> None:
        """Send a letter. DeliveryError where it does not arrive."""


class NotSetUp(Transport):
    """Stands for a kind of channel that the settings do not set up."""

    def __init__(self, mend: str) -> None:
        self._mend = mend

    @override
    def send(self, parcel: Parcel) -> None:
        raise Undeliverable(self._mend)
