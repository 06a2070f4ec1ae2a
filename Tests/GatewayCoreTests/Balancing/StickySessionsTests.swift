import Testing

@testable import GatewayCore

struct StickySessionsTests {
    private func key(_ session: String) -> StickySessions.Key { .init(provider: "p", session: session) }

    @Test func staysUntilIdleForItsLifetime() {
        let sessions = StickySessions(capacity: 10)
        sessions.bind(key("a"), to: "one", at: .start)
        for minute in [59.0, 118] {
            #expect(sessions.instance(of: key("a"), at: .seconds(minute * 60), lifetime: .seconds(3600)) == "one")
        }
        #expect(sessions.instance(of: key("a"), at: .seconds(179 * 60), lifetime: .seconds(3600)) == nil)
        #expect(sessions.count == 0)
    }

    @Test func keepsABoundedNumberAndForgetsTheLeastUsed() {
        let sessions = StickySessions(capacity: 3)
        for (second, name) in ["a", "b", "c"].enumerated() {
            sessions.bind(key(name), to: name, at: .seconds(Double(second)))
        }
        _ = sessions.instance(of: key("a"), at: .seconds(4), lifetime: .seconds(3600))
        sessions.bind(key("d"), to: "d", at: .seconds(5))
        #expect(sessions.count == 3)
        #expect(sessions.instance(of: key("b"), at: .seconds(6), lifetime: .seconds(3600)) == nil)
        #expect(sessions.instance(of: key("a"), at: .seconds(6), lifetime: .seconds(3600)) == "a")
        sessions.resize(to: 1)
        sessions.bind(key("e"), to: "e", at: .seconds(7))
        #expect(sessions.count == 1)
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
