"""What filters ask of a chunk, as numbers: the day and the source of its article."""

from datetime import date
from hashlib import sha256

from index.records import Filters

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
