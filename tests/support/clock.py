"""A clock that waits without letting time pass."""

import threading

from typing_extensions import override

from index.clock import Clock


class FakeClock(Clock):
    """Its time goes on by what is waited, at once, and by `pass_`; from any number of threads."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self._now = 0.0
        self._lock = threading.Lock()

    @override
    def now(self) -> float:
        with self._lock:
            return self._now

    @override
    def wait(self, seconds: float, end: threading.Event | None = None) -> bool:
        with self._lock:
            self.waits.append(seconds)
            self._now += seconds
        return end is not None and end.is_set()

    def pass_(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self._now += seconds
