extension Gateway {
    /// Passes a request of OpenAI's other APIs on, and its answer back as it comes, whatever it holds.
    ///
    /// The model of the body or form decides who is asked; without one the provider that the client names, else the
    /// default one, else the only one that has such APIs.
    ///
    /// - Parameters:
    ///   - upload: what is passed on in place of the call's body, while it arrives.
    ///   - keeper: the instance that has what is asked for; nil for any.
    package func answerResource(
        _ call: InboundCall, _ resource: ResourceRequest, upload: ClientUpload? = nil, at keeper: InstanceID? = nil
    ) async -> OutboundReply {
        let exchange = makeExchange(for: call)
        do throws(ExchangeFailure) {
            let asked = try ResourceCall(call, resource)
            exchange.journal.record.metadata = asked.options.metadata
            var provider: ProviderChoice? = call.pinnedProvider.map { .address($0) } ?? asked.options.provider
            if let keeper { provider = .address(keeper.provider) }
            if asked.model == nil, provider == nil { provider = try resourceProvider(exchange.state) }
            let isJSON = resource.method == "POST"
            let question = Exchange.Question(
                model: asked.model ?? "", isStreaming: true, clientHeaders: call.headers, provider: provider,
                policy: .allow, operation: .resource(resource), timeout: asked.options.timeout,
                compose: { @Sendable (composer) async throws(ExchangeFailure) -> ComposedCall in
                    guard composer.instance.provider is any ResourceProvider else {
                        throw ExchangeFailure(.noResources(at: composer.instance.providerKey))
                    }
                    let body = try asked.body(naming: composer.target.model)
                    return ComposedCall(way: .relay, body: body, notes: [], hidesUsage: false)
                },
                pipe: { _, speech in PassThroughPipe(isJSON: isJSON, codec: speech.codec) })
            question.keeper = keeper
            question.upload = upload
            try await exchange.enterLimits(key: call.client.keyName, model: question.model) { call.body.count / 4 }
            let (answer, outline) = try await exchange.ask(question)
            guard case .stream(let stream) = answer else { throw ExchangeFailure(.unexpectedAnswer) }
            let type = outline.headers["content-type"]
            exchange.journal.record.isStreaming = type?.hasPrefix("text/event-stream") ?? false
            if asked.model == nil { exchange.journal.record.model = nil }
            var headers = ReplyHeaders.success(call, outline, limits: exchange.journal.limitStanding)
            for name in ["content-type", "content-disposition", "cache-control", "openai-processing-ms"] {
                if let value = outline.headers[name], headers[name] == nil { headers.append(name, value) }
            }
            return OutboundReply(status: 200, headers: headers, body: .stream(stream))
        } catch {
            let failure = exchange.refuse(error)
            return refusal(failure, format: call.format, requestID: call.id, provider: error.provider)
        }
    }

    private func resourceProvider(_ state: GatewayState) throws(ExchangeFailure) -> ProviderChoice {
        let able = state.directory.providerKeys.filter { key in
            state.directory.instances(of: key).first?.provider is any ResourceProvider
        }
        if let standard = state.configuration.routing.defaultProvider, able.contains(standard) {
            return .address(standard)
        }
        guard able.count == 1, let only = able.first else {
            let choice =
                able.isEmpty
                ? "No configured provider has this API."
                : "Say which provider is meant: "
                    + able.joined(separator: ", ")
                    + "; by the address /{provider}/v1/... or the header x-gateway-provider."
            throw ExchangeFailure(.invalidRequest(choice, parameter: "x-gateway-provider"))
        }
        return .address(only)
    }
}

extension ProviderFailure {
    static func noResources(at provider: String) -> ProviderFailure {
        .invalidRequest(
            "The provider \"\(provider)\" has no API of this kind; OpenAI, Azure OpenAI and compatible services have.")
    }
}
