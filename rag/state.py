"""What the routes share."""

import threading
from typing import Annotated

from fastapi import Depends, Request

from rag.metrics import Metrics
from rag.wiring import Service


class State:
    """What the routes share: the service, its metrics, and whether the server is stopping."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.metrics = Metrics()
        self.metrics.watch(service)
        self.stopping = threading.Event()
        # One ingest at a time: articles are committed in the order in which requests came in.
        self.ingesting = threading.Lock()


def _state(request: Request) -> State:
    state = request.app.state.hoidap
    assert isinstance(state, State)
    return state


Shared = Annotated[State, Depends(_state)]
