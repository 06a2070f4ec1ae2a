extension Gateway {
    /// Asks the instance for something of its own and passes the answer on as it is.
    func passOn(
        _ call: ResourceCall, to instance: ProviderInstance, _ inbound: InboundCall, _ journal: RequestJournal
    ) async throws(ExchangeFailure) -> OutboundReply {
        let attempt = journal.beginAttempt(
            provider: instance.providerKey, instance: instance.name, model: journal.record.model ?? "")
        let response = try await send(call, to: instance, inbound.format.codec, journal, attempt)
        journal.noteAnswer(of: attempt)
        journal.record.isRelayed = true
        journal.record.status = response.status
        let type = response.headers["content-type"] ?? "application/json"
        var headers = ReplyHeaders.common(requestID: inbound.id, format: inbound.format)
        headers.append("x-provider", instance.providerKey)
        headers.append("content-type", type)
        guard type.hasPrefix("text/event-stream") else {
            let bytes: [UInt8]
            do {
                bytes = try await response.body.collect(upTo: Exchange.maxReplyBytes)
            } catch {
                throw ExchangeFailure(
                    ProviderFailure(error, provider: instance.providerKey), provider: instance.providerKey)
            }
            journal.noteOutput()
            journal.close(.success, usage: nil, failure: nil)
            return OutboundReply(status: response.status, headers: headers, body: .bytes(bytes))
        }
        let echo = RequestEcho(model: "", fallbackID: inbound.id, created: Int(journal.record.startedAt))
        let stream = ReplyStream(
            body: response.body, pipe: PassThroughPipe(codec: inbound.format.codec, echo: echo), opening: [],
            journal: journal, attempt: nil, registry: shared.streams)
        headers.append("cache-control", "no-cache")
        return OutboundReply(status: response.status, headers: headers, body: .stream(stream))
    }

    /// Waits for the head of a success; anything else is thrown, with the provider's own status.
    private func send(
        _ call: ResourceCall, to instance: ProviderInstance, _ codec: any WireCodec, _ journal: RequestJournal,
        _ attempt: RequestJournal.AttemptID
    ) async throws(ExchangeFailure) -> TransportResponse {
        let began = services.monotonicClock.now()
        defer { journal.noteWait(services.monotonicClock.now() - began) }
        do {
            let response = try await instance.transport.send(try await Self.request(call, to: instance))
            journal.noteHead(of: attempt, status: response.status, after: services.monotonicClock.now() - began)
            guard !(200..<300).contains(response.status) else { return response }
            // An error whose body is too long or breaks off is still that error.
            let body = (try? await response.body.collect(upTo: Exchange.maxErrorBytes)) ?? []
            throw codec.decodeFailure(status: response.status, headers: response.headers, body: body)
        } catch {
            let failure =
                switch error {
                case let error as ProviderFailure: error
                case let error as TransportError: ProviderFailure(error, provider: instance.providerKey)
                default: ProviderFailure(kind: .unavailable, status: 503, message: "\(error)")
                }
            journal.endAttempt(attempt, failure: failure)
            throw ExchangeFailure(failure, provider: instance.providerKey)
        }
    }

    private static func request(
        _ call: ResourceCall, to instance: ProviderInstance
    ) async throws(ProviderFailure) -> TransportRequest {
        do {
            var call = call
            call.access = try await instance.access()
            if let request = try instance.provider.request(for: call) { return request }
        } catch {
            throw ProviderFailure(kind: .unavailable, status: 503, message: error.message)
        }
        throw ProviderFailure(
            kind: .notFound, status: 404,
            message: "The provider \"\(instance.providerKey)\" has nothing at \(call.path).")
    }
}
