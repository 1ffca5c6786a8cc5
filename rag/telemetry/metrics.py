"""What Prometheus may scrape."""

from functools import partial
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

from rag.contract.answers import AskOut, TimingsOut
from rag.telemetry.asgi import Middleware, seeing_start
from rag.telemetry.requests import route_of
from rag.telemetry.tracing import note_stages

if TYPE_CHECKING:
    from rag.service.wiring import Service

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The metrics of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "hoidap_requests", "HTTP requests, by route and status", ["route", "status"], registry=self.registry
        )
        self._stages = Histogram(
            "hoidap_stage_seconds",
            "Time spent on each stage of a question",
            ["stage"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._answers = Counter(
            "hoidap_answers", "Answers, by whether they abstained", ["abstained"], registry=self.registry
        )
        self.outcomes = Counter(
            "hoidap_articles_taken", "Articles sent in, by outcome", ["status"], registry=self.registry
        )

    def watch(self, service: "Service") -> None:
        """Show what the service's parts count themselves."""

        def gauge(name: str, text: str) -> Gauge:
            return Gauge(name, text, registry=self.registry)

        gauge("hoidap_articles", "Articles in the store").set_function(lambda: service.store.counts()[0])
        gauge("hoidap_chunks", "Chunks in the store").set_function(lambda: service.store.counts()[1])
        gauge("hoidap_encoder_waiting", "Requests that wait for the encoder").set_function(
            lambda: service.encoder.counters.waiting
        )
        gauge("hoidap_unknown_ids", "Search hits dropped because the store does not know them").set_function(
            lambda: service.store.unknown
        )
        gauge("hoidap_outbox_changes", "Changes that wait for an indexer").set_function(
            lambda: service.catalogue.lag().changes
        )
        gauge("hoidap_outbox_seconds", "How long the oldest of them has waited").set_function(
            lambda: service.catalogue.lag().seconds
        )

        feeds = Gauge("hoidap_feeds", "Feeds watched, by the last asking", ["outcome"], registry=self.registry)
        for outcome in ("new", "read", "unchanged", "failed", "gone"):
            feeds.labels(outcome).set_function(partial(_feeds, service, outcome))

    def searched(self, timings: TimingsOut) -> None:
        """Count a search."""
        self._took({"encoding": timings.encoding, "search": timings.search})

    def answered(self, answered: AskOut) -> None:
        """Count an answer."""
        timings = answered.timings_ms
        self._took({"encoding": timings.encoding, "search": timings.search, "answer": timings.answer})
        self._answers.labels(str(answered.answer.abstained).lower()).inc()

    def _took(self, milliseconds: dict[str, float]) -> None:
        for stage, took in milliseconds.items():
            self._stages.labels(stage).observe(took / 1000)
        note_stages(milliseconds)


def _feeds(service: "Service", outcome: str) -> int:
    return sum(feed.outcome == outcome for feed in service.feeds.feeds())


class Counted(Middleware):
    """Counts the requests of an application, by route and status."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        super().__init__(app)
        self._requests = metrics.requests

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        def count(start: Message) -> None:
            self._requests.labels(route_of(scope), str(start["status"])).inc()

        await self._app(scope, receive, seeing_start(send, count))
