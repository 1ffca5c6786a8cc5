"""HTTP: conversations that are kept, and what readers think of answers."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException

from rag.client.in_process import InProcess
from rag.contract.answers import ConversationOut, ConversationPage, FeedbackBody, ListedConversation, Problem
from rag.http.access.callers import Called
from rag.http.state import Shared

router = APIRouter(prefix="/v1")
_MISSING: dict[int | str, dict[str, object]] = {404: {"model": Problem}}


@router.get("/conversations", summary="List conversations")
def list_conversations(
    state: Shared,
    caller: Called,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Annotated[str | None, Query(max_length=200)] = None,
) -> ConversationPage:
    """List conversations, the one with the last turn first, a page at a time."""
    found = state.service.conversations.list(caller.key, limit, before)
    listed = [
        ListedConversation(id=c.id, started_at=c.started_at, updated_at=c.updated_at, turns=c.turns, title=c.title)
        for c in found
    ]
    return ConversationPage(conversations=listed, next=found[-1].place if len(found) == limit else None)


@router.get("/conversations/{conversation_id}", summary="Read a conversation", responses=_MISSING)
def read_conversation(conversation_id: str, state: Shared, caller: Called) -> ConversationOut:
    """Read every answer of a conversation, as it was given."""
    turns = state.service.conversations.turns(caller.key, conversation_id)
    if not turns:
        raise HTTPException(404, "There is no conversation of this id.")
    return ConversationOut.of(conversation_id, turns)


@router.delete("/conversations/{conversation_id}", summary="Delete a conversation", status_code=204, responses=_MISSING)
def delete_conversation(conversation_id: str, state: Shared, caller: Called) -> None:
    """Delete a conversation, with its questions, its answers and what was thought of them."""
    if not state.service.conversations.delete(caller.key, conversation_id):
        raise HTTPException(404, "There is no conversation of this id.")


@router.post("/feedback", summary="Say what you think of an answer", status_code=204, responses=_MISSING)
def give_feedback(body: FeedbackBody, state: Shared, caller: Called) -> None:
    """Keep what a reader thinks of an answer; a second time replaces the first."""
    if not InProcess(state.service, caller.key).feedback(body):
        raise HTTPException(404, "There is no answer of this id; it may have expired with its conversation.")
