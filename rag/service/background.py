"""What an open service does beside answering, while other processes write the same data folder."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic

from index.storage.errors import IndexingError
from rag.service.data_folder import reserve
from rag.service.wiring import Service

_log = logging.getLogger(__name__)

# How long articles that another process ingests may go unnoticed.
_FOLLOW_SECONDS = 1.0
# What is left to questions between two steps of a follower that has more to do.
_PAUSE_SECONDS = 0.02
# How often conversations that are too old are looked for, and room for the reserve.
_EXPIRE_SECONDS = 600.0


@contextmanager
def following(service: Service) -> Iterator[None]:
    """Within the block, what others ingest is found and followed, generations written, and old conversations expire.

    What is derived from the articles follows them, where this process indexes. Room on the disk is taken for the
    `Reserve`.
    """
    stopping = threading.Event()
    follower = threading.Thread(target=_follow, args=(service, stopping), name="follower", daemon=True)
    follower.start()
    try:
        yield
    finally:
        stopping.set()
        # It may be in the middle of a new generation, which can be broken off at any point.
        follower.join(_FOLLOW_SECONDS)


def caught_up(service: Service) -> None:
    """Let what is derived from the articles follow them to the end."""
    service.catalogue.catch_up()
    while _followed(service):
        pass


def _followed(service: Service) -> bool:
    """Let each follower take its turn, so that none waits for another's backlog; whether one has more to do."""
    turns = [follower.follow() for follower in service.followers]
    return any(turns)


def _follow(service: Service, stopping: threading.Event) -> None:
    expired = -_EXPIRE_SECONDS
    more = False
    while not stopping.wait(_PAUSE_SECONDS if more else _FOLLOW_SECONDS):
        more = False
        try:
            service.catalogue.refresh()
            service.catalogue.publish_if_worth()
            more = _followed(service)
            if monotonic() - expired > _EXPIRE_SECONDS:
                expired = monotonic()
                reserve(service.settings).fill()
                service.conversations.expire(datetime.now(UTC) - timedelta(days=service.settings.conversation_days))
        except (IndexingError, OSError) as error:
            more = False
            _log.warning("The indexes cannot follow the database now: %s", error)
        except Exception:  # noqa: BLE001 - what one article holds must not end all following
            more = False
            _log.exception("The database is followed no further for a reason that nobody foresaw")
