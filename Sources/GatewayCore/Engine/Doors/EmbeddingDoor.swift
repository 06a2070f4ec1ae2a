extension Gateway {
    /// Answers a client that wants embeddings, in OpenAI's format or Gemini's.
    ///
    /// - Parameter isBatch: whether a Gemini client asked for several at once.
    package func answerEmbeddings(_ call: InboundCall, isBatch: Bool) async -> OutboundReply {
        let exchange = makeExchange(for: call)
        do throws(ExchangeFailure) {
            let peek = try RequestPeek(call)
            exchange.journal.record.metadata = peek.gatewayOptions.metadata
            let door = EmbeddingDoor(call: call, peek: peek, isBatch: isBatch)
            let question = Exchange.Question(
                model: peek.model, isStreaming: false, clientHeaders: call.headers,
                provider: call.pinnedProvider.map { .address($0) } ?? peek.gatewayOptions.provider,
                policy: try policy(call, peek) ?? exchange.state.configuration.conversion.policy, operation: .embed,
                timeout: peek.gatewayOptions.timeout,
                compose: { @Sendable (composer) async throws(ExchangeFailure) -> ComposedCall in
                    try door.compose(composer, part: 0).0
                },
                pipe: { _, _ in PassThroughPipe() })
            let reply = try await embed(question, door, exchange)
            exchange.journal.noteOutput()
            exchange.journal.close(.success, usage: reply.usage, failure: nil)
            return reply.outbound
        } catch {
            let failure = exchange.refuse(error)
            var reply = refusal(failure, format: call.format, requestID: call.id, provider: error.provider)
            if let ledger = LossLedger(error.losses).header { reply.headers.append(ReplyHeaders.warnings, ledger) }
            return reply
        }
    }

    /// Asks as often as the provider's limit of inputs demands, one request after the other.
    private func embed(
        _ question: Exchange.Question, _ door: EmbeddingDoor, _ exchange: Exchange
    ) async throws(ExchangeFailure) -> (outbound: OutboundReply, usage: TokenUsage?) {
        var whole: EmbeddingReply?
        try await exchange.enterLimits(key: door.call.client.keyName, model: question.model) {
            door.call.body.count / 4
        }
        var part = 0
        while true {
            let place = part
            question.compose = { (composer) async throws(ExchangeFailure) -> ComposedCall in
                try door.compose(composer, part: place).0
            }
            let (answer, outline) = try await exchange.ask(question)
            guard case .relayed(let bytes, let response) = answer else { throw ExchangeFailure(.unexpectedAnswer) }
            let instance = outline.instance
            var headers = ReplyHeaders.success(door.call, outline, limits: exchange.journal.limitStanding)
            headers.append("content-type", "application/json")
            let composer = CallComposer(
                route: try exchange.route(question, at: instance), instance: instance, speech: outline.speech)
            let (_, way) = try door.compose(composer, part: place)
            guard case .conversion(let format, let parts) = way else {
                return (
                    OutboundReply(status: response.status, headers: headers, body: .bytes(bytes)),
                    exchange.journal.record.usage
                )
            }
            let decoded = try door.decode(bytes, format, instance.providerKey, response.headers)
            if whole == nil { whole = decoded } else { whole?.append(decoded) }
            part += 1
            guard part >= parts, let whole else { continue }
            let body = try door.encode(whole)
            return (
                OutboundReply(status: 200, headers: headers, body: .bytes(body)),
                whole.inputTokens.map { TokenUsage(freshInput: $0, output: 0) }
            )
        }
    }
}

/// One client's request for embeddings, made ready for whoever is asked.
struct EmbeddingDoor: Sendable {
    let call: InboundCall
    let peek: RequestPeek
    let isBatch: Bool

    enum Way {
        case relay
        case conversion(EmbeddingFormat, parts: Int)
    }

    private var clientFormat: EmbeddingFormat { call.format == .gemini ? .gemini : .openAI }

