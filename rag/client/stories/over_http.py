"""Stories and timelines of a server at an address."""

from pydantic import BaseModel
from typing_extensions import override

from rag.client.requests import Requests
from rag.client.stories.protocol import StoriesClient
from rag.contract.stories import StoriesOut, StoriesQuery, StoryOut, TimelineOut, TimelineQuery


class OverHttpStories(StoriesClient):
    """`StoriesClient` of a server."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    @override
    def stories(self, query: StoriesQuery) -> StoriesOut:
        return self._requests.got(StoriesOut, "GET", "/v1/stories", params=_params(query))

    @override
    def story(self, number: int) -> StoryOut | None:
        return self._requests.found(StoryOut, "GET", f"/v1/stories/{number}")

    @override
    def timeline(self, query: TimelineQuery) -> TimelineOut:
        return self._requests.got(TimelineOut, "GET", "/v1/timeline", params=_params(query))


def _params(query: BaseModel) -> dict[str, str | int | list[str]]:
    return query.model_dump(mode="json", by_alias=True, exclude_none=True)
