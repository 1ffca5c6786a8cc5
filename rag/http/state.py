"""What the routes share."""

import threading
from typing import Annotated, Literal

from fastapi import Depends, Request

from rag.http.access.keys import Keys
from rag.service.wiring import Service
from rag.telemetry.metrics import Metrics


class State:
    """What the routes share: the service, its metrics, whether the server is stopping, and the keys that are needed."""

    def __init__(self, service: Service, keys: Keys | None = None) -> None:
        """Without `keys` anybody may come."""
        self.service = service
        self.keys = keys
        self.metrics = Metrics()
        self.metrics.watch(service)
        self.stopping = threading.Event()
        # One batch at a time: what a request sends is committed in its order, and is found when it is answered.
        self.ingesting = threading.Lock()

    @property
    def access(self) -> Literal["open", "keys"]:
        """Whether requests need a key."""
        return "open" if self.keys is None else "keys"


def _state(request: Request) -> State:
    state = request.app.state.hoidap
    assert isinstance(state, State)
    return state


Shared = Annotated[State, Depends(_state)]
