"""Spans: one a request with the stages of its question below it, and nothing of what was asked."""

import os
import sys
from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from rag.contract.answers import TimingsOut
from rag.errors import SettingsError
from rag.telemetry.logs import Logged
from rag.telemetry.metrics import Metrics
from rag.telemetry.otlp import provider_to
from rag.telemetry.tracing import Traced, set_up_traces

# Nobody but the tests writes this: wherever it stands, it came from what was asked.
ASKED = "Nguyễn-Thị-Bí-Mật-7q91"
TIMINGS = TimingsOut(encoding=3.0, search=20.0, answer=0.0, total=23.0)


async def searched(_: Request) -> PlainTextResponse:
    # Libraries make spans of their own in between, FastAPI and MCP among them.
    with trace.get_tracer("another").start_as_current_span(ASKED):
        await run_in_threadpool(Metrics().searched, TIMINGS)
    return PlainTextResponse(ASKED)


async def broken(_: Request) -> PlainTextResponse:
    raise ValueError(ASKED)


ROUTES = [Route("/search/{which}", searched, methods=["POST"]), Route("/broken", broken)]
APP = Logged(Traced(Starlette(routes=ROUTES)))


@pytest.fixture(scope="module")
def provided() -> Iterator[tuple[TracerProvider, InMemorySpanExporter]]:
    """OpenTelemetry takes one provider a process: this is the only module that sets it."""
    exporter = InMemorySpanExporter()
    provider = provider_to(exporter)
    trace.set_tracer_provider(provider)
    yield provider, exporter
    provider.shutdown()


@pytest.fixture
def spans(provided: tuple[TracerProvider, InMemorySpanExporter]) -> "Spans":
    provided[1].clear()
    return Spans(*provided)


class Spans:
    """The spans that were sent since the beginning of the test, in the order in which they began."""

    def __init__(self, provider: TracerProvider, exporter: InMemorySpanExporter) -> None:
        self._provider, self._exporter = provider, exporter

    def sent(self) -> list[ReadableSpan]:
        assert self._provider.force_flush()
        return sorted(self._exporter.get_finished_spans(), key=lambda span: span.start_time or 0)


def client() -> TestClient:
    return TestClient(APP, raise_server_exceptions=False)


def test_a_request_has_its_stages_below_it(spans: Spans) -> None:
    response = client().post(f"/search/{ASKED}?q={ASKED}", headers={"X-Request-Id": "abc"}, content=ASKED.encode())
    assert response.status_code == 200
    by_name = {span.name: span for span in spans.sent()}
    assert set(by_name) == {"POST /search/{which}", "encoding", "search"}
    request, encoding, search = by_name["POST /search/{which}"], by_name["encoding"], by_name["search"]
    assert request.kind == SpanKind.SERVER
    assert dict(request.attributes or {}) == {
        "http.route": "/search/{which}",
        "http.response.status_code": 200,
        "hoidap.request_id": "abc",
    }
    assert request.context is not None
    for stage in (encoding, search):
        assert stage.parent is not None
        assert stage.parent.span_id == request.context.span_id
    assert encoding.start_time is not None
    assert encoding.end_time == search.start_time == encoding.start_time + 3_000_000
    assert search.end_time == encoding.end_time + 20_000_000


def test_the_trace_of_who_asked_goes_on(spans: Spans) -> None:
    caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    client().post("/search/a", headers={"traceparent": caller})
    ids = {f"{span.context.trace_id:032x}" for span in spans.sent() if span.context}
    assert ids == {"0af7651916cd43dd8448eb211c80319c"}


def test_a_failure_is_marked_and_not_quoted(spans: Spans) -> None:
    assert client().get("/broken").status_code == 500
    (span,) = spans.sent()
    assert (span.name, span.status.status_code, list(span.events)) == ("GET /broken", trace.StatusCode.ERROR, [])
    client().get(f"/{ASKED}")
    (_, unknown) = spans.sent()
    assert (unknown.name, unknown.status.status_code) == ("request", trace.StatusCode.UNSET)
    assert all("7q91" not in span.to_json() for span in spans.sent())


def test_outside_a_request_a_search_is_no_span(spans: Spans) -> None:
    Metrics().searched(TIMINGS)
    assert spans.sent() == []


# --- Set up ----------------------------------------------------------------------------------------------


def test_without_an_endpoint_nothing_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("OTEL_"):
            monkeypatch.delenv(name)
    before = trace.get_tracer_provider()
    set_up_traces()
    assert trace.get_tracer_provider() is before


def test_an_endpoint_without_the_sdk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.delitem(sys.modules, "rag.telemetry.otlp", raising=False)
    # As Python has it where a package is missing.
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.resources", None)
    with pytest.raises(SettingsError, match=r"pip install 'hoidap\[traces\]'"):
        set_up_traces()
