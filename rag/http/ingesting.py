"""Drafts -> outcomes, as every HTTP door takes articles in."""

import threading
from collections.abc import Generator, Iterable, Iterator

from index.ingest import Outcome
from index.intake.files import Refusal
from index.records import Draft
from index.storage.errors import EncoderBusy
from rag.http.state import State

# Why what came later was not taken in.
STOPPED = "the server is stopping; send it again"


def taken(state: State, drafts: Iterable[Draft | Refusal]) -> Generator[Outcome, None, None]:
    """Take articles in, in order. An outcome is on the disk; once this ends, however it ends, questions find it.

    Ends early when the server is told to stop. The lock is held a batch at a time, and never while an outcome is on its
    way to a client, who may read slowly.
    """
    outcomes = state.service.ingester.ingest(_until(state.stopping, drafts))
    try:
        while outcome := _next(state, outcomes):
            state.metrics.outcomes.labels(outcome.status).inc()
            yield outcome
    finally:
        with state.ingesting:
            state.service.catalogue.refresh()


def _next(state: State, outcomes: Iterator[Outcome]) -> Outcome | None:
    with state.ingesting:
        try:
            return next(outcomes, None)
        except EncoderBusy:
            # A server that stops takes the encoder away; what is committed by then is still to be acknowledged.
            if not state.stopping.is_set():
                raise
            return None


def _until(stopping: threading.Event, drafts: Iterable[Draft | Refusal]) -> Iterator[Draft | Refusal]:
    for draft in drafts:
        if stopping.is_set():
            return
        yield draft
