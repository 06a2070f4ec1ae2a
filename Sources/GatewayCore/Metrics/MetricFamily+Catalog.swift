// Every metric of the gateway. The manual's list, the dashboards and the alerts are checked against it.

extension MetricFamily {
    private static let client = ["api_key", "provider", "model", "endpoint"]
    private static let operation = ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model"]

    // MARK: By client key, provider, model and endpoint

    static let requests = MetricFamily(
        "llm_requests_total", .counter, client + ["status"],
        help: "Requests that are over, by how they ended: success, business_error, failure, timeout, cancelled.")
    static let tokens = MetricFamily(
        "llm_tokens_total", .counter, client + ["type"],
        help: "Tokens as providers counted them: all input, cached or not, and all output.")
    static let cachedTokens = MetricFamily(
        "llm_cached_tokens_total", .counter, client + ["type"],
        help: "The parts of the input tokens that were read from and written to providers' caches.")
    static let reasoningTokens = MetricFamily(
        "llm_reasoning_tokens_total", .counter, client,
        help: "The part of the output tokens that was reasoning.")
    static let requestDuration = MetricFamily(
        "llm_request_duration_seconds", .histogram, client,
        help: "From a request's arrival to the end of its answer.")
    static let errors = MetricFamily(
        "llm_errors_total", .counter, client + ["error_type"],
        help: "Requests that got no whole answer, by what went wrong; clients that left are not counted.")
    static let cost = MetricFamily(
        "llm_cost_usd_total", .counter, client,
        help: "What requests cost, in USD, where it is known.")
    static let unpricedRequests = MetricFamily(
        "llm_unpriced_requests_total", .counter, client,
        help: "Requests with known tokens whose cost is unknown, because nobody has a price for the model.")

    // MARK: By instance

    static let instanceRequests = MetricFamily(
        "llm_instance_requests_total", .counter, ["provider", "instance", "status"],
        help: "Times that an instance of a provider was asked, by how it ended.")

    package static let instanceHealth = MetricFamily(
        "llm_instance_health_status", .gauge, ["provider", "instance"],
        help: "1 while an instance can be asked, 0 while it is left out.")
    package static let instanceCircuit = MetricFamily(
        "llm_instance_circuit_state", .gauge, ["provider", "instance", "state"],
        help: "1 for the state that an instance's circuit breaker is in: closed, open or half_open.")
    package static let instanceInFlight = MetricFamily(
        "llm_instance_requests_in_flight", .gauge, ["provider", "instance"],
        help: "Requests that an instance is answering.")

    // MARK: Sums

    static let gatewayRequests = MetricFamily(
        "llm_gateway_requests_total", .counter, help: "Requests that are over.")
    static let gatewayTokens = MetricFamily(
        "llm_gateway_tokens_total", .counter, help: "Tokens of all requests, input and output.")
    static let gatewayCost = MetricFamily(
        "llm_gateway_cost_total", .counter, help: "What all requests cost, in USD, where it is known.")
    static let cacheHits = MetricFamily(
        "llm_gateway_cache_hits_total", .counter, help: "Requests answered from the response cache.")
    static let cacheMisses = MetricFamily(
        "llm_gateway_cache_misses_total", .counter,
        help: "Requests that could have been answered from the response cache, had the answer been there.")
    static let providerRequests = MetricFamily(
        "llm_gateway_provider_requests_total", .counter, ["provider"],
        help: "Requests that are over, by the provider that answered or was asked last.")
    static let modelCost = MetricFamily(
        "llm_gateway_model_cost_total", .counter, ["model"],
        help: "What requests cost, in USD, by the provider's name of the model.")

    // MARK: OpenTelemetry's conventions for generative AI

    static let operationDuration = MetricFamily(
        "gen_ai_client_operation_duration_seconds", .histogram, operation + ["error_type"],
        help: "OpenTelemetry's gen_ai.client.operation.duration.")
    static let tokenUsage = MetricFamily(
        "gen_ai_client_token_usage", .histogram, operation + ["gen_ai_token_type"],
        help: "OpenTelemetry's gen_ai.client.token.usage: tokens of a request.")
    static let timeToFirstToken = MetricFamily(
        "gen_ai_server_time_to_first_token_seconds", .histogram, operation,
        help: "OpenTelemetry's gen_ai.server.time_to_first_token, of streams.")
    static let timePerOutputToken = MetricFamily(
        "gen_ai_server_time_per_output_token_seconds", .histogram, operation,
        help: "OpenTelemetry's gen_ai.server.time_per_output_token, of streams, after the first token.")

    // MARK: The gateway itself

