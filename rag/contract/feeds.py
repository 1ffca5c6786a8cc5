"""The wire shapes of watched feeds."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from rag.contract.questions import Body

if TYPE_CHECKING:
    # What fetches pages takes long to load, and who reads of feeds needs none of it.
    from index.fetching.feed_store import WatchedFeed


class FeedBody(Body):
    """A feed, or a site whose feeds are to be found."""

    url: str = Field(min_length=1, max_length=2000)


class FaultOut(BaseModel):
    """A page of a feed that gave no article, or no longer does, and why."""

    url: str
    state: str
    reason: str


class FeedOut(BaseModel):
    """A feed that is watched. Times are ISO 8601; `next_at` is null for one that is gone."""

    url: str
    title: str | None
    outcome: str = Field(description="new, read, unchanged, failed or gone")
    detail: str | None = Field(description="What is wrong.")
    asked_at: str | None
    next_at: str | None
    pages: dict[str, int] = Field(description="How many of its pages are waiting, taken, refused, missing, withdrawn.")
    faults: list[FaultOut] = Field([], description="The first of its pages that are no articles.")


class FeedsOut(BaseModel):
    """The feeds that are watched, in the order in which they were added."""

    feeds: list[FeedOut]
    watched: bool = Field(description="Whether this server watches them: it needs a contact in its settings.")


def feed_out(feed: "WatchedFeed", pages: dict[str, int], faults: list[tuple[str, str, str]]) -> FeedOut:
    """A feed as it goes out."""
    return FeedOut(
        url=feed.url,
        title=feed.title,
        outcome=feed.outcome,
        detail=feed.detail,
        asked_at=_moment(feed.asked_at),
        next_at=_moment(feed.next_at),
        pages=pages,
        faults=[FaultOut(url=url, state=state, reason=reason) for url, state, reason in faults],
    )


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
