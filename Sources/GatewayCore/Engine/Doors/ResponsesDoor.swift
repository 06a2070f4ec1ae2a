extension Gateway {
    /// Completes a Responses request that names a bridged response by the turns that the gateway keeps: from then on it is a
    /// request like every other, for every provider. One that names a response of OpenAI's own goes to the instance that
    /// made it, which is returned. What is known nowhere is for the provider to find, or to be refused where the request
    /// must be converted.
    func goOn(
        _ call: InboundCall, _ peek: inout RequestPeek, at now: Double
    ) throws(ExchangeFailure) -> InstanceID? {
        guard call.format == .responses, let id = peek.json.string(peek.json["previous_response_id"]) else {
            return nil
        }
        let scope = call.client.keyName
        guard let turns = storedResponses.conversation(endingIn: id, scope: scope, now: now) else {
            switch storedResponses.keeper(of: id, scope: scope, now: now) {
            case .instance(let instance): return instance
            // The account may be the same, the conversation is not the client's.
            case .another: throw ExchangeFailure(.unknownPreviousResponse(id))
            case .unknown: return nil
            }
        }
        do {
            let input = turns.flatMap(\.items) + peek.json.inputItems
            call.body = try peek.json.bytes(
                applying: [.remove("/previous_response_id"), .set("/input", .array(input))])
        } catch {
            throw ExchangeFailure(.invalidRequest("The body cannot be completed: \(error)"))
        }
        call.continuedResponse = id
        call.isAnyFormat = false
        peek = try RequestPeek(call)
        return nil
    }

    /// Keeps a bridged reply with the client's input, to go on from; nil where the client does not want that.
    ///
    /// - Parameter original: the request as the client sent it.
    func turnKeeper(_ call: InboundCall, _ original: RequestPeek) -> (@Sendable (JSONObject) -> Void)? {
        guard call.format == .responses, original.keepsResponse else { return nil }
        let (store, clock, scope, previous) = (
            storedResponses, services.clock, call.client.keyName, call.continuedResponse
        )
        return { response in
            guard let id = response["id"]?.string else { return }
            let turn = StoredTurn(previousID: previous, input: original.json.inputItems, response: response)
            store.keep(turn, as: id, scope: scope, now: clock.now())
        }
    }

    /// The same, of a whole reply.
    func noteOrigin(of reply: [UInt8], _ instance: ProviderInstance, _ call: InboundCall, _ peek: RequestPeek) {
        guard call.format == .responses else { return }
        // A reply that is no JSON was refused before.
        guard let body = try? JSONPeek(reply) else { return }
        noteOrigin(of: body.string(body["id"]), instance, call, peek)
    }

    /// Remembers which instance made a response that its provider keeps.
    ///
    /// - Parameter id: as the provider tells it; nil for a reply that has none.
    func noteOrigin(of id: String?, _ instance: ProviderInstance, _ call: InboundCall, _ peek: RequestPeek) {
        guard call.format == .responses, let id, peek.keepsResponse else { return }
        storedResponses.noteOrigin(of: id, instance.id, scope: call.client.keyName, now: services.clock.now())
    }
}

extension RequestPeek {
    /// Responses are kept unless the client says otherwise.
    fileprivate var keepsResponse: Bool { json.bool(json["store"]) != false }
}
