"""Articles into an open service, as every door takes them in."""

from collections.abc import Generator, Iterable, Iterator

from index.ingest import Outcome
from index.intake.files import Refusal
from index.records import Draft
from index.storage.errors import EncoderBusy
from rag.service.wiring import Service


def ingested(service: Service, drafts: Iterable[Draft | Refusal]) -> Generator[Outcome, None, None]:
    """Take articles in, in order. An outcome is on the disk; once this ends, however it ends, questions find it.

    Ends early when the service is told to stop. The lock is held a batch at a time, and never while an outcome is on
    its way to a client, who may read slowly.
    """

    def until_stopped() -> Iterator[Draft | Refusal]:
        for draft in drafts:
            if service.stopping.is_set():
                return
            yield draft

    outcomes = service.ingester.ingest(until_stopped())
    try:
        while outcome := _next(service, outcomes):
            yield outcome
    finally:
        service.catalogue.catch_up()


def _next(service: Service, outcomes: Iterator[Outcome]) -> Outcome | None:
    with service.ingesting:
        try:
            return next(outcomes, None)
        except EncoderBusy:
            # A server that stops takes the encoder away; what is committed by then is still to be acknowledged.
            if not service.stopping.is_set():
                raise
            return None
