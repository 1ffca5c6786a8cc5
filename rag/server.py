"""The HTTP server: starts when everything is ready, follows the truth, and stops within ten seconds."""

import logging
import threading
from types import FrameType

import uvicorn

from index.errors import IndexingError
from rag.api import State, build_app
from rag.wiring import Service

_log = logging.getLogger(__name__)

# What still runs when the server is told to stop has this long to finish.
_GRACE_SECONDS = 8
# How long articles that another process ingests may go unnoticed.
_FOLLOW_SECONDS = 1.0


class _Server(uvicorn.Server):
    """Tells the routes that the server stops as soon as the signal comes, so that long work ends early."""

    def __init__(self, config: uvicorn.Config, stopping: threading.Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Handle SIGINT and SIGTERM."""
        self._stopping.set()
        super().handle_exit(sig, frame)


def serve(service: Service) -> None:
    """Serve until SIGINT or SIGTERM; then finish what runs."""
    state = State(service)
    settings = service.settings
    follower = threading.Thread(target=_follow, args=(state,), name="follower")
    follower.start()
    config = uvicorn.Config(
        build_app(state),
        host=settings.host,
        port=settings.port,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    try:
        _Server(config, state.stopping).run()
    finally:
        state.stopping.set()
        follower.join()


def _follow(state: State) -> None:
    """Take up what other processes ingest, and write a new generation when that is worth it."""
    catalogue = state.service.catalogue
    while not state.stopping.wait(_FOLLOW_SECONDS):
        try:
            catalogue.refresh()
            catalogue.publish_if_worth()
        except (IndexingError, OSError) as error:
            _log.warning("The indexes cannot follow the database now: %s", error)
