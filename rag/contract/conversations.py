"""The wire shapes of conversations that the service keeps."""

from pydantic import BaseModel

from rag.contract.answers import AskOut


class ListedConversation(BaseModel):
    """A conversation in a list; `title` is its first question."""

    id: str
    started_at: str
    updated_at: str
    turns: int
    title: str


class ConversationPage(BaseModel):
    """A page of the list; ask again with `before` = `next` for the following one."""

    conversations: list[ListedConversation]
    next: str | None


class TurnOut(BaseModel):
    """A question and its answer as it was given, at `asked_at`.

    Its citations say where articles have `changed` since.
    """

    question: str
    asked_at: str
    answered: AskOut


class ConversationOut(BaseModel):
    """A conversation, oldest turn first."""

    id: str
    turns: list[TurnOut]
