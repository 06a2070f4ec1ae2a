import Testing

@testable import GatewayCore

/// Seeded damage never traps and never breaks the grammar: DESIGN section 4, number 8. What a codec makes of a damaged
/// message it can also write, in every format.
struct RandomLawTests {
    private static let rounds: UInt64 = 24

    @Test(arguments: LawSubjects.all(with: .request))
    func survivesDamagedRequests(_ subject: LawSubject) throws {
        let original = try #require(subject.conversation.json(.request, in: subject.codec.format))
        for seed in 0..<Self.rounds {
            var damage = JSONDamage(seed: seed)
            guard case .object(let body) = damage.applied(to: original),
                let request = try? subject.codec.decodeRequest(body, model: "m")
            else { continue }
            for target in LawSubjects.codecs {
                var notes: [ConversionNote] = []
                _ = try? target.encodeRequest(request, for: subject.conversation.target, notes: &notes)
            }
        }
    }

    @Test(arguments: LawSubjects.all(with: .reply))
    func survivesDamagedReplies(_ subject: LawSubject) throws {
        let original = try #require(subject.conversation.json(.reply, in: subject.codec.format))
        for seed in 0..<Self.rounds {
            var damage = JSONDamage(seed: seed)
            guard case .object(let body) = damage.applied(to: original) else { continue }
            _ = subject.codec.decodeUsage(in: body)
            _ = subject.codec.decodeFailure(status: 500, headers: [:], body: body.serialized())
            guard let reply = try? subject.codec.decodeReply(body) else { continue }
            for target in LawSubjects.codecs {
                _ = target.encodeReply(reply, for: subject.conversation.echo)
                _ = target.stream(of: ReplyReplay.events(for: reply), for: subject.conversation.echo)
            }
        }
    }

    @Test(arguments: LawSubjects.streams)
    func keepsTheGrammarInDamagedStreams(_ subject: LawSubject) throws {
        let stream = try #require(subject.conversation.stream(in: subject.codec.format))
        let framing = subject.codec.streamFraming
        let frames = DecodedStream([stream[...]], with: framing.makeDecoder()).frames
        for seed in 0..<Self.rounds {
            var damage = JSONDamage(seed: seed)
            var damaged: [UInt8] = []
            for frame in damage.applied(to: frames) { framing.write(frame, into: &damaged) }
            let events = subject.codec.events(of: damaged)
            #expect(GrammarChecker.violation(in: events) == nil, "seed \(seed)")
            for target in LawSubjects.codecs {
                _ = target.stream(of: events, for: subject.conversation.echo)
            }
        }
    }

    @Test func survivesRandomBytes() {
        for seed in 0..<200 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let bytes = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            for codec in LawSubjects.codecs {
                _ = codec.decodeFailure(status: 502, headers: [:], body: bytes)
                _ = codec.events(of: bytes)
                var decoder = codec.makeStreamDecoder()
                var events: [StreamEvent] = []
                try? decoder.decode(Frame(data: bytes), into: &events)
            }
        }
    }
}
