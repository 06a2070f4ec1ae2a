/// What would become of a request, told without sending it: where it could go, what a conversion would lose, and the most it
/// could cost.
package struct RequestForecast: Sendable {
    /// One instance that may be asked, in the order in which healthy ones are.
    package struct Destination: Sendable {
        package var provider: String
        package var instance: String
        /// As the provider calls it.
        package var model: String
        /// The rule that leads there; `fallback` where it is only asked when others fail.
        package var rule: Route.Rule
        package var format: WireFormat
        package var condition: InstanceStatus.Condition
        /// Nil when the request cannot be made for it; `refusal` then says why.
        package var way: ComposedCall.Way?
        package var notes: [ConversionNote] = []
        package var refusal: String?
        /// Estimated.
        package var inputTokens: Int?
        /// The longest answer that the request allows, of all candidates together; nil where it sets no limit.
        package var maxOutputTokens: Int?
        /// In 10^-12 USD; nil when it is unknown, and `costNote` says why.
        package var maxCost: Int64?
        package var costNote: String?
    }

    package var model: String
    package var clientFormat: WireFormat
    package var isStreaming: Bool
    package var route: Route
    package var policy: ConversionPolicy
    package var destinations: [Destination]

    /// The most that any of them would cost; nil where one of them is unknown.
    package var maxCost: Int64? {
        let usable = destinations.filter { $0.refusal == nil }
        let costs = usable.compactMap(\.maxCost)
        return costs.count == usable.count ? costs.max() : nil
    }
}

extension Gateway {
    /// More would tell nobody anything.
    private static let maxDestinations = 32

    /// Says what would become of a call. Nothing is sent, recorded, counted against limits or fetched.
    package func forecast(_ call: InboundCall) async throws(ExchangeFailure) -> RequestForecast {
        let peek = try RequestPeek(call)
        let state = state
        let choice = call.pinnedProvider.map { ProviderChoice.address($0) } ?? peek.gatewayOptions.provider
        let route = try route(peek.model, choice, state)
        let policy = try policy(call, peek) ?? state.configuration.conversion.policy
        let routes =
            choice == nil ? [route] + state.router.fallbacks(for: peek.model, after: route, cause: .failure) : [route]
        var forecast = RequestForecast(
            model: peek.model, clientFormat: call.format, isStreaming: peek.isStreaming,
            route: route, policy: policy,
            destinations: [])
        for route in routes {
            for instance in state.directory.instances(of: route.providerKey) {
                guard forecast.destinations.count < Self.maxDestinations else { return forecast.masked }
                forecast.destinations.append(await destination(route, instance, call, peek, policy))
            }
        }
        guard !forecast.destinations.isEmpty else { throw ExchangeFailure(.noInstance(of: route.providerKey)) }
        return forecast.masked
    }

    private func route(
        _ model: String, _ choice: ProviderChoice?, _ state: GatewayState
    ) throws(ExchangeFailure) -> Route {
        if let choice {
            guard let key = state.directory.key(named: choice.name) else {
                throw ExchangeFailure(choice.unknown(among: state.directory.providerKeys))
            }
            return state.router.route(model, to: key)
        }
        guard let route = state.router.route(model) else { throw ExchangeFailure(.unknownModel(model)) }
        return route
    }

    private func destination(
        _ route: Route, _ instance: ProviderInstance, _ call: InboundCall, _ peek: RequestPeek,
        _ policy: ConversionPolicy
    ) async -> RequestForecast.Destination {
        let speech = instance.speech(for: route.model, client: call.format)
        var destination = RequestForecast.Destination(
            provider: instance.providerKey, instance: instance.name, model: route.model, rule: route.rule,
            format: speech.format,
            condition: instance.health.status(at: services.monotonicClock.now()).condition)
        do throws(ExchangeFailure) {
            let composed = try await CallComposer(route: route, instance: instance, speech: speech)
                .compose(call, peek)
            destination.way = composed.way
            destination.notes = composed.notes.map { note in
                var note = note
                note.pointer = CredentialMask.maskedName(note.pointer)
                note.message = CredentialMask.masked(note.message)
                return note
            }
            if policy == .strict,
                let refusal = LossLedger(composed.notes).refusal(provider: instance.providerKey)
            {
                throw refusal
            }
            price(&destination, composed, speech)
        } catch {
            destination.refusal = CredentialMask.masked(error.failure.message)
        }
        return destination
    }

