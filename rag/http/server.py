"""The HTTP server: starts when everything is ready, follows the truth, and stops within ten seconds."""

import asyncio
import logging
import math
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib.util import find_spec
from types import FrameType

import uvicorn
from typing_extensions import override

from rag.delivery.transport import NotSetUp
from rag.http.access.keys import Keys
from rag.http.app import build_app
from rag.http.listening import address_of
from rag.http.state import State
from rag.http.systemd import notify, watchdog_seconds
from rag.service.background import following
from rag.service.delivering import delivering
from rag.service.own_socket import OwnSocket, listening_in
from rag.service.watching import watching
from rag.service.wiring import Service
from rag.settings import Settings

_log = logging.getLogger(__name__)

# What still runs when the server is told to stop has this long to finish ...
_GRACE_SECONDS = 8
# ... and loses the encoder after this long.
_PATIENCE_SECONDS = 6
# What was accepted just before has this long to say what it wants.
_LAST_WORDS_SECONDS = 0.3


class _Server(uvicorn.Server):
    """Tells the routes that the server stops as soon as the signal comes, so that long work ends early."""

    def __init__(
        self, config: uvicorn.Config, service: Service, ready: Callable[[], None], own: OwnSocket | None
    ) -> None:
        super().__init__(config)
        self._service = service
        self._ready = ready
        self._own = own

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that it is ready only now: a signal that came before would not be ours to handle."""
        await super().startup(sockets)
        self._ready()

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Handle SIGINT and SIGTERM.

        Not as uvicorn does, which raises the signal again at its end: that would kill the process before it has
        cleaned up.
        """
        self._service.stopping.set()
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wait for what runs; what takes long loses the encoder, and can then still say so to its client."""
        notify("STOPPING=1")
        if self._own is not None:
            self._own.hide()
        # Who connects from now on waits for the next process, if systemd keeps the socket. uvicorn would close at once
        # what is connected and has not asked yet.
        for server in self.servers:
            server.close()
        await asyncio.sleep(_LAST_WORDS_SECONDS)
        close = self._service.encoder.close
        giving_up = threading.Timer(_PATIENCE_SECONDS, close, kwargs={"drain": False})
        giving_up.start()
        await super().shutdown(sockets)
        giving_up.cancel()


def serve(service: Service, keys: Keys | None, bound: socket.socket, ready: Callable[[str], None]) -> None:
    """Serve on a socket until SIGINT or SIGTERM; then finish what runs. `ready` is told the address once it answers.

    Without `keys` anybody may ask.
    """
    watched = watchdog_seconds()
    config = uvicorn.Config(
        build_app(State.of(service, keys)),
        timeout_graceful_shutdown=_GRACE_SECONDS,
        log_config=None,
        access_log=False,
        server_header=False,
        # From the loop that answers: where that hangs, systemd is not told, and restarts the server.
        callback_notify=_tell_that_we_live if watched else None,
        timeout_notify=math.floor(watched or 0),
    )
    with following(service), _sole_work(service), ExitStack() as stack:

        def told() -> None:
            notify("READY=1")
            ready(address_of(bound))

        own = _own_socket(service.settings, stack)
        _Server(config, service, told, own).run([bound, own.listening] if own else [bound])


@contextmanager
def _sole_work(service: Service) -> Iterator[None]:
    """Feeds are watched and issues sent within the block, unless others do that."""
    if not service.settings.indexes:
        yield
        return
    with watching(service), _delivering(service):
        yield


def _own_socket(settings: Settings, stack: ExitStack) -> OwnSocket | None:
    try:
        return stack.enter_context(listening_in(settings.data))
    except OSError as error:
        _log.warning("There can be no socket in the data folder (%s); commands on it load the model themselves", error)
        return None


def _delivering(service: Service) -> AbstractContextManager[None]:
    """Issues are sent within the block, to Slack where its extra is installed and a token is set."""
    settings = service.settings
    if find_spec("slack_sdk") is None:
        return delivering(service, NotSetUp("Slack needs `pip install 'hoidap[slack]'`; then send it again"))
    if settings.slack_bot_token is None:
        return delivering(service, None)
    # Here, as it needs the extra.
    from rag.slack.letters import SlackLetters  # noqa: PLC0415
    from rag.slack.web_api import SLACK  # noqa: PLC0415

    home = str(settings.public_url) if settings.public_url else None
    return delivering(service, SlackLetters(settings.slack_bot_token.get_secret_value(), SLACK, home))


async def _tell_that_we_live() -> None:
    notify("WATCHDOG=1")
