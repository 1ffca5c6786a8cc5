"""What filters ask of a chunk, as numbers: the day and the source of its article."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from index.records import Filters

Mask = NDArray[np.bool_]

_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()
_NONE = 0  # no day, which comes before all days; and no source


def day_number(day: date | None) -> int:
    """The ordinal of a day; that of no day passes no filter by date."""
    return day.toordinal() if day else _NONE


def source_number(source: str | None) -> int:
    """63 bits of the digest of a source's name: the same at any time, so that no table of sources is kept."""
    return int.from_bytes(sha256(source.encode(errors="surrogatepass")).digest()[:8]) >> 1 if source else _NONE


def day_range(filters: Filters) -> tuple[int, int] | None:
    """The first and last day number that pass; None where filters do not ask for days."""
    if not filters.published_from and not filters.published_to:
        return None
    first = date.fromisoformat(filters.published_from).toordinal() if filters.published_from else _FIRST
    return first, date.fromisoformat(filters.published_to).toordinal() if filters.published_to else _LAST


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Day numbers, int32 of shape (n,), and source numbers, int64 of shape (n,), of n chunks."""

    days: NDArray[np.int32]
    sources: NDArray[np.int64]

    @classmethod
    def of(cls, days: Sequence[date | None], sources: Sequence[str | None]) -> "Marks":
        """The numbers of the days and sources of chunks."""
        return cls(
            np.array([day_number(day) for day in days], np.int32),
            np.array([source_number(source) for source in sources], np.int64),
        )

    def at(self, rows: NDArray[np.int64] | Mask) -> "Marks":
        """Those of some rows."""
        return Marks(self.days[rows], self.sources[rows])

    def joined(self, others: "Marks") -> "Marks":
        """These, then the others."""
        return Marks(np.concatenate([self.days, others.days]), np.concatenate([self.sources, others.sources]))

    def passing(self, filters: Filters) -> Mask:
        """Which chunks pass the filters."""
        passing = np.ones(len(self.days), np.bool_)
        days = day_range(filters)
        if days:
            passing &= (self.days >= days[0]) & (self.days <= days[1])
        if filters.sources:
            passing &= np.isin(self.sources, [source_number(source) for source in filters.sources])
        return passing
