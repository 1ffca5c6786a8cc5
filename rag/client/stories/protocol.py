"""Stories and timelines, as every door asks for them."""

from abc import abstractmethod
from typing import Protocol

from rag.contract.stories import StoriesOut, StoriesQuery, StoryOut, TimelineOut, TimelineQuery


class StoriesClient(Protocol):
    """The part of a `rag.client.protocol.Client` that tells of events; its errors are the client's."""

    @abstractmethod
    def stories(self, query: StoriesQuery) -> StoriesOut:
        """A page of the stories of two articles or more, the one with the newest article first."""

    @abstractmethod
    def story(self, number: int) -> StoryOut | None:
        """A story with its articles side by side, or None."""

    @abstractmethod
    def timeline(self, query: TimelineQuery) -> TimelineOut:
        """What happened in a matter, a sentence a day, from all articles about it."""
