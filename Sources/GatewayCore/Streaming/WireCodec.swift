/// One wire format: everything the gateway knows of its requests, replies, streams and failures.
///
/// Codecs are pure: no clock, no randomness, no I/O. What they need of these stands in their arguments.
package protocol WireCodec: Sendable {
    var format: WireFormat { get }

    /// Whether the model stands in the body, or in the address (Gemini).
    var namesModelInBody: Bool { get }

    /// Whether providers of the format fetch images by address themselves.
    var takesMediaByURL: Bool { get }

    /// Whether they do so from that address.
    func takesMedia(from url: String) -> Bool

    /// Whether streams report usage only where the request asks for it, by `stream_options.include_usage`.
    var asksForStreamUsage: Bool { get }

    /// What the format takes for the name of a tool.
    var toolNameRule: IdentifierRule { get }

    /// Reads a client's request. Unknown members are kept in `extras`; wrong ones throw.
    ///
    /// - Parameter model: the model where the format has it in the address (Gemini); nil where the body names it.
    func decodeRequest(_ body: JSONObject, model: String?) throws(ConversionError) -> ChatRequest

    /// Writes a request for `target`, telling in `notes` everything it could not carry.
    func encodeRequest(_ request: ChatRequest, for target: ConversionTarget, notes: inout [ConversionNote])
        throws(ConversionError) -> JSONObject

    /// Reads a provider's reply. Throws where it is not one.
    func decodeReply(_ body: JSONObject) throws(ConversionError) -> ChatReply

    /// The failure that a reply of status 200 tells in its body; nil for a reply that is an answer.
    func failure(inReply body: JSONObject) -> ProviderFailure?

    /// Where the fields of the hub's request stand in the body that it was decoded from.
    func fieldPlaces(in body: JSONObject) -> FieldPlaces

    /// Fields that neither the model nor the reply shows: bookkeeping, hints for caches. Their loss is no warning. Pointers
    /// into the object that they are members of.
    var unseenFields: Set<String> { get }

    /// Whether a member says nothing that another format could miss: its loss is not even noted.
    func isBookkeeping(_ member: JSONObject.Member) -> Bool

    func encodeReply(_ reply: ChatReply, for echo: RequestEcho) -> JSONObject

    /// Whether clients of the format get, and give back, what proves the reasoning of a provider of that format.
    func carriesProofs(of origin: WireFormat) -> Bool

    /// Reads a provider's error. Never fails: what it cannot read becomes a failure by its status.
    func decodeFailure(status: Int, headers: HTTPFields, body: [UInt8]) -> ProviderFailure

    /// The failure in this format's error shape; a body that came in this format is given back as it was.
    func encodeFailure(_ failure: ProviderFailure) -> JSONObject

    /// What the error of this format has in its headers.
    func failureHeaders(_ failure: ProviderFailure) -> HTTPFields

    /// How the format's own streams are framed.
    var streamFraming: StreamFraming { get }

    /// What a relay looks for in the frames it does not decode.
    var streamMarks: StreamMarks { get }

    /// The usage that a reply, or a frame of a stream as it stands on the wire, reports; nil when it reports none. Other
    /// members than those of usage may be missing.
    func decodeUsage(in body: JSONObject) -> TokenUsage?

    /// The counts of the same without building a tree, for bodies that are only passed on. Extras are left out.
    func countUsage(in body: JSONPeek) -> TokenUsage?

    func makeStreamDecoder() -> any StreamDecoder
    func makeStreamEncoder(for echo: RequestEcho) -> any StreamEncoder
}

extension WireCodec {
    package func failure(inReply body: JSONObject) -> ProviderFailure? { nil }
    package func failureHeaders(_ failure: ProviderFailure) -> HTTPFields { [:] }
    package var streamFraming: StreamFraming { .sse }
    package func fieldPlaces(in body: JSONObject) -> FieldPlaces { FieldPlaces() }
    package var unseenFields: Set<String> { [] }
    package func isBookkeeping(_ member: JSONObject.Member) -> Bool { false }
}

extension WireCodec {
    package var asksForStreamUsage: Bool { false }
    package func takesMedia(from url: String) -> Bool { takesMediaByURL }
    package func carriesProofs(of origin: WireFormat) -> Bool { origin == format }
}

/// Turns a provider's frames into events.
package protocol StreamDecoder {
    /// Throws `.malformed` for a frame the format does not allow; an error sent in-band is an event, `failed`.
    mutating func decode(_ frame: Frame, into events: inout [StreamEvent]) throws(ConversionError)

    /// Says that the provider ended. Emits `failed(.truncated)` unless the format's terminator was seen.
    mutating func finish(into events: inout [StreamEvent])
}

/// Turns events into the bytes a client of the format reads, framing included.
package protocol StreamEncoder {
    mutating func encode(_ event: StreamEvent, into output: inout [UInt8])

    /// Takes up a stream that others wrote up to that frame: formats that number their frames go on from there.
    mutating func resume(after frame: Frame)

    /// The whole reply, once the stream has ended well, where the format tells it at the end.
    var finishedReply: JSONObject? { get }
}

extension StreamEncoder {
    package mutating func resume(after frame: Frame) {}
    package var finishedReply: JSONObject? { nil }
}

/// What an encoder must know of the model it writes for.
public struct ConversionTarget: Sendable, Hashable {
    /// The provider's name of the model, written into the body where the format has it there.
    public var model: String
    /// What the configuration says of the model; codecs know the usual models by name.
    public var traits: ModelTraits
    /// Written where the format demands a limit and the client gave none.
    public var defaultMaxTokens: Int

    public init(model: String, traits: ModelTraits = ModelTraits(), defaultMaxTokens: Int = 4096) {
        self.model = model
        self.traits = traits
        self.defaultMaxTokens = defaultMaxTokens
    }
}

/// What a reply encoder must know of the request it answers.
public struct RequestEcho: Sendable, Hashable {
    /// The model as the client named it.
    public var model: String
    /// Used where the provider gave the reply no identifier; unique by the request.
    public var fallbackID: String
    /// Seconds since 1970; used where the provider gave none.
    public var created: Int
    /// Whether an OpenAI stream ends with a usage frame.
    public var wantsStreamUsage: Bool
    /// Gemini's streams come as SSE or as one JSON array.
    public var framing: StreamFraming
    /// The members of the client's request that a reply repeats, as it wrote them (Responses).
    public var repeated = JSONObject()
    /// Written before each candidate's text, for Completions clients that want their prompt repeated.
    public var prompt: String?

    public init(
        model: String, fallbackID: String, created: Int, wantsStreamUsage: Bool = true, framing: StreamFraming = .sse
    ) {
        self.model = model
        self.fallbackID = fallbackID
        self.created = created
        self.wantsStreamUsage = wantsStreamUsage
        self.framing = framing
    }
}
