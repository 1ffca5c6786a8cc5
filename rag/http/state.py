"""What the routes share."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Depends, Request

from index.derived.protocol import Lag
from rag.client.protocol import Client
from rag.delivery.readers import NoReaders, Readers
from rag.http.access.callers import Called
from rag.http.access.keys import Keys
from rag.settings import Settings
from rag.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from rag.service.wiring import Service


@dataclass(frozen=True, slots=True)
class State:
    """What the routes share.

    `client_for` gives the client of a caller by the id of its key, which is empty without `keys`: then anybody may
    come; `readers` is what needs none. `lag` tells how far the index is behind. Once `stopping` is set, streams end
    within seconds.
    """

    client_for: Callable[[str], Client]
    settings: Settings
    keys: Keys | None = None
    readers: Readers = field(default_factory=NoReaders)
    metrics: Metrics = field(default_factory=Metrics)
    stopping: threading.Event = field(default_factory=threading.Event)
    lag: Callable[[], Lag] = Lag

    @classmethod
    def of(cls, service: "Service", keys: Keys | None = None) -> "State":
        """The state over a service in this process."""
        # Here: the embedding model's libraries take seconds to load, and an app over another client needs none of them.
        from rag.client.in_process import InProcess  # noqa: PLC0415
        from rag.service.delivering import SecretLinks  # noqa: PLC0415

        metrics = Metrics()
        metrics.watch(service)
        clients = partial(InProcess, service)
        links, stopping, lag = SecretLinks(service), service.stopping, service.catalogue.lag
        return cls(clients, service.settings, keys, links, metrics=metrics, stopping=stopping, lag=lag)

    @property
    def access(self) -> Literal["open", "keys"]:
        """Whether requests need a key."""
        return "open" if self.keys is None else "keys"


def _state(request: Request) -> State:
    state = request.app.state.hoidap
    assert isinstance(state, State)
    return state


Shared = Annotated[State, Depends(_state)]


def _client(state: Shared, caller: Called) -> Client:
    return state.client_for(caller.key)


Asking = Annotated[Client, Depends(_client)]
