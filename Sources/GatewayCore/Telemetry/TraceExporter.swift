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
        var queue: [FinishedRecord] = []
        /// Taken out of the queue to be sent, and not sent yet.
        var taken = 0
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
            counts.waiting = state.queue.count + state.taken
            return counts
        }
    }

    package var wantsBeginnings: Bool { false }

    package func record(_ finished: FinishedRecord) {
        guard finished.record.trace?.isSampled == true else { return }
        let isLarge = finished.record.isLarge
        let queued = isLarge ? FinishedRecord(finished.record.slimmed(to: Self.maxTextBytes)) : finished
        state.withLock { state in
            if state.queue.count + state.taken < Self.maxWaiting {
                state.queue.append(queued)
            } else {
                state.counts.dropped += queued.record.spanCount
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
        var rest: ArraySlice<FinishedRecord> = []
        while !Task.isCancelled {
            if rest.isEmpty { rest = takeQueue()[...] }
            guard !rest.isEmpty else { return }
            let batch = rest.prefix(Self.batchSize)
            rest = rest.dropFirst(Self.batchSize)
            state.withLock { $0.taken = rest.count }
            await send(batch)
        }
        // Cancelled: nobody sends these any more.
        let dropped = rest.reduce(0) { $0 + $1.record.spanCount }
        state.withLock { state in
            state.counts.dropped += dropped
            state.taken = 0
        }
    }

    /// As a whole: whoever records waits for this.
    private func takeQueue() -> [FinishedRecord] {
        state.withLock { state in
            var queue: [FinishedRecord] = []
            swap(&queue, &state.queue)
            state.taken = queue.count
            return queue
        }
    }

    private func send(_ batch: ArraySlice<FinishedRecord>) async {
        var writer = RequestSpanWriter(endpoints)
        let body = resource.request { scopeSpans in
            for queued in batch { writer.write(queued, in: 2, to: &scopeSpans) }
        }
        let spans = batch.reduce(0) { $0 + $1.record.spanCount }
        var failure = await post(body)
        for pause in Self.pauses {
            guard let failed = failure, failed.isTransient, !Task.isCancelled else { break }
            // Cancelled when the gateway stops: the batch is then sent once more at once.
            try? await Task.sleep(for: pause)
            failure = await post(body)
        }
        note(failure, spans: spans)
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
    /// A request of a batch, its attempt included, takes about as much.
    private static let usualBytes = 350_000

    /// `ExportTraceServiceRequest` of opentelemetry/proto/collector/trace/v1/trace_service.proto.
    ///
    /// - Parameter spans: writes them as the field 2 of `ScopeSpans`.
    func request(_ spans: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var writer = ProtobufWriter(capacity: Self.usualBytes)
        writer.message(1) { resourceSpans in
            resourceSpans.message(1) { resource in
                for (key, value) in [("service.name", serviceName), ("service.version", GatewayVersion.current)] {
                    resource.keyValue(1, key) { $0.string(1, value) }
                }
            }
            resourceSpans.message(2) { scopeSpans in
                scopeSpans.message(1) { scope in
                    scope.string(1, "llm-gateway")
                    scope.string(2, GatewayVersion.current)
                }
                spans(&scopeSpans)
            }
        }
        return writer.bytes
    }
}

extension RequestRecord {
    fileprivate var spanCount: Int { 1 + attempts.count }

    /// Whether `slimmed` would change anything: for most records it would not.
    fileprivate var isLarge: Bool {
        failure != nil || !notes.isEmpty || usage?.extras != nil
            || attempts.contains { $0.failureMessage != nil || $0.usage?.extras != nil }
    }

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
