extension Gateway {
    /// Answers a call about an earlier response: from the turns that the gateway keeps, or by the instance that made it.
    /// A response of another key is as unknown as one that never was.
    package func answer(_ call: StoredResponseCall) async -> OutboundReply {
        let inbound = call.inbound
        let arrival = inbound.arrival ?? noteArrival()
        var record = RequestRecord(
            id: inbound.id, startedAt: arrival.startedAt, clientFormat: inbound.format, keyName: inbound.client.keyName)
        record.endpoint = inbound.path
        let journal = RequestJournal(record, began: arrival.began, prices: prices.book, log: services.log)
        do throws(ExchangeFailure) {
            return try await answer(call, journal)
        } catch {
            let failure = Exchange(services: services, state: state, shared: shared, journal: journal).refuse(error)
            return refusal(failure, format: inbound.format, requestID: inbound.id, provider: error.provider)
        }
    }

    private func answer(
        _ call: StoredResponseCall, _ journal: RequestJournal
    ) async throws(ExchangeFailure) -> OutboundReply {
        let (scope, now) = (call.inbound.client.keyName, journal.record.startedAt)
        if let turn = storedResponses.turn(call.id, scope: scope, now: now) {
            // Where an earlier turn is gone, at least the response's own input is told.
            let turns = storedResponses.conversation(endingIn: call.id, scope: scope, now: now) ?? [turn]
            let body = try StoredResponseReply(id: call.id, conversation: turns).body(call.action, query: call.query)
            if call.action == .delete { storedResponses.removeTurn(call.id, scope: scope) }
            journal.record.status = 200
            journal.noteOutput()
            journal.close(.success, usage: nil, failure: nil)
            return Self.reply(body.serialized(), call.inbound)
        }
        guard let origin = storedResponses.origin(of: call.id, scope: scope, now: now),
            let instance = state.directory.instance(origin), let path = call.resourcePath
        else { throw ExchangeFailure(.unknownResponse(call.id)) }
        let resource = ResourceCall(
            method: call.method, path: path, query: call.query, body: call.inbound.body,
            clientHeaders: call.inbound.headers)
        let reply = try await passOn(resource, to: instance, call.inbound, journal)
        if call.action == .delete { storedResponses.removeOrigin(of: call.id, scope: scope) }
        return reply
    }

    private static func reply(_ body: [UInt8], _ inbound: InboundCall) -> OutboundReply {
        var headers = ReplyHeaders.common(requestID: inbound.id, format: inbound.format)
        headers.append("content-type", "application/json")
        return OutboundReply(status: 200, headers: headers, body: .bytes(body))
    }
}
