"""A queue in front of the embedder, which runs on one thread.

Questions, and the passages retrieved for them, go before other passages, which go in small batches: an ingestion of
thousands of passages delays a question by no more than the batch in progress. So that questions cannot starve an
ingestion, one batch of passages goes ahead after every sixteen questions.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np

from index.arrays import Vectors
from index.model.embedder import batches
from index.model.tokens import SpanScores, TokenStates
from index.storage.errors import EncoderBusy

QUERIES_IN_A_ROW = 16


class TextEmbedder(Protocol):
    """What embeds texts: an `Embedder`, or an `Encoder` in front of one."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def max_tokens(self) -> int:
        """The most tokens that the model reads of a text, prompt and special tokens included."""

    @property
    def passage_overhead(self) -> int:
        """How many tokens prompt and special tokens add to a passage."""

    @property
    def fingerprint(self) -> str:
        """An identifier of the model, the same in every precision."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return an array (n, dimension) with rows of length 1."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return an array (n, dimension) with rows of length 1."""

    def query_tokens(self, text: str) -> TokenStates:
        """Return the states of a question's tokens."""

    def passage_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return the states of the tokens of passages."""

    def read(self, question: TokenStates, passages: Sequence[TokenStates]) -> list[SpanScores]:
        """Return what the reader makes of the question with each passage; nothing where there is no reader."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has by itself."""

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        """Return where each token stands in `text`: `(start, end)` in code points, the end exclusive."""


@dataclass(frozen=True, slots=True)
class EncoderCounters:
    """Unfinished requests; and, since the start, batches and texts embedded, and requests refused."""

    waiting: int
    batches: int
    texts: int
    refused: int


@dataclass(eq=False, slots=True)
class _Request:
    embed: Callable[[Sequence[str]], Iterable[Any]]
    texts: Sequence[str]
    todo: deque[list[int]]  # positions in `texts`, batch by batch
    results: list[Any]
    done: "Future[list[Any]]" = field(default_factory=Future)


