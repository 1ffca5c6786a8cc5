"""Time as something that is waited for, so that tests can let it pass at once."""

import threading
from time import monotonic, sleep, time

from typing_extensions import override


class Clock:
    """Time in seconds, from any starting point."""

    def now(self) -> float:
        """The time now."""
        return monotonic()

    def wait(self, seconds: float, end: threading.Event | None = None) -> bool:
        """Wait for so long, or until `end` is set; whether it is."""
        if end is not None:
            return end.wait(seconds)
        sleep(seconds)
        return False


class WallClock(Clock):
    """Time in seconds since 1970, which means the same to a later process."""

    @override
    def now(self) -> float:
        return time()


CLOCK = Clock()
WALL_CLOCK = WallClock()
