"""Stories and timelines of a service in the same process."""

from typing_extensions import override

from index.stories.story_store import place_of
from rag.client.stories.protocol import StoriesClient
from rag.contract.stories import (
    StoriesOut,
    StoriesQuery,
    StoryOut,
    TimelineOut,
    TimelineQuery,
    stories_out,
    story_out,
    timeline_out,
)
from rag.records.search import Request
from rag.service.stories import story_page
from rag.service.wiring import Service


class InProcessStories(StoriesClient):
    """`StoriesClient` of an open service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @override
    def stories(self, query: StoriesQuery) -> StoriesOut:
        kept, sought = self._service.stories, query.sought()
        found = kept.page(sought, query.limit, query.after)
        following = place_of(found[-1]) if len(found) == query.limit else None
        return stories_out(found, kept.count(sought), following)

    @override
    def story(self, number: int) -> StoryOut | None:
        page = story_page(number, self._service.stories, self._service.store)
        return None if page is None else story_out(page)

    @override
    def timeline(self, query: TimelineQuery) -> TimelineOut:
        request = Request(query.q, self._service.settings.k, query.filters())
        return timeline_out(self._service.answerer.timeline(request, query.limit))
