"""HTTP: conversations that are kept, and what readers think of answers."""

from typing import Annotated

from fastapi import APIRouter, Query

from rag.contract.conversations import ConversationOut, ConversationPage
from rag.contract.problems import Problem
from rag.contract.questions import FeedbackBody
from rag.http.problems import HttpProblem
from rag.http.state import Asking

router = APIRouter(prefix="/v1")
_MISSING: dict[int | str, dict[str, object]] = {404: {"model": Problem}}


@router.get("/conversations", summary="List conversations")
def list_conversations(
    client: Asking,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Annotated[str | None, Query(max_length=200)] = None,
) -> ConversationPage:
    """List conversations, the one with the last turn first, a page at a time."""
    return client.conversations(limit, before)


@router.get("/conversations/{conversation_id}", summary="Read a conversation", responses=_MISSING)
def read_conversation(conversation_id: str, client: Asking) -> ConversationOut:
    """Read every answer of a conversation, as it was given."""
    found = client.conversation(conversation_id)
    if found is None:
        raise HttpProblem("conversation-not-found", "There is no conversation of this id.")
    return found


@router.delete("/conversations/{conversation_id}", summary="Delete a conversation", status_code=204, responses=_MISSING)
def delete_conversation(conversation_id: str, client: Asking) -> None:
    """Delete a conversation, with its questions, its answers and the opinions of them."""
    if not client.delete_conversation(conversation_id):
        raise HttpProblem("conversation-not-found", "There is no conversation of this id.")


@router.post("/feedback", summary="Say what you think of an answer", status_code=204, responses=_MISSING)
def give_feedback(body: FeedbackBody, client: Asking) -> None:
    """Keep a reader's opinion of an answer; a second one replaces the first."""
    if not client.feedback(body):
        raise HttpProblem(
            "answer-not-found", "There is no answer of this id; it may have expired with its conversation."
        )
