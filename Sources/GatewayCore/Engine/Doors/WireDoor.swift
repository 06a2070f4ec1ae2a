extension Gateway {
    /// Who the client is, or nil when it must be refused.
    package func identify(_ credentials: ClientCredentials) -> ClientIdentity? {
        state.keys.identify(credentials)
    }

    /// Whether clients must present a key.
    package var requiresKey: Bool { state.keys.isRequired }

    package func makeRequestID() -> String { services.requestIDs.next() }

    package func noteArrival() -> RequestArrival { RequestArrival(services.clock) }

    /// Leaves the record of a call that is refused before `answer`: by its address, key, headers or body.
    package func noteRefusal(_ call: InboundCall, _ failure: ProviderFailure) {
        let arrival = call.arrival ?? noteArrival()
        let journal = RequestJournal(
            id: call.id, startedAt: arrival.startedAt, clientFormat: call.format, keyName: call.client.keyName,
            began: arrival.began, prices: .empty, log: services.log)
        journal.record.endpoint = call.path.map(CredentialMask.masked)
        journal.record.status = call.errorFormat.status(of: failure)
        journal.record.trace = state.traces?.context(call.headers, requestID: call.id)
        journal.close(failure.outcome, usage: nil, failure: failure)
    }

    /// Answers a client of the wire, in its own format, whatever happens.
    package func answer(_ call: InboundCall) async -> OutboundReply {
        let exchange = begin(call)
        do throws(ExchangeFailure) {
            let inquiry = try inquire(call, exchange)
            if exchange.isLimited { try await enterLimits(inquiry, exchange) }
            if exchange.state.answers != nil, let kept = try await keptReply(to: inquiry, exchange) { return kept }
            let (answer, outline) = try await exchange.ask(inquiry.question())
            return reply(to: inquiry, with: answer, outline, exchange)
        } catch {
            return refuse(call, error, exchange)
        }
    }

    @inline(never)
    private func enterLimits(_ inquiry: WireInquiry, _ exchange: Exchange) async throws(ExchangeFailure) {
        try await exchange.enterLimits(key: inquiry.call.client.keyName, model: inquiry.peek.model) {
            LimitEstimate.tokens(of: inquiry.peek)
        }
    }

    /// Nil when the response cache has no answer.
    @inline(never)
    private func keptReply(
        to inquiry: WireInquiry, _ exchange: Exchange
    ) async throws(ExchangeFailure) -> OutboundReply? {
        switch try await visitCache(inquiry, exchange) {
        case nil: return nil
        case .hit(let cached)?: return reply(to: inquiry, with: cached, exchange)
        case .miss(let recorder)?:
            inquiry.setRecorder(recorder)
            return nil
        }
    }

    // The steps below are kept out of `answer`: what they need on the stack would become part of its asynchronous frame, which
    // is held while a provider works.

    @inline(never)
    private func begin(_ call: InboundCall) -> Exchange {
        let exchange = makeExchange(for: call)
        exchange.journal.noteReceived()
        return exchange
    }

    /// Reads what is asked.
    @inline(never)
    private func inquire(_ call: InboundCall, _ exchange: Exchange) throws(ExchangeFailure) -> WireInquiry {
        let journal = exchange.journal
        let original = try RequestPeek(call)
        var peek = original
        journal.record.clientFormat = call.format
        let keeper = try goOn(call, &peek, at: journal.record.startedAt)
        journal.record.metadata = peek.gatewayOptions.metadata
        journal.noteSettings(peek.json)
        return WireInquiry(
            call, peek, keeper: keeper, keep: turnKeeper(call, original),
            policy: try policy(call, peek) ?? exchange.state.configuration.conversion.policy,
            at: journal.record.startedAt, shared.reasoning, exchange.state)
    }

    @inline(never)
    private func reply(
        to inquiry: WireInquiry, with answer: Exchange.Answer, _ outline: AttemptOutline, _ exchange: Exchange
    ) -> OutboundReply {
        let (call, peek, journal) = (inquiry.call, inquiry.peek, exchange.journal)
        var headers = ReplyHeaders.success(call, outline, limits: journal.limitStanding)
        if let cacheState = journal.record.cacheState { headers.appendCache(cacheState) }
        switch answer {
        case .relayed(let bytes, let response):
            journal.noteOutput()
            journal.close(.success, usage: journal.record.usage, failure: nil)
            if peek.gatewayOptions.wantsCost { headers.appendCost(journal.record.cost) }
            noteOrigin(of: bytes, outline.instance, call, peek)
            headers.append("content-type", response.headers["content-type"] ?? "application/json")
            return OutboundReply(status: response.status, headers: headers, body: .bytes(bytes))
        case .decoded(let reply):
            let body = inquiry.encode(reply, outline)
            journal.noteOutput()
            journal.close(.success, usage: reply.usage, failure: nil)
            if peek.gatewayOptions.wantsCost { headers.appendCost(journal.record.cost) }
            headers.append("content-type", "application/json")
            return OutboundReply(status: 200, headers: headers, body: .bytes(body))
        case .stream(let stream):
            noteOrigin(of: outline.replyID, outline.instance, call, peek)
            headers.append("content-type", call.framing.mediaType)
            headers.append("cache-control", "no-cache")
            return OutboundReply(status: 200, headers: headers, body: .stream(stream))
        }
    }

    @inline(never)
    private func refuse(_ call: InboundCall, _ error: ExchangeFailure, _ exchange: Exchange) -> OutboundReply {
        // The body may have shown another format than the address.
        exchange.journal.record.clientFormat = call.format
        let failure = exchange.refuse(error, in: call.errorFormat)
        var reply = refusal(failure, format: call.errorFormat, requestID: call.id, provider: error.provider)
        if let ledger = LossLedger(error.losses).header { reply.headers.append(ReplyHeaders.warnings, ledger) }
        let attempts = exchange.journal.record.attempts.count
        for field in error.limits?.headers ?? [:] { reply.headers.append(field.name, field.value) }
        if attempts > 0 { reply.headers.append(ReplyHeaders.attempts, String(attempts)) }
        return reply
    }

    /// A failure as a client of that format expects it. The gateway's own words quote what a client sent, which may have
    /// been a credential in the wrong place.
    package func refusal(
        _ failure: ProviderFailure, format: WireFormat, requestID: String, provider: String? = nil
    ) -> OutboundReply {
        var failure = failure
        if provider == nil {
            failure.message = CredentialMask.maskedName(failure.message)
            failure.parameter = failure.parameter.map(CredentialMask.maskedName)
        }
        var headers = ReplyHeaders.common(requestID: requestID, format: format)
        if let provider { headers.append("x-provider", provider) }
        for field in format.codec.failureHeaders(failure) { headers.append(field.name, field.value) }
        if let delay = failure.retryAfter { headers.append("retry-after", ReplyHeaders.seconds(delay)) }
        headers.append("content-type", "application/json")
        return OutboundReply(
            status: format.status(of: failure), headers: headers,
            body: .bytes(format.codec.encodeFailure(failure).serialized()))
    }
}

extension Gateway {
    /// What the client's request or its key says; nil leaves it to the configuration.
    func policy(_ call: InboundCall, _ peek: RequestPeek) throws(ExchangeFailure) -> ConversionPolicy? {
        if let policy = peek.gatewayOptions.conversion { return policy }
        guard let word = call.headers[ConversionPolicy.headerName] else { return call.client.conversion }
        return try ConversionPolicy(requested: word, parameter: ConversionPolicy.headerName)
    }
}

extension WireFormat {
    /// The HTTP status under which clients of this format look for the failure. 529 is Anthropic's own.
    func status(of failure: ProviderFailure) -> Int {
        failure.status == 529 && self != .anthropic ? 503 : failure.status
    }
}