class Encoder:
    """A `TextEmbedder` that any number of threads may call. Close it, or use it in a `with` statement."""

    def __init__(self, embedder: TextEmbedder, queue_limit: int = 64) -> None:
        """`queue_limit` bounds the unfinished requests of questions, and of passages, each by itself."""
        self._embedder = embedder
        self._queue_limit = queue_limit
        self._queries: deque[_Request] = deque()
        self._passages: deque[_Request] = deque()
        self._queries_in_a_row = 0
        self._batches = self._texts = self._refused = 0
        self._closed = False
        self._lock = threading.Lock()  # guards all of the above, and every `done`
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        """The most tokens that the model reads of a text, prompt and special tokens included."""
        return self._embedder.max_tokens

    @property
    def passage_overhead(self) -> int:
        """How many tokens prompt and special tokens add to a passage."""
        return self._embedder.passage_overhead

    @property
    def fingerprint(self) -> str:
        """An identifier of the model, the same in every precision."""
        return self._embedder.fingerprint

    @property
    def counters(self) -> EncoderCounters:
        """The counters, for metrics."""
        with self._lock:
            waiting = len(self._queries) + len(self._passages)
            return EncoderCounters(waiting, self._batches, self._texts, self._refused)

    def embed_queries(self, texts: Sequence[str], timeout: float | None = None) -> Vectors:
        """Wait for an array (n, dimension) with rows of length 1.

        Raises `EncoderBusy` at once where the queue is full, and after `timeout` seconds of waiting.
        """
        return self._stacked(self._wait(self._queries, self._embedder.embed_queries, texts, _singly(texts), timeout))

    def embed_passages(self, texts: Sequence[str], timeout: float | None = None) -> Vectors:
        """Wait for an array (n, dimension) with rows of length 1.

        Raises `EncoderBusy` at once where the queue is full, and after `timeout` seconds of waiting.
        """
        return self._stacked(self._wait(self._passages, self._embedder.embed_passages, texts, batches(texts), timeout))

    def query_tokens(self, text: str, timeout: float | None = None) -> TokenStates:
        """Wait for the states of a question's tokens. Raises `EncoderBusy` as `embed_queries` does."""
        found = self._wait(self._queries, lambda texts: map(self._embedder.query_tokens, texts), [text], [[0]], timeout)
        read: TokenStates = found[0]
        return read

    def passage_tokens(self, texts: Sequence[str], timeout: float | None = None) -> list[TokenStates]:
        """Wait for the states of the tokens of passages that a question found; they go with the questions.

        Raises `EncoderBusy` as `embed_queries` does.
        """
        return self._wait(self._queries, self._embedder.passage_tokens, texts, [[*range(len(texts))]], timeout)

    def read(
        self, question: TokenStates, passages: Sequence[TokenStates], timeout: float | None = None
    ) -> list[SpanScores]:
        """Wait for what the reader makes of the question with each passage; nothing where there is no reader.

        Raises `EncoderBusy` as `embed_queries` does.
        """
        found = self._wait(self._queries, lambda _: [self._embedder.read(question, passages)], [""], [[0]], timeout)
        read: list[SpanScores] = found[0]
        return read

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has by itself. Does not wait for the thread."""
        return self._embedder.count_tokens(texts)

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        """Return `(start, end)` of each token in `text`, in code points. Does not wait for the thread."""
        return self._embedder.token_offsets(text)

    def close(self, drain: bool = True) -> None:
        """Refuse new requests; finish those that wait (`drain`), or only the batch in progress; stop the thread."""
        with self._lock:
            self._closed = True
            if not drain:
                for request in (*self._queries, *self._passages):
                    request.done.set_exception(EncoderBusy("the encoder is shutting down: ask again later"))
                self._queries.clear()
                self._passages.clear()
        self._executor.shutdown(wait=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(drain=kind is None)

    def _stacked(self, rows: list[Vectors]) -> Vectors:
        return np.stack(rows) if rows else np.empty((0, self.dimension), np.float32)

    def _wait(
        self,
        lane: deque[_Request],
        embed: Callable[[Sequence[str]], Iterable[Any]],
        texts: Sequence[str],
        todo: Iterable[list[int]],
        timeout: float | None,
    ) -> list[Any]:
        request = _Request(embed, texts, deque(todo), [None] * len(texts))
        if not request.todo:
            return request.results
        self._enqueue(lane, request)
        try:
            return request.done.result(timeout)
        except TimeoutError as error:
            with self._lock:
                if request in lane:
                    lane.remove(request)
            raise EncoderBusy(
                f"the encoder did not finish {len(request.texts)} texts in {timeout} s: ask again later"
            ) from error

    def _enqueue(self, lane: deque[_Request], request: _Request) -> None:
        with self._lock:
            if self._closed:
                raise EncoderBusy("the encoder is shutting down: ask again later")
            if len(lane) >= self._queue_limit:
                self._refused += 1
                raise EncoderBusy(f"{len(lane)} requests wait for the encoder, and no more may: ask again later")
            lane.append(request)
            for _ in request.todo:
                self._executor.submit(self._embed_next)

    def _embed_next(self) -> None:
        """Embed the batch that is next by priority: not the one for which this call was submitted."""
        with self._lock:
            lane = self._next_lane()
            if not lane:
                return  # a request timed out, failed or was dropped, and left a call too many
            request = lane[0]
            batch = request.todo.popleft()
            lane.rotate(-1)  # by turns: a question does not wait for all passages that another reads
        try:
            for i, result in zip(batch, request.embed([request.texts[i] for i in batch]), strict=True):
                request.results[i] = result
        except BaseException as error:
            self._leave(lane, request, error)
            raise  # ends in the executor's own future; its thread lives on
        with self._lock:
            self._batches += 1
            self._texts += len(batch)
        if not request.todo:
            self._leave(lane, request, None)

    def _next_lane(self) -> deque[_Request]:
        if self._queries and (not self._passages or self._queries_in_a_row < QUERIES_IN_A_ROW):
            self._queries_in_a_row += 1
            return self._queries
        self._queries_in_a_row = 0
        return self._passages

    def _leave(self, lane: deque[_Request], request: _Request, error: BaseException | None) -> None:
        with self._lock:
            if request not in lane:
                return  # its caller is no longer waiting
            lane.remove(request)
            if error is None:
                request.done.set_result(request.results)
            else:
                request.done.set_exception(error)


def _singly(texts: Sequence[str]) -> list[list[int]]:
    return [[i] for i in range(len(texts))]
