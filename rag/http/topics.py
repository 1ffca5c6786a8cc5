"""HTTP: topics and their news, briefings and their issues, each of the key that asks."""

from typing import Annotated

from fastapi import APIRouter, Query

from rag.contract.problems import Problem
from rag.contract.topics import (
    BriefBody,
    BriefingBody,
    BriefingEdit,
    BriefingOut,
    BriefingsOut,
    FeedOut,
    IssueOut,
    IssuesOut,
    NewsOut,
    TopicBody,
    TopicEdit,
    TopicNewsOut,
    TopicOut,
    TopicsOut,
)
from rag.http.problems import found
from rag.http.state import Asking

router = APIRouter(prefix="/v1")
_MISSING: dict[int | str, dict[str, object]] = {404: {"model": Problem}}
_NO_TOPIC = "topic-not-found", "There is no topic of this id."
_NO_BRIEFING = "briefing-not-found", "There is no briefing of this id."
_NO_DELIVERY = "delivery-not-found", "There is no delivery of this id that could be sent again."
_FULL: dict[int | str, dict[str, object]] = {507: {"model": Problem}}

Limit = Annotated[int, Query(ge=1, le=100)]
Place = Annotated[str | None, Query(max_length=100)]


@router.get("/topics", summary="List topics")
def list_topics(client: Asking) -> TopicsOut:
    """List your topics, oldest first, each with its number of notices that are new."""
    return client.topics.topics()


@router.post("/topics", summary="Follow a question", responses=_FULL)
def add_topic(body: TopicBody, client: Asking) -> TopicOut:
    """Save a question; articles about it that come from now on are news."""
    return client.topics.add(body)


@router.get("/topics/{topic_id}", summary="Read a topic", responses=_MISSING)
def read_topic(topic_id: str, client: Asking) -> TopicOut:
    """Read a topic of yours."""
    return found(client.topics.topic(topic_id), *_NO_TOPIC)


@router.patch("/topics/{topic_id}", summary="Change a topic", responses=_MISSING)
def change_topic(topic_id: str, body: TopicEdit, client: Asking) -> TopicOut:
    """Change a topic's name or filters, or pause it."""
    return found(client.topics.change(topic_id, body), *_NO_TOPIC)


@router.delete("/topics/{topic_id}", summary="Follow a topic no longer", status_code=204, responses=_MISSING)
def remove_topic(topic_id: str, client: Asking) -> None:
    """Remove a topic with its news; it leaves its briefings."""
    found(client.topics.remove(topic_id), *_NO_TOPIC)


@router.get("/topics/{topic_id}/news", summary="List what is new on a topic", responses=_MISSING)
def list_news(topic_id: str, client: Asking, limit: Limit = 20, after: Place = None) -> NewsOut:
    """List a topic's notices, new ones first, those that most sources tell of first among them."""
    return found(client.topics.news(topic_id, limit, after), *_NO_TOPIC)


@router.post("/topics/{topic_id}/seen", summary="Say that news were seen", status_code=204, responses=_MISSING)
def see_topic(topic_id: str, client: Asking) -> None:
    """Note that all that a topic has found so far was seen."""
    found(client.topics.see(topic_id), *_NO_TOPIC)


@router.post("/topics/{topic_id}/feed", summary="Open a topic's feed", responses=_MISSING)
def open_feed(topic_id: str, client: Asking) -> FeedOut:
    """Make a new address of a topic's feed, which any reader of feeds may fetch; the one before is void."""
    return found(client.topics.open_feed(topic_id), *_NO_TOPIC)


@router.delete("/topics/{topic_id}/feed", summary="Close a topic's feed", status_code=204, responses=_MISSING)
def close_feed(topic_id: str, client: Asking) -> None:
    """Let nobody read a topic's feed any more."""
    found(client.topics.close_feed(topic_id), *_NO_TOPIC)


@router.post("/brief", summary="Put an overview together")
def brief(body: BriefBody, client: Asking) -> TopicNewsOut:
    """Put together what articles that pass the filters say on a question, which need be no topic."""
    return client.topics.brief(body.question, body.filters, body.language)


@router.get("/briefings", summary="List briefings")
def list_briefings(client: Asking) -> BriefingsOut:
    """List your briefings, oldest first."""
    return client.topics.briefings()


@router.post("/briefings", summary="Begin a briefing", responses=_FULL)
def add_briefing(body: BriefingBody, client: Asking) -> BriefingOut:
    """Begin a briefing on topics of yours. The secret of a webhook is told in this answer alone."""
    return client.topics.add_briefing(body)


@router.get("/briefings/{briefing_id}", summary="Read a briefing", responses=_MISSING)
def read_briefing(briefing_id: str, client: Asking) -> BriefingOut:
    """Read a briefing of yours."""
    return found(client.topics.briefing(briefing_id), *_NO_BRIEFING)


@router.patch("/briefings/{briefing_id}", summary="Change a briefing", responses=_MISSING)
def change_briefing(briefing_id: str, body: BriefingEdit, client: Asking) -> BriefingOut:
    """Change a briefing, pause it, or let it go on. Channels replace those before, webhooks with new secrets."""
    return found(client.topics.change_briefing(briefing_id, body), *_NO_BRIEFING)


@router.delete("/briefings/{briefing_id}", summary="End a briefing", status_code=204, responses=_MISSING)
def remove_briefing(briefing_id: str, client: Asking) -> None:
    """End a briefing, with its issues and what of them is still on its way."""
    found(client.topics.remove_briefing(briefing_id), *_NO_BRIEFING)


@router.post("/briefings/{briefing_id}/preview", summary="Preview a briefing", responses=_MISSING)
def preview(briefing_id: str, client: Asking) -> IssueOut:
    """Show the issue that there would be now; it is neither kept nor sent."""
    return found(client.topics.preview(briefing_id), *_NO_BRIEFING)


@router.get("/briefings/{briefing_id}/issues", summary="List issues", responses=_MISSING)
def list_issues(briefing_id: str, client: Asking, limit: Limit = 20, before: Place = None) -> IssuesOut:
    """List a briefing's issues, the latest first, a page at a time."""
    return found(client.topics.issues(briefing_id, limit, before), *_NO_BRIEFING)


@router.get("/issues/{issue_id}", summary="Read an issue", responses=_MISSING)
def read_issue(issue_id: str, client: Asking) -> IssueOut:
    """Read an issue as it was made, and how its deliveries stand."""
    return found(client.topics.issue(issue_id), "issue-not-found", "There is no issue of this id.")


@router.post(
    "/issues/{issue_id}/deliveries/{delivery_id}", summary="Send an issue again", status_code=204, responses=_MISSING
)
def send_again(issue_id: str, delivery_id: str, client: Asking) -> None:
    """Send again what failed, was stopped, or is uncertain; a mail that is uncertain may then arrive twice."""
    found(client.topics.send_again(issue_id, delivery_id), *_NO_DELIVERY)
