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

# How long articles that another process ingests may go unnoticed, and changes that wait for indexers.
_FOLLOW_SECONDS, _LOOK_SECONDS = 1.0, 0.1
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


def _rested(service: Service, stopping: threading.Event, *, failed: bool) -> bool:
    """Wait until it is time to look for changes again, or, where that has not `failed`, until some wait for an indexer.

    Whether it is to stop.
    """
    until = monotonic() + _FOLLOW_SECONDS
    while not stopping.wait(_LOOK_SECONDS):
        if monotonic() >= until or (service.settings.indexes and not failed and _some_wait(service)):
            return False
    return True


def _some_wait(service: Service) -> bool:
    try:
        return service.catalogue.lag().changes > 0
    except IndexingError:
        # It is told when they are to be brought in.
        return True


def _follow(service: Service, stopping: threading.Event) -> None:
    expired = -_EXPIRE_SECONDS
    more = failed = False
    while not (stopping.wait(_PAUSE_SECONDS) if more else _rested(service, stopping, failed=failed)):
        more = failed = False
        try:
            service.catalogue.refresh()
            service.catalogue.publish_if_worth()
            more = _followed(service)
            if monotonic() - expired > _EXPIRE_SECONDS:
                expired = monotonic()
                reserve(service.settings).fill()
                service.conversations.expire(datetime.now(UTC) - timedelta(days=service.settings.conversation_days))
        except (IndexingError, OSError) as error:
            more, failed = False, True
            _log.warning("The indexes cannot follow the database now: %s", error)
        except Exception:  # noqa: BLE001 - what one article holds must not end all following
            more, failed = False, True
            _log.exception("The database is followed no further for a reason that nobody foresaw")
