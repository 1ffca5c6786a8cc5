"""Filters as an expression of Milvus.

Nothing in an expression is text: days are ordinals, and sources 63 bits of their name's digest. So no name of a source,
whatever is in it and however long it is, can be read as a part of the expression. (Templates with parameters would do
that too, but neither embedded edition reads them.)
"""

from collections.abc import Iterable
from datetime import date

from index.arrays import Ids
from index.derived.marks import day_range, source_number
from index.records import Filters

# Months of a longer period are not named: most partitions would hold one of them.
_MOST_MONTHS = 24


def month_number(day: date | None) -> int:
    """The month of a day, which partitions go by: months since the beginning of year 1; 0 for no day."""
    return 12 * (day.year - 1) + day.month if day else 0


def expression(filters: Filters, only: Ids | None = None) -> str:
    """What chunks must fulfil; empty where all do. `only` must not be empty.

    ValueError where a day of the filters is none.
    """
    parts = []
    days = day_range(filters)
    if days:
        first, last = days
        parts += [f"day >= {first}", f"day <= {last}", *_months(first, last)]
    if filters.sources:
        # Chunks without a source have the number of no name.
        named = {source_number(source) for source in filters.sources if source}
        parts.append(f"source in {_listed(named or {-1})}")
    if only is not None:
        parts.append(f"id in {_listed(only.tolist())}")
    return " and ".join(parts)


def _months(first: int, last: int) -> list[str]:
    """The months of a short period, which spare the engine the partitions of others."""
    begin, end = (month_number(date.fromordinal(day)) for day in (first, last))
    return [f"month in {_listed(range(begin, end + 1))}"] if 0 <= end - begin < _MOST_MONTHS else []


def _listed(numbers: Iterable[int]) -> str:
    return f"[{', '.join(str(int(number)) for number in sorted(numbers))}]"
