"""How often somebody may do something: a token bucket each, in this process or for all that share a server.

Clients learn of it by `Retry-After` alone: the `RateLimit` fields are a draft whose names have changed twice.
"""

from collections.abc import Callable
from dataclasses import dataclass

from index.storage.database import Where, opened_shared

_MINUTE = 60.0
# What rounding may take from a token: who waits as long as told is let in.
_ROUNDING = 1e-9


# What a crash of the server empties is full again, and nothing is written to its log for it. `wait` is what the last
# who asked was told.
_SCHEMA = """
CREATE UNLOGGED TABLE rates (
    key TEXT PRIMARY KEY, tokens DOUBLE PRECISION NOT NULL, filled_at NUMERIC NOT NULL,
    wait DOUBLE PRECISION NOT NULL
);
"""
_FILLED = f"""
least(:most, rates.tokens + greatest(0, extract(epoch FROM now()) - rates.filled_at) * :most / {_MINUTE})
"""
_TAKE = f"""
INSERT INTO rates VALUES (:key, CAST(:most AS DOUBLE PRECISION) - 1, extract(epoch FROM now()), 0)
ON CONFLICT (key) DO UPDATE SET
    tokens = {_FILLED} - CASE WHEN {_FILLED} >= 1 - {_ROUNDING} THEN 1 ELSE 0 END,
    filled_at = greatest(rates.filled_at, extract(epoch FROM now())),
    wait = CASE WHEN {_FILLED} >= 1 - {_ROUNDING} THEN 0 ELSE (1 - {_FILLED}) * {_MINUTE} / :most END
RETURNING wait
"""  # noqa: S608 (numbers)


class SharedRates:
    """Buckets as `Rates` has them, counted over all who share a PostgreSQL server, by its clock.

    StoreError where the server cannot be asked.
    """

    def __init__(self, where: Where) -> None:
        self._db = opened_shared(where, "rates", _SCHEMA)

    def close(self) -> None:
        """Let go of the server."""
        self._db.close()

    def take(self, key: str, per_minute: int) -> float:
        """Take one; 0, or the seconds until there is one to take, as `Rates.take`."""
        return float(self._db.rows(_TAKE, {"key": key, "most": float(per_minute)})[0][0])


@dataclass(frozen=True, slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class Rates:
    """A bucket holds as much as a minute allows, and fills evenly. For one thread, such as an event loop.

    `now` gives seconds that never go back. Of more than `most` buckets those used longest ago are forgotten, full.
    """

    def __init__(self, now: Callable[[], float], most: int = 10_000) -> None:
        self._now = now
        self._most = most
        self._buckets: dict[str, _Bucket] = {}  # the one used longest ago first

    def __len__(self) -> int:
        """How many buckets are remembered."""
        return len(self._buckets)

    def take(self, key: str, per_minute: int) -> float:
        """Take one; 0, or the seconds until there is one to take. Who asks too early does not wait longer for it."""
        now = self._now()
        bucket = self._buckets.pop(key, _Bucket(per_minute, now))
        tokens = min(per_minute, bucket.tokens + (now - bucket.filled_at) * per_minute / _MINUTE)
        taken = tokens >= 1 - _ROUNDING
        self._buckets[key] = _Bucket(max(0.0, tokens - 1) if taken else tokens, now)
        self._forget(now)
        return 0.0 if taken else (1 - tokens) * _MINUTE / per_minute

    def _forget(self, now: float) -> None:
        """Drop the buckets that nobody used for a minute: they are full, as new ones are."""
        while self._buckets:
            oldest = next(iter(self._buckets))
            if len(self._buckets) <= self._most and now - self._buckets[oldest].filled_at < _MINUTE:
                return
            del self._buckets[oldest]
