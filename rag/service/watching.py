"""Feeds, watched beside an open service."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from typing_extensions import override

from index.fetching.watch import Desk, Taken, Taking, Watcher
from index.intake.files import Refusal
from index.language.dates.calendar import VIETNAM
from index.records import Draft
from rag.service.ingesting import ingested
from rag.service.visiting import ARTICLES, reachable, read_page
from rag.service.wiring import Service

# How long a page that is on its way holds up the end; one that is broken off is fetched again.
_PATIENCE_SECONDS = 10.0


class ServiceDesk(Desk):
    """Takes the pages of feeds into an open service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @override
    def take(self, taking: Taking) -> Taken:
        found = read_page(taking.content, taking.media_type, taking.charset, taking.url)
        drafts = [_completed(each, taking) for each in found]
        outcomes = list(ingested(self._service, drafts))
        taken = [outcome.id for outcome in outcomes if outcome.id is not None]
        for outcome in outcomes:
            if outcome.id is not None and outcome.status == "unchanged":  # any other is stored as not withdrawn
                self._service.store.withdraw(outcome.id, None)
        reasons = [outcome.reason for outcome in outcomes if outcome.reason]
        return Taken(taken[0] if taken else None, reasons[0] if reasons and not taken else None)

    @override
    def withdraw(self, article: str, url: str, reason: str) -> None:
        self._service.store.withdraw(article, datetime.now(UTC).astimezone(VIETNAM).date().isoformat())


def _completed(draft: Draft | Refusal, taking: Taking) -> Draft | Refusal:
    """`draft` with what its entry in the feed says and its page does not."""
    if isinstance(draft, Refusal):
        return draft
    stated, entry = draft.article.metadata, taking.entry
    metadata = replace(stated, title=stated.title or entry.title)
    if entry.published_at and (stated.published_at is None or stated.date_inferred):
        metadata = replace(metadata, published_at=entry.published_at, date_inferred=False)
    return replace(draft, article=replace(draft.article, metadata=metadata))


def watcher_of(service: Service) -> Watcher:
    """What watches the feeds for a service. Refused where its settings name no contact."""
    return Watcher(service.feeds, reachable(service.visitor), ServiceDesk(service), ARTICLES)


@contextmanager
def watching(service: Service) -> Iterator[None]:
    """Within the block, the feeds are watched, if the settings name a contact."""
    if service.visitor is None:
        yield
        return
    stopping = threading.Event()
    watch = threading.Thread(target=watcher_of(service).run, args=(stopping,), name="feeds", daemon=True)
    watch.start()
    try:
        yield
    finally:
        stopping.set()
        watch.join(_PATIENCE_SECONDS)
