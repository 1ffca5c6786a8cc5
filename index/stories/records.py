"""The records of stories. Frozen, with hardly any logic."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from index.records import Filters, Metadata


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story: its id, metadata and length in characters.

    `nearness` is the cosine of its vector to the mean of the story's.
    """

    article_id: str
    metadata: Metadata
    characters: int
    nearness: float


@dataclass(frozen=True, slots=True)
class Story:
    """Articles about one event, the newest first, those without a date last."""

    id: int
    members: Sequence[Member]

    @property
    def title(self) -> str | None:
        """The title of the article nearest to the centre of those that have one."""
        titled = [one for one in self.members if one.metadata.title]
        return max(titled, key=lambda one: one.nearness).metadata.title if titled else None

    @property
    def sources(self) -> int:
        """How many sources its articles are of."""
        return len({one.metadata.source for one in self.members if one.metadata.source})

    @property
    def first(self) -> date | None:
        """The day of its oldest article."""
        return min(self._days, default=None)

    @property
    def last(self) -> date | None:
        """The day of its newest article."""
        return max(self._days, default=None)

    @property
    def _days(self) -> list[date]:
        return [day for one in self.members if (day := one.metadata.day)]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which stories are wanted: those with an article that passes `filters`, names all of `entities` (as `kind:key`),
    and whose title holds all of `words`, folded.
    """

    filters: Filters = field(default_factory=Filters)
    entities: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
