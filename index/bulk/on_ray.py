"""Work for many machines: what `index.bulk.workers` does for one, by actors of Ray.

Each machine needs this release, and the folders of the work under the same paths. An actor that is killed, or whose
machine is lost, is started again, and its piece of work with it.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it tells its makers otherwise, at every start

import ray
from ray.exceptions import RayActorError, RayTaskError
from ray.util import ActorPool

from index.bulk.workers import TRIES, Work
from index.storage.errors import StoreError

PieceT = TypeVar("PieceT")
DoneT = TypeVar("DoneT")

LOCAL = "local"
# The pieces are paths: otherwise Ray takes a third of the memory for what its processes hand one another.
_STORE_BYTES = 128 * 1024 * 1024


def worked_on_ray(
    pieces: Iterable[PieceT],
    make: Callable[[], Work[PieceT, DoneT]],
    address: str,
    workers: int | None,
) -> Iterator[DoneT]:
    """What `make()`, called in each of the actors, makes of the pieces, as they are done.

    `address` is that of a cluster, `auto` for the one that this machine is part of, or `local` for one that is started
    here and ends with the work. Each actor takes a processor; without a number of `workers` there are as many as the
    cluster has. What a piece raises is raised here; StoreError where actors end over a piece.
    """
    with _connected(address, workers):
        room = int(ray.cluster_resources().get("CPU", 1))
        kind: Any = ray.remote(max_restarts=-1, max_task_retries=TRIES - 1, num_cpus=1)(_Actor)
        actors = [kind.remote(make) for _ in range(workers or room)]
        try:
            yield from ActorPool(actors).map_unordered(lambda actor, piece: actor.work.remote(piece), pieces)
        except RayTaskError as error:
            raise error.cause from error
        except RayActorError as error:
            raise StoreError(f"{TRIES} actors ended over one piece; `ray logs` has why. The last: {error}") from error


@contextmanager
def _connected(address: str, workers: int | None) -> Iterator[None]:
    started: dict[str, Any] = {}
    if address == LOCAL:
        started = {"object_store_memory": _STORE_BYTES, "include_dashboard": False, "num_cpus": workers}
    try:
        ray.init(address, logging_level=logging.WARNING, log_to_driver=False, **started)
    except (ConnectionError, ValueError) as error:
        raise StoreError(f"Ray cannot be reached at {address} ({error}); start it, or give another address.") from error
    try:
        yield
    finally:
        ray.shutdown()


class _Actor(Generic[PieceT, DoneT]):
    """What works on pieces in a process of Ray."""

    def __init__(self, make: Callable[[], Work[PieceT, DoneT]]) -> None:
        self._make = make
        self._work: Work[PieceT, DoneT] | None = None

    def work(self, piece: PieceT) -> DoneT:
        """Do a piece of work."""
        self._work = self._work or self._make()
        return self._work(piece)
