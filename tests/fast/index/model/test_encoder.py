"""The queue in front of an embedder: order, priority, refusal, closing."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest

from index.arrays import Vectors
from index.model.embedder import BATCH_TEXTS
from index.model.encoder import QUERIES_IN_A_ROW, Encoder, EncoderCounters
from index.model.tokens import SpanScores, TokenStates
from index.storage.errors import EncoderBusy, ModelError

PATIENCE = 30.0  # seconds after which a test that hangs fails


class Gated:
    """Embeds a text as its length, one batch for each permit; writes down what it embedded."""

    dimension, max_tokens, passage_overhead, fingerprint = 1, 512, 4, "gated"

    def __init__(self) -> None:
        self.permits = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)
        self.log: list[str] = []
        self.threads: set[str] = set()

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed("q", texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed("p", texts)

    def query_tokens(self, text: str) -> TokenStates:
        return TokenStates(self._embed("Q", [text]), np.array([[0, 1]]))

    def passage_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        return [TokenStates(row[None], np.array([[0, 1]])) for row in self._embed("P", texts)]

    def read(self, question: TokenStates, passages: Sequence[TokenStates]) -> list[SpanScores]:
        return []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        return [(i, i + 1) for i in range(len(text))]

    def _embed(self, kind: str, texts: Sequence[str]) -> Vectors:
        self.threads.add(threading.current_thread().name)
        self.begun.release()
        assert self.permits.acquire(timeout=PATIENCE)
        self.log.append(f"{kind}{len(texts)}")
        if "spoiled" in texts:
            raise ModelError("spoiled")
        return np.array([[len(text)] for text in texts], np.float32)


@pytest.fixture
def gated() -> Gated:
    return Gated()


@pytest.fixture
def encoder(gated: Gated) -> Iterator[Encoder]:
    encoder = Encoder(gated, queue_limit=2)
    yield encoder
    gated.permits.release(1000)
    encoder.close(drain=False)


@pytest.fixture
def clients() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(40) as pool:
        yield pool


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def ask(encoder: Encoder, clients: ThreadPoolExecutor, *texts: str) -> "Future[Vectors]":
    """Send a question and return once it waits."""
    before = encoder.counters.waiting
    future = clients.submit(encoder.embed_queries, texts)
    wait_until(lambda: encoder.counters.waiting > before)
    return future


def ingest(encoder: Encoder, clients: ThreadPoolExecutor, *texts: str) -> "Future[Vectors]":
    before = encoder.counters.waiting
    future = clients.submit(encoder.embed_passages, texts)
    wait_until(lambda: encoder.counters.waiting > before)
    return future


def test_results_come_back_in_the_order_of_the_texts(encoder: Encoder, gated: Gated) -> None:
    gated.permits.release(100)
    texts = ["x" * (i * 7 % 40) for i in range(40)]

    assert encoder.embed_passages(texts)[:, 0].tolist() == [i * 7 % 40 for i in range(40)]
    assert encoder.embed_queries(["một", "ba mươi"])[:, 0].tolist() == [3, 7]
    assert encoder.embed_queries([]).shape == encoder.embed_passages([]).shape == (0, 1)
    assert encoder.query_tokens("năm").states.tolist() == [[3]]
    assert [tokens.states.tolist() for tokens in encoder.passage_tokens(["một", "ba mươi"])] == [[[3]], [[7]]]
    assert encoder.passage_tokens([]) == []
    assert len(gated.threads) == 1


def test_the_passages_of_a_question_are_read_before_those_of_an_ingest(
    encoder: Encoder, gated: Gated, clients: ThreadPoolExecutor
) -> None:
    ingested = ingest(encoder, clients, *["bài"] * (2 * BATCH_TEXTS))
    assert gated.begun.acquire(timeout=PATIENCE)  # the first batch runs
    before = encoder.counters.waiting
    read = clients.submit(encoder.passage_tokens, ["một", "hai", "ba"])
    wait_until(lambda: encoder.counters.waiting > before)
    gated.permits.release(100)

    assert len(read.result(PATIENCE)) == 3
    assert len(ingested.result(PATIENCE)) == 2 * BATCH_TEXTS
    assert gated.log == [f"p{BATCH_TEXTS}", "P3", f"p{BATCH_TEXTS}"]


def test_a_question_waits_for_one_batch_only(encoder: Encoder, gated: Gated, clients: ThreadPoolExecutor) -> None:
    passages = ingest(encoder, clients, *["bài"] * (3 * BATCH_TEXTS))
    assert gated.begun.acquire(timeout=PATIENCE)  # the first batch runs
    question = ask(encoder, clients, "hỏi")

    gated.permits.release(4)

    assert question.result(PATIENCE).tolist() == [[3]]
    assert passages.result(PATIENCE).shape == (3 * BATCH_TEXTS, 1)
    assert gated.log == [f"p{BATCH_TEXTS}", "q1", f"p{BATCH_TEXTS}", f"p{BATCH_TEXTS}"]
    assert encoder.counters == EncoderCounters(waiting=0, batches=4, texts=3 * BATCH_TEXTS + 1, refused=0)


def test_questions_do_not_hold_up_passages_for_ever(
    encoder: Encoder, gated: Gated, clients: ThreadPoolExecutor
) -> None:
    questions = ask(encoder, clients, *["hỏi"] * (3 * QUERIES_IN_A_ROW))
    passages = ingest(encoder, clients, *["bài"] * BATCH_TEXTS)

    gated.permits.release(3 * QUERIES_IN_A_ROW + 1)
    questions.result(PATIENCE)
    passages.result(PATIENCE)

    assert gated.log.index(f"p{BATCH_TEXTS}") <= QUERIES_IN_A_ROW


def test_a_full_queue_refuses_at_once_but_not_the_other_kind(
    encoder: Encoder, gated: Gated, clients: ThreadPoolExecutor
) -> None:
    waiting = [ingest(encoder, clients, "một"), ingest(encoder, clients, "hai")]  # as many as the limit

    with pytest.raises(EncoderBusy, match="2 requests wait"):
        encoder.embed_passages(["ba"])
    question = ask(encoder, clients, "hỏi")

    assert encoder.counters == EncoderCounters(waiting=3, batches=0, texts=0, refused=1)
    gated.permits.release(3)
    assert [future.result(PATIENCE).tolist() for future in (*waiting, question)] == [[[3]], [[3]], [[3]]]


def test_an_error_reaches_its_caller_only(encoder: Encoder, gated: Gated, clients: ThreadPoolExecutor) -> None:
    spoiled = ingest(encoder, clients, "spoiled", *["bài"] * (2 * BATCH_TEXTS))
    sound = ingest(encoder, clients, "bài")
    gated.permits.release(10)

    with pytest.raises(ModelError, match="spoiled"):
        spoiled.result(PATIENCE)
    assert sound.result(PATIENCE).tolist() == [[3]]
    assert encoder.embed_queries(["hỏi"]).tolist() == [[3]]  # the thread lives
    assert gated.log == [f"p{BATCH_TEXTS}", "p1", "q1"]  # the rest of the spoiled request was not embedded


def test_a_timeout_withdraws_the_request(encoder: Encoder, gated: Gated, clients: ThreadPoolExecutor) -> None:
    running = ask(encoder, clients, "một")
    assert gated.begun.acquire(timeout=PATIENCE)

    with pytest.raises(EncoderBusy, match=r"did not finish 1 texts in 0\.01 s"):
        encoder.embed_queries(["hai"], timeout=0.01)

    assert encoder.counters.waiting == 1
    gated.permits.release(10)
    running.result(PATIENCE)
    encoder.close()
    assert gated.log == ["q1"]


def test_close_with_drain_finishes_what_waits(encoder: Encoder, gated: Gated, clients: ThreadPoolExecutor) -> None:
    waiting = [ask(encoder, clients, "một"), ingest(encoder, clients, "hai")]
    closing = clients.submit(encoder.close, drain=True)
    gated.permits.release(2)

    closing.result(PATIENCE)

    assert [future.result(PATIENCE).tolist() for future in waiting] == [[[3]], [[3]]]
    with pytest.raises(EncoderBusy, match="shutting down"):
        encoder.embed_queries(["ba"])


def test_close_without_drain_sends_away_what_waits(encoder: Encoder, gated: Gated, clients: ThreadPoolExecutor) -> None:
    running = ingest(encoder, clients, *["bài"] * (2 * BATCH_TEXTS))
    assert gated.begun.acquire(timeout=PATIENCE)
    waiting = ask(encoder, clients, "hỏi")
    closing = clients.submit(encoder.close, drain=False)

    for future in (running, waiting):
        with pytest.raises(EncoderBusy, match="shutting down"):
            future.result(PATIENCE)
    gated.permits.release(1)
    closing.result(PATIENCE)
    assert gated.log == [f"p{BATCH_TEXTS}"]
