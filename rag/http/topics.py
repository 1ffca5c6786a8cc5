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
from rag.http.problems import HttpProblem
from rag.http.state import Asking

router = APIRouter(prefix="/v1")
_MISSING: dict[int | str, dict[str, object]] = {404: {"model": Problem}}
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
    return _topic(client.topics.topic(topic_id))


@router.patch("/topics/{topic_id}", summary="Change a topic", responses=_MISSING)
def change_topic(topic_id: str, body: TopicEdit, client: Asking) -> TopicOut:
    """Change a topic's name or filters, or pause it."""
    return _topic(client.topics.change(topic_id, body))


@router.delete("/topics/{topic_id}", summary="Follow a topic no longer", status_code=204, responses=_MISSING)
def remove_topic(topic_id: str, client: Asking) -> None:
    """Remove a topic with its news; it leaves its briefings."""
    if not client.topics.remove(topic_id):
        raise _no_topic()


@router.get("/topics/{topic_id}/news", summary="List what is new on a topic", responses=_MISSING)
def list_news(topic_id: str, client: Asking, limit: Limit = 20, after: Place = None) -> NewsOut:
    """List a topic's notices, new ones first, those that most sources tell of first among them."""
    found = client.topics.news(topic_id, limit, after)
    if found is None:
        raise _no_topic()
    return found


@router.post("/topics/{topic_id}/seen", summary="Say that news were seen", status_code=204, responses=_MISSING)
def see_topic(topic_id: str, client: Asking) -> None:
    """Note that all that a topic has found so far was seen."""
    if not client.topics.see(topic_id):
        raise _no_topic()


@router.post("/topics/{topic_id}/feed", summary="Open a topic's feed", responses=_MISSING)
def open_feed(topic_id: str, client: Asking) -> FeedOut:
    """Make a new address of a topic's feed, which any reader of feeds may fetch; the one before is void."""
    found = client.topics.open_feed(topic_id)
    if found is None:
        raise _no_topic()
    return found


@router.delete("/topics/{topic_id}/feed", summary="Close a topic's feed", status_code=204, responses=_MISSING)
def close_feed(topic_id: str, client: Asking) -> None:
    """Let nobody read a topic's feed any more."""
    if not client.topics.close_feed(topic_id):
        raise _no_topic()


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
    return _briefing(client.topics.briefing(briefing_id))


@router.patch("/briefings/{briefing_id}", summary="Change a briefing", responses=_MISSING)
def change_briefing(briefing_id: str, body: BriefingEdit, client: Asking) -> BriefingOut:
    """Change a briefing, pause it, or let it go on. Channels replace those before, webhooks with new secrets."""
    return _briefing(client.topics.change_briefing(briefing_id, body))


@router.delete("/briefings/{briefing_id}", summary="End a briefing", status_code=204, responses=_MISSING)
def remove_briefing(briefing_id: str, client: Asking) -> None:
    """End a briefing, with its issues and what of them is still on its way."""
    if not client.topics.remove_briefing(briefing_id):
        raise _no_briefing()


@router.post("/briefings/{briefing_id}/preview", summary="Preview a briefing", responses=_MISSING)
def preview(briefing_id: str, client: Asking) -> IssueOut:
    """Show the issue that there would be now; it is neither kept nor sent."""
    found = client.topics.preview(briefing_id)
    if found is None:
        raise _no_briefing()
    return found


@router.get("/briefings/{briefing_id}/issues", summary="List issues", responses=_MISSING)
def list_issues(briefing_id: str, client: Asking, limit: Limit = 20, before: Place = None) -> IssuesOut:
    """List a briefing's issues, the latest first, a page at a time."""
    found = client.topics.issues(briefing_id, limit, before)
    if found is None:
        raise _no_briefing()
    return found


@router.get("/issues/{issue_id}", summary="Read an issue", responses=_MISSING)
def read_issue(issue_id: str, client: Asking) -> IssueOut:
    """Read an issue as it was made, and how its deliveries stand."""
    found = client.topics.issue(issue_id)
    if found is None:
        raise HttpProblem("issue-not-found", "There is no issue of this id.")
    return found


@router.post(
    "/issues/{issue_id}/deliveries/{delivery_id}", summary="Send an issue again", status_code=204, responses=_MISSING
)
def send_again(issue_id: str, delivery_id: str, client: Asking) -> None:
    """Send again what failed, was stopped, or is uncertain; a mail that is uncertain may then arrive twice."""
    if not client.topics.send_again(issue_id, delivery_id):
        raise HttpProblem("delivery-not-found", "There is no delivery of this id that could be sent again.")


def _topic(found: TopicOut | None) -> TopicOut:
    if found is None:
        raise _no_topic()
    return found


def _briefing(found: BriefingOut | None) -> BriefingOut:
    if found is None:
        raise _no_briefing()
    return found


def _no_topic() -> HttpProblem:
    return HttpProblem("topic-not-found", "There is no topic of this id.")


def _no_briefing() -> HttpProblem:
    return HttpProblem("briefing-not-found", "There is no briefing of this id.")
