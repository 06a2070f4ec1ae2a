/// A Responses request, and what it goes on from.
struct ResponsesContinuation {
    var call: InboundCall
    var peek: RequestPeek
    /// The instance that keeps the earlier response.
    var keeper: InstanceID?

    /// Completes a request that names a bridged response by the turns that the gateway keeps: from then on it is a request
    /// like every other, for every provider. One that names a response of OpenAI's own goes to the instance that made it.
    /// What is known nowhere is for the provider to find, or to be refused where the request must be converted.
    init(_ call: InboundCall, _ peek: RequestPeek, in store: StoredResponses, now: Double) throws(ExchangeFailure) {
        self.call = call
        self.peek = peek
        guard call.format == .responses, let id = peek.json.string(peek.json["previous_response_id"]) else { return }
        let scope = call.client.keyName
        guard let turns = store.conversation(endingIn: id, scope: scope, now: now) else {
            switch store.keeper(of: id, scope: scope, now: now) {
            case .instance(let instance): keeper = instance
            // The account may be the same, the conversation is not the client's.
            case .another: throw ExchangeFailure(.unknownPreviousResponse(id))
            case .unknown: break
            }
            return
        }
        do {
            let input = turns.flatMap(\.items) + peek.json.inputItems
            self.call.body = try peek.json.bytes(
                applying: [.remove("/previous_response_id"), .set("/input", .array(input))])
            self.call.continuedResponse = id
            self.call.isAnyFormat = false
            self.peek = try RequestPeek(&self.call)
        } catch let error as ExchangeFailure {
            throw error
        } catch {
            throw ExchangeFailure(.invalidRequest("The body cannot be completed: \(error)"))
        }
    }
}

extension Gateway {
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
