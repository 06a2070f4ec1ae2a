import Testing

@testable import GatewayCore

struct TraceExporterTests {
    private func exporter(_ transport: any Transport) throws -> TraceExporter {
        var configuration = GatewayConfiguration()
        configuration.telemetry.endpoint = "http://collector:4318/"
        configuration.telemetry.headers = ["authorization": "Bearer collector"]
        return try #require(TraceExporter(configuration, transport: transport, logger: NoLogger()))
    }

    private func record(_ id: Int, sampled: Bool = true) -> RequestRecord {
        var record = RequestRecord(id: "r\(id)", startedAt: 1_790_000_000, clientFormat: .openAI, keyName: "k")
        record.trace = TraceContext(requestID: "r\(id)", ratio: sampled ? 1 : 0)
        record.attempts = [AttemptRecord(provider: "openai", instance: "one", model: "m")]
        return record
    }

    private func finish(_ exporter: TraceExporter) async {
        await exporter.finish(Task { await exporter.run() }, within: .seconds(5))
    }

    @Test func sendsSpansInBatches() async throws {
        let transport = ScriptedTransport(.reply(status: 200, body: []), .reply(status: 200, body: []))
        let exporter = try exporter(transport)
        for id in 0..<300 { exporter.record(record(id)) }
        exporter.record(record(300, sampled: false))
        #expect(exporter.counts.waiting == 300)
        await finish(exporter)
        #expect(exporter.counts == TraceExporter.Counts(exported: 600, dropped: 0, waiting: 0))
        let requests = transport.requests
        #expect(requests.map(\.url) == ["http://collector:4318/v1/traces", "http://collector:4318/v1/traces"])
        #expect(requests[0].headers["content-type"] == "application/x-protobuf")
        #expect(requests[0].headers["authorization"] == "Bearer collector")
    }

    @Test func dropsAndCountsWhatNobodyTakes() async throws {
        let exporter = try exporter(ScriptedTransport(.reply(status: 400, body: ["no"])))
        exporter.record(record(0))
        await finish(exporter)
        #expect(exporter.counts == TraceExporter.Counts(exported: 0, dropped: 2, waiting: 0))
    }

    @Test func neverHoldsMoreThanItsQueue() throws {
        let exporter = try exporter(ScriptedTransport())
        let record = record(0)
        for _ in 0..<9000 { exporter.record(record) }
        #expect(exporter.counts.waiting == 8192)
        #expect(exporter.counts.dropped == 2 * (9000 - 8192))
    }

    @Test func isAbsentWithoutACollector() {
        #expect(TraceExporter(GatewayConfiguration(), transport: ScriptedTransport(), logger: NoLogger()) == nil)
        #expect(TraceSampler(TelemetryConfiguration()) == nil)
    }

    @Test func writesProtobufAsItsGuideHasIt() {
        var writer = ProtobufWriter()
        writer.integer(1, 150)
        writer.string(2, "testing")
        writer.message(3) { $0.integer(1, 150) }
        writer.fixed32(4, 0x0102_0304)
        writer.integer(5, -1)
        writer.identifier(6, 0x0102_0304_0506_0708)
        let ones = [UInt8](repeating: 0xFF, count: 9)
        let expected: [UInt8] =
            [0x08, 0x96, 0x01, 0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67, 0x1A, 0x03, 0x08, 0x96, 0x01]
            + [0x25, 4, 3, 2, 1, 0x28] + ones + [1, 0x32, 8, 1, 2, 3, 4, 5, 6, 7, 8]
        #expect(writer.bytes == expected)
    }

    @Test(arguments: [0, 1, 127, 128, 300, 16_383, 16_384, 40_000]) func putsTheLengthBeforeAMessage(_ count: Int) {
        let text = String(repeating: "x", count: count)
        var writer = ProtobufWriter()
        writer.message(1) { $0.message(2) { $0.string(3, text) } }
        // From the inside out, as the guide's grammar has it.
        func wrapped(_ tag: UInt8, _ bytes: [UInt8]) -> [UInt8] {
            var length: [UInt8] = []
            var rest = bytes.count
            repeat {
                length.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
                rest >>= 7
            } while rest > 0
            return [tag] + length + bytes
        }
        #expect(writer.bytes == wrapped(0x0A, wrapped(0x12, wrapped(0x1A, Array(text.utf8)))))
    }

    /// Nobody took it out, so nobody gave it up.
    @Test func keepsWhatACancelLeftInTheQueue() async throws {
        let exporter = try exporter(ScriptedTransport())
        for id in 0..<600 { exporter.record(record(id)) }
        await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await exporter.run()
        }.value
        #expect(exporter.counts == TraceExporter.Counts(exported: 0, dropped: 0, waiting: 600))
    }

    /// What was taken out of the queue to be sent, and what nobody sends any more, is told.
    @Test func countsAsDroppedWhatACancelLeftUnsent() async throws {
        let transport = CancellingTransport(next: ScriptedTransport(.reply(status: 200, body: [])))
        let exporter = try exporter(transport)
        for id in 0..<600 { exporter.record(record(id)) }
        await finish(exporter)
        #expect(exporter.counts == TraceExporter.Counts(exported: 512, dropped: 688, waiting: 0))
    }
}

/// Whoever asks is cancelled by it, and answered all the same.
private struct CancellingTransport: Transport {
    let next: ScriptedTransport

    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await next.send(request)
    }
}
