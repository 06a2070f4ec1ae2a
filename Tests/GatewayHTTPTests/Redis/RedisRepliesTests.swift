import Testing

@testable import GatewayCore
@testable import GatewayHTTP

struct RedisRepliesTests {
    private let claim = LimitClaim(
        id: "c", tokens: 5,
        counts: [
            .init(scope: .gateway, rule: LimitRule(requests: 10, concurrent: 3)),
            .init(scope: .key("k"), rule: LimitRule(tokens: 100)),
        ])

    private func reply(_ numbers: [Int64]) -> RESPValue { .array(numbers.map { .integer($0) }) }

    @Test func readsWhatIsLeft() {
        let verdict = LimitReply(reply([1, 0, 0, 9, 6000, -1, 0, 0, 0, -1, 0, 95, 3000]), to: claim)?.verdict
        let standing = LimitStanding(
            requests: .init(limit: 10, remaining: 9, reset: .seconds(6)),
            tokens: .init(limit: 100, remaining: 95, reset: .seconds(3)))
        #expect(verdict == .granted(standing))
    }

    @Test func readsTheRefusalThatLastsLongest() throws {
        let verdict = LimitReply(reply([0, 3, 1000, 4, 100, -1, 0, 2, 7000, -1, 0, 0, 60_000]), to: claim)?.verdict
        guard case .refused(let refusal) = verdict else { return #expect(Bool(false)) }
        #expect((refusal.scope, refusal.unit, refusal.limit) == (.key("k"), .tokens, 100))
        #expect(refusal.retryAfter == .seconds(7))
        #expect(refusal.standing.tokens?.remaining == 0)
    }

    @Test func nonsenseIsNoVerdict() {
        for numbers: [Int64] in [
            [], [1], [0, 0, 0, 9, 0, -1, 0, 0, 0, -1, 0, 95, 0], [0] + Array(repeating: .max, count: 12),
        ] {
            #expect(LimitReply(reply(numbers), to: claim) == nil)
        }
        #expect(LimitReply(.null, to: claim) == nil)
        let extreme = LimitReply(
            reply([1] + Array(repeating: .min, count: 6) + Array(repeating: .max, count: 6)), to: claim)
        #expect(extreme != nil)
    }

    @Test func readsCircuits() {
        let row: [RESPValue] = [
            .bytes(Array("openai/a".utf8)), .integer(1), .integer(2), .integer(1500), .integer(2900),
        ]
        let closed: [RESPValue] = [.bytes(Array("openai/b".utf8)), .integer(0), .integer(1), .integer(0), .integer(0)]
        let news = CircuitNews(.array([.integer(3)] + row + closed))
        #expect(
            news
                == CircuitNews(
                    gateways: 3,
                    circuits: [
                        .init(
                            name: "openai/a", state: .open(.milliseconds(1500)), openings: 2, leave: .milliseconds(2900)
                        ),
                        .init(name: "openai/b", state: .closed, openings: 1),
                    ]))
        #expect(CircuitNews(.array([])) == nil)
        #expect(CircuitNews(.array([.integer(1), .null, .integer(1), .integer(1), .integer(1), .integer(1)])) == nil)
    }

    @Test func hashesLikeEveryOther() {
        #expect(
            SHA256Digest.hexadecimal(of: Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
