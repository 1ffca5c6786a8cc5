"""Whether two articles are about one event: the odds of it, from how near they are, what they name, and when.

Logistic regression, fitted on 192 pairs of Vietnamese news articles that are near to one another and were read one by
one. That one of them is a day's report like another day's (prices, weather, draws) is told by the days, that they
treat of one subject and of different events by the names.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache

from index.stories.profiles import Profile

# The weight of the cosine; of the rarest name that both have, in [0, 1]; of days that are the same, or near; and of
# days that are all further apart.
_COSINE, _NAME, _NEAR, _FAR, _BIAS = 11.5, 3.3, 2.8, -4.6, -12.6
_NEAR_DAYS = 3
# What is published later than so is another event, or what came of it.
_STORY_DAYS = timedelta(14)
_ANY_LEAP_YEAR, _YEAR_DAYS = 2000, 366
NEVER = float("-inf")


def odds(one: Profile, other: Profile, rarity: Callable[[str], float]) -> float:
    """The logarithm of the odds that two articles are about one event.

    `rarity`, in [0, 1], says how few articles have a name.
    """
    if one.published and other.published and abs(one.published - other.published) > _STORY_DAYS:
        return NEVER
    name = max(map(rarity, one.names & other.names), default=0.0)
    near = _near(one, other)
    days = 0.0 if near is None else _NEAR if near else _FAR
    return _COSINE * float(one.vector @ other.vector) + _NAME * name + days + _BIAS


def _near(one: Profile, other: Profile) -> bool | None:
    """Whether two articles open with days of which one is the other's too, or near; None where one has no days."""
    if one.opening & other.days or other.opening & one.days:
        return True
    if not (one.opening and other.opening):
        return None
    return _apart(one.opening, other.opening) <= _NEAR_DAYS


def _apart(ours: Iterable[str], theirs: Iterable[str]) -> int:
    """How many days lie between the nearest of two lists of days, in whatever year."""
    gaps = (abs(_place(a) - _place(b)) for a in ours for b in theirs)
    return min(min(gap, _YEAR_DAYS - gap) for gap in gaps)


@cache
def _place(day: str) -> int:
    return date.fromisoformat(f"{_ANY_LEAP_YEAR}-{day[1:]}").timetuple().tm_yday
