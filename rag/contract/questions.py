"""What clients send: questions, searches, feedback, and their checks. Fields are added, never renamed."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator

from index.records import Filters
from rag.records.search import MAX_QUESTION, Origin, Request, Turn

# Checked where it is understood, so that every way of asking refuses it in the same words.
Question = Annotated[str, WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_QUESTION})]
# How much is read of a history: of its exchanges the last ones, of an answer the beginning.
READ_EXCHANGES = 6
READ_CHARACTERS = 10_000

Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Body(BaseModel):
    """A request body; unknown fields are refused, so that a misspelt one does not go unnoticed."""

    model_config = ConfigDict(extra="forbid")


class FilterBody(Body):
    """Which articles may be used."""

    published_from: date | None = Field(None, description="First day of publication, ISO 8601.")
    published_to: date | None = Field(None, description="Last day of publication, ISO 8601.")
    sources: list[Short] = Field([], max_length=100, description="Names of sources; empty for all.")

    @model_validator(mode="after")
    def _ordered(self) -> "FilterBody":
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise ValueError(f"published_from {self.published_from} is after published_to {self.published_to}")
        return self

    def filters(self) -> Filters:
        """As the store takes them."""
        first, last = (day.isoformat() if day else None for day in (self.published_from, self.published_to))
        return Filters(first, last, tuple(self.sources))


class SearchBody(Body):
    """A search."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"query": "hợp tác y tế Việt Nam - Nhật Bản", "k": 5}]},
    )

    query: Question
    k: int = Field(10, ge=1, le=50)
    filters: FilterBody = FilterBody()


class ExchangeBody(Body):
    """A question that was asked before, and the answer to it."""

    question: str
    answer: str


class AskBody(Body):
    """A question."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "question": "Bao nhieu doanh nghiep Nga du hoi nghi y te o Ha Noi?",
                    "filters": {"published_from": "2025-01-01"},
                }
            ]
        },
    )

    question: Question
    conversation_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None
    k: int | None = Field(None, ge=1, le=50, description="Passages to choose from; the server's setting if absent.")
    filters: FilterBody = FilterBody()
    generator: Short | None = Field(None, description="What answers; the server's setting if absent.")
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] | None = Field(
        None, description="ISO 639-1: the language that the service's own words, and a language model's, are to be in."
    )
    origin: Origin = Field("api", description="Where the conversation is begun: `page` keeps it in the page's list.")
    stream: bool = Field(False, description="Whether the answer comes as server-sent events.")
    history: list[ExchangeBody] | None = Field(
        None,
        max_length=200,
        description="What was said before, oldest first, of a conversation that the client keeps; the last "
        f"{READ_EXCHANGES} exchanges are read. Where it is given, even empty, the service keeps nothing of the "
        "question and its answer, and `conversation_id` is not allowed.",
    )

    @model_validator(mode="after")
    def _kept_on_one_side(self) -> "AskBody":
        if self.history is not None and self.conversation_id is not None:
            raise ValueError("conversation_id and history exclude each other; send one of them")
        return self


class FeedbackBody(Body):
    """What a reader thinks of an answer."""

    answer_id: Short = Field(description="`id` of the answer.")
    rating: Literal["up", "down"]
    comment: Annotated[str, StringConstraints(max_length=2000)] | None = None
    better: Annotated[str, StringConstraints(max_length=2000)] | None = Field(
        None, description="What should have been answered."
    )


def request_of(body: AskBody, k: int, history: tuple[Turn, ...] = ()) -> Request:
    """The request of a body, after the turns before it, oldest first; `k` passages where the body does not say."""
    return Request(body.question, body.k or k, body.filters.filters(), body.generator, body.language, history)
