/// Makes a request ready for a provider, always from what the client sent, never from an earlier attempt's body.
package struct CallComposer {
    package var route: Route
    package var instance: ProviderInstance
    /// Fetches images by address for providers that want bytes; nil leaves addresses to the provider.
    package var media: (any MediaFetcher)?

    /// For a client of the wire. One whose format the instance speaks besides its own gets its answer in that format, too.
    package func compose(_ call: InboundCall, _ peek: RequestPeek) async throws(ExchangeFailure) -> ComposedCall {
        let format = instance.speaks(call.format) ? call.format : instance.provider.format
        if call.format == format, allowsRelay(peek, in: format) {
            return try relay(call, peek, in: format)
        }
        let body = try clientBody(call, peek)
        var composed = try await translate(try decode(call, body, peek), into: format)
        if call.format == .responses {
            composed.repeated = ResponsesEnvelope.repeated(of: body)
            composed.repeated["previous_response_id"] = call.continuedResponse.map { .string($0) }
        }
        return composed
    }

    /// For a program that embeds the gateway.
    package func translate(_ request: ChatRequest) async throws(ExchangeFailure) -> ComposedCall {
        try await translate(request, into: instance.provider.format)
    }

    private func allowsRelay(_ peek: RequestPeek, in format: WireFormat) -> Bool {
        guard target.traits.allowsRelay else { return false }
        if format == .responses { return !SealedSignature.isFound(in: peek.json.bytes) }
        return !dialect(of: format).needsTranslation(peek.json, model: route.model)
    }

    /// A service differs from OpenAI in the format it was made for.
    private func dialect(of format: WireFormat) -> OpenAIDialect {
        format == instance.provider.format ? instance.dialect : .standard
    }

    private func translate(
        _ request: ChatRequest, into format: WireFormat
    ) async throws(ExchangeFailure) -> ComposedCall {
        let codec = instance.codec(of: format)
        var notes: [ConversionNote] = []
        var request = request
        // The gateway always learns the usage of a stream; what the client is shown is the encoder's business.
        request.wantsStreamUsage = true
        do {
            if let media, !fetchesMediaItself(codec) { try await MediaResolution(fetcher: media).resolve(&request) }
            let written = try codec.encodeRequest(request, for: target, notes: &notes).serialized()
            let body = try dialect(of: format).adapt(written, model: route.model, notes: &notes)
            if request.repeatsPrompt, codec.format != .completions {
                notes.append(
                    ConversionNote(
                        .emulated, "/echo", "The gateway itself puts the prompt before the text.", level: .info))
            }
            return ComposedCall(
                way: .translation, format: format, body: body, notes: notes, hidesUsage: false,
                toolNames: ToolNameMap(request, rule: codec.toolNameRule))
        } catch {
            throw ExchangeFailure(.invalidRequest(error))
        }
    }

    private func fetchesMediaItself(_ codec: any WireCodec) -> Bool {
        target.traits.mediaByURL
            ?? (codec.takesMediaByURL && !dialect(of: codec.format).quirks.contains(.mediaAsBytes))
    }

    private var target: ConversionTarget {
        ConversionTarget(
            model: instance.dialect.name(of: route.model),
            traits: route.capabilities.falling(backTo: instance.configuration.capabilities))
    }

    /// What the client sent, without its wishes to the gateway.
    private func clientBody(_ call: InboundCall, _ peek: RequestPeek) throws(ExchangeFailure) -> JSONObject {
        guard var body = peek.json.tree(of: peek.json.root).object else {
            throw ExchangeFailure(.invalidRequest("The body must be a JSON object."))
        }
        body.removeValue(forKey: GatewayOptions.key)
        for key in call.membersOfAddress { body.removeValue(forKey: key) }
        return body
    }

    private func decode(
        _ call: InboundCall, _ body: JSONObject, _ peek: RequestPeek
    ) throws(ExchangeFailure) -> ChatRequest {
        if call.format == .responses, let id = body["previous_response_id"]?.string {
            throw ExchangeFailure(.unknownPreviousResponse(id))
        }
        let clientCodec = call.format.codec
        do {
            var request = try clientCodec.decodeRequest(
                body, model: clientCodec.namesModelInBody ? call.modelInPath : peek.model)
            request.isStreaming = peek.isStreaming
            return request
        } catch {
            throw ExchangeFailure(.invalidRequest(error))
        }
    }

    /// The client's own bytes, with only what must differ spliced in.
    private func relay(
        _ call: InboundCall, _ peek: RequestPeek, in format: WireFormat
    ) throws(ExchangeFailure) -> ComposedCall {
        let (codec, dialect) = (instance.codec(of: format), dialect(of: format))
        var edits: [JSONEdit] = []
        let model = target.model
        if codec.namesModelInBody && peek.model != model {
            edits.append(.set("/model", .string(model)))
        }
        if peek.gatewayOptions.isPresent {
            edits.append(.remove("/x-gateway"))
        }
        for key in call.membersOfAddress where peek.json[key] != nil {
            edits.append(.remove(JSONPointer(tokens: [key])))
        }
        let asksForUsage =
            peek.isStreaming && codec.asksForStreamUsage && !peek.wantsStreamUsage
            && !dialect.quirks.contains(.noStreamOptions)
        if asksForUsage {
            edits.append(.set("/stream_options/include_usage", true))
        }
        do {
            var notes: [ConversionNote] = []
            let edited = edits.isEmpty ? peek.json.bytes : try peek.json.bytes(applying: edits)
            let body = try dialect.adapt(edited, model: route.model, notes: &notes)
            let candidates = peek.json["n"].flatMap { peek.json.int($0) } ?? 1
            return ComposedCall(
                way: .relay, format: format, body: body, notes: notes, hidesUsage: asksForUsage,
                candidateCount: dialect.quirks.contains(.oneCandidate) ? 1 : candidates)
        } catch {
            throw ExchangeFailure(.invalidRequest("The body cannot be forwarded: \(error)"))
        }
    }
}
