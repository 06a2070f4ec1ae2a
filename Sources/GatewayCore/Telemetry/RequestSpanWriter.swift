/// Writes the spans of requests: one for the request, and one below it for each attempt.
///
/// Names of attributes are those of OpenTelemetry's conventions for generative AI and HTTP; what they have no name for begins
/// with `llm_gateway.`.
struct RequestSpanWriter {
    private let endpoints: EndpointLabel
    /// Of the address that was asked last: most requests come by few addresses.
    private var latest: (endpoint: String?, operation: String, route: String?)

    init(_ endpoints: EndpointLabel) {
        self.endpoints = endpoints
        latest = (nil, GenAIConventions.operation(endpoint: nil), nil)
    }

    /// - Parameter field: of the message around the spans.
    mutating func write(_ queued: FinishedRecord, in field: Int, to writer: inout ProtobufWriter) {
        guard let context = queued.record.trace, context.isSampled else { return }
        if latest.endpoint != queued.record.endpoint { look(up: queued.record.endpoint) }
        writer.message(field) { writeRequest(queued, context, to: &$0) }
        for place in queued.record.attempts.indices {
            writer.message(field) { writeAttempt(place, of: queued, context, to: &$0) }
        }
    }

    private mutating func look(up endpoint: String?) {
        latest = (endpoint, GenAIConventions.operation(endpoint: endpoint), endpoint.map(endpoints.text))
    }

    private func writeRequest(_ queued: FinishedRecord, _ context: TraceContext, to span: inout ProtobufWriter) {
        let start = Self.nanoseconds(queued.record.startedAt)
        span.write(
            TraceSpan(
                context: context, id: context.spanID, parent: context.parentSpanID,
                isParentRemote: context.parentSpanID != nil,
                name: queued.record.model.map { latest.operation + " " + $0 } ?? latest.operation, kind: .server,
                start: start, end: start &+ UInt64(queued.record.duration.wholeNanoseconds)))
        span.attribute("gen_ai.operation.name", latest.operation)
        span.attribute("gen_ai.provider.name", queued.record.provider.map(GenAIConventions.provider))
        span.attribute("gen_ai.request.model", queued.record.model)
        if queued.record.outcome != .refused { span.attribute("gen_ai.response.model", queued.record.providerModel) }
        span.attribute("gen_ai.request.temperature", context.temperature)
        span.attribute("gen_ai.request.max_tokens", context.maxTokens)
        span.attribute("gen_ai.conversation.id", queued.record.sessionID)
        Self.write(queued.record.usage, to: &span)
        if queued.record.clientFormat != nil {
            span.attribute("http.request.method", "POST")
            span.attribute("http.route", latest.route)
            span.attribute("http.response.status_code", queued.record.status)
        }
        span.attribute("error.type", queued.record.failure?.kind.rawValue)
        span.attribute("llm_gateway.request_id", queued.record.id)
        span.attribute("llm_gateway.api_key_name", queued.record.keyName)
        span.attribute("llm_gateway.outcome", queued.record.outcome.storedStatus.description)
        span.attribute("llm_gateway.client_format", queued.record.clientFormat?.rawValue)
        span.attribute("llm_gateway.is_stream", queued.record.isStreaming)
        span.attribute("llm_gateway.route_rule", queued.record.routeRule)
        span.attribute("llm_gateway.cache_state", queued.record.cacheState?.rawValue)
        span.attribute("llm_gateway.attempts", queued.record.attempts.count)
        span.attribute("llm_gateway.time_to_first_byte_ms", Self.milliseconds(queued.record.timeToFirstByte))
        span.attribute("llm_gateway.cost_usd", Self.dollars(queued.record.cost?.total))
        if queued.record.isUsageEstimated { span.attribute("llm_gateway.usage_estimated", true) }
        for field in queued.record.metadata.fields {
            span.attribute("llm_gateway.metadata.\(field.key)", field.value)
        }
        // What a client got wrong is no error of the server: only its own failures are.
        if queued.record.outcome == .failure || queued.record.outcome == .timeout {
            span.spanError(queued.record.failure?.message ?? queued.record.outcome.storedStatus.description)
        }
    }

    private func writeAttempt(
        _ place: Int, of queued: FinishedRecord, _ context: TraceContext, to span: inout ProtobufWriter
    ) {
        let attempt = queued.record.attempts[place]
        let start =
            Self.nanoseconds(queued.record.startedAt) &+ UInt64(attempt.startedAfter.wholeNanoseconds)
        span.write(
            TraceSpan(
                context: context, id: context.spanID(ofAttempt: place), parent: context.spanID,
                name: latest.operation + " " + attempt.model, kind: .client, start: start,
                end: start &+ UInt64(attempt.duration.wholeNanoseconds)))
        span.attribute("gen_ai.operation.name", latest.operation)
        span.attribute("gen_ai.provider.name", GenAIConventions.provider(attempt.provider))
        span.attribute("gen_ai.request.model", attempt.model)
        Self.write(attempt.usage, to: &span)
        span.attribute("http.response.status_code", attempt.status)
        span.attribute("error.type", attempt.failureKind?.rawValue)
        span.attribute("llm_gateway.instance", attempt.instance)
        span.attribute("llm_gateway.attempt", place + 1)
        span.attribute("llm_gateway.follow_up", attempt.followUp?.rawValue)
        span.attribute("llm_gateway.time_to_first_byte_ms", Self.milliseconds(attempt.timeToFirstByte))
        span.attribute("llm_gateway.cost_usd", Self.dollars(attempt.cost?.total))
        if let kind = attempt.failureKind { span.spanError(attempt.failureMessage ?? kind.rawValue) }
    }

    private static func write(_ usage: TokenUsage?, to span: inout ProtobufWriter) {
        guard let usage else { return }
        span.attribute("gen_ai.usage.input_tokens", usage.totalInput)
        span.attribute("gen_ai.usage.output_tokens", usage.output)
        span.attribute("gen_ai.usage.cache_read.input_tokens", usage.cacheRead)
        span.attribute("gen_ai.usage.cache_creation.input_tokens", usage.cacheWrite)
        span.attribute("gen_ai.usage.reasoning.output_tokens", usage.reasoning)
    }

    /// - Parameter seconds: since 1970.
    private static func nanoseconds(_ seconds: Double) -> UInt64 {
        UInt64(max(0, min(seconds, 1e10)) * 1e9)
    }

    private static func milliseconds(_ duration: Duration?) -> Double? {
        duration.map { Double($0.wholeNanoseconds) / 1e6 }
    }

    private static func dollars(_ pico: Int64?) -> Double? { pico.map { Double($0) / 1e12 } }
}
