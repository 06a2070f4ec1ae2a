/// One request's walk: route, ask the candidates in order, and answer with the first that commits.
package struct Exchange {
    let media: (any MediaFetcher)?
    let state: GatewayState
    let streams: StreamRegistry
    let journal: RequestJournal

    /// The largest whole reply that is taken from a provider.
    static let maxReplyBytes = 64 << 20
    /// The largest error body that is read; longer ones are cut.
    static let maxErrorBytes = 1 << 20
    /// The most that is held back of a stream until its answer has begun.
    static let maxOpeningBytes = 1 << 20

    /// What is asked, whoever asks.
    struct Question {
        var model: String
        var isStreaming: Bool
        var clientHeaders: HTTPFields
        /// The provider that the client chose, past all routing.
        var provider: ProviderChoice?
        var policy: ConversionPolicy
        var compose: (CallComposer) async throws(ExchangeFailure) -> ComposedCall
        /// The pipe a streamed answer takes.
        var pipe: (ComposedCall, any WireCodec) -> any StreamPipe
    }

    /// A committed answer.
    enum Answer {
        /// A whole reply, as the provider wrote it.
        case relayed([UInt8], TransportResponse)
        case decoded(ChatReply)
        case stream(ReplyStream)
    }

    func ask(_ question: Question) async throws(ExchangeFailure) -> (Answer, AttemptOutline) {
        journal.record.model = question.model
        journal.record.isStreaming = question.isStreaming
        let route = try route(question)
        journal.record.routeRule = route.rule.rawValue
        journal.record.routeName = route.name
        let candidates = state.directory.instances(of: route.providerKey)
        guard !candidates.isEmpty else { throw ExchangeFailure(.noInstance(of: route.providerKey)) }
        var firstFailure: ExchangeFailure?
        var lossRefusal: ExchangeFailure?
        let asked = candidates.prefix(state.maxAttempts)
        for (place, instance) in asked.enumerated() {
            let attemptID = journal.beginAttempt(
                provider: instance.providerKey, instance: instance.name, model: route.model)
            do {
                return try await attempt(question, route, instance, attemptID)
            } catch {
                if error.isLossRefusal {
                    // Nothing was sent; another instance may take the request as it is.
                    journal.withdrawAttempt(attemptID)
                    lossRefusal = lossRefusal ?? error
                    continue
                }
                if firstFailure == nil { firstFailure = error }
                let goesOn = error.failure.isWorthAnotherInstance && !Task.isCancelled && place + 1 < asked.count
                journal.endAttempt(attemptID, failure: error.failure, then: goesOn ? .failover : nil)
                guard goesOn else { break }
            }
        }
        throw firstFailure ?? lossRefusal ?? ExchangeFailure(.noInstance(of: route.providerKey))
    }

    private func route(_ question: Question) throws(ExchangeFailure) -> Route {
        if let choice = question.provider {
            guard let key = state.directory.key(named: choice.name) else {
                throw ExchangeFailure(choice.unknown(among: state.directory.providerKeys))
            }
            return state.router.route(question.model, to: key)
        }
        guard let route = state.router.route(question.model) else {
            throw ExchangeFailure(.unknownModel(question.model))
        }
        return route
    }

    private func attempt(
        _ question: Question, _ route: Route, _ instance: ProviderInstance, _ attemptID: RequestJournal.AttemptID
    ) async throws(ExchangeFailure) -> (Answer, AttemptOutline) {
        let composed = try await question.compose(
            CallComposer(route: route, instance: instance, media: media))
        journal.record.isRelayed = composed.way == .relay
        journal.record.notes = composed.notes
        if question.policy == .strict, let refusal = LossLedger(composed.notes).refusal(provider: instance.providerKey)
        {
            throw refusal
        }
        let call = ProviderCall(
            model: route.model, isStreaming: question.isStreaming, body: composed.body,
            clientHeaders: question.clientHeaders)
        let attempt = Attempt(instance: instance, codec: instance.codec, journal: journal)
        let response = try await attempt.send(call) { journal.noteHead(of: attemptID, status: $0) }
        let outline = AttemptOutline(
            instance: instance, notes: composed.notes, policy: question.policy, headers: response.headers)
        if question.isStreaming {
            var pipe = question.pipe(composed, attempt.codec)
            let opening = try await attempt.open(response, through: &pipe)
            journal.record.status = 200
            let stream = ReplyStream(
                body: response.body, pipe: pipe, opening: opening, journal: journal, registry: streams)
            return (.stream(stream), outline)
        }
        let bytes = try await attempt.collect(response, upTo: Self.maxReplyBytes)
        switch composed.way {
        case .relay:
            journal.record.usage = try attempt.usage(of: bytes)
            return (.relayed(bytes, response), outline)
        case .translation:
            var reply = try attempt.decode(bytes)
            composed.toolNames.restore(&reply)
            journal.record.usage = reply.usage
            return (.decoded(reply), outline)
        }
    }

    /// Closes the record of a request that got no answer, and says what the client is told.
    func refuse(_ error: ExchangeFailure) -> ProviderFailure {
        let failure = error.provider.map { error.failure.seenByClient(provider: $0) } ?? error.failure
        journal.record.status = failure.status
        let outcome: RequestRecord.Outcome = Task.isCancelled ? .cancelled : error.failure.outcome
        journal.close(outcome, usage: nil, failure: error.failure)
        return failure
    }
}

/// What an answer's headers say of the attempt that gave it.
struct AttemptOutline {
    var instance: ProviderInstance
    var notes: [ConversionNote]
    var policy: ConversionPolicy
    /// The provider's own.
    var headers: HTTPFields
}

extension ProviderFailure {
    /// Whether another instance might do better: not when the request itself is at fault.
    var isWorthAnotherInstance: Bool {
        switch kind {
        case .authentication, .permission, .billing, .rateLimited, .overloaded, .unavailable, .timeout, .server,
            .truncated, .malformed:
            true
        case .invalidRequest, .contextWindowExceeded, .contentFiltered, .notFound, .conflict, .requestTooLarge,
            .shuttingDown:
            false
        }
    }
}