    /// By the body as the provider would get it, which may have a limit that the client did not set.
    private func price(
        _ destination: inout RequestForecast.Destination, _ composed: ComposedCall, _ speech: ProviderSpeech
    ) {
        // A body that was just made, or checked as JSON, but that the codec does not read back has no limit to be known.
        guard let object = try? JSONValue(parsing: composed.body).object,
            let request = try? speech.codec.decodeRequest(object, model: destination.model)
        else {
            destination.costNote = "the request cannot be read as \(speech.format.rawValue)"
            return
        }
        let input = TokenEstimator().tokens(in: request)
        destination.inputTokens = input
        guard let limit = request.maxOutputTokens else {
            destination.costNote = "the request sets no limit to the answer"
            return
        }
        let candidates = max(1, request.sampling.candidateCount ?? composed.candidateCount)
        let (output, overflow) = limit.multipliedReportingOverflow(by: candidates)
        destination.maxOutputTokens = overflow ? .max : output
        let tier = request.serviceTier.map { ServiceTier(word: $0) } ?? .standard
        let ceiling = prices.book.ceiling(
            inputTokens: input, outputTokens: overflow ? .max : output, tier: tier, model: destination.model,
            at: destination.provider, instant: services.clock.now())
        switch ceiling {
        case .success(let amount): destination.maxCost = amount
        case .failure(let reason): destination.costNote = reason.description
        }
    }
}

extension RequestForecast {
    /// Without the credential that a client may have given for a model.
    fileprivate var masked: RequestForecast {
        var forecast = self
        forecast.model = CredentialMask.maskedName(model)
        forecast.route = route.naming(CredentialMask.maskedName(route.model))
        for place in destinations.indices {
            forecast.destinations[place].model = CredentialMask.maskedName(destinations[place].model)
            forecast.destinations[place].costNote = destinations[place].costNote.map(CredentialMask.maskedName)
        }
        return forecast
    }

    /// As the API and `explain --json` give it.
    package var json: JSONObject {
        var route: JSONObject = [
            "rule": .string(self.route.rule.rawValue), "provider": .string(self.route.providerKey),
            "model": .string(self.route.model),
        ]
        route.append("name", ifPresent: self.route.name.map { .string($0) })
        return [
            "model": .string(model), "client_format": .string(clientFormat.rawValue), "stream": .bool(isStreaming),
            "conversion": .string(policy.rawValue), "route": .object(route),
            "destinations": .array(destinations.map { .object($0.json) }),
            "max_cost_usd": RequestCost.usd(maxCost),
        ]
    }
}

extension RequestForecast.Destination {
    fileprivate var json: JSONObject {
        var object: JSONObject = [
            "provider": .string(provider), "instance": .string(instance), "model": .string(model),
            "is_fallback": .bool(rule == .fallback), "format": .string(format.rawValue),
            "condition": .string(condition.rawValue),
        ]
        switch way {
        case .relay?: object.append("way", "relay")
        case .translation?: object.append("way", "translation")
        case nil: break
        }
        object.append("refused", ifPresent: refusal.map { .string($0) })
        object.append(
            "losses",
            .array(
                notes.map { note in
                    .object([
                        "action": .string(note.action.rawValue), "pointer": .string(note.pointer),
                        "message": .string(note.message), "level": .string(note.level.rawValue),
                    ])
                }))
        object.append("estimated_input_tokens", inputTokens.map { .number(JSONNumber($0)) } ?? .null)
        object.append("max_output_tokens", maxOutputTokens.map { .number(JSONNumber($0)) } ?? .null)
        object.append("max_cost_usd", RequestCost.usd(maxCost))
        object.append("cost_note", ifPresent: costNote.map { .string($0) })
        return object
    }
}
