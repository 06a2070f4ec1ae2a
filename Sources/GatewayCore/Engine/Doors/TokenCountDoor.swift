extension Gateway {
    /// Tells a client how many tokens its request has: counted by the model's provider where that has an API for it, else
    /// estimated, which the header `X-Gateway-Token-Count: estimated` tells.
    package func answerTokenCount(_ call: InboundCall) async -> OutboundReply {
        let exchange = makeExchange(for: call)
        do throws(ExchangeFailure) {
            let peek = try RequestPeek(call)
            guard let codec = call.format.codec as? any TokenCountCodec else {
                throw ExchangeFailure(.unexpectedAnswer)
            }
            exchange.journal.record.metadata = peek.gatewayOptions.metadata
            let question = Exchange.Question(
                model: peek.model, isStreaming: false, clientHeaders: call.headers,
                provider: call.pinnedProvider.map { .address($0) } ?? peek.gatewayOptions.provider,
                // Nothing is lost by a count: the request itself tells its own losses.
                policy: .allow, operation: .countTokens, timeout: peek.gatewayOptions.timeout,
                compose: { @Sendable (composer) async throws(ExchangeFailure) -> ComposedCall in
                    try composer.composeCount(call, peek)
                },
                pipe: { _, _ in PassThroughPipe() })
            let count = try await count(question, exchange) { () throws(ExchangeFailure) -> ChatRequest in
                try call.countedRequest(peek)
            }
            var headers = ReplyHeaders.common(requestID: call.id, format: call.format)
            if let provider = exchange.journal.record.provider { headers.append("x-provider", provider) }
            if count.isEstimate { headers.append("x-gateway-token-count", "estimated") }
            headers.append("content-type", "application/json")
            exchange.journal.noteOutput()
            exchange.journal.close(.success, usage: nil, failure: nil)
            return OutboundReply(
                status: 200, headers: headers, body: .bytes(codec.encodeTokenCount(count.tokens).serialized()))
        } catch {
            let failure = exchange.refuse(error)
            return refusal(failure, format: call.format, requestID: call.id, provider: error.provider)
        }
    }

    /// How many input tokens a request has: counted by the model's provider where it can, else estimated.
    public func countTokens(_ request: ChatRequest) async throws(GatewayError) -> TokenCount {
        let exchange = makeExchange(
            for: InboundCall(id: services.requestIDs.next(), format: .openAI, body: []), isEmbedded: true)
        let question = Exchange.Question(
            model: request.model, isStreaming: false, clientHeaders: [:], provider: nil, policy: .allow,
            operation: .countTokens,
            compose: { @Sendable (composer) async throws(ExchangeFailure) -> ComposedCall in
                try composer.composeCount(request)
            },
            pipe: { _, _ in PassThroughPipe() })
        do throws(ExchangeFailure) {
            let count = try await count(question, exchange) { () throws(ExchangeFailure) -> ChatRequest in request }
            exchange.journal.close(.success, usage: nil, failure: nil)
            return count
        } catch {
            throw GatewayError(exchange.refuse(error), provider: error.provider, losses: error.losses)
        }
    }

    private func count(
        _ question: Exchange.Question, _ exchange: Exchange,
        request: () throws(ExchangeFailure) -> ChatRequest
    ) async throws(ExchangeFailure) -> TokenCount {
        let route = try exchange.route(question)
        let instance = exchange.state.directory.instances(of: route.providerKey).first
        if let codec = instance?.countingCodec {
            do throws(ExchangeFailure) {
                if case .relayed(let bytes, _) = try await exchange.ask(question).0,
                    // The exchange has checked that it is JSON; a reply without a number is estimated like none.
                    let reply = try? JSONValue(parsing: bytes).object, let count = codec.decodeTokenCount(reply)
                {
                    return TokenCount(tokens: max(0, count), isEstimate: false)
                }
            } catch {
                guard error.isMissingAPI else { throw error }
            }
        }
        exchange.journal.record.model = question.model
        exchange.journal.record.provider = instance?.providerKey
        return TokenCount(tokens: TokenEstimator().tokens(in: try request()), isEstimate: true)
    }

    /// A fresh exchange with its record begun.
    func makeExchange(for call: InboundCall, isEmbedded: Bool = false) -> Exchange {
        let arrival = call.arrival ?? noteArrival()
        let state = state
        let journal = RequestJournal(
            id: call.id, startedAt: arrival.startedAt, clientFormat: isEmbedded ? nil : call.format,
            keyName: call.client.keyName, began: arrival.began, prices: prices.book, log: services.log)
        journal.record.endpoint = call.path
        journal.record.trace = state.traces?.context(call.headers, requestID: call.id)
        return Exchange(state, shared, journal: journal)
    }
}

extension ExchangeFailure {
    /// The service has not got the API at all, as compatible services often have not.
    fileprivate var isMissingAPI: Bool { provider != nil && [404, 405, 501].contains(failure.status) }
}
