// Names of attributes are those of OpenTelemetry's conventions for generative AI and HTTP; what they have no name for begins
// with `llm_gateway.`.

extension TraceSpan {
    /// The span of the request, and one below it for each attempt; none where the request is not sampled.
    static func spans(of record: RequestRecord, endpoints: EndpointLabel) -> [TraceSpan] {
        guard let context = record.trace, context.isSampled else { return [] }
        return [request(record, context, endpoints)]
            + record.attempts.enumerated().map { attempt($1, number: $0, of: record, context) }
    }

    private static func request(
        _ record: RequestRecord, _ context: TraceContext, _ endpoints: EndpointLabel
    ) -> TraceSpan {
        let operation = GenAIConventions.operation(endpoint: record.endpoint)
        let start = nanoseconds(record.startedAt)
        var span = TraceSpan(
            context: context, id: context.spanID, parent: context.parentSpanID,
            isParentRemote: context.parentSpanID != nil,
            name: [operation, record.model].compactMap { $0 }.joined(separator: " "), kind: .server, start: start,
            end: start &+ UInt64(record.duration.wholeNanoseconds))
        span.set("gen_ai.operation.name", operation)
        span.set("gen_ai.provider.name", record.provider.map(GenAIConventions.provider))
        span.set("gen_ai.request.model", record.model)
        span.set("gen_ai.response.model", record.outcome == .refused ? nil : record.providerModel)
        span.set("gen_ai.request.temperature", context.temperature)
        span.set("gen_ai.request.max_tokens", context.maxTokens)
        span.set("gen_ai.conversation.id", record.sessionID)
        span.set(record.usage)
        if record.clientFormat != nil {
            span.set("http.request.method", "POST")
            span.set("http.route", record.endpoint.map(endpoints.text))
            span.set("http.response.status_code", record.status)
        }
        span.set("error.type", record.failure?.kind.rawValue)
        span.set("llm_gateway.request_id", record.id)
        span.set("llm_gateway.api_key_name", record.keyName)
        span.set("llm_gateway.outcome", "\(record.outcome.storedStatus)")
        span.set("llm_gateway.client_format", record.clientFormat?.rawValue)
        span.set("llm_gateway.is_stream", record.isStreaming)
        span.set("llm_gateway.route_rule", record.routeRule)
        span.set("llm_gateway.cache_state", record.cacheState?.rawValue)
        span.set("llm_gateway.attempts", record.attempts.count)
        span.set("llm_gateway.time_to_first_byte_ms", record.timeToFirstByte.map(milliseconds))
        span.set("llm_gateway.cost_usd", record.cost?.total.map { Double($0) / 1e12 })
        if record.isUsageEstimated { span.set("llm_gateway.usage_estimated", true) }
        for field in record.metadata.fields { span.set("llm_gateway.metadata.\(field.key)", field.value) }
        // What a client got wrong is no error of the server: only its own failures are.
        if record.outcome == .failure || record.outcome == .timeout {
            span.error = record.failure?.message ?? "\(record.outcome.storedStatus)"
        }
        return span
    }

    private static func attempt(
        _ attempt: AttemptRecord, number: Int, of record: RequestRecord, _ context: TraceContext
    ) -> TraceSpan {
        let operation = GenAIConventions.operation(endpoint: record.endpoint)
        let start = nanoseconds(record.startedAt) &+ UInt64(attempt.startedAfter.wholeNanoseconds)
        var span = TraceSpan(
            context: context, id: context.spanID(ofAttempt: number), parent: context.spanID,
            name: "\(operation) \(attempt.model)", kind: .client, start: start,
            end: start &+ UInt64(attempt.duration.wholeNanoseconds))
        span.set("gen_ai.operation.name", operation)
        span.set("gen_ai.provider.name", GenAIConventions.provider(attempt.provider))
        span.set("gen_ai.request.model", attempt.model)
        span.set(attempt.usage)
        span.set("http.response.status_code", attempt.status)
        span.set("error.type", attempt.failureKind?.rawValue)
        span.set("llm_gateway.instance", attempt.instance)
        span.set("llm_gateway.attempt", number + 1)
        span.set("llm_gateway.follow_up", attempt.followUp?.rawValue)
        span.set("llm_gateway.time_to_first_byte_ms", attempt.timeToFirstByte.map(milliseconds))
        span.set("llm_gateway.cost_usd", attempt.cost?.total.map { Double($0) / 1e12 })
        if let kind = attempt.failureKind { span.error = attempt.failureMessage ?? kind.rawValue }
        return span
    }

    private mutating func set(_ usage: TokenUsage?) {
        guard let usage else { return }
        set("gen_ai.usage.input_tokens", usage.totalInput)
        set("gen_ai.usage.output_tokens", usage.output)
        set("gen_ai.usage.cache_read.input_tokens", usage.cacheRead)
        set("gen_ai.usage.cache_creation.input_tokens", usage.cacheWrite)
        set("gen_ai.usage.reasoning.output_tokens", usage.reasoning)
    }

    /// - Parameter seconds: since 1970.
    private static func nanoseconds(_ seconds: Double) -> UInt64 {
        UInt64(max(0, min(seconds, 1e10)) * 1e9)
    }

    private static func milliseconds(_ duration: Duration) -> Double { Double(duration.wholeNanoseconds) / 1e6 }
}
