"""What is open to who holds a secret link, and no key: a topic's feed, and the way out of a briefing."""

from dataclasses import dataclass
from typing import Protocol

from rag.delivery.atom import Feed


@dataclass(frozen=True, slots=True)
class Leaving:
    """A briefing that is about to be left, or was: its name and language; `left`: it is no longer sent there."""

    name: str
    language: str
    left: bool


class Readers(Protocol):
    """What the public routes ask; StoreError where the database cannot be used."""

    def feed(self, secret: str) -> Feed | None:
        """The feed that a secret opens; None where it opens none, or no longer."""

    def leaving(self, token: str) -> Leaving | None:
        """The briefing that a letter's link leads out of; None where it leads nowhere."""

    def leave(self, token: str) -> Leaving | None:
        """Send a briefing no longer to the address that the link was sent to."""


class NoReaders(Readers):
    """Where nothing is followed."""

    def feed(self, secret: str) -> Feed | None:
        """None: there is no feed."""

    def leaving(self, token: str) -> Leaving | None:
        """None: there is no briefing."""

    def leave(self, token: str) -> Leaving | None:
        """None: there is no briefing."""
