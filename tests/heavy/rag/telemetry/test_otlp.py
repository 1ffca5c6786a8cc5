"""Spans over the wire, from a process of its own."""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

# --- Over the wire ---------------------------------------------------------------------------------------


class Receiver(HTTPServer):
    """Takes what OTLP over HTTP sends."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[tuple[str, ExportTraceServiceRequest]] = []


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert isinstance(self.server, Receiver)
        self.server.received.append((self.path, ExportTraceServiceRequest.FromString(body)))
        self.send_response(200)
        self.end_headers()


SENDING = """
from rag.telemetry.tracing import set_up_traces
set_up_traces()
from tests.fast.rag.telemetry.test_tracing import client
assert client().post("/search/a").status_code == 200
"""


def test_spans_go_to_the_endpoint_when_the_process_ends() -> None:
    with Receiver() as receiver:
        threading.Thread(target=receiver.serve_forever).start()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("OTEL_")},
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{receiver.server_address[1]}",
            "NO_PROXY": "127.0.0.1",
        }
        run = subprocess.run(
            [sys.executable, "-c", SENDING], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        receiver.shutdown()
    assert run.returncode == 0, run.stderr
    ((path, request),) = receiver.received
    assert path == "/v1/traces"
    (resource,) = request.resource_spans
    service = {a.key: a.value.string_value for a in resource.resource.attributes}
    assert service["service.name"] == "hoidap"
    assert {span.name for scope in resource.scope_spans for span in scope.spans} == {
        "POST /search/{which}",
        "encoding",
        "search",
    }
