import Testing

@testable import GatewayCore

/// Laws that a codec keeps by itself: DESIGN section 4, numbers 1 to 5.
struct CodecLawTests {
    @Test(arguments: LawSubjects.all(with: .request))
    func writesTheRequestItRead(_ subject: LawSubject) throws {
        let conversation = subject.conversation
        let original = try #require(conversation.json(.request, in: subject.codec.format))
        var notes: [ConversionNote] = []
        let request = try subject.codec.request(of: conversation)
        let written = try subject.codec.encodeRequest(request, for: conversation.target, notes: &notes)
        #expect(WireComparison.canonical(.object(written)) == WireComparison.canonical(original))
        #expect(notes.isEmpty)
    }

    @Test(arguments: LawSubjects.all(with: .reply))
    func writesTheReplyItRead(_ subject: LawSubject) throws {
        let original = try #require(subject.conversation.json(.reply, in: subject.codec.format))
        let reply = try subject.codec.reply(of: subject.conversation)
        let written = subject.codec.encodeReply(reply, for: subject.conversation.echo)
        #expect(WireComparison.canonical(.object(written)) == WireComparison.canonical(original))
    }

    @Test(arguments: LawSubjects.all(with: .failure))
    func givesItsOwnFailureBackAsItWas(_ subject: LawSubject) throws {
        let original = try #require(subject.conversation.json(.failure, in: subject.codec.format))
        let failure = try subject.codec.failure(of: subject.conversation)
        #expect(JSONValue.object(subject.codec.encodeFailure(failure)) == original["body"])
        #expect(failure.status == original["status"]?.int)
        // Gemini says in the body how long to wait.
        let inBody = original["body"]?["error"]?["details"]?[0]?["retryDelay"]?.string.map { String($0.dropLast()) }
        let wait = original["headers"]?["retry-after"]?.string ?? inBody
        #expect(failure.retryAfter == wait.flatMap(Int.init).map { .seconds($0) })
    }

    @Test(arguments: LawSubjects.all(with: .reply))
    func foldsWhatItUnfolds(_ subject: LawSubject) throws {
        let reply = try subject.codec.reply(of: subject.conversation)
        let events = ReplyReplay.events(for: reply)
        #expect(GrammarChecker.violation(in: events) == nil)
        #expect(ReplyAccumulator.fold(events).reply == reply)
    }

    @Test(arguments: LawSubjects.streams)
    func foldsAStreamIntoItsReply(_ subject: LawSubject) throws {
        let stream = try #require(subject.conversation.stream(in: subject.codec.format))
        let fold = ReplyAccumulator.fold(subject.codec.events(of: stream))
        guard let golden = subject.conversation.json(.reply, in: subject.codec.format) else {
            #expect(fold.failure != nil, "a stream without a reply is one that fails")
            #expect(fold.reply.text == "Once upon a time")
            return
        }
        #expect(fold.isEnded)
        let written = subject.codec.encodeReply(fold.reply, for: subject.conversation.echo)
        #expect(WireComparison.canonical(.object(written)) == WireComparison.canonical(golden))
    }

    @Test("PITFALLS 1: every stream of every format, however it is cut", arguments: LawSubjects.streams)
    func readsAStreamHoweverItIsCut(_ subject: LawSubject) throws {
        let stream = try #require(subject.conversation.stream(in: subject.codec.format))
        let whole = subject.codec.events(of: stream)
        for size in [1, 2, 3, 7] {
            let pieces = stride(from: 0, to: stream.count, by: size).map { stream[$0..<min($0 + size, stream.count)] }
            #expect(subject.codec.events(of: pieces) == whole)
        }
    }

    @Test("PITFALLS 4: every stream keeps the grammar of events", arguments: LawSubjects.streams)
    func keepsTheGrammarOfEvents(_ subject: LawSubject) throws {
        let stream = try #require(subject.conversation.stream(in: subject.codec.format))
        #expect(GrammarChecker.violation(in: subject.codec.events(of: stream)) == nil)
    }

    @Test(arguments: LawSubjects.all(with: .reply))
    func readsTheStreamItWrites(_ subject: LawSubject) throws {
        let reply = try subject.codec.reply(of: subject.conversation)
        let stream = subject.codec.stream(of: ReplyReplay.events(for: reply), for: subject.conversation.echo)
        let events = subject.codec.events(of: stream)
        #expect(GrammarChecker.violation(in: events) == nil)
        let written = subject.codec.encodeReply(ReplyAccumulator.fold(events).reply, for: subject.conversation.echo)
        let golden = subject.codec.encodeReply(reply, for: subject.conversation.echo)
        #expect(WireComparison.canonical(.object(written)) == WireComparison.canonical(.object(golden)))
    }
}

extension WireCodec {
    func failure(of conversation: Conversation) throws -> ProviderFailure {
        let fixture = try #require(conversation.json(.failure, in: format))
        let status = try #require(fixture["status"]?.int)
        let members = fixture["headers"]?.object?.members ?? []
        let headers = HTTPFields(members.map { HTTPFields.Field(name: $0.key, value: $0.value.string ?? "") })
        let body = try #require(fixture["body"])
        return decodeFailure(status: status, headers: headers, body: body.serialized())
    }
}
