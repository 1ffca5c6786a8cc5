"""OpenTelemetry: a span for each request and below it the stages of its question, where an endpoint is set.

Spans hold a route, a status and a request id; never what was asked, nor the message of an exception, which may quote
it. Without the SDK (the extra `traces`) the API that is called here does nothing.
"""

import os
from collections.abc import Mapping
from contextvars import ContextVar
from time import time_ns

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, StatusCode
from starlette.types import Message, Receive, Scope, Send
from typing_extensions import override

from rag.extras import needing_extra
from rag.telemetry.asgi import Middleware, seeing_start
from rag.telemetry.requests import TRACER, request_id, route_of

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")

_tracer = trace.get_tracer(TRACER)
# Libraries put spans of their own between a request and its stages; those are not sent.
_request: ContextVar[Context | None] = ContextVar("request_span", default=None)


def set_up_traces() -> None:
    """Send spans to the endpoint of OpenTelemetry's variables, if one is set. SettingsError without the SDK."""
    if not any(os.environ.get(name) for name in _ENDPOINTS):
        return
    with needing_extra():
        # Here, as it needs the extra `traces`.
        from rag.telemetry.otlp import send_spans  # noqa: PLC0415
    send_spans()


class Traced(Middleware):
    """Makes each request a span, below the one that `traceparent` names. Goes inside `rag.telemetry.logs.Logged`."""

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 500

        def note(start: Message) -> None:
            nonlocal status
            status = start["status"]

        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        with _tracer.start_as_current_span(
            "request",
            propagate.extract(headers),
            SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            _request.set(trace.set_span_in_context(span))
            try:
                await self._app(scope, receive, seeing_start(send, note))
            finally:
                route = route_of(scope)
                span.update_name(f"{scope['method']} {route}" if route != "unknown" else "request")
                span.set_attribute("http.route", route)
                span.set_attribute("http.response.status_code", status)
                span.set_attribute("hoidap.request_id", request_id.get() or "")
                if status >= 500:
                    span.set_status(StatusCode.ERROR)


def note_stages(milliseconds: Mapping[str, float]) -> None:
    """Make spans of stages that ended just now, one after the other, below the span of the request."""
    request = _request.get()
    if request is None:
        return
    start = time_ns() - sum(map(_nanoseconds, milliseconds.values()))
    for name, took in milliseconds.items():
        end = start + _nanoseconds(took)
        _tracer.start_span(name, request, start_time=start).end(end)
        start = end


def _nanoseconds(milliseconds: float) -> int:
    return round(milliseconds * 1_000_000)
