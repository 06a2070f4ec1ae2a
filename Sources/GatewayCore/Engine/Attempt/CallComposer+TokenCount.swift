extension CallComposer {
    /// The request that counts the tokens of a client's, in the format that the provider counts.
    func composeCount(
        _ call: InboundCall, _ peek: RequestPeek
    ) throws(ExchangeFailure) -> ComposedCall {
        guard let codec = instance.countingCodec else {
            throw ExchangeFailure(.invalidRequest("The provider \"\(instance.providerKey)\" counts no tokens."))
        }
        guard codec.format != call.format else { return try relayCount(peek, codec) }
        return try composeCount(try call.countedRequest(peek), codec)
    }

    /// The same for a program that embeds the gateway.
    func composeCount(_ request: ChatRequest) throws(ExchangeFailure) -> ComposedCall {
        guard let codec = instance.countingCodec else {
            throw ExchangeFailure(.invalidRequest("The provider \"\(instance.providerKey)\" counts no tokens."))
        }
        return try composeCount(request, codec)
    }

    private func composeCount(
        _ request: ChatRequest, _ codec: any TokenCountCodec
    ) throws(ExchangeFailure) -> ComposedCall {
        var notes: [ConversionNote] = []
        do {
            let whole = try codec.encodeRequest(request, for: target, notes: &notes)
            let body = codec.countRequest(of: whole, model: target.model).serialized()
            return ComposedCall(way: .relay, body: body, notes: notes, hidesUsage: false)
        } catch {
            throw ExchangeFailure(.invalidRequest(error))
        }
    }

    private func relayCount(_ peek: RequestPeek, _ codec: any TokenCountCodec) throws(ExchangeFailure) -> ComposedCall {
        var edits: [JSONEdit] = []
        if codec.namesModelInBody, peek.model != target.model { edits.append(.set("/model", .string(target.model))) }
        if peek.gatewayOptions.isPresent { edits.append(.remove("/x-gateway")) }
        if peek.json["/generateContentRequest/model"] != nil {
            let name = target.model.contains("/") ? target.model : "models/" + target.model
            edits.append(.set("/generateContentRequest/model", .string(name)))
        }
        do {
            let body = edits.isEmpty ? peek.json.bytes : try peek.json.bytes(applying: edits)
            return ComposedCall(way: .relay, body: body, notes: [], hidesUsage: false)
        } catch {
            throw ExchangeFailure(.invalidRequest("The body cannot be forwarded: \(error)"))
        }
    }
}

extension ProviderInstance {
    /// The codec of the requests whose tokens the instance's service counts; nil where it counts none.
    var countingCodec: (any TokenCountCodec)? {
        (provider as? any TokenCounting)?.countedFormat?.codec as? any TokenCountCodec
    }
}

extension InboundCall {
    /// What the client wants counted.
    func countedRequest(_ peek: RequestPeek) throws(ExchangeFailure) -> ChatRequest {
        guard var body = peek.json.tree(of: peek.json.root).object, let codec = format.codec as? any TokenCountCodec
        else { throw ExchangeFailure(.invalidRequest("The body must be a JSON object.")) }
        body.removeValue(forKey: GatewayOptions.key)
        do {
            return try codec.decodeCountRequest(body, model: codec.namesModelInBody ? nil : peek.model)
        } catch {
            throw ExchangeFailure(.invalidRequest(error))
        }
    }
}
