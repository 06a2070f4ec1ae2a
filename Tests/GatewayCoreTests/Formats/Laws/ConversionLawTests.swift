import Testing

@testable import GatewayCore

/// Every pair of formats meets the golden of the target: DESIGN section 4, number 6.
struct ConversionLawTests {
    @Test(arguments: LawSubjects.pairs(with: .request))
    func convertsRequests(_ pair: LawPair) throws {
        let conversation = pair.conversation
        let golden = try #require(conversation.golden(.request, in: pair.target.format, from: pair.source.format))
        var notes: [ConversionNote] = []
        let request = try pair.source.request(of: conversation)
        let written = try pair.target.encodeRequest(request, for: conversation.target, notes: &notes)
        #expect(WireComparison.canonical(.object(written)) == WireComparison.canonical(golden))
    }

    @Test(arguments: LawSubjects.pairs(with: .reply))
    func convertsReplies(_ pair: LawPair) throws {
        let conversation = pair.conversation
        let golden = try #require(conversation.golden(.reply, in: pair.target.format, from: pair.source.format))
        let written = pair.target.encodeReply(try pair.source.reply(of: conversation), for: conversation.echo)
        #expect(WireComparison.canonical(reply: written, golden: golden) == WireComparison.canonical(golden))
    }

    @Test(arguments: LawSubjects.streamPairs)
    func convertsStreams(_ pair: LawPair) throws {
        let conversation = pair.conversation
        let golden = try #require(conversation.golden(.reply, in: pair.target.format, from: pair.source.format))
        let stream = try #require(conversation.stream(in: pair.source.format))
        let converted = pair.target.stream(of: pair.source.events(of: stream), for: conversation.echo)
        let events = pair.target.events(of: converted)
        #expect(GrammarChecker.violation(in: events) == nil)
        let written = pair.target.encodeReply(ReplyAccumulator.fold(events).reply, for: conversation.echo)
        #expect(WireComparison.canonical(reply: written, golden: golden) == WireComparison.canonical(golden))
    }

    @Test(arguments: LawSubjects.pairs(with: .failure))
    func convertsFailures(_ pair: LawPair) throws {
        let conversation = pair.conversation
        let golden = try #require(conversation.golden(.failure, in: pair.target.format, from: pair.source.format))
        let written = pair.target.encodeFailure(try pair.source.failure(of: conversation))
        #expect(WireComparison.canonical(.object(written)) == WireComparison.canonical(golden["body"] ?? .null))
    }

    @Test("PITFALLS 3: a broken stream never ends cleanly in any format", arguments: LawSubjects.streams)
    func neverEndsABrokenStreamCleanly(_ subject: LawSubject) throws {
        guard subject.conversation.json(.reply, in: subject.codec.format) == nil else { return }
        let stream = try #require(subject.conversation.stream(in: subject.codec.format))
        let events = subject.codec.events(of: stream)
        for target in LawSubjects.codecs {
            let converted = target.stream(of: events, for: subject.conversation.echo)
            let fold = ReplyAccumulator.fold(target.events(of: converted))
            #expect(fold.failure != nil)
            #expect(fold.reply.text == "Once upon a time")
        }
    }
}
