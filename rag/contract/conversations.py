"""The wire shapes of conversations that the service keeps, of links to answers, and of answers to take along."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from rag.contract.answers import AskOut
from rag.contract.questions import Body
from rag.contract.showing import one_line
from rag.records.search import Origin

# The forms in which an answer is taken along, by the ending of the file, and the languages of what is said around it.
ExportForm = Literal["md", "docx"]
ExportLanguage = Literal["vi", "en"]
MEDIA_TYPES: dict[ExportForm, str] = {
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class ListedConversation(BaseModel):
    """A conversation in a list; `title` is the one given to it, or its first question."""

    id: str
    started_at: str
    updated_at: str
    turns: int
    title: str
    pinned: bool = False
    origin: Origin = "page"


class ConversationPage(BaseModel):
    """A page of the list; ask again with `before` = `next` for the following one."""

    conversations: list[ListedConversation]
    next: str | None


def _named(title: str) -> str:
    named = one_line(title)
    if not named:
        raise ValueError("the title holds nothing to show; write one, or send null for the first question")
    return named


class ConversationEdit(Body):
    """What is to change of a conversation; what is left out stays."""

    title: Annotated[str, StringConstraints(max_length=200), AfterValidator(_named)] | None = Field(
        None, description="Its name in the list; null takes it back to its first question."
    )
    pinned: bool = Field(False, description="Whether it stands first in the list, and never expires.")

    @property
    def changes(self) -> dict[str, str | bool | None]:
        """The fields that were given."""
        return self.model_dump(include=self.model_fields_set)


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


class ShareOut(BaseModel):
    """A new link to an answer: the token is not told again, and `id` revokes it."""

    id: str
    token: str


class ListedShare(BaseModel):
    """A link to an answer of one's own, without its token."""

    id: str
    shared_at: str
    answer_id: str
    question: str


class SharesOut(BaseModel):
    """One's own links to answers, newest first."""

    shares: list[ListedShare]


class SharedOut(BaseModel):
    """An answer that a link leads to, as its articles are today; of its conversation nothing else is told."""

    turn: TurnOut
    shared_at: str


class SuggestionsOut(BaseModel):
    """Questions to go on with, each of which articles answer; often few or none."""

    questions: list[str]


@dataclass(frozen=True, slots=True)
class Exported:
    """An answer as a file: a name that holds letters, figures and dashes of ASCII, and the bytes."""

    name: str
    data: bytes
