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
        var record = RequestRecord(
            id: call.id, startedAt: arrival.startedAt, clientFormat: call.format, keyName: call.client.keyName)
        record.endpoint = call.path.map(CredentialMask.masked)
        record.status = call.errorFormat.status(of: failure)
        record.trace = state.traces?.context(call.headers, requestID: call.id)
        RequestJournal(record, began: arrival.began, prices: .empty, log: services.log)
            .close(failure.outcome, usage: nil, failure: failure)
    }

    /// Answers a client of the wire, in its own format, whatever happens.
    package func answer(_ call: InboundCall) async -> OutboundReply {
        let arrival = call.arrival ?? noteArrival()
        var record = RequestRecord(
            id: call.id, startedAt: arrival.startedAt, clientFormat: call.format, keyName: call.client.keyName)
        record.endpoint = call.path
        record.trace = state.traces?.context(call.headers, requestID: call.id)
        let exchange = Exchange(
            services: services, state: state, shared: shared,
            journal: RequestJournal(record, began: arrival.began, prices: prices.book, log: services.log))
        exchange.journal.noteReceived()
        var call = call
        do {
            let original = try RequestPeek(&call)
            let codec = call.format.codec
            exchange.journal.record.clientFormat = call.format
            var peek = original
            let keeper = try goOn(&call, &peek, at: record.startedAt)
            let keep = turnKeeper(call, original)
            exchange.journal.record.metadata = peek.gatewayOptions.metadata
            exchange.journal.noteSettings(peek.json)
            let echo = RequestEcho(
                model: peek.model, fallbackID: call.id, created: Int(record.startedAt),
                wantsStreamUsage: peek.wantsStreamUsage, framing: call.framing)
            var question = try question(call, peek, echo, keep, exchange.state)
            question.tellsUsage = peek.gatewayOptions.wantsCost && call.framing == .sse
            question.keeper = keeper
            try await exchange.enterLimits(key: call.client.keyName, model: peek.model) {
                LimitEstimate.tokens(of: peek)
            }
            switch try await visitCache(call, peek, question.policy, exchange) {
            case nil: break
            case .hit(let cached)?:
                let echo = echo.repeatingPrompt(of: call, peek, answeredIn: cached.answer.format)
                return self.answer(call, with: cached, peek, echo, exchange)
            case .miss(let recorder)?: question.recorder = recorder
            }
            let (answer, outline) = try await exchange.ask(question)
            var headers = ReplyHeaders.success(call, outline, limits: exchange.journal.limitStanding)
            if let cacheState = exchange.journal.record.cacheState { headers.appendCache(cacheState) }
            switch answer {
            case .relayed(let bytes, let response):
                exchange.journal.noteOutput()
                exchange.journal.close(.success, usage: exchange.journal.record.usage, failure: nil)
                if peek.gatewayOptions.wantsCost { headers.appendCost(exchange.journal.record.cost) }
                noteOrigin(of: bytes, outline.instance, call, peek)
                headers.append("content-type", response.headers["content-type"] ?? "application/json")
                return OutboundReply(status: response.status, headers: headers, body: .bytes(bytes))
            case .decoded(let reply):
                var echo = echo.repeatingPrompt(of: call, peek, answeredIn: outline.speech.format)
                echo.repeated = outline.repeated
                let body = codec.encodeReply(reply, for: echo)
                keep?(body)
                let bytes = body.serialized()
                exchange.journal.noteOutput()
                exchange.journal.close(.success, usage: reply.usage, failure: nil)
                if peek.gatewayOptions.wantsCost { headers.appendCost(exchange.journal.record.cost) }
                headers.append("content-type", "application/json")
                return OutboundReply(status: 200, headers: headers, body: .bytes(bytes))
            case .stream(let stream):
                noteOrigin(of: outline.replyID, outline.instance, call, peek)
                headers.append("content-type", call.framing.mediaType)
                headers.append("cache-control", "no-cache")
                return OutboundReply(status: 200, headers: headers, body: .stream(stream))
            }
        } catch {
            let failure = exchange.refuse(error, in: call.errorFormat)
            var reply = refusal(failure, format: call.errorFormat, requestID: call.id, provider: error.provider)
            if let ledger = LossLedger(error.losses).header { reply.headers.append(ReplyHeaders.warnings, ledger) }
            let attempts = exchange.journal.record.attempts.count
            for field in error.limits?.headers ?? [:] { reply.headers.append(field.name, field.value) }
            if attempts > 0 { reply.headers.append(ReplyHeaders.attempts, String(attempts)) }
            return reply
        }
    }

    /// A failure as a client of that format expects it.
    package func refusal(
        _ failure: ProviderFailure, format: WireFormat, requestID: String, provider: String? = nil
    ) -> OutboundReply {
        var headers = ReplyHeaders.common(requestID: requestID, format: format)
        if let provider { headers.append("x-provider", provider) }
        for field in format.codec.failureHeaders(failure) { headers.append(field.name, field.value) }
        if let delay = failure.retryAfter { headers.append("retry-after", ReplyHeaders.seconds(delay)) }
        headers.append("content-type", "application/json")
        return OutboundReply(
            status: format.status(of: failure), headers: headers,
            body: .bytes(format.codec.encodeFailure(failure).serialized()))
    }

    private func question(
        _ call: InboundCall, _ peek: RequestPeek, _ echo: RequestEcho, _ keep: (@Sendable (JSONObject) -> Void)?,
        _ state: GatewayState
    ) throws(ExchangeFailure) -> Exchange.Question {
        let clientCodec = call.format.codec
        let original = plainTextRequest(call, peek, state)
        var question = Exchange.Question(
            model: peek.model, isStreaming: peek.isStreaming, clientHeaders: call.headers,
            clientFormat: call.format,
            provider: call.pinnedProvider.map { .address($0) } ?? peek.gatewayOptions.provider,
            policy: try policy(call, peek) ?? state.configuration.conversion.policy,
            timeout: peek.gatewayOptions.timeout, session: ClientSession(call, peek.json),
            compose: { [reasoning = shared.reasoning] (composer) async throws(ExchangeFailure) in
                try await composer.remembering(reasoning, client: call.client.keyName, format: call.format)
                    .compose(call, peek)
            },
            pipe: { composed, speech in
                let codec = speech.codec
                if original == nil, composed.way == .relay && call.framing == .sse && speech.framing == .sse {
                    return RelayPipe(
                        codec: codec, echo: echo, hidesUsage: composed.hidesUsage,
                        candidateCount: composed.candidateCount)
                }
                if original == nil, composed.way == .relay && call.framing != .jsonArray {
                    return FrameRelayPipe(codec: codec, framing: speech.framing, echo: echo)
                }
                var echo = echo.repeatingPrompt(of: call, peek, answeredIn: codec.format)
                echo.repeated = composed.repeated
                return StreamTranslator(
                    framing: speech.framing.makeDecoder(), decoder: codec.makeStreamDecoder(),
                    encoder: clientCodec.makeFramedStreamEncoder(for: echo), toolNames: composed.toolNames,
                    memory: composed.memory, keep: keep, splice: original == nil ? nil : TextSplice())
            })
        if let original {
            question.composeRest = { (composer, text) async throws(ExchangeFailure) in
                try await composer.translate(TextSplice.continuing(original, after: text))
            }
        }
        return question
    }

    /// The request of a stream that another provider may go on with when it breaks off; nil for all others.
    private func plainTextRequest(_ call: InboundCall, _ peek: RequestPeek, _ state: GatewayState) -> ChatRequest? {
        guard state.configuration.failover.continuesStreams, peek.isStreaming,
            [.openAI, .anthropic, .gemini].contains(call.format),
            var body = peek.json.tree(of: peek.json.root).object
        else { return nil }
        for key in call.membersOfAddress + [GatewayOptions.key] { body.removeValue(forKey: key) }
        let codec = call.format.codec
        // A request that cannot be read goes on its way, where that is told.
        guard var request = try? codec.decodeRequest(body, model: codec.namesModelInBody ? nil : peek.model),
            request.asksForPlainText
        else { return nil }
        request.isStreaming = true
        return request
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

extension RequestEcho {
    /// With the prompt that a Completions client wants before its answer, where the provider's format has no such wish.
    fileprivate func repeatingPrompt(
        of call: InboundCall, _ peek: RequestPeek, answeredIn format: WireFormat
    ) -> RequestEcho {
        guard call.format == .completions, format != .completions, peek.json.bool(peek.json["echo"]) == true else {
            return self
        }
        let prompt = peek.json["prompt"]
        var echo = self
        echo.prompt = peek.json.string(prompt) ?? prompt.flatMap { peek.json.string(peek.json.elements(of: $0).first) }
        return echo
    }
}

extension WireFormat {
    /// The HTTP status under which clients of this format look for the failure. 529 is Anthropic's own.
    func status(of failure: ProviderFailure) -> Int {
        failure.status == 529 && self != .anthropic ? 503 : failure.status
    }
}
