import re
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cluster.expressions import expression, month_number
from index.derived.marks import source_number
from index.records import Filters

# What an expression may consist of: nothing in it is ever a string.
_GRAMMAR = re.compile(r"(?:(?:day [<>]= \d+|(?:source|month|id) in \[-?\d+(?:, \d+)*\])(?: and |\Z))*")


def test_all_filters_by_hand() -> None:
    # 1 January of year 1 is day 1 and in month 1; 2025-01-30 is day 739281, by `datetime`'s documentation of ordinals.
    filters = Filters("2025-01-30", "2025-02-02", ("Báo Một",))
    assert expression(filters, np.array([7, 5])) == (
        f"day >= 739281 and day <= 739284 and month in [24289, 24290] and source in [{source_number('Báo Một')}]"
        " and id in [5, 7]"
    )
    assert (date(2025, 2, 2) - date(1, 1, 1)).days + 1 == 739284
    assert month_number(date(2025, 2, 2)) == 2024 * 12 + 2 == 24290


def test_open_ends_let_no_undated_article_through() -> None:
    assert expression(Filters(published_to="2025-02-02")) == "day >= 1 and day <= 739284"
    assert expression(Filters(published_from="2025-02-02")) == f"day >= 739284 and day <= {date.max.toordinal()}"


def test_no_filters_ask_for_nothing() -> None:
    assert expression(Filters()) == ""


def test_a_source_without_a_name_is_no_source() -> None:
    assert expression(Filters(sources=("",))) == "source in [-1]"


@given(st.lists(st.text(), min_size=1, max_size=5).map(tuple))
def test_no_name_of_a_source_gets_into_an_expression(sources: tuple[str, ...]) -> None:
    assert _GRAMMAR.fullmatch(expression(Filters("2024-12-01", "2025-02-02", sources)))


@pytest.mark.parametrize(
    "name", ['"', "'] or id > 0 or source in ['", "\\", "a" * 1_000_000, "Báo \u202e", "\udc80", "{x}", "null", "1"]
)
def test_hostile_names_are_numbers(name: str) -> None:
    written = expression(Filters(sources=(name,)))
    assert _GRAMMAR.fullmatch(written)
    assert len(written) < 40


@pytest.mark.parametrize("day", ["0 or id > 0", "2025-02-30", "x"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|day"):
        expression(Filters(published_from=day))
