/// What a client asked for, as it came through the door.
///
/// A class, since each step of the request is handed it.
package final class InboundCall: @unchecked Sendable {
    // SAFETY: whoever makes it fills it in, then the door that answers it puts it right; nobody else has it by then. From
    // then on it is only read, by many, which is why its fields are not watched for exclusivity.

    /// The gateway's identifier of the request, `X-Request-ID`.
    @exclusivity(unchecked) package var id: String
    /// The format the client speaks; its answer and its errors have it too.
    @exclusivity(unchecked) package var format: WireFormat
    /// Whether the body decides the format after all: OpenAI's chat address takes every format.
    @exclusivity(unchecked) package var isAnyFormat = false
    @exclusivity(unchecked) package var body: [UInt8]
    @exclusivity(unchecked) package var headers: HTTPFields
    @exclusivity(unchecked) package var client: ClientIdentity
    /// The model where the address names it (Gemini); nil where the body does.
    @exclusivity(unchecked) package var modelInPath: String?
    /// Whether a stream is wanted, where the address says so (Gemini); nil where the body does.
    @exclusivity(unchecked) package var streamInPath: Bool?
    @exclusivity(unchecked) package var framing: StreamFraming
    /// Whether the answer is Anthropic's and errors are AWS's, as clients of Bedrock's InvokeModel have it.
    @exclusivity(unchecked) package var isInvocation = false
    /// The path asked for, for the record.
    @exclusivity(unchecked) package var path: String?
    /// The provider where the address fixes it, past all routing.
    @exclusivity(unchecked) package var pinnedProvider: String?
    /// The bridged response that the body was completed from, taken out of it (Responses).
    @exclusivity(unchecked) package var continuedResponse: String?
    /// When its head was there; nil is when `Gateway.answer` is called.
    @exclusivity(unchecked) package var arrival: RequestArrival?

    package init(
        id: String, format: WireFormat, body: [UInt8], headers: HTTPFields = [:],
        client: ClientIdentity = ClientIdentity(keyName: nil)
    ) {
        self.id = id
        self.format = format
        self.body = body
        self.headers = headers
        self.client = client
        framing = .sse
    }
}

extension InboundCall {
    /// The format in which the client reads errors.
    package var errorFormat: WireFormat { isInvocation ? .converse : format }

    /// Members that stand in the body because the address had no room for them: none of the format's own.
    var membersOfAddress: [String] {
        isAnyFormat && format == .gemini ? ["model", "stream"] : []
    }
}

extension InboundCall {
    /// Its address, and the provider that it fixes.
    package func note(_ path: String, of provider: String?) {
        self.path = path
        pinnedProvider = provider
    }

    /// The head was there at that moment.
    package func note(_ arrival: RequestArrival) {
        self.arrival = arrival
    }
}

/// The answer to a call, ready to be sent.
package struct OutboundReply: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        case stream(ReplyStream)
    }

    package var status: Int
    package var headers: HTTPFields
    package var body: Body
}

/// When a request came, by both clocks.
package struct RequestArrival: Sendable {
    /// Seconds since 1970.
    package let startedAt: Double
    package let began: ContinuousClock.Instant

    package init(_ clock: any WallClock) {
        startedAt = clock.now()
        began = .now
    }
}
