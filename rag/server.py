"""The HTTP server: starts when everything is ready, follows the truth, and stops within ten seconds."""

import logging
import signal
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from types import FrameType

import uvicorn
from typing_extensions import override

from index.errors import IndexingError
from rag.api import build_app
from rag.errors import SettingsError
from rag.settings import Settings
from rag.state import State
from rag.wiring import Service

_log = logging.getLogger(__name__)

# What still runs when the server is told to stop has this long to finish ...
_GRACE_SECONDS = 8
# ... and loses the encoder after this long.
_PATIENCE_SECONDS = 6
# How long articles that another process ingests may go unnoticed.
_FOLLOW_SECONDS = 1.0
# How often conversations that are too old are looked for.
_EXPIRE_SECONDS = 600.0


class _Server(uvicorn.Server):
    """Tells the routes that the server stops as soon as the signal comes, so that long work ends early."""

    def __init__(self, config: uvicorn.Config, state: State, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._state = state
        self._ready = ready

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
        self._state.stopping.set()
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wait for what runs; what takes long loses the encoder, and can then still say so to its client."""
        close = self._state.service.encoder.close
        giving_up = threading.Timer(_PATIENCE_SECONDS, close, kwargs={"drain": False})
        giving_up.start()
        await super().shutdown(sockets)
        giving_up.cancel()


def serve(service: Service, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; then finish what runs. `ready` is told the address once it answers."""
    state = State(service)
    config = uvicorn.Config(
        build_app(state),
        timeout_graceful_shutdown=_GRACE_SECONDS,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    with _listening(service.settings) as listening:
        follower = threading.Thread(target=_follow, args=(state,), name="follower", daemon=True)
        follower.start()
        try:
            _Server(config, state, lambda: ready(_address(listening))).run([listening])
        finally:
            state.stopping.set()
            # It may be in the middle of a new generation, which can be broken off at any point.
            follower.join(_FOLLOW_SECONDS)


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise SettingsError(
            f"The server cannot listen on {settings.host} port {settings.port} ({error.strerror or error}); "
            "set another host or port, or stop what listens there."
        ) from error


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _follow(state: State) -> None:
    """Take up what other processes ingest, write a new generation when that is worth it, and let old talk expire."""
    service, expired = state.service, 0.0
    while not state.stopping.wait(_FOLLOW_SECONDS):
        try:
            service.catalogue.refresh()
            service.catalogue.publish_if_worth()
            if monotonic() - expired > _EXPIRE_SECONDS:
                expired = monotonic()
                service.conversations.expire(datetime.now(UTC) - timedelta(days=service.settings.conversation_days))
        except (IndexingError, OSError) as error:
            _log.warning("The indexes cannot follow the database now: %s", error)
