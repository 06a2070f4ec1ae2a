extension Gateway {
    /// Answers a call that names a model but asks for no reply, such as Responses' `input_tokens`: a provider that speaks the
    /// client's format is asked as the client asked.
    ///
    /// - Parameter path: below the API's root, as in `ResourceCall`.
    package func answer(_ call: InboundCall, at path: String) async -> OutboundReply {
        let arrival = call.arrival ?? noteArrival()
        var record = RequestRecord(
            id: call.id, startedAt: arrival.startedAt, clientFormat: call.format, keyName: call.client.keyName)
        record.endpoint = call.path
        let exchange = Exchange(
            services: services, state: state, shared: shared,
            journal: RequestJournal(record, began: arrival.began, prices: prices.book, log: services.log))
        do throws(ExchangeFailure) {
            var call = call
            let peek = try RequestPeek(&call)
            exchange.journal.record.model = peek.model
            try exchange.enterLimits(key: call.client.keyName, model: peek.model) { LimitEstimate.tokens(of: peek) }
            let choice: ProviderChoice? =
                call.pinnedProvider.map { .address($0) } ?? peek.gatewayOptions.provider
            let route = try exchange.route(peek.model, choice)
            let instances = exchange.state.directory.instances(of: route.providerKey)
                .filter { $0.speaks(call.format) }
            var firstFailure: ExchangeFailure?
            for instance in instances.prefix(exchange.state.configuration.failover.maxAttempts) {
                do throws(ExchangeFailure) {
                    let resource = try Self.resource(
                        call, peek, at: path, model: instance.dialect.name(of: route.model))
                    return try await passOn(resource, to: instance, call, exchange.journal)
                } catch {
                    firstFailure = firstFailure ?? error
                    guard FailureClass(error.failure).isWorthAnotherInstance, !Task.isCancelled else { break }
                }
            }
            throw firstFailure ?? ExchangeFailure(.notOffered(call.path ?? path, by: route.providerKey))
        } catch {
            let failure = exchange.refuse(error)
            return refusal(failure, format: call.format, requestID: call.id, provider: error.provider)
        }
    }

    private static func resource(
        _ call: InboundCall, _ peek: RequestPeek, at path: String, model: String
    ) throws(ExchangeFailure) -> ResourceCall {
        var edits: [JSONEdit] = []
        if peek.model != model { edits.append(.set("/model", .string(model))) }
        if peek.gatewayOptions.isPresent { edits.append(.remove("/x-gateway")) }
        do {
            let body = edits.isEmpty ? call.body : try peek.json.bytes(applying: edits)
            return ResourceCall(method: "POST", path: path, body: body, clientHeaders: call.headers)
        } catch {
            throw ExchangeFailure(.invalidRequest("The body cannot be forwarded: \(error)"))
        }
    }
}

extension ProviderFailure {
    /// Something that only one API has was asked of a provider of another.
    fileprivate static func notOffered(_ path: String, by provider: String) -> ProviderFailure {
        invalidRequest("The provider \"\(provider)\" has no counterpart of \(path).", parameter: "model")
    }
}
