"""What is open to who holds a secret link, as the tests play it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from typing_extensions import override

from rag.delivery.atom import Entry, Feed
from rag.delivery.readers import Leaving, Readers
from rag.delivery.secret import digest, new_secret

SECRET, TOKEN = new_secret(), "b1." + new_secret()
NOON = datetime(2026, 5, 4, 12, 0, 0, 500_000, tzinfo=UTC)
FEED = Feed("t1", "Cầu", NOON, (Entry("n1", "Khởi công cầu", NOON, "Cầu dài 1.420 m.", "https://bao.example/cau"),))


@dataclass
class Played(Readers):
    """One feed and one briefing, each with its link."""

    feeds: dict[bytes, Feed] = field(default_factory=lambda: {digest(SECRET): FEED})
    left: list[str] = field(default_factory=list)

    @override
    def feed(self, secret: str) -> Feed | None:
        return self.feeds.get(digest(secret))

    @override
    def leaving(self, token: str) -> Leaving | None:
        return Leaving("Tin <b>sáng</b>", "vi", bool(self.left)) if token == TOKEN else None

    @override
    def leave(self, token: str) -> Leaving | None:
        if token == TOKEN:
            self.left.append(token)
        return self.leaving(token)
