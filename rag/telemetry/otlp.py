"""Where spans go: over OTLP/HTTP to the endpoint of OpenTelemetry's own variables. Needs the extra `traces`."""

from importlib.metadata import version

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from typing_extensions import override

from rag.telemetry.requests import TRACER


class OurSpans(BatchSpanProcessor):
    """Batches our own spans. Those of libraries may quote what was asked, in the message of an exception say."""

    @override
    def on_end(self, span: ReadableSpan) -> None:
        if span.instrumentation_scope is not None and span.instrumentation_scope.name == TRACER:
            super().on_end(span)


def send_spans() -> None:
    """From now on send spans in batches, the last ones when the process ends."""
    trace.set_tracer_provider(provider_to(OTLPSpanExporter()))


def provider_to(exporter: SpanExporter) -> TracerProvider:
    """What makes our spans, and sends them to an exporter."""
    resource = Resource.create({"service.name": "hoidap", "service.version": version("hoidap")})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(OurSpans(exporter))
    return provider
