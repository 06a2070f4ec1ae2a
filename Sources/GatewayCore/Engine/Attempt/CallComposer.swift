/// Makes a request ready for a provider, always from what the client sent, never from an earlier attempt's body.
///
/// A class, since each step of the way is handed it.
package final class CallComposer: Sendable {
    package let route: Route
    package let instance: ProviderInstance
    /// Fetches images by address for providers that want bytes; nil leaves addresses to the provider.
    package let media: (any MediaFetcher)?

    private let speech: ProviderSpeech
    private let memory: ReasoningMemory?

    package convenience init(
        route: Route, instance: ProviderInstance, speech: ProviderSpeech, media: (any MediaFetcher)? = nil
    ) {
        self.init(route, instance, speech, media, memory: nil)
    }

    private init(
        _ route: Route, _ instance: ProviderInstance, _ speech: ProviderSpeech, _ media: (any MediaFetcher)?,
        memory: ReasoningMemory?
    ) {
        self.route = route
        self.instance = instance
        self.speech = speech
        self.media = media
        self.memory = memory
    }

    /// The same, with what the provider's model thought before put into requests that come without it.
    ///
    /// - Parameters:
    ///   - client: the name of the client's key.
    ///   - format: the client's; nil for a program that embeds the gateway.
    package func remembering(_ store: ReasoningStore, client: String?, format: WireFormat?) -> CallComposer {
        guard store.isEnabled else { return self }
        let memory = ReasoningMemory(
            store: store, client: client, format: format, provider: instance.providerKey, model: route.model,
            instance: instance.name)
        return CallComposer(route, instance, speech, media, memory: memory)
    }

    var codec: any WireCodec { speech.codec }
    var dialect: OpenAIDialect { speech.dialect }

    /// For a client of the wire.
    package func compose(_ call: InboundCall, _ peek: RequestPeek) async throws(ExchangeFailure) -> ComposedCall {
        if let composed = try composeAtOnce(call, peek) { return composed }
        return try await convert(call, peek)
    }

    /// The call where its bytes go through; nil where it must be converted.
    func composeAtOnce(_ call: InboundCall, _ peek: RequestPeek) throws(ExchangeFailure) -> ComposedCall? {
        guard call.format == speech.format && allowsRelay(peek) else { return nil }
        return try relay(call, peek)
    }

    @inline(never)
    func convert(_ call: InboundCall, _ peek: RequestPeek) async throws(ExchangeFailure) -> ComposedCall {
        let body = try body(of: call, peek)
        let request = try decode(body, call, peek)
        lazy var places = call.format.codec.fieldPlaces(in: body)
        let composed = try await translate(request) { places.clientPointer(of: $0, in: body) }
        if call.format == .openAI { composed.repeated = OpenAICodec.repeatedTools(of: body) }
        if call.format == .responses {
            composed.repeated = ResponsesEnvelope.repeated(of: body)
            composed.repeated["previous_response_id"] = call.continuedResponse.map { .string($0) }
        }
        return composed
    }

    private func allowsRelay(_ peek: RequestPeek) -> Bool {
        guard route.capabilities.falling(backTo: instance.configuration.capabilities).allowsRelay else { return false }
        // OpenAI could not decrypt what the gateway sealed for another provider's model.
        if speech.format == .responses { return !SealedSignature.isFound(in: peek.json.bytes) }
        // Thoughts of other providers' models came to the client without a signature, which Anthropic would refuse.
        if speech.format == .anthropic { return !AnthropicCodec.holdsUnsignedThought(peek.json.bytes) }
        return speech.leavesRequestsAlone || !dialect.needsTranslation(peek.json, model: route.model)
    }

    /// For a program that embeds the gateway, and for clients of other formats.
    ///
    /// - Parameter locate: brings a pointer into the hub's request into the client's terms.
    package func translate(
        _ request: consuming ChatRequest, locate: (String) -> String = { $0 }
    ) async throws(ExchangeFailure) -> ComposedCall {
        var notes: [ConversionNote] = []
        var request = request
        // The gateway always learns the usage of a stream; what the client is shown is the encoder's business.
        request.wantsStreamUsage = true
        let recalled = memory?.recall(into: &request)
        func place(_ pointer: String) -> String { locate(recalled?.clientPointer(pointer) ?? pointer) }
        do {
            if let media, var resolution = MediaResolution(of: request, fetcher: media, leaving: fetchesItself) {
                try await resolution.resolve(&request)
                notes += resolution.notes
            }
            let written = withCacheMarks(try codec.encodeRequest(request, for: target, notes: &notes))
            let body = try dialect.adapt(written.serialized(), model: route.model, notes: &notes)
            if request.repeatsPrompt, codec.format != .completions {
                notes.append(
                    ConversionNote(
                        .emulated, "/echo", "The gateway itself puts the prompt before the text.", level: .info))
            }
            return ComposedCall(
                way: .translation, body: body, notes: LossLedger.condensed(notes, locate: place), hidesUsage: false,
                toolNames: request.toolNames(by: codec.toolNameRule), memory: memory)
        } catch {
            throw ExchangeFailure(.invalidRequest(ConversionError(place(error.pointer), error.message)))
        }
    }

    private func fetchesItself(_ url: String) -> Bool {
        target.traits.mediaByURL ?? (codec.takesMedia(from: url) && !dialect.quirks.contains(.mediaAsBytes))
    }

    var target: ConversionTarget {
        ConversionTarget(
            model: dialect.name(of: route.model),
            traits: route.capabilities.falling(backTo: instance.configuration.capabilities))
    }

    /// Without what is meant for the gateway alone.
    private func body(of call: InboundCall, _ peek: RequestPeek) throws(ExchangeFailure) -> JSONObject {
        guard var body = peek.json.tree(of: peek.json.root).object else {
            throw ExchangeFailure(.invalidRequest("The body must be a JSON object."))
        }
        body.removeValue(forKey: GatewayOptions.key)
        for key in call.membersOfAddress { body.removeValue(forKey: key) }
        return body
    }

    private func decode(
        _ body: JSONObject, _ call: InboundCall, _ peek: RequestPeek
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
    @inline(never)
    func relay(_ call: InboundCall, _ peek: RequestPeek) throws(ExchangeFailure) -> ComposedCall {
        var edits: [JSONEdit] = []
        if speech.namesModelInBody {
            let model = speech.dialect.modelFolder == nil ? route.model : dialect.name(of: route.model)
            if peek.model != model { edits.append(.set("/model", .string(model))) }
        }
        if peek.gatewayOptions.isPresent {
            edits.append(.remove("/x-gateway"))
        }
        for key in call.membersOfAddress where peek.json[key] != nil {
            edits.append(.remove(JSONPointer(tokens: [key])))
        }
        let asksForUsage =
            peek.isStreaming && speech.asksForStreamUsage && !peek.wantsStreamUsage
            && !dialect.quirks.contains(.noStreamOptions)
        if asksForUsage {
            edits.append(.set("/stream_options/include_usage", true))
        }
        if instance.configuration.cache.isOn { edits += cacheMarks(on: peek.json.tree(of: peek.json.root).object) }
        do {
            var notes: [ConversionNote] = []
            let edited = edits.isEmpty ? peek.json.bytes : try peek.json.bytes(applying: edits)
            let body =
                speech.leavesRequestsAlone
                ? edited : try dialect.adapt(edited, model: route.model, notes: &notes)
            let candidates = peek.json["n"].flatMap { peek.json.int($0) } ?? 1
            return ComposedCall(
                way: .relay, body: body, notes: notes, hidesUsage: asksForUsage,
                candidateCount: candidates == 1 || dialect.quirks.contains(.oneCandidate) ? 1 : candidates)
        } catch {
            throw ExchangeFailure(.invalidRequest("The body cannot be forwarded: \(error)"))
        }
    }
}

// MARK: Prompt caches

extension CallComposer {
    /// What the operator wants marked for the provider's prompt cache.
    private func cacheMarks(on body: JSONObject?) -> [JSONEdit] {
        guard let body, let codec = codec as? any PromptCacheMarking else { return [] }
        return codec.cacheMarks(on: body, by: instance.configuration.cache, for: target)
    }

    private func withCacheMarks(_ body: JSONObject) -> JSONValue {
        var marked = JSONValue.object(body)
        guard instance.configuration.cache.isOn else { return marked }
        // The marks were chosen for this body, so each has its place; without them it would still be whole.
        try? marked.apply(cacheMarks(on: body))
        return marked
    }
}
