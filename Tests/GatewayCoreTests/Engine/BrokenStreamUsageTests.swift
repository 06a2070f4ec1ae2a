import Testing

@testable import GatewayCore

/// PITFALLS 13: what was used of an answer that broke off is in the record, counted or marked as estimated.
struct BrokenStreamUsageTests {
    private static let opening = #"data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"# + "\n\n"
    private static let piece = #"data: {"choices":[{"index":0,"delta":{"content":"Hello you"}}]}"# + "\n\n"
    private static let counted =
        #"data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}"# + "\n\n"
    private static let question =
        #"{"model":"o-1","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"one two three"}]}"#

    private func record(
        _ step: ScriptedTransport.Step, _ client: WireFormat = .openAI
    ) async throws -> RequestRecord {
        let bench = try GatewayBench(ScriptedTransport(step))
        _ = await bench.answer(client, Self.question).text
        return try #require(bench.log.records.first)
    }

    @Test(arguments: [WireFormat.openAI, .anthropic])
    func estimatesWhatNobodyCounted(client: WireFormat) async throws {
        let pieces = [Self.opening + Self.piece + Self.piece]
        let record = try await record(.broken(pieces: pieces, error: .truncated(detail: "reset")), client)
        #expect(record.outcome == .failure)
        #expect(record.isUsageEstimated)
        // Eighteen bytes in two pieces, and a message of three words.
        #expect(record.usage?.output == 5)
        #expect((4...20).contains(try #require(record.usage?.freshInput)))
        #expect(record.attempts.first?.usage == record.usage)
    }

    @Test func addsToWhatTheProviderCountedBefore() async throws {
        let pieces = [Self.opening + Self.piece + Self.counted + Self.piece]
        let record = try await record(.broken(pieces: pieces, error: .timedOut(.idle)))
        #expect(record.isUsageEstimated)
        #expect(record.usage?.freshInput == 7)
        #expect(record.usage?.output == 5 + 3)
    }

    @Test(arguments: [WireFormat.openAI, .anthropic])
    func believesAProviderThatCountedEverything(client: WireFormat) async throws {
        let pieces = [Self.opening + Self.piece + Self.counted]
        let record = try await record(.broken(pieces: pieces, error: .truncated(detail: "reset")), client)
        #expect(!record.isUsageEstimated)
        #expect(record.usage?.total == 12)
    }

    @Test func estimatesWhenTheClientLeaves() async throws {
        let bench = try GatewayBench(ScriptedTransport(.stalled(pieces: [Self.opening + Self.piece])))
        guard case .stream(let stream) = await bench.answer(.openAI, Self.question).body else {
            Issue.record("must stream")
            return
        }
        _ = await stream.next()
        stream.cancel()
        let record = try #require(bench.log.records.first)
        #expect(record.outcome == .cancelled)
        #expect(record.isUsageEstimated)
        #expect(record.usage?.output == 3)
    }

    @Test func leavesAWholeAnswerWithoutCountsUnknown() async throws {
        let end = #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\ndata: [DONE]\n\n"
        let record = try await record(.reply(status: 200, body: [Self.opening + Self.piece + end]))
        #expect(record.outcome == .success)
        #expect(record.usage == nil)
        #expect(!record.isUsageEstimated)
        #expect(record.cost?.note != nil)
    }
}