    static let overhead = MetricFamily(
        "llm_gateway_overhead_seconds", .histogram, ["way"],
        help: "Time that the gateway itself added until the first byte of an answer, without waiting for a provider.")
    static let metricSeries = MetricFamily(
        "llm_gateway_metric_series", .gauge,
        help: "Combinations of key, provider, model and endpoint that are told apart.")
    static let foldedRequests = MetricFamily(
        "llm_gateway_folded_requests_total", .counter,
        help: "Requests whose model, or more, is shown as other: never answered, or too many to tell apart.")
    package static let buildInfo = MetricFamily(
        "llm_gateway_build_info", .gauge, ["version"], help: "Always 1; the label says which version runs.")
    package static let openStreams = MetricFamily(
        "llm_gateway_open_streams", .gauge, help: "Streamed answers under way.")
    package static let sessions = MetricFamily(
        "llm_gateway_session_count", .unknown, help: "Sessions that stay with the instance that answered them.")
    package static let openConnections = MetricFamily(
        "llm_gateway_open_connections", .gauge, help: "Connections of clients, idle ones included.")
    package static let eventLoops = MetricFamily(
        "llm_gateway_event_loops", .gauge, help: "Threads that serve requests.")
    package static let eventLoopLag = MetricFamily(
        "llm_gateway_event_loop_lag_seconds", .histogram,
        help: "How late an event loop came to what was due, asked ten times a second.")
    package static let requestLogQueue = MetricFamily(
        "llm_gateway_request_log_queue_length", .gauge, help: "Records on their way to the database.")
    package static let requestLogWorking = MetricFamily(
        "llm_gateway_request_log_working", .gauge, help: "1 while the database takes records, 0 while it does not.")
    package static let requestLogWritten = MetricFamily(
        "llm_gateway_request_log_written_total", .counter, help: "Records written to the database.")
    package static let requestLogLost = MetricFamily(
        "llm_gateway_request_log_lost_total", .counter, help: "Records given up because the database failed too long.")
    package static let requestLogFailures = MetricFamily(
        "llm_gateway_request_log_failures_total", .counter,
        help: "Writes to the database that failed; they are tried again.")
    package static let logLinesDropped = MetricFamily(
        "llm_gateway_log_lines_dropped_total", .counter,
        help: "Lines of the log that were dropped because whoever reads it does not keep up.")

    package static let traceSpans = MetricFamily(
        "llm_gateway_trace_spans_exported_total", .counter, help: "Spans that the collector of traces took.")
    package static let traceSpansDropped = MetricFamily(
        "llm_gateway_trace_spans_dropped_total", .counter,
        help: "Spans that were dropped because the collector of traces did not take them, or not fast enough.")
    package static let traceQueue = MetricFamily(
        "llm_gateway_trace_queue_length", .gauge, help: "Requests whose spans wait for the collector of traces.")

    package static let sharedConnected = MetricFamily(
        "llm_gateway_shared_connected", .gauge, ["use"],
        help:
            "1 while the server of what is shared answers, 0 while the gateway goes on by itself; by use: state, cache."
    )
    package static let sharedFailures = MetricFamily(
        "llm_gateway_shared_failures_total", .counter, ["use"],
        help: "What that server was not asked or did not answer, and what the gateway decided by itself.")
    package static let sharingGateways = MetricFamily(
        "llm_gateway_sharing_gateways", .gauge,
        help: "Gateways that share limits and circuits now, this one included; 0 while the server is away.")

    // MARK: The process, by Prometheus's names

    package static let processCPU = MetricFamily(
        "process_cpu_seconds_total", .counter, help: "CPU time used, user and system.")
    package static let processMemory = MetricFamily(
        "process_resident_memory_bytes", .gauge, help: "Memory in use that is not swapped out.")
    package static let processVirtualMemory = MetricFamily(
        "process_virtual_memory_bytes", .gauge, help: "Address space in use.")
    package static let processThreads = MetricFamily(
        "process_threads", .gauge, help: "Threads of the process.")
    package static let processOpenFiles = MetricFamily(
        "process_open_fds", .gauge, help: "Open file descriptors, connections included.")
    package static let processMaxFiles = MetricFamily(
        "process_max_fds", .gauge, help: "File descriptors that the process may have open.")
    package static let processStart = MetricFamily(
        "process_start_time_seconds", .gauge, help: "When the process started, in seconds since 1970.")

    /// In the order of the manual.
    package static let all: [MetricFamily] = [
        requests, tokens, cachedTokens, reasoningTokens, requestDuration, errors, cost, unpricedRequests,
        instanceRequests, instanceHealth, instanceCircuit, instanceInFlight,
        gatewayRequests, gatewayTokens, gatewayCost, cacheHits, cacheMisses, providerRequests, modelCost,
        operationDuration, tokenUsage, timeToFirstToken, timePerOutputToken,
        buildInfo, openStreams, sessions, openConnections, eventLoops, eventLoopLag, overhead, metricSeries,
        foldedRequests,
        requestLogQueue, requestLogWorking, requestLogWritten, requestLogLost, requestLogFailures, logLinesDropped,
        traceSpans, traceSpansDropped, traceQueue, sharedConnected, sharedFailures, sharingGateways,
        processCPU, processMemory, processVirtualMemory, processThreads, processOpenFiles, processMaxFiles,
        processStart,
    ]
}
