import Synchronization
import Testing

@testable import GatewayCore

struct RequestLogLinesTests {
    private let logger = CollectingLogger()

    private func journal(_ logger: CollectingLogger? = nil) -> RequestJournal {
        let journal = RequestJournal(
            id: "r-1", startedAt: 0, clientFormat: .openAI, keyName: "team", prices: .empty,
            log: RequestLogLines(logger: logger ?? self.logger))
        journal.record.endpoint = "/v1/chat/completions"
        return journal
    }

    @Test func tellsTheStartAndTheEnd() throws {
        let journal = journal()
        journal.begin(model: "gpt-4o", isStreaming: true)
        #expect(logger.lines.map(\.event) == ["llm_request_start"])
        let attempt = journal.beginAttempt(provider: "openai", instance: "one", model: "gpt-4o-2024")
        journal.noteHead(of: attempt, status: 200, after: .zero)
        journal.noteOutput()
        journal.close(.success, usage: TokenUsage(freshInput: 3, output: 4), failure: nil)
        #expect(logger.lines.map(\.event) == ["llm_request_start", "llm_request_complete"])
        #expect(logger.lines.allSatisfy { $0.fields["request_id"] == "r-1" && $0.level == .info })
        let end = logger.lines[1].fields
        #expect(end["model"] == "gpt-4o")
        #expect(end["provider_model"] == "gpt-4o-2024")
        #expect(end["input_tokens"] == 3)
        #expect(end["output_tokens"] == 4)
        #expect(end["duration_ms"] != nil)
        #expect(end["error"] == nil)
    }

    @Test func tellsWhatWentWrongWithoutSecrets() throws {
        let journal = journal()
        journal.begin(model: "gpt-4o", isStreaming: false)
        let failure = ProviderFailure(
            kind: .authentication, status: 401, message: "Incorrect API key provided: sk-abcdefghijklmnop")
        journal.close(failure.outcome, usage: nil, failure: failure)
        #expect(logger.lines.map(\.event) == ["llm_request_start", "llm_request_error", "llm_request_complete"])
        #expect(logger.lines[1].fields["error"] == "authentication")
        #expect(logger.lines[1].fields["message"] == "Incorrect API key provided: sk-…")
    }

    @Test func debugTellsEachStageWithoutSecrets() throws {
        let logger = CollectingLogger(.debug)
        let journal = journal(logger)
        (journal.record.routeRule, journal.record.routeName) = ("alias", "fast")
        journal.record.notes = [
            ConversionNote(.dropped, "/tools/0/sk-abcdefgh", "It has no place for sk-abcdefghijkl.")
        ]
        let first = journal.beginAttempt(provider: "openai", instance: "one", model: "gpt-4o")
        let failure = ProviderFailure(kind: .overloaded, status: 503, message: "busy, sk-abcdefghijklmnop")
        journal.endAttempt(first, failure: failure, then: .failover)
        let second = journal.beginAttempt(provider: "openai", instance: "two", model: "gpt-4o")
        journal.noteAnswer(of: second)
        journal.close(.success, usage: TokenUsage(freshInput: 3, output: 4), failure: nil)
        let stages = logger.lines.filter { $0.level == .debug }
        #expect(
            stages.map(\.event) == [
                "llm_request_routed", "llm_request_attempt", "llm_request_attempt", "llm_request_converted",
            ])
        #expect(stages[0].fields["rule"] == "alias" && stages[0].fields["name"] == "fast")
        #expect(stages[1].fields["then"] == "failover" && stages[1].fields["error_message"] == "busy, sk-…")
        #expect(stages[2].fields["instance"] == "two")
        #expect(stages[3].fields["pointer"] == "/tools/0/sk-…")
        #expect(stages.allSatisfy { $0.fields["request_id"] == "r-1" })
    }

    @Test func whatIsRefusedAtTheDoorHasAStartToo() {
        let failure = ProviderFailure(kind: .invalidRequest, status: 400, message: "no JSON")
        journal().close(.refused, usage: nil, failure: failure)
        #expect(logger.lines.map(\.event) == ["llm_request_start", "llm_request_error", "llm_request_complete"])
    }

    @Test func failuresAreWarningsAndClientsThatLeftAreNone() {
        let failure = ProviderFailure(kind: .overloaded, status: 503, message: "busy")
        journal().close(.failure, usage: nil, failure: failure)
        #expect(logger.lines.map(\.level) == [.info, .warning, .warning])
        journal().close(.cancelled, usage: nil, failure: failure)
        #expect(logger.lines.suffix(2).map(\.event) == ["llm_request_start", "llm_request_complete"])
    }

    @Test func aCredentialInPlaceOfAModelIsNotShown() {
        let journal = journal()
        journal.begin(model: "sk-live-0123456789", isStreaming: false)
        journal.close(.success, usage: nil, failure: nil)
        #expect(logger.lines.allSatisfy { $0.fields["model"] == "sk-…" })
    }
}

/// Keeps lines instead of writing them.
final class CollectingLogger: Logger {
    struct Line: Sendable {
        var level: LogLevel
        var event: String
        var fields: JSONObject
    }

    private let collected = Mutex<[Line]>([])
    private let level: LogLevel

    init(_ level: LogLevel = .info) {
        self.level = level
    }

    var lines: [Line] { collected.withLock { $0 } }

    func takes(_ level: LogLevel) -> Bool { level >= self.level }

    func log(_ level: LogLevel, _ event: String, _ fields: JSONObject) {
        guard takes(level) else { return }
        collected.withLock { $0.append(Line(level: level, event: event, fields: fields)) }
    }
}
