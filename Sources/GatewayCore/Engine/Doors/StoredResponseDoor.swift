extension Gateway {
    /// Answers a call about an earlier response: from the turns that the gateway keeps, or by the instance that made it.
    /// A response of another key is as unknown as one that never was.
    package func answer(_ call: StoredResponseCall) async -> OutboundReply {
        let inbound = call.inbound
        let (scope, now) = (inbound.client.keyName, services.clock.now())
        if let turn = storedResponses.turn(call.id, scope: scope, now: now) {
            // Where an earlier turn is gone, at least the response's own input is told.
            let turns = storedResponses.conversation(endingIn: call.id, scope: scope, now: now) ?? [turn]
            let journal = makeExchange(for: inbound).journal
            do throws(ExchangeFailure) {
                let body = try StoredResponseReply(id: call.id, conversation: turns).body(
                    call.action, query: call.query)
                if call.action == .delete { storedResponses.removeTurn(call.id, scope: scope) }
                journal.record.status = 200
                journal.noteOutput()
                journal.close(.success, usage: nil, failure: nil)
                var headers = ReplyHeaders.common(requestID: inbound.id, format: inbound.format)
                headers.append("content-type", "application/json")
                return OutboundReply(status: 200, headers: headers, body: .bytes(body.serialized()))
            } catch {
                return refuse(inbound, error.failure)
            }
        }
        guard case .instance(let origin) = storedResponses.keeper(of: call.id, scope: scope, now: now),
            state.directory.instance(origin) != nil, let resource = call.resource
        else { return refuse(inbound, .unknownResponse(call.id)) }
        let reply = await answerResource(inbound, resource, at: origin)
        if call.action == .delete, reply.status == 200 { storedResponses.removeOrigin(of: call.id) }
        return reply
    }

    private func refuse(_ call: InboundCall, _ failure: ProviderFailure) -> OutboundReply {
        noteRefusal(call, failure)
        return refusal(failure, format: call.format, requestID: call.id)
    }
}
