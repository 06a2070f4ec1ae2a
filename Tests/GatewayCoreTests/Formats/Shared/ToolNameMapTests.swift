import Testing

@testable import GatewayCore

struct ToolNameMapTests {
    private let rule = IdentifierRule(maximumLength: 20)

    @Test func leavesAllowedNamesAlone() {
        let map = ToolNameMap(["get_weather", "a-B_9"], rule: rule)
        #expect(map.isIdentity)
        #expect(map.wireName(for: "get_weather") == "get_weather")
    }

    @Test func replacesWhatIsNotAllowedAndBringsItBack() {
        let map = ToolNameMap(["weather.get:now"], rule: rule)
        #expect(map.wireName(for: "weather.get:now") == "weather_get_now")
        #expect(map.clientName(for: "weather_get_now") == "weather.get:now")
    }

    @Test("PITFALLS 17: names that would meet are told apart")
    func tellsCollidingNamesApart() {
        let names = ["a.b", "a:b", "a_b"]
        let map = ToolNameMap(names, rule: rule)
        let wireNames = names.map(map.wireName)
        #expect(Set(wireNames).count == 3)
        #expect(map.wireName(for: "a_b") == "a_b")
        #expect(wireNames.allSatisfy(rule.allows))
        #expect(wireNames.map(map.clientName) == names)
    }

    @Test("PITFALLS 17: a name is changed the same way in every turn")
    func shortensLongNamesTheSameWayEveryTime() {
        let long = String(repeating: "x", count: 50)
        let first = ToolNameMap([long], rule: rule).wireName(for: long)
        let second = ToolNameMap(["other", long, "a.b"], rule: rule).wireName(for: long)
        #expect(first == second)
        #expect(first.utf8.count == 20)
        #expect(first == "xxxxxxxxx_\(StableHash.hexadecimal(of: long))")
    }

    @Test func givesNamesOutsideASCIIAndEmptyOnesAForm() {
        #expect(rule.fitting("wetter_für") == "wetter_f_r")
        #expect(rule.fitting("") == "_")
        let letter = IdentifierRule(maximumLength: 20, punctuation: Array(".:".utf8), startsWithLetter: true)
        #expect(letter.fitting("9.lives") == "_9.lives")
    }

    @Test("PITFALLS 17: names come back in replies and events")
    func restoresRepliesAndEvents() {
        let map = ToolNameMap(["a.b"], rule: rule)
        var reply = ChatReply(candidates: [
            Candidate(parts: [.toolCall(ToolCall(id: "1", name: "a_b", arguments: "{}"))])
        ])
        map.restore(&reply)
        #expect(reply.toolCalls.first?.name == "a.b")
        var event = StreamEvent.opened(PartID(index: 0), .toolCall(id: "1", name: "a_b"))
        map.restore(&event)
        #expect(event == .opened(PartID(index: 0), .toolCall(id: "1", name: "a.b")))
    }
}
