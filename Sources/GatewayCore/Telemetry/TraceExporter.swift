import Synchronization

/// Sends spans to a collector: OTLP over HTTP in protobuf (https://opentelemetry.io/docs/specs/otlp/).
///
/// A request only leaves its record in a queue. `run` sends what waits, every second or once there is a batch of it. A
/// collector that does not take a batch is asked again twice; what it still does not take, and what finds the queue full, is
/// dropped and counted.
package final class TraceExporter: RequestLog {
    package struct Counts: Sendable, Equatable {
        package var exported = 0
        package var dropped = 0
        /// Requests that wait.
        package var waiting = 0
    }

    private struct State {
        var queue: [RequestRecord] = []
        var counts = Counts()
        var isFailing = false
        var isStopping = false
    }

    private static let maxWaiting = 8192
    private static let batchSize = 256
    private static let tick = Duration.milliseconds(200)
    private static let interval = Duration.seconds(1)
    /// Waits before a batch is sent again.
    private static let pauses: [Duration] = [.milliseconds(500), .seconds(2)]
    private static let maxTextBytes = 1000

    private let url: String
    private let headers: HTTPFields
    private let timeout: Duration
    private let resource: TraceResource
    private let endpoints: EndpointLabel
    private let transport: any Transport
    private let logger: any Logger
    private let state = Mutex(State())

    /// Nil when the configuration names no collector.
    package init?(_ configuration: GatewayConfiguration, transport: any Transport, logger: any Logger) {
        guard let url = configuration.telemetry.tracesURL else { return nil }
        self.url = url
        var headers: HTTPFields = ["content-type": "application/x-protobuf"]
        for field in configuration.telemetry.headers { headers.append(field.name, field.value) }
        self.headers = headers
        timeout = configuration.telemetry.timeout
        resource = TraceResource(serviceName: configuration.telemetry.serviceName)
        endpoints = EndpointLabel(providers: configuration.providers.flatMap(\.names))
        self.transport = transport
        self.logger = logger
    }

    package var counts: Counts {
        state.withLock { state in
            var counts = state.counts
            counts.waiting = state.queue.count
            return counts
        }
    }

    package var wantsBeginnings: Bool { false }

    package func record(_ record: RequestRecord) {
        guard record.trace?.isSampled == true else { return }
        let slim = record.slimmed(to: Self.maxTextBytes)
        state.withLock { state in
            if state.queue.count < Self.maxWaiting {
                state.queue.append(slim)
            } else {
                state.counts.dropped += 1 + slim.attempts.count
            }
        }
    }

    /// Sends until `finish` is called, and then what is left.
    package func run() async {
        var waited = Duration.zero
        while !Task.isCancelled, !state.withLock({ $0.isStopping }) {
            // Only cancellation throws, which ends the loop.
            try? await Task.sleep(for: Self.tick)
            waited += Self.tick
            guard waited >= Self.interval || counts.waiting >= Self.batchSize else { continue }
            waited = .zero
            await flush()
        }
        await flush()
    }

    /// Ends the task that runs `run`, as soon as it has sent what waits, or after that time.
    package func finish(_ run: Task<Void, Never>, within patience: Duration) async {
        state.withLock { $0.isStopping = true }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await run.value }
            group.addTask {
                // Cancelled when everything was sent in time.
                try? await Task.sleep(for: patience)
                run.cancel()
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func flush() async {
        while !Task.isCancelled {
            let batch = state.withLock { state in
                let batch = Array(state.queue.prefix(Self.batchSize))
                state.queue.removeFirst(batch.count)
                return batch
            }
            guard !batch.isEmpty else { return }
            await send(batch)
        }
    }

    private func send(_ batch: [RequestRecord]) async {
        let spans = batch.flatMap { TraceSpan.spans(of: $0, endpoints: endpoints) }
        let body = resource.request(with: spans)
        var failure = await post(body)
        for pause in Self.pauses {
            guard let failed = failure, failed.isTransient, !Task.isCancelled else { break }
            // Cancelled when the gateway stops: the batch is then sent once more at once.
            try? await Task.sleep(for: pause)
            failure = await post(body)
        }
        note(failure, spans: spans.count)
    }

    private struct Failure {
        var reason: String
        var isTransient: Bool
    }

    /// Nil is success.
    private func post(_ body: [UInt8]) async -> Failure? {
        var request = TransportRequest(url: url, headers: headers, body: body)
        request.timeouts.connect = timeout
        request.timeouts.firstByte = timeout
        request.timeouts.idle = timeout
        request.timeouts.total = timeout
        do {
            let response = try await transport.send(request)
            response.body.cancel()
            if (200..<300).contains(response.status) { return nil }
            return Failure(
                reason: "the collector answered HTTP \(response.status)",
                isTransient: [429, 502, 503, 504].contains(response.status))
        } catch {
            return Failure(reason: "\(error)", isTransient: true)
        }
    }

    /// The log is told of a failure once, and once of its end.
    private func note(_ failure: Failure?, spans: Int) {
        let hasChanged = state.withLock { state in
            if failure == nil { state.counts.exported += spans } else { state.counts.dropped += spans }
            defer { state.isFailing = failure != nil }
            return state.isFailing != (failure != nil)
        }
        guard hasChanged else { return }
        if let failure {
            logger.log(.warning, "trace_export_failing", ["message": .string(failure.reason)])
        } else {
            logger.log(.warning, "trace_export_recovered")
        }
    }
}

extension TraceExporter: MetricSource {
    package func write(to writer: inout MetricsWriter) {
        let counts = counts
        writer.begin(.traceSpans)
        writer.sample(.integer(counts.exported))
        writer.begin(.traceSpansDropped)
        writer.sample(.integer(counts.dropped))
        writer.begin(.traceQueue)
        writer.sample(.integer(counts.waiting))
    }
}

/// What all spans of a process share.
private struct TraceResource {
    var serviceName: String

    /// `ExportTraceServiceRequest` of opentelemetry/proto/collector/trace/v1/trace_service.proto.
    func request(with spans: [TraceSpan]) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.message(1) { resourceSpans in
            resourceSpans.message(1) { resource in
                for (key, value) in [("service.name", serviceName), ("service.version", GatewayVersion.current)] {
                    resource.message(1) { TraceSpan.write(key, .string(value), to: &$0) }
                }
            }
            resourceSpans.message(2) { scopeSpans in
                scopeSpans.message(1) { scope in
                    scope.string(1, "llm-gateway")
                    scope.string(2, GatewayVersion.current)
                }
                for span in spans { scopeSpans.message(2) { span.write(to: &$0) } }
            }
        }
        return writer.bytes
    }
}

extension RequestRecord {
    /// What spans tell of it, without credentials, and bounded whatever a provider sent.
    fileprivate func slimmed(to limit: Int) -> RequestRecord {
        var record = self
        record.notes = []
        record.usage?.extras = nil
        record.failure?.body = nil
        if let message = failure?.message { record.failure?.message = Self.slim(message, limit) }
        for place in record.attempts.indices {
            record.attempts[place].usage?.extras = nil
            record.attempts[place].failureMessage = record.attempts[place].failureMessage.map { Self.slim($0, limit) }
        }
        return record
    }

    private static func slim(_ text: String, _ limit: Int) -> String {
        CredentialMask.masked(String(decoding: text.utf8.prefix(limit), as: UTF8.self))
    }
}
