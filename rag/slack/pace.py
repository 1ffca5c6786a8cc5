"""When the bot may speak: one message a second in a channel, and Slack's rate limits."""

import threading

from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from typing_extensions import override

from index.clock import Clock


class Pace:
    """Keeps what is sent to one place apart."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, place: str, seconds: float) -> None:
        """Wait until it is this caller's turn; the next one's is so many seconds later."""
        with self._lock:
            now = self._clock.now()
            self._next = {key: at for key, at in self._next.items() if at > now}
            turn = max(now, self._next.get(place, now))
            self._next[place] = turn + seconds
        # Without the lock: other places go on.
        self._clock.wait(turn - now)

    def hold(self, place: str, seconds: float) -> None:
        """Let nobody's turn come for so long."""
        with self._lock:
            self._next[place] = max(self._clock.now() + seconds, self._next.get(place, 0.0))


class RateLimits(RateLimitErrorRetryHandler):
    """Waits as long as Slack's 429 says (one second where it does not), then has the call tried again."""

    def __init__(self, clock: Clock, tries: int) -> None:
        super().__init__(max_retry_count=tries)
        self._clock = clock

    @override
    def prepare_for_next_attempt(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        headers = {} if response is None else {name.lower(): values for name, values in response.headers.items()}
        self._clock.wait(float(next(iter(headers.get("retry-after", ())), 1)))
        state.next_attempt_requested = True
        state.increment_current_attempt()