    func compose(
        _ composer: CallComposer, part: Int
    ) throws(ExchangeFailure) -> (ComposedCall, Way) {
        let model = composer.target.model
        guard
            let format = (composer.instance.provider as? any EmbeddingProvider)?.embeddingFormat(of: model)
        else {
            throw ExchangeFailure(
                .invalidRequest(
                    "The provider \"\(composer.instance.providerKey)\" has no embeddings of \"\(model)\".",
                    parameter: "model"))
        }
        // A single request of Gemini goes as a batch of one, since providers are asked at one address.
        if format == clientFormat, format == .openAI || isBatch, try fits(format) {
            return (try relay(model), .relay)
        }
        var request = try decode()
        let size = format.codec.maxInputs
        let parts = (request.inputs.count + size - 1) / size
        request.inputs = Array(request.inputs.dropFirst(part * size).prefix(size))
        var notes: [ConversionNote] = []
        do {
            let body = try format.codec.encodeRequest(request, model: model, notes: &notes)
            return (
                ComposedCall(way: .relay, body: body.serialized(), notes: notes, hidesUsage: false),
                .conversion(format, parts: parts)
            )
        } catch {
            throw ExchangeFailure(.invalidRequest(error))
        }
    }

    private func fits(_ format: EmbeddingFormat) throws(ExchangeFailure) -> Bool {
        guard format == .gemini, let requests = peek.json["requests"] else { return true }
        return peek.json.elements(of: requests).count <= format.codec.maxInputs
    }

    private func relay(_ model: String) throws(ExchangeFailure) -> ComposedCall {
        var edits: [JSONEdit] = []
        if clientFormat == .openAI, peek.model != model { edits.append(.set("/model", .string(model))) }
        if peek.gatewayOptions.isPresent { edits.append(.remove("/x-gateway")) }
        if clientFormat == .gemini, peek.model != model, let requests = peek.json["requests"] {
            let name = model.contains("/") ? model : "models/" + model
            for index in peek.json.elements(of: requests).indices {
                edits.append(.set(JSONPointer(tokens: ["requests", String(index), "model"]), .string(name)))
            }
        }
        do {
            let body = edits.isEmpty ? peek.json.bytes : try peek.json.bytes(applying: edits)
            return ComposedCall(way: .relay, body: body, notes: [], hidesUsage: false)
        } catch {
            throw ExchangeFailure(.invalidRequest("The body cannot be forwarded: \(error)"))
        }
    }

    private func decode() throws(ExchangeFailure) -> EmbeddingRequest {
        guard let body = peek.json.tree(of: peek.json.root).object else {
            throw ExchangeFailure(.invalidRequest("The body must be a JSON object."))
        }
        do {
            switch clientFormat {
            case .gemini: return try GeminiEmbeddings().decodeRequest(body, model: peek.model)
            case .openAI, .titan, .cohere: return try OpenAIEmbeddings().decodeRequest(body)
            }
        } catch {
            throw ExchangeFailure(.invalidRequest(error))
        }
    }

    func decode(
        _ bytes: [UInt8], _ format: EmbeddingFormat, _ provider: String, _ headers: HTTPFields
    ) throws(ExchangeFailure) -> EmbeddingReply {
        do {
            guard let object = try JSONValue(parsing: bytes).object else { throw ConversionError("", "is no object") }
            var reply = try format.codec.decodeReply(object)
            // Bedrock counts in a header.
            if reply.inputTokens == nil {
                reply.inputTokens = headers["x-amzn-bedrock-input-token-count"].flatMap(Int.init)
            }
            return reply
        } catch {
            throw ExchangeFailure(
                ProviderFailure(
                    kind: .malformed, status: 502,
                    message: "The provider \"\(provider)\" answered what its format does not allow: \(error)"),
                provider: provider)
        }
    }

    func encode(_ reply: EmbeddingReply) throws(ExchangeFailure) -> [UInt8] {
        switch clientFormat {
        case .gemini: GeminiEmbeddings().encodeReply(reply, isBatch: isBatch).serialized()
        case .openAI, .titan, .cohere: OpenAIEmbeddings().encodeReply(reply, of: try decode()).serialized()
        }
    }
}
