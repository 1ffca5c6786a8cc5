"""The bot: Socket Mode, listeners, threads that work, and an orderly end."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from time import monotonic, time

from slack_bolt import App, BoltResponse
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_bolt.error import BoltError
from slack_sdk.errors import SlackApiError, SlackClientNotConnectedError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from typing_extensions import override

from index.clock import CLOCK, Clock
from rag.client.protocol import Client
from rag.errors import SettingsError
from rag.slack.asking import Asker
from rag.slack.blocks import note
from rag.slack.events import Events
from rag.slack.interactions import Interactions
from rag.slack.memory import Memory
from rag.slack.parts import AnswerJob, Parts
from rag.slack.replies import StageBoard
from rag.slack.web_api import SLACK, SLACK_ERRORS, WebApi, error_name
from rag.slack.working import Workers

_log = logging.getLogger(__name__)
# What the libraries say of less than a warning holds whole messages.
_quiet_log = logging.getLogger("rag.slack.sdk")
_quiet_log.setLevel(logging.WARNING)

_QUESTIONS_AT_ONCE = 4
_QUESTIONS_WAITING = 32
_CHORES_AT_ONCE = 4
_CHORES_WAITING = 200
# The whole end takes ten seconds at most; what is interrupted is told so in the rest.
_FINISHING_SECONDS = 5.0
_TELLING_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """Slack's tokens: xoxb-... speaks, xapp-... listens."""

    bot: str
    app: str


@contextmanager
def running(
    client: Client, memory: Memory, tokens: Tokens, base_url: str = SLACK, clock: Clock = CLOCK
) -> Iterator[None]:
    """A bot that answers until the end of the block, which takes at most ten seconds.

    SettingsError where Slack refuses a token or cannot be reached.
    """
    logging.getLogger("slack_sdk").setLevel(logging.WARNING)
    stopping = threading.Event()
    api = WebApi(tokens.bot, base_url, clock)
    with _refusals():
        app = App(client=api.web, logger=_quiet_log, raise_error_for_unhandled_request=True)
        me = str(api.web.auth_test()["user_id"])
    board = StageBoard(clock)
    parts = Parts(
        api=api,
        memory=memory,
        client=client,
        asker=Asker(client, memory, board, stopping, clock),
        questions=Workers("slack-question", _QUESTIONS_AT_ONCE, _QUESTIONS_WAITING),
        chores=Workers("slack-chore", _CHORES_AT_ONCE, _CHORES_WAITING),
        me=me,
    )
    app.error(_failed)
    Events(parts).listen(app)
    Interactions(parts).listen(app)
    _end_what_was_begun(parts)
    with _refusals():
        socket = _Socket(tokens.app, logger=_quiet_log, web_client=api.web)
        socket.socket_mode_request_listeners.append(partial(_received, app))
        socket.connect()
    try:
        yield
    finally:
        stopping.set()
        socket.close()
        _finish(parts, board)


def manifest() -> str:
    """The app's manifest, to be pasted where Slack makes apps."""
    return files("rag.slack").joinpath("manifest.yaml").read_text(encoding="utf-8")


class _Socket(SocketModeClient):
    @override
    def close(self) -> None:
        # What waits for the next message, for up to a second, sees that there is none to come.
        self.closed = True
        self.message_queue.put("")
        super().close()


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (BoltError, SlackApiError) as error:
        said = error_name(error) if isinstance(error, SlackApiError) else str(error).split("\n", 1)[0]
        raise SettingsError(
            f"Slack refuses a token ({said}); check HOIDAP_SLACK_BOT_TOKEN (xoxb-...) and "
            "HOIDAP_SLACK_APP_TOKEN (xapp-..., with connections:write)."
        ) from error
    except OSError as error:
        raise SettingsError(f"Slack cannot be reached ({type(error).__name__}); check the network.") from error


def _received(app: App, socket: BaseSocketModeClient, request: SocketModeRequest) -> None:
    """Acknowledge an event, then see to it; what a person did is acknowledged with what is said to it."""
    begun = time()
    if request.type != "events_api":
        send_response(socket, request, run_bolt_app(app, request), begun)
        return
    try:
        socket.send_socket_mode_response(SocketModeResponse(request.envelope_id))
    except SlackClientNotConnectedError:
        # Slack will send it again, and it will be known then.
        _log.info("An event came through a connection that is gone")
    run_bolt_app(app, request)


def _failed(error: Exception) -> BoltResponse:
    """What a listener raised, or that there is none: acknowledged, as sending it again would not help."""
    _log.warning("A listener failed: %s", error_name(error))
    return BoltResponse(status=200)


def _finish(parts: Parts, board: StageBoard) -> None:
    """Let what runs come to its end, and tell who waits for what does not."""
    not_begun = parts.questions.stop(_FINISHING_SECONDS)
    board.close()
    telling = [job.interrupted for job in not_begun if isinstance(job, AnswerJob)]
    telling += [reply.interrupt for reply in board.live()]
    threads = [threading.Thread(target=tell, daemon=True) for tell in telling]
    for thread in threads:
        thread.start()
    until = monotonic() + _TELLING_SECONDS
    for thread in threads:
        thread.join(max(0.0, until - monotonic()))
    parts.chores.stop(0.5)


def _end_what_was_begun(parts: Parts) -> None:
    """Tell who waits for an answer of a bot that was killed."""
    for at in parts.memory.begun():
        _write(parts, *at)


def _write(parts: Parts, channel: str, message: str, said: str) -> None:
    try:
        parts.api.update(channel, message, note(said))
    except SLACK_ERRORS as error:
        _log.warning("A message was left as it was: %s", error_name(error))
    parts.memory.end(channel, message)
