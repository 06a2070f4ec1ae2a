import Testing

@testable import GatewayCore

/// What breaks before the answer has begun goes to the next instance, and the client sees nothing of it.
struct EarlyFaultTests {
    private static let reply = FailoverExchangeTests.reply
    private static let streamed = #"{"model":"o-1","stream":true,"messages":[{"role":"user","content":"Hi"}]}"#
    private static let opening = #"data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"# + "\n\n"
    private static let word = #"data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}"# + "\n\n"
    private static let end =
        #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\ndata: [DONE]\n\n"

    private func check(
        _ bad: ScriptedTransport.Step, _ kind: ProviderFailure.Kind, isStreaming: Bool, _ client: WireFormat = .openAI
    ) async throws {
        let body = isStreaming ? [Self.opening, Self.word, Self.end] : [Self.reply]
        let good = ScriptedTransport.Step.reply(status: 200, body: body)
        let bench = try GatewayBench(ScriptedTransport(bad, good))
        let answer = await bench.answer(client, isStreaming ? Self.streamed : FailoverExchangeTests.question)
        let text = await answer.text
        #expect(answer.status == 200)
        #expect(text.split(separator: "Hello").count == 2 && !text.contains("error"))
        let record = try #require(bench.log.records.first)
        #expect(record.outcome == .success && record.attempts.map(\.instance) == ["openai-1", "openai-2"])
        #expect(record.attempts.map(\.failureKind) == [kind, nil])
        #expect(bench.gateway.instanceStatuses()[0].recentFailures == 1)
    }

    @Test(
        "PITFALLS 20: a provider that cannot be reached or trusted, or is too slow, fails over",
        arguments: [
            (.tls(detail: "self-signed certificate"), .unavailable), (.unreachable(detail: "refused"), .unavailable),
            (.unresolved(host: "h"), .unavailable), (.timedOut(.connect), .timeout), (.timedOut(.firstByte), .timeout),
            (.timedOut(.idle), .timeout), (.truncated(detail: "reset"), .truncated),
            (.malformed(detail: "no HTTP"), .malformed),
        ] as [(TransportError, ProviderFailure.Kind)], [false, true])
    func noAnswer(fault: (TransportError, ProviderFailure.Kind), isStreaming: Bool) async throws {
        try await check(.failure(fault.0), fault.1, isStreaming: isStreaming)
    }

    @Test(
        "PITFALLS 20: a whole reply that breaks off or is not what its format allows fails over",
        arguments: [WireFormat.openAI, .anthropic])
    func brokenReplies(client: WireFormat) async throws {
        for cut in stride(from: 0, to: Self.reply.utf8.count, by: 40) {
            let piece = String(Self.reply.prefix(cut))
            try await check(
                .broken(pieces: [piece], error: .truncated(detail: "")), .truncated, isStreaming: false, client)
            // The same without the transport's word for it.
            try await check(.reply(status: 200, body: [piece]), .malformed, isStreaming: false, client)
        }
        for text in ["[]", "7", "<html>busy</html>", Self.reply + "}"] {
            try await check(.reply(status: 200, body: [text]), .malformed, isStreaming: false, client)
        }
    }

    @Test(
        "PITFALLS 3: a stream that breaks off or is malformed before its first word fails over",
        arguments: [WireFormat.openAI, .anthropic])
    func brokenStreams(client: WireFormat) async throws {
        for cut in 0...Self.opening.utf8.count {
            let piece = String(Self.opening.prefix(cut))
            try await check(
                .broken(pieces: [piece], error: .truncated(detail: "")), .truncated, isStreaming: true, client)
            try await check(.reply(status: 200, body: [piece]), .truncated, isStreaming: true, client)
            try await check(
                .broken(pieces: [piece], error: .timedOut(.idle)), .timeout, isStreaming: true, client)
        }
        let inBand = #"data: {"error":{"message":"x","type":"server_error"}}"# + "\n\n"
        try await check(.reply(status: 200, body: [Self.opening + inBand]), .server, isStreaming: true, client)
    }

    @Test("PITFALLS 3: a stream whose frames are no JSON fails over where the gateway reads them")
    func malformedStreams() async throws {
        for text in ["data: {{{\n\n", "data: {\"choices\":7}\n\n"] {
            try await check(
                .reply(status: 200, body: [Self.opening + text]), .malformed, isStreaming: true, .anthropic)
        }
    }
}
