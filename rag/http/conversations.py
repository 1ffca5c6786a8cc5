"""HTTP: conversations that are kept, and what is done with their answers: rated, shared, taken along, gone on from."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from rag.contract.conversations import (
    MEDIA_TYPES,
    ConversationEdit,
    ConversationOut,
    ConversationPage,
    ExportForm,
    ListedConversation,
    SharedOut,
    ShareOut,
    SharesOut,
    SuggestionsOut,
)
from rag.contract.problems import Problem
from rag.contract.questions import FeedbackBody
from rag.http.problems import found
from rag.http.state import Asking
from rag.records.search import Language, Origin

router = APIRouter(prefix="/v1")
_MISSING: dict[int | str, dict[str, object]] = {404: {"model": Problem}}
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[int | str, dict[str, object]] = {
    200: {"description": "The file.", "content": dict.fromkeys(MEDIA_TYPES.values(), _BYTES)}
}
_NO_CONVERSATION = "conversation-not-found", "There is no conversation of this id."
_NO_ANSWER = "answer-not-found", "There is no answer of this id; it may have expired with its conversation."
_NO_SHARE = "share-not-found", "This link is unknown or revoked; ask whoever sent it for another."


@router.get("/conversations", summary="List conversations")
def list_conversations(
    client: Asking,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Annotated[str | None, Query(max_length=200)] = None,
    origin: Annotated[Origin | None, Query(description="Only those that were begun there.")] = None,
    q: Annotated[str, Query(max_length=200, description="Words of the title or of a question.")] = "",
) -> ConversationPage:
    """List conversations a page at a time: those that are pinned, then the one with the last turn first."""
    return client.conversations(limit, before, origin=origin, q=q)


@router.get("/conversations/{conversation_id}", summary="Read a conversation", responses=_MISSING)
def read_conversation(conversation_id: str, client: Asking) -> ConversationOut:
    """Read every answer of a conversation, as it was given."""
    return found(client.conversation(conversation_id), *_NO_CONVERSATION)


@router.patch("/conversations/{conversation_id}", summary="Rename or pin a conversation", responses=_MISSING)
def edit_conversation(conversation_id: str, body: ConversationEdit, client: Asking) -> ListedConversation:
    """Give a conversation a title, or pin it, so that it stands first and never expires; what is left out stays."""
    return found(client.edit_conversation(conversation_id, body), *_NO_CONVERSATION)


@router.delete("/conversations/{conversation_id}", summary="Delete a conversation", status_code=204, responses=_MISSING)
def delete_conversation(conversation_id: str, client: Asking) -> None:
    """Delete a conversation, with its questions, its answers and the opinions of them."""
    found(client.delete_conversation(conversation_id), *_NO_CONVERSATION)


@router.post("/feedback", summary="Say what you think of an answer", status_code=204, responses=_MISSING)
def give_feedback(body: FeedbackBody, client: Asking) -> None:
    """Keep a reader's opinion of an answer; a second one replaces the first."""
    found(client.feedback(body), *_NO_ANSWER)


@router.get("/answers/{answer_id}/suggestions", summary="Suggest next questions", responses=_MISSING)
def suggest_questions(answer_id: str, client: Asking) -> SuggestionsOut:
    """Suggest questions about what the articles say and the answer does not; each was tried, and is answered."""
    return found(client.suggestions(answer_id), *_NO_ANSWER)


@router.get(
    "/answers/{answer_id}/export", summary="Take an answer along", response_class=Response, responses=_FILE | _MISSING
)
def export_answer(
    answer_id: str,
    client: Asking,
    form: Annotated[ExportForm, Query(alias="format")],
    language: Annotated[Language, Query(description="Of what the service says itself.")] = "vi",
) -> Response:
    """Write an answer with a footnote an article: its title, source, date and address, and the cited words."""
    file = found(client.export(answer_id, form, language), *_NO_ANSWER)
    # The name is ASCII without quotes or line ends, whatever was asked.
    disposition = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.data, media_type=MEDIA_TYPES[form], headers=disposition)


@router.post("/answers/{answer_id}/share", summary="Share an answer", responses=_MISSING)
def share_answer(answer_id: str, client: Asking) -> ShareOut:
    """Make a link by which every key with the scope `ask` may read this one answer, until it is revoked."""
    return found(client.share(answer_id), *_NO_ANSWER)


@router.get("/shared", summary="List shared answers")
def list_shares(client: Asking) -> SharesOut:
    """List the links to answers of one's own; their tokens are not kept."""
    return client.shares()


@router.get("/shared/{token}", summary="Read a shared answer", responses=_MISSING)
def read_shared(token: str, client: Asking) -> SharedOut:
    """Read an answer that was shared, with what became of its articles since."""
    return found(client.shared(token), *_NO_SHARE)


@router.delete("/shared/{token}", summary="Revoke a link", status_code=204, responses=_MISSING)
def revoke_share(token: str, client: Asking) -> None:
    """Revoke a link of one's own, by its token or its id."""
    found(client.unshare(token), *_NO_SHARE)
