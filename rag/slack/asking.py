"""One question: asked of the service, as often as it says that it is busy, and answered where it came from."""

import logging
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import ValidationError

from index.clock import Clock
from index.storage.errors import IndexingError, StorageFull
from rag.client.protocol import Client, OnStage
from rag.contract.answers import AskOut
from rag.contract.problems import problem_of
from rag.contract.questions import AskBody, FilterBody
from rag.errors import AnsweringError, ServiceError
from rag.slack.blocks import answer_messages
from rag.slack.elements import SlackMessage
from rag.slack.memory import ChannelSettings, Draft, Memory
from rag.slack.replies import Private, Quiet, Reply, StageBoard
from rag.slack.words import Words, words

_log = logging.getLogger(__name__)

# How long a busy service is waited for where it does not say, and at most.
_WAITS = (1.0, 3.0, 8.0)
_LONGEST_WAIT = 30.0
_BUSY = {429, 503}


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it came: by whom, in which conversation, and how its channel wants it answered."""

    question: str
    user: str
    conversation: str
    settings: ChannelSettings

    @property
    def words(self) -> Words:
        """The texts in the language of the channel, or else of the question."""
        return words(self.settings.language, self.question)


class _Unanswered(Exception):
    """There is no answer; the message is for the person who asked."""


class Asker:
    """Answers questions, any number at once; those of one conversation one after the other."""

    def __init__(
        self, client: Client, memory: Memory, board: StageBoard, stopping: threading.Event, clock: Clock
    ) -> None:
        self._client, self._memory, self._board, self._stopping = client, memory, board, stopping
        self._clock = clock
        self._turns = _Turns()

    def answer(self, asked: AskedQuestion, reply: Reply) -> None:
        """Answer a question. Whatever happens, something is said."""
        reply.begin(asked.words.search)
        self._board.add(reply, asked.words.search)
        try:
            with self._turns.of(asked.conversation):
                out = self._ask(asked, lambda stage: self._show_stage(asked, reply, stage))
            if out.answer.abstained and isinstance(reply, Quiet):
                reply.say(asked.words.unsure)
            else:
                reply.settle(self._messages(asked, out, reply))
        except _Unanswered as unanswered:
            reply.say(str(unanswered))
        finally:
            self._board.remove(reply)
            # Where an answer or a reason was given, this is one too many and says nothing.
            reply.say(asked.words.fault)

    def _messages(self, asked: AskedQuestion, out: AskOut, reply: Reply) -> Sequence[SlackMessage]:
        shareable = isinstance(reply, Private) and self._drafted(asked, out)
        return answer_messages(out, words(asked.settings.language, asked.question), private=shareable)

    def _drafted(self, asked: AskedQuestion, out: AskOut) -> bool:
        """Keep a private answer, so that it may be shared; whether there was room for it."""
        try:
            self._memory.put_draft(Draft(out.id, asked.user, out.conversation_id, out.model_dump_json()))
        except StorageFull:
            return False
        return True

    def _show_stage(self, asked: AskedQuestion, reply: Reply, stage: str) -> None:
        self._board.set_stage(reply, asked.words.answer if stage == "answer" else asked.words.search)

    def _ask(self, asked: AskedQuestion, on_stage: OnStage) -> AskOut:
        texts, settings = asked.words, asked.settings
        try:
            body = AskBody(
                question=asked.question,
                conversation_id=asked.conversation,
                filters=FilterBody(sources=list(settings.sources)),
                language=None if settings.language == "auto" else settings.language,
            )
        except ValidationError as error:
            raise _Unanswered(texts.bad_question) from error
        for wait in (*_WAITS, None):
            try:
                return self._client.ask(body, on_stage)
            except (IndexingError, AnsweringError) as error:
                self._after(error, wait, texts)
        raise AssertionError("the last try returns or raises")

    def _after(self, error: Exception, wait: float | None, texts: Words) -> None:
        """Wait until the next try, where there is to be one; or raise what is to be said."""
        _log.warning("A question was not answered: %s", _kind(error))
        if problem_of(error).status in _BUSY:
            if wait is None:
                raise _Unanswered(texts.still_busy) from error
            asked_for = error.retry_after if isinstance(error, ServiceError) else None
            if self._clock.wait(min(asked_for if asked_for is not None else wait, _LONGEST_WAIT), self._stopping):
                raise _Unanswered(texts.interrupted) from error
            return
        raise _Unanswered(_reason(error, texts)) from error


def _reason(error: Exception, texts: Words) -> str:
    if isinstance(error, ServiceError) and error.status is None:
        return texts.unreachable
    said = {401: texts.refused_key, 403: texts.refused_key, 422: texts.bad_question}
    return said.get(problem_of(error).status, texts.fault)


def _kind(error: Exception) -> str:
    """What went wrong, without the words of the message, which may quote the question."""
    status = f" {error.status}" if isinstance(error, ServiceError) and error.status else ""
    return f"{type(error).__name__}{status}"


class _Turns:
    """A lock for every conversation in which something is being asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._waiting: Counter[str] = Counter()

    @contextmanager
    def of(self, conversation: str) -> Iterator[None]:
        """Be the only one in a conversation."""
        with self._lock:
            turn = self._locks.setdefault(conversation, threading.Lock())
            self._waiting[conversation] += 1
        try:
            with turn:
                yield
        finally:
            with self._lock:
                self._waiting[conversation] -= 1
                if not self._waiting[conversation]:
                    del self._waiting[conversation], self._locks[conversation]
