"""A language model behind any endpoint that speaks OpenAI's chat protocol.

The request runs on an event loop of its own, so that its time limits hold wherever it waits (connecting, between
retries, for a token), and so that the reader can cancel it between two pieces.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Generator, Sequence
from concurrent.futures import Future
from contextlib import aclosing
from functools import cache
from queue import Empty, SimpleQueue

import httpx2
from anyio.from_thread import start_blocking_portal
from openai import APIConnectionError, APIError, APIStatusError, AsyncOpenAI, DefaultAsyncHttpx2Client, Timeout
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam
from pydantic import HttpUrl, SecretStr, TypeAdapter, ValidationError

from rag.errors import ModelFailed, SettingsError
from rag.records.search import ChatMessage

# Silence of the model lets an empty piece through this often, in seconds.
BEAT = 0.5
# More than tokens have on average in any text: an answer beyond it comes from a model that ignores `max_tokens`.
CHARACTERS_PER_TOKEN = 32
# For a whole answer, where the caller says nothing else.
WHOLE_SECONDS = 300.0
# The client's own: connection errors, 408, 409, 429 and 5xx are tried again, after Retry-After if the endpoint says it.
_RETRIES = 2
_CONNECT_SECONDS = 5.0
# What a whole answer ends with; some servers name the token that ended it.
_WHOLE = {"stop", "eos_token"}
# Stands for a key where the endpoint asks for none: the client would else take OPENAI_API_KEY from the environment.
_NO_KEY = "none"
_ADDRESS = TypeAdapter(HttpUrl)


class Endpoint:
    """A `LanguageModel` at a base URL (it ends in `/v1` mostly). Any number of threads may call it."""

    def __init__(
        self, base_url: str, model: str, key: SecretStr | None, timeout: float, whole: float = WHOLE_SECONDS
    ) -> None:
        """`timeout` bounds the wait for each token, `whole` the whole reply, in seconds.

        SettingsError where `base_url` is no http(s) address, or the key cannot be sent in a header.
        """
        try:
            _ADDRESS.validate_python(base_url)
        except ValidationError:
            raise SettingsError(
                f"The address of the language model {model!r} is no http or https address; correct it."
            ) from None
        self._key = SecretStr(_NO_KEY) if key is None else key
        secret = self._key.get_secret_value()
        if not (secret.isascii() and secret.isprintable()):
            raise SettingsError(f"The key of the language model {model!r} has line ends or accents; copy it again.")
        self.name = model
        self._url = base_url
        self._timeout = timeout
        self._whole = whole

    def stream(self, messages: Sequence[ChatMessage], max_tokens: int) -> Generator[str]:
        """Yield the reply in pieces, and an empty piece at least every `BEAT` seconds of silence.

        Closing the iterator cancels the request. ModelFailed where the reply is empty or incomplete, also after pieces;
        its message holds nothing that the endpoint sent, which may repeat the key.
        """
        pieces: SimpleQueue[str | None] = SimpleQueue()
        with start_blocking_portal(name="language-model") as portal:
            produced = portal.start_task_soon(self._produce, messages, max_tokens, pieces)
            yield from _until_the_end(pieces, produced)

    async def _produce(
        self, messages: Sequence[ChatMessage], max_tokens: int, pieces: "SimpleQueue[str | None]"
    ) -> None:
        """Put the pieces of the reply into the queue, then None."""
        try:
            await self._bounded(messages, max_tokens, pieces)
        except APIStatusError as error:
            raise ModelFailed(f"{self._named} {_refusal(error.status_code)}") from None
        except APIConnectionError:
            raise ModelFailed(
                f"{self._named} cannot be reached, or broke off; check the address, and that it is running"
            ) from None
        except APIError:
            raise ModelFailed(f"{self._named} broke off with an error of its own; look at what it logs") from None
        except (TypeError, ValueError):
            raise ModelFailed(
                f"{self._named} does not answer in the form of OpenAI's chat; check its address"
            ) from None
        finally:
            pieces.put(None)

    async def _bounded(
        self, messages: Sequence[ChatMessage], max_tokens: int, pieces: "SimpleQueue[str | None]"
    ) -> None:
        characters = 0
        whole, silence = asyncio.timeout(self._whole), asyncio.timeout(self._timeout)
        try:
            async with whole, silence, aclosing(self._pieces(messages, max_tokens)) as produced:
                async for piece in produced:
                    silence.reschedule(asyncio.get_running_loop().time() + self._timeout)
                    characters += len(piece)
                    if characters > max_tokens * CHARACTERS_PER_TOKEN:
                        raise ModelFailed(f"{self._named} goes on after {max_tokens} tokens; use another")
                    if piece:
                        pieces.put(piece)
        except TimeoutError:
            found = (
                f"had not ended after {self._whole:g} s" if whole.expired() else f"was silent for {self._timeout:g} s"
            )
            raise ModelFailed(f"{self._named} {found}; ask again, or allow it more time or less to read") from None
        if not characters:
            raise ModelFailed(f"{self._named} ended without a word; ask again, or use another model")

    async def _pieces(self, messages: Sequence[ChatMessage], max_tokens: int) -> AsyncGenerator[str]:
        """Yield the text of each chunk, also where it is empty."""
        async with (
            AsyncOpenAI(
                base_url=self._url,
                api_key=self._key.get_secret_value(),
                max_retries=_RETRIES,
                timeout=Timeout(None, connect=_CONNECT_SECONDS),
                # The question and the passages go to no address but the one that was set.
                http_client=DefaultAsyncHttpx2Client(follow_redirects=False, verify=_certificates()),
            ) as client,
            await client.chat.completions.create(
                model=self.name,
                messages=[_sent(message) for message in messages],
                max_tokens=max_tokens,
                temperature=0,
                stream=True,
            ) as chunks,
        ):
            async for chunk in chunks:
                text, ended = _read(chunk)
                yield text
                if ended is not None:
                    self._check_end(ended, max_tokens)
                    # What may follow is use and [DONE], and some servers send neither.
                    return
        raise ModelFailed(f"{self._named} broke off before the end of its answer; ask again, or check its address")

    def _check_end(self, reason: str, max_tokens: int) -> None:
        if reason == "length":
            raise ModelFailed(
                f"{self._named} was cut off: its answer does not fit into {max_tokens} tokens, or with the prompt into"
                " its context; allow it more tokens, or less to read"
            )
        if reason == "content_filter":
            raise ModelFailed(f"{self._named} refused: a filter of the endpoint stopped the answer")
        if reason not in _WHOLE:
            raise ModelFailed(f"{self._named} ended without finishing its answer; use another model")

    @property
    def _named(self) -> str:
        return f"the language model {self.name!r}"


@cache
def _certificates() -> ssl.SSLContext:
    """The trusted certificates, read once: that takes longer than all else of a client, and each reply has its own."""
    return httpx2.create_ssl_context()


def _until_the_end(pieces: "SimpleQueue[str | None]", produced: "Future[None]") -> Generator[str]:
    """Yield pieces until None, and an empty one every `BEAT` seconds without any; raise what the producer raised."""
    while True:
        try:
            piece = pieces.get(timeout=BEAT)
        except Empty:
            yield ""
            continue
        if piece is None:
            produced.result()
            return
        yield piece


def _sent(message: ChatMessage) -> ChatCompletionMessageParam:
    match message.role:
        case "system":
            return {"role": "system", "content": message.content}
        case "user":
            return {"role": "user", "content": message.content}
        case "assistant":
            return {"role": "assistant", "content": message.content}


def _read(chunk: object) -> tuple[str, str | None]:
    """The text of a chunk and the reason why it is the last. The client checks no types: anything may stand there."""
    if not isinstance(chunk, ChatCompletionChunk):
        raise TypeError("no chunk of a chat")
    choices = getattr(chunk, "choices", None)
    choice = choices[0] if isinstance(choices, list) and choices else None
    text = getattr(getattr(choice, "delta", None), "content", None)
    ended = getattr(choice, "finish_reason", None)
    if not isinstance(text, str | None) or not isinstance(ended, str | None):
        raise TypeError("no chunk of text")
    # Half a surrogate pair, which JSON can hold, would break whatever writes it.
    return (text or "").encode("utf-8", "replace").decode(), ended or None


def _refusal(status: int) -> str:
    if status in {401, 403}:
        return f"refuses the key ({status}); set the right one"
    if status == 404:
        return "is not known at its endpoint (404); check the address (it ends in /v1 mostly) and the model's name"
    if status in {408, 409, 425, 429} or status >= 500:
        return f"is busy or broken ({status}), also after {_RETRIES + 1} tries; ask again later"
    if status < 400:
        return f"answers with a redirect ({status}), which is not followed; set the address that it leads to"
    return f"does not take the request ({status}); check its name and that it is a chat model, or give it less to read"
