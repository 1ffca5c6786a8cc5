"""The record of a story as readers see it. Frozen, without logic."""

from dataclasses import dataclass

from index.stories.records import Story
from rag.records.answers import Source


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A story with the opening sentence of each of its articles, in their order, and the sides of each difference."""

    story: Story
    openings: tuple[Source | None, ...]
    differences: tuple[tuple[Source, ...], ...]
