"""Where an answer goes, and how people see meanwhile that it is being worked on."""

import logging
import threading
from collections.abc import Sequence

from typing_extensions import override

from index.clock import Clock
from rag.slack.blocks import note
from rag.slack.elements import SlackMessage
from rag.slack.memory import Memory
from rag.slack.web_api import SLACK_ERRORS, WebApi, error_name

_log = logging.getLogger(__name__)

_TICK_SECONDS = 0.1
_SECONDS_A_STAGE = 1.0
_LOOKING = "eyes"


class Reply:
    """The reply to a question where it was asked: the stages of the work, then one answer or one sentence.

    `interrupted` is the sentence for when the bot stops before there is an answer.
    """

    def __init__(self, api: WebApi, interrupted: str) -> None:
        self._api = api
        self._interrupted = interrupted
        self._lock = threading.Lock()
        self._settled = False

    def begin(self, stage: str) -> None:
        """Say that an answer is coming."""

    def show(self, stage: str) -> None:
        """Say what is being done now."""
        with self._lock:
            if not self._settled:
                self._show(stage)

    def settle(self, messages: Sequence[SlackMessage]) -> None:
        """Give the answer; only the first call counts."""
        with self._lock:
            if self._settled:
                return
            self._settled = True
            try:
                self._give(messages)
            except SLACK_ERRORS as error:
                _log.warning("An answer could not be given: %s", error_name(error))

    def say(self, text: str) -> None:
        """Give a sentence instead of an answer."""
        self.settle([note(text)])

    def interrupt(self) -> None:
        """Say that the bot stops before there is an answer."""
        self.say(self._interrupted)

    def _show(self, stage: str) -> None:
        pass

    def _give(self, messages: Sequence[SlackMessage]) -> None:
        raise NotImplementedError


class Threaded(Reply):
    """An answer in a thread: a message says that it is coming, and becomes it."""

    def __init__(self, api: WebApi, interrupted: str, memory: Memory, channel: str, thread: str) -> None:
        super().__init__(api, interrupted)
        self._memory, self._channel, self._thread = memory, channel, thread
        self._message: str | None = None

    @override
    def begin(self, stage: str) -> None:
        try:
            self._message = self._api.post(self._channel, note(stage), self._thread)
        except SLACK_ERRORS as error:
            _log.warning("A question's thread cannot be written to: %s", error_name(error))
        else:
            self._memory.begin(self._channel, self._message, self._interrupted)

    @override
    def _show(self, stage: str) -> None:
        if self._message:
            self._api.show(self._channel, self._message, note(stage))

    @override
    def _give(self, messages: Sequence[SlackMessage]) -> None:
        rest = messages
        if self._message:
            self._api.update(self._channel, self._message, messages[0])
            self._memory.end(self._channel, self._message)
            rest = messages[1:]
        for message in rest:
            self._api.post(self._channel, message, self._thread)


class InPane(Threaded):
    """An answer in the assistant pane, which has a place for what is being done; where it has not, as in a thread."""

    @override
    def begin(self, stage: str) -> None:
        try:
            self._api.status(self._channel, self._thread, stage)
        except SLACK_ERRORS as error:
            _log.info("There is no assistant pane here: %s", error_name(error))
            super().begin(stage)

    @override
    def _show(self, stage: str) -> None:
        if self._message:
            super()._show(stage)
            return
        try:
            self._api.status(self._channel, self._thread, stage, hasty=True)
        except SLACK_ERRORS as error:
            _log.info("A stage was not shown: %s", error_name(error))


class Quiet(Reply):
    """An answer in a channel that wants silence when unsure: until there is one, a reaction on the question.

    A sentence instead of an answer is for who asked.
    """

    def __init__(self, api: WebApi, interrupted: str, channel: str, thread: str, question: str, user: str) -> None:
        super().__init__(api, interrupted)
        self._channel, self._thread, self._question, self._user = channel, thread, question, user

    @override
    def begin(self, stage: str) -> None:
        try:
            self._api.react(self._channel, self._question, _LOOKING)
        except SLACK_ERRORS as error:
            _log.info("A question got no reaction: %s", error_name(error))

    @override
    def say(self, text: str) -> None:
        with self._lock:
            if self._settled:
                return
            self._settled = True
            try:
                self._api.post_ephemeral(self._channel, self._user, note(text), self._thread)
                self._api.unreact(self._channel, self._question, _LOOKING)
            except SLACK_ERRORS as error:
                _log.warning("Who asked could not be told: %s", error_name(error))

    @override
    def _give(self, messages: Sequence[SlackMessage]) -> None:
        self._api.post_all(self._channel, messages, self._thread)
        self._api.unreact(self._channel, self._question, _LOOKING)


class Private(Reply):
    """An answer that only who asked sees; the command's own acknowledgement said that it is coming."""

    def __init__(self, api: WebApi, interrupted: str, url: str) -> None:
        super().__init__(api, interrupted)
        self._url = url

    @override
    def _give(self, messages: Sequence[SlackMessage]) -> None:
        for message in messages:
            self._api.respond(self._url, message)


class StageBoard:
    """Shows the newest stage of every answer that is being made, each at most once a second, on a thread of its own.

    So no answer waits for Slack to take a stage.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # What is to be shown, what is shown, and when the next may be.
        self._live: dict[Reply, tuple[str, str, float]] = {}
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="slack-board", daemon=True)
        self._thread.start()

    def add(self, reply: Reply, stage: str) -> None:
        """Follow an answer, whose first stage is shown already."""
        with self._lock:
            self._live[reply] = (stage, stage, self._clock.now() + _SECONDS_A_STAGE)

    def set_stage(self, reply: Reply, stage: str) -> None:
        """Note what is being done now."""
        with self._lock:
            if reply in self._live:
                self._live[reply] = (stage, *self._live[reply][1:])

    def remove(self, reply: Reply) -> None:
        """Follow an answer no longer."""
        with self._lock:
            self._live.pop(reply, None)

    def live(self) -> list[Reply]:
        """The answers that are being made."""
        with self._lock:
            return list(self._live)

    def close(self) -> None:
        """Show nothing more."""
        self._closed.set()

    def _run(self) -> None:
        while not self._closed.wait(_TICK_SECONDS):
            for reply, stage in self._due():
                reply.show(stage)

    def _due(self) -> list[tuple[Reply, str]]:
        now = self._clock.now()
        with self._lock:
            due = [(reply, stage) for reply, (stage, shown, at) in self._live.items() if stage != shown and at <= now]
            for reply, stage in due:
                self._live[reply] = (stage, stage, now + _SECONDS_A_STAGE)
        return due
