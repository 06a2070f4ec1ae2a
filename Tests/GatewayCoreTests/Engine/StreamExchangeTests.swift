import Testing

@testable import GatewayCore

struct StreamExchangeTests {
    private static func frame(_ delta: String, finish: String = "null", usage: String = "null") -> String {
        #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"o-1","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}],"usage":\#(usage)}"#
            + "\n\n"
    }

    private static let usageFrame =
        #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"o-1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#
        + "\n\n"
    private static let opening = frame(#"{"role":"assistant","content":""}"#)
    private static let hello = frame(#"{"content":"Hel"}"#) + frame(#"{"content":"lo \"usage\""}"#)
    private static let ending = frame("{}", finish: "\"stop\"")
    private static let done = "data: [DONE]\n\n"
    private static let whole = opening + hello + ending + usageFrame + done

    private static func question(_ options: String = "") -> String {
        #"{"model":"o-1","stream":true,\#(options)"messages":[{"role":"user","content":"Hi"}]}"#
    }

    /// Cut into pieces of that many bytes.
    private static func cut(_ text: String, _ size: Int) -> [String] {
        let bytes = Array(text.utf8)
        return stride(from: 0, to: bytes.count, by: size).map {
            String(decoding: bytes[$0..<min($0 + size, bytes.count)], as: UTF8.self)
        }
    }

    @Test("PITFALLS 2: streams of the same format are byte-identical", arguments: [1, 7, 64, 5000])
    func relaysStreamsByteForByte(size: Int) async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: Self.cut(Self.whole, size))))
        let answer = await bench.answer(.openAI, Self.question(#""stream_options":{"include_usage":true},"#))
        #expect(answer.headers["content-type"] == "text/event-stream")
        #expect(await answer.text == Self.whole)
        let record = try #require(bench.log.records.first)
        #expect(record.usage?.total == 5)
        #expect(record.outcome == .success)
        #expect(record.timeToFirstByte != nil)
    }

    @Test(arguments: [1, 5000])
    func notesTheFirstByteOfATranslatedStreamHoweverItArrives(size: Int) async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: Self.cut(Self.whole, size))))
        let body = #"{"model":"o-1","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}"#
        let answer = await bench.answer(.anthropic, body)
        #expect(await answer.text.contains("message_stop"))
        let record = try #require(bench.log.records.first)
        let first = try #require(record.timeToFirstToken)
        #expect(first <= record.duration)
        #expect(try #require(record.overhead) <= first)
    }

    @Test("PITFALLS 12: usage is asked for, and hidden from a client that did not", arguments: [1, 50, 5000])
    func hidesTheUsageFrameItAskedFor(size: Int) async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: Self.cut(Self.whole, size))))
        let answer = await bench.answer(.openAI, Self.question())
        #expect(await answer.text == Self.opening + Self.hello + Self.ending + Self.done)
        #expect(bench.log.records.first?.usage?.total == 5)
        let sent = try JSONValue(parsing: bench.transport.requests[0].body)
        #expect(sent["stream_options"]?["include_usage"] == true)
    }

    @Test(arguments: ["\r\n", "\r"], 1...9)
    func findsFramesWithAnyLineEndHoweverTheyAreCut(lineEnd: String, size: Int) async throws {
        func lines(_ text: String) -> String {
            text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: lineEnd)
        }
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: Self.cut(lines(Self.whole), size))))
        let answer = await bench.answer(.openAI, Self.question())
        let seen = await answer.text.utf8.filter { $0 != 10 && $0 != 13 }
        let expected = (Self.opening + Self.hello + Self.ending + Self.done).utf8.filter { $0 != 10 }
        #expect(seen == expected)
        #expect(bench.log.records.first?.outcome == .success)
        #expect(bench.log.records.first?.usage?.total == 5)
    }

    @Test func holdsBackNoMoreThanTheLimitOfComments() async throws {
        let comments = String(repeating: ": waiting\n\n", count: Exchange.maxOpeningBytes / 10)
        let bench = try GatewayBench(ScriptedTransport(.stalled(pieces: [comments])))
        let answer = await bench.answer(.openAI, Self.question())
        guard case .stream(let stream) = answer.body else {
            Issue.record("must stream")
            return
        }
        #expect(await stream.next()?.count == comments.utf8.count)
        stream.cancel()
    }

    @Test("PITFALLS 3: an error before the first output has its real status and fails over")
    func failsOverWhileNothingWasSent() async throws {
        let error = "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\",\"code\":503}}\n\n"
        for first in [error, Self.opening + error, Self.opening, ""] {
            let bench = try GatewayBench(
                ScriptedTransport(.reply(status: 200, body: [first]), .reply(status: 200, body: [Self.whole])))
            let answer = await bench.answer(.openAI, Self.question())
            #expect(answer.status == 200)
            #expect(await answer.text == Self.opening + Self.hello + Self.ending + Self.done)
            #expect(bench.log.records.first?.attempts.count == 2)
        }
    }

    @Test("PITFALLS 3: a failure after the first output is told in-band, never as a clean end")
    func tellsFailuresInBand() async throws {
        let start = Self.opening + Self.hello
        let cutInside = start + #"data: {"id":"c","obj"#
        for step in [
            ScriptedTransport.Step.reply(status: 200, body: [start]), .reply(status: 200, body: [cutInside]),
            .broken(pieces: [cutInside], error: .truncated(detail: "reset")),
            .broken(pieces: [start], error: .timedOut(.idle)),
        ] {
            let bench = try GatewayBench(ScriptedTransport(step))
            let text = await bench.answer(.openAI, Self.question()).text
            #expect(text.hasPrefix(start))
            let rest = text.dropFirst(start.count)
            #expect(rest.hasPrefix("data: {\"error\":"))
            #expect(!rest.contains("\"obj"))
            #expect(bench.log.records.count == 1)
            #expect(bench.log.records.first?.outcome != .success)
        }
    }

    @Test func passesAProvidersOwnInBandErrorOnOnce() async throws {
        let error = "data: {\"error\":{\"message\":\"broken\",\"type\":\"server_error\",\"code\":null}}\n\n"
        let stream = Self.opening + Self.hello + error
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [stream])))
        #expect(await bench.answer(.openAI, Self.question()).text == stream)
        #expect(bench.log.records.first?.failure?.kind == .server)
    }

    @Test("PITFALLS 13: a client that leaves ends the provider's answer and is recorded")
    func cancelsTheProvider() async throws {
        let bench = try GatewayBench(ScriptedTransport(.stalled(pieces: [Self.opening + Self.hello])))
        let answer = await bench.answer(.openAI, Self.question())
        guard case .stream(let stream) = answer.body else {
            Issue.record("must stream")
            return
        }
        _ = await stream.next()
        stream.cancel()
        #expect(bench.transport.bodies.withLock { $0.first?.isCancelled } == true)
        #expect(bench.log.records.map(\.outcome) == [.cancelled])
        #expect(bench.gateway.shared.streams.count == 0)
    }

    @Test func tellsOpenStreamsThatTheGatewayStops() async throws {
        let bench = try GatewayBench(ScriptedTransport(.stalled(pieces: [Self.opening + Self.hello])))
        let answer = await bench.answer(.openAI, Self.question())
        #expect(bench.gateway.shared.streams.count == 1)
        bench.gateway.abortStreams()
        let text = await answer.text
        #expect(text.contains("data: {\"error\":"))
        #expect(!text.contains("[DONE]") || text.contains("error"))
        #expect(bench.log.records.first?.failure?.kind == .shuttingDown)
    }

    @Test func translatesStreamsLive() async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: Self.cut(Self.whole, 100))))
        let answer = await bench.answer(
            .anthropic, #"{"model":"o-1","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}"#)
        let text = await answer.text
        #expect(text.contains("event: message_start"))
        #expect(text.contains("\"text\":\"Hel\""))
        #expect(text.contains("\"output_tokens\":2"))
        #expect(text.contains("event: message_stop"))
    }

    @Test func givesEventsToPrograms() async throws {
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: Self.cut(Self.whole, 33))))
        var fold = ReplyAccumulator()
        for await event in try await bench.gateway.stream(ChatRequest(model: "o-1", messages: [.user("Hi")])) {
            fold.apply(event)
        }
        #expect(fold.isEnded)
        #expect(fold.reply.text == "Hello \"usage\"")
        #expect(bench.log.records.first?.outcome == .success)
    }

    @Test func endsTheProvidersAnswerWhenAProgramStopsListening() async throws {
        let bench = try GatewayBench(ScriptedTransport(.stalled(pieces: [Self.opening + Self.hello])))
        func listenOnce() async throws {
            for await event in try await bench.gateway.stream(ChatRequest(model: "o-1", messages: [.user("Hi")])) {
                if case .appended = event { break }
            }
        }
        try await listenOnce()
        #expect(bench.transport.bodies.withLock { $0.first?.isCancelled } == true)
        #expect(bench.log.records.map(\.outcome) == [.cancelled])
    }
}
