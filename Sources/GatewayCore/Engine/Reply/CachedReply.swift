/// A kept answer, read and ready to be told to a client in its own form: streamed answers serve whole ones and the other way
/// round.
struct CachedReply {
    let answer: CachedAnswer
    /// Seconds since it was kept.
    let age: Double
    /// Whether it came from an identical request that was under way.
    var isShared = false
    private let reply: ChatReply
    /// As they came; empty where the answer was no stream.
    private let events: [StreamEvent]

    /// Nil when it cannot be read as the instance speaks now.
    init?(_ answer: CachedAnswer, age: Double, speech: ProviderSpeech) {
        guard answer.format == speech.format else { return nil }
        self.answer = answer
        self.age = max(0, age)
        guard answer.isStream else {
            // What a provider sent as a good answer and was taken for one is readable, unless the codec has changed.
            guard let object = try? JSONValue(parsing: answer.bytes).object,
                let reply = try? speech.codec.decodeReply(object)
            else { return nil }
            (self.reply, events) = (reply, [])
            return
        }
        guard let events = Self.events(of: answer.bytes, speech) else { return nil }
        var accumulator = ReplyAccumulator()
        for event in events { accumulator.apply(event) }
        guard accumulator.isEnded, accumulator.failure == nil else { return nil }
        (reply, self.events) = (accumulator.reply, events)
    }

    /// What the provider counted when it gave the answer.
    var usage: TokenUsage? { reply.usage }

    /// For a client that wants it whole. Where the provider speaks the client's format it goes through as it came.
    func whole(_ format: WireFormat, echo: RequestEcho) -> [UInt8] {
        guard answer.isStream || answer.format != format else { return answer.bytes }
        return format.codec.encodeReply(reply, for: echo).serialized()
    }

    /// For a client that wants a stream.
    func stream(_ format: WireFormat, echo: RequestEcho) -> [UInt8] {
        var encoder = format.codec.makeFramedStreamEncoder(for: echo)
        var bytes: [UInt8] = []
        for event in answer.isStream ? events : ReplyReplay.events(for: reply) { encoder.encode(event, into: &bytes) }
        return bytes
    }

    /// Nil for what the format does not allow.
    private static func events(of bytes: [UInt8], _ speech: ProviderSpeech) -> [StreamEvent]? {
        var framing = speech.framing.makeDecoder()
        var decoder = speech.codec.makeStreamDecoder()
        var events: [StreamEvent] = []
        framing.append(bytes[...])
        do {
            while let frame = try framing.next() { try decoder.decode(frame, into: &events) }
            if let frame = try framing.finish() { try decoder.decode(frame, into: &events) }
        } catch {
            return nil
        }
        decoder.finish(into: &events)
        // What follows the end is nobody's.
        return events.firstIndex(of: .ended).map { Array(events[...$0]) }
    }
}

extension Gateway {
    /// Answers from the cache, and closes the record: it took no tokens and cost nothing.
    func reply(to inquiry: WireInquiry, with cached: CachedReply, _ exchange: Exchange) -> OutboundReply {
        let (call, peek, journal) = (inquiry.call, inquiry.peek, exchange.journal)
        var echo = inquiry.echo(answeredIn: cached.answer.format)
        if call.format == .openAI, let tools = peek.json["tools"] {
            echo.repeated = OpenAICodec.repeatedTools(of: ["tools": peek.json.tree(of: tools)])
        }
        journal.record.cacheState = .hit
        journal.record.provider = cached.answer.provider
        journal.record.instance = cached.answer.instance
        journal.record.providerModel = cached.answer.model
        journal.record.savedUsage = cached.usage
        journal.begin(model: peek.model, isStreaming: peek.isStreaming)
        let bytes =
            peek.isStreaming ? cached.stream(call.format, echo: echo) : cached.whole(call.format, echo: echo)
        journal.noteOutput()
        journal.close(.success, usage: TokenUsage(freshInput: 0, output: 0), failure: nil)
        var headers = ReplyHeaders.common(call)
        headers.append("x-provider", cached.answer.provider)
        if let warnings = cached.answer.warnings { headers.append(ReplyHeaders.warnings, warnings) }
        for field in journal.limitStanding?.headers ?? [:] { headers.append(field.name, field.value) }
        headers.append("x-cache", "HIT")
        headers.append("x-cache-status", cached.isShared ? "COALESCED" : "HIT")
        headers.append("age", String(Int(cached.age)))
        if peek.gatewayOptions.wantsCost { headers.appendCost(journal.record.cost) }
        headers.append("content-type", peek.isStreaming ? call.framing.mediaType : "application/json")
        if peek.isStreaming { headers.append("cache-control", "no-cache") }
        return OutboundReply(status: 200, headers: headers, body: .bytes(bytes))
    }
}

extension Gateway {
    /// What the response cache has for the call; nil when none is in use or the request stays away from it. The record says
    /// which.
    func visitCache(
        _ inquiry: WireInquiry, _ exchange: Exchange
    ) async throws(ExchangeFailure) -> CacheVisit.Finding? {
        guard let cache = exchange.state.answers else { return nil }
        let visit = try CacheVisit(cache, inquiry.call, inquiry.peek, policy: inquiry.policy, state: exchange.state)
        guard let visit else {
            exchange.journal.record.cacheState = .bypass
            return nil
        }
        exchange.journal.record.cacheState = .miss
        let asked = services.monotonicClock.now()
        inquiry.setStart(asked)
        defer { exchange.journal.noteWait(services.monotonicClock.now() - asked) }
        let limit = exchange.state.configuration.failover.deadline
        return try await visit.look(services, within: min(inquiry.peek.gatewayOptions.timeout ?? limit, limit))
    }
}
