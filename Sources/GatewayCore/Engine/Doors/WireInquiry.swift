/// What a client of the wire asks, for as long as it is being answered.
///
/// A class, so that what is asked of providers, the pipes of their streams and the answer read one and the same.
final class WireInquiry: @unchecked Sendable {
    // SAFETY: the recorder and the start are set before anybody is asked, by the one task that has the inquiry then. All else is constant.

    let call: InboundCall
    let peek: RequestPeek
    let policy: ConversionPolicy
    /// The instance that has the conversation.
    private let keeper: InstanceID?
    /// Keeps a bridged reply, to be gone on from; nil where the client does not want that.
    private let keep: (@Sendable (JSONObject) -> Void)?
    /// Makes ready what another provider is asked that goes on with the stream; nil where none may.
    private let composeRest: (@Sendable (CallComposer, String) async throws(ExchangeFailure) -> ComposedCall)?
    private let echo: RequestEcho
    private let reasoning: ReasoningStore
    /// Takes the answer down for the response cache; nil when it is not to be kept.
    private var recorder: AnswerRecorder?
    private var startedAt: MonotonicInstant?

    init(
        _ call: InboundCall, _ peek: RequestPeek, keeper: InstanceID?, keep: (@Sendable (JSONObject) -> Void)?,
        policy: ConversionPolicy, at instant: Double, _ reasoning: ReasoningStore, _ state: GatewayState
    ) {
        self.call = call
        self.peek = peek
        self.keeper = keeper
        self.keep = keep
        self.policy = policy
        self.reasoning = reasoning
        composeRest = Self.continuation(call, peek, state)
        echo = RequestEcho(
            model: peek.model, fallbackID: call.id, created: Int(instant), wantsStreamUsage: peek.wantsStreamUsage,
            framing: call.framing)
    }

    /// Its time began then, and not when a provider is asked.
    func setStart(_ instant: MonotonicInstant) {
        startedAt = instant
    }

    func setRecorder(_ recorder: AnswerRecorder?) {
        self.recorder = recorder
    }

    @inline(never)
    func question() -> Exchange.Question {
        let question = Exchange.Question(
            model: peek.model, isStreaming: peek.isStreaming, clientHeaders: call.headers,
            provider: call.pinnedProvider.map { .address($0) } ?? peek.gatewayOptions.provider, policy: policy,
            timeout: peek.gatewayOptions.timeout,
            compose: { (composer) async throws(ExchangeFailure) in try await self.compose(composer) },
            pipe: { composed, speech in self.pipe(composed, speech) })
        question.composeAtOnce = { (composer) throws(ExchangeFailure) in try self.composeAtOnce(composer) }
        question.clientFormat = call.format
        question.keeper = keeper
        question.startedAt = startedAt
        question.session = ClientSession(call, peek.json)
        question.recorder = recorder
        question.tellsUsage = peek.gatewayOptions.wantsCost && call.framing == .sse
        question.composeRest = composeRest
        return question
    }

    private func composeAtOnce(_ composer: CallComposer) throws(ExchangeFailure) -> ComposedCall? {
        try composer.composeAtOnce(call, peek)
    }

    private func compose(_ composer: CallComposer) async throws(ExchangeFailure) -> ComposedCall {
        try await composer.remembering(reasoning, client: call.client.keyName, format: call.format)
            .convert(call, peek)
    }

    private func pipe(_ composed: ComposedCall, _ speech: ProviderSpeech) -> any StreamPipe {
        let codec = speech.codec
        if composeRest == nil, composed.way == .relay {
            if call.framing == .sse, speech.framing == .sse {
                return RelayPipe(
                    codec: codec, echo: echo, hidesUsage: composed.hidesUsage, candidateCount: composed.candidateCount)
            }
            if call.framing != .jsonArray { return FrameRelayPipe(codec: codec, framing: speech.framing, echo: echo) }
        }
        var echo = echo(answeredIn: codec.format)
        echo.repeated = composed.repeated
        return StreamTranslator(
            framing: speech.framing.makeDecoder(), decoder: codec.makeStreamDecoder(),
            encoder: call.format.codec.makeFramedStreamEncoder(for: echo), toolNames: composed.toolNames,
            memory: composed.memory, keep: keep, splice: composeRest == nil ? nil : TextSplice())
    }

    /// A whole reply in the client's format.
    func encode(_ reply: ChatReply, _ outline: AttemptOutline) -> [UInt8] {
        var echo = echo(answeredIn: outline.speech.format)
        echo.repeated = outline.repeated
        let body = call.format.codec.encodeReply(reply, for: echo)
        keep?(body)
        return body.serialized()
    }

    /// What a reply repeats of the request, with the prompt that a Completions client wants before its answer where the
    /// provider's format has no such wish.
    func echo(answeredIn format: WireFormat) -> RequestEcho {
        guard call.format == .completions, format != .completions, peek.json.bool(peek.json["echo"]) == true else {
            return echo
        }
        let prompt = peek.json["prompt"]
        var echo = echo
        echo.prompt = peek.json.string(prompt) ?? prompt.flatMap { peek.json.string(peek.json.elements(of: $0).first) }
        return echo
    }

    private static func continuation(
        _ call: InboundCall, _ peek: RequestPeek, _ state: GatewayState
    ) -> (@Sendable (CallComposer, String) async throws(ExchangeFailure) -> ComposedCall)? {
        guard state.configuration.failover.continuesStreams, peek.isStreaming,
            let request = plainTextRequest(call, peek)
        else { return nil }
        return { (composer, text) async throws(ExchangeFailure) in
            try await composer.translate(TextSplice.continuing(request, after: text))
        }
    }

    @inline(never)
    private static func plainTextRequest(_ call: InboundCall, _ peek: RequestPeek) -> ChatRequest? {
        guard [.openAI, .anthropic, .gemini].contains(call.format),
            var body = peek.json.tree(of: peek.json.root).object
        else { return nil }
        for key in call.membersOfAddress + [GatewayOptions.key] { body.removeValue(forKey: key) }
        let codec = call.format.codec
        // A request that cannot be read goes on its way, where that is told.
        guard var request = try? codec.decodeRequest(body, model: codec.namesModelInBody ? nil : peek.model),
            request.asksForPlainText
        else { return nil }
        request.isStreaming = true
        return request
    }
}
