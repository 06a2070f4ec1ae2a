import Testing

@testable import GatewayCore

struct StickySessionsTests {
    private let sessions = StickySessions(capacity: 3)

    private func key(_ session: String) -> StickySessions.Key { .init(provider: "p", session: session) }

    private func bind(_ session: String, to instance: String, at seconds: Double, patience: Double = 0) {
        sessions.bind(key(session), to: instance, at: .seconds(seconds), patience: .seconds(patience))
    }

    private func bond(_ session: String, at seconds: Double) -> StickySessions.Bond? {
        sessions.bond(of: key(session), at: .seconds(seconds), lifetime: .seconds(3600))
    }

    @Test func staysUntilIdleForItsLifetime() {
        bind("a", to: "one", at: 0)
        for minute in [59.0, 118] { #expect(bond("a", at: minute * 60)?.instance == "one") }
        #expect(bond("a", at: 179 * 60) == nil)
        #expect(sessions.count == 0)
    }

    @Test func keepsABoundedNumberAndForgetsTheLeastUsed() {
        for (second, name) in ["a", "b", "c"].enumerated() { bind(name, to: name, at: Double(second)) }
        _ = bond("a", at: 4)
        bind("d", to: "d", at: 5)
        #expect(sessions.count == 3)
        #expect(bond("b", at: 6) == nil)
        #expect(bond("a", at: 6)?.instance == "a")
        sessions.resize(to: 1)
        bind("e", to: "e", at: 7)
        #expect(sessions.count == 1)
    }

    @Test func knowsWhereASessionBelongsHoweverOftenItMoves() {
        bind("a", to: "one", at: 0, patience: 1)
        #expect(bond("a", at: 0)?.home == nil)
        bind("a", to: "two", at: 10, patience: 2)
        bind("a", to: "two", at: 20, patience: 3)
        let away = StickySessions.Bond(
            instance: "two", home: "one", since: .seconds(10), usedAt: .seconds(20), patience: .seconds(2))
        #expect(bond("a", at: 20) == away)
        bind("a", to: "three", at: 30)
        #expect(bond("a", at: 30)?.home == "one")
        bind("a", to: "one", at: 40)
        #expect(bond("a", at: 40)?.home == nil)
    }

    /// Against a table that is simple and slow.
    @Test func agreesWithASimpleTable() {
        var random = SplitMix64(seed: 3)
        var table = RecencyTable<Int, Int>(capacity: 8)
        var model: [(key: Int, value: Int, at: Int)] = []
        for now in 0..<5000 {
            let key = random.below(14)
            switch random.below(4) {
            case 0:
                #expect(table.use(key, at: .seconds(Double(now))) == model.first { $0.key == key }?.value)
                if let place = model.firstIndex(where: { $0.key == key }) { model[place].at = now }
            case 1:
                table.remove(key)
                model.removeAll { $0.key == key }
            case 2:
                let oldest = now - random.below(60)
                table.removeUnused(since: .seconds(Double(oldest)))
                model.removeAll { $0.at < oldest }
            default:
                table.set(key, to: now, at: .seconds(Double(now)))
                model.removeAll { $0.key == key }
                if model.count == 8, let place = model.indices.min(by: { model[$0].at < model[$1].at }) {
                    model.remove(at: place)
                }
                model.append((key, now, now))
            }
            #expect(table.count == model.count)
        }
    }
}

struct ClientSessionTests {
    private static let body = #"{"model":"a-1","metadata":{"user_id":"%"},"messages":[]}"#

    private func session(
        _ format: WireFormat = .anthropic, user: String = "", headers: HTTPFields = [:]
    ) throws -> String? {
        let body = Array(Self.body.replacing("%", with: user.replacing("\"", with: "\\\"")).utf8)
        let call = InboundCall(id: "r", format: format, body: body, headers: headers)
        return ClientSession(call, try JSONPeek(body)).conversation
    }

    @Test func readsTheHeaders() throws {
        #expect(try session(.openAI, headers: ["X-Session-Id": "s1", "x-conversation-id": "c1"]) == "s1")
        #expect(try session(.gemini, headers: ["x-conversation-id": "c1"]) == "c1")
        #expect(try session(.openAI, headers: ["x-session-id": ""]) == nil)
        #expect(try session(.openAI, headers: ["x-session-id": String(repeating: "x", count: 257)]) == nil)
    }

    @Test func readsTheSessionOfCodex() throws {
        #expect(try session(.responses, headers: ["session_id": "s1"]) == "s1")
        #expect(try session(.responses, headers: ["session_id": "s1", "x-session-id": "mine"]) == "mine")
        #expect(try session(.openAI, headers: ["session_id": "s1"]) == nil)
    }

    @Test func readsTheSessionOfClaudeCode() throws {
        let id = "7c1b0a4e-6f0e-4b6f-9c9a-0a8f5f0f6b11"
        #expect(try session(user: "user_0a_account_1b_session_\(id)") == id)
        #expect(try session(user: #"{"device_id":"d","session_id":"\#(id)"}"#) == id)
        #expect(try session(user: "user_0a_session_") == nil)
        #expect(try session(user: "somebody") == nil)
        #expect(try session(user: "{") == nil)
        #expect(try session(.openAI, user: "user_0a_session_\(id)") == nil)
    }
}
