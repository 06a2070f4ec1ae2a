"""A collector of traces that takes OTLP over HTTP and decodes every span with OpenTelemetry's own types."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

WAIT = 10.0


@dataclass
class Seen:
    span: Span
    attributes: dict[str, object]
    resource: dict[str, object]

    @property
    def trace(self) -> str:
        return self.span.trace_id.hex()

    @property
    def id(self) -> str:
        return self.span.span_id.hex()

    @property
    def parent(self) -> str:
        return self.span.parent_span_id.hex()


def values(attributes: Iterator[KeyValue]) -> dict[str, object]:
    pairs = [(one.key, getattr(one.value, one.value.WhichOneof("value"))) for one in attributes]
    assert len(dict(pairs)) == len(pairs), "an attribute stands once"
    return dict(pairs)


@dataclass
class Collector:
    """`with Collector() as collector:` listens at `collector.url`; `status` is what it answers."""

    status: int = 200
    spans: list[Seen] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __enter__(self) -> "Collector":
        collector = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.take(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                answer = ExportTraceServiceResponse().SerializeToString()
                self.send_response(collector.status)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        assert not self.problems, self.problems

    def take(self, path: str, headers: dict[str, str], body: bytes) -> None:
        self.bodies.append(body)
        self.headers.append(headers)
        try:
            assert path == "/v1/traces", path
            assert headers["content-type"] == "application/x-protobuf"
            request = ExportTraceServiceRequest.FromString(body)
            assert not request.ByteSize() - len(body), "every byte is understood"
            taken = list(self.decoded(request))
        except Exception as error:  # noqa: BLE001 - told by the test's end
            self.problems.append(repr(error))
            return
        if self.status == 200:
            self.spans += taken

    @staticmethod
    def decoded(request: ExportTraceServiceRequest) -> Iterator[Seen]:
        for group in request.resource_spans:
            for scope in group.scope_spans:
                assert scope.scope.name == "llm-gateway" and scope.scope.version
                for span in scope.spans:
                    assert len(span.trace_id) == 16 and len(span.span_id) == 8 and any(span.trace_id)
                    assert len(span.parent_span_id) in (0, 8)
                    assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano
                    assert span.name and span.kind in (Span.SPAN_KIND_SERVER, Span.SPAN_KIND_CLIENT)
                    yield Seen(span, values(span.attributes), values(group.resource.attributes))

    def wait(self, count: int) -> list[Seen]:
        """All spans, once there are so many."""
        deadline = time.monotonic() + WAIT
        while len(self.spans) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(self.spans) == count, [(one.span.name, one.attributes) for one in self.spans]
        return self.spans
