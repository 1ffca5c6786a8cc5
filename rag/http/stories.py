"""HTTP: stories and timelines."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from rag.contract.problems import Problem
from rag.contract.stories import StoriesOut, StoriesQuery, StoryOut, TimelineOut, TimelineQuery
from rag.http.problems import found
from rag.http.state import Asking

router = APIRouter(prefix="/v1")
_MISSING: dict[int | str, dict[str, object]] = {404: {"model": Problem}}
_MOST = 2**63 - 1
_NO_STORY = "There is no story of this number; its articles may have been removed."


@router.get("/stories", summary="List stories")
def list_stories(client: Asking, query: Annotated[StoriesQuery, Query()]) -> StoriesOut:
    """List the events that two articles or more tell of, the one with the newest article first, a page at a time."""
    return client.stories.stories(query)


@router.get("/stories/{number}", summary="Read a story", responses=_MISSING)
def read_story(number: Annotated[int, Path(ge=0, le=_MOST)], client: Asking) -> StoryOut:
    """Read what each article of a story opens with, side by side, and where their figures differ."""
    return found(client.stories.story(number), "story-not-found", _NO_STORY)


@router.get("/timeline", summary="Make a timeline")
def make_timeline(client: Asking, query: Annotated[TimelineQuery, Query()]) -> TimelineOut:
    """Tell what happened in a matter, in one quoted sentence a day, from all articles about it; undated ones last."""
    return client.stories.timeline(query)
