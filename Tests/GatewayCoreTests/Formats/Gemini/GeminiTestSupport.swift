import Testing

@testable import GatewayCore

/// Short ways to the codec for its tests.
enum GeminiTest {
    static let codec = GeminiCodec()
    static let echo = RequestEcho(model: "model-a", fallbackID: "req-1", created: 1_700_000_000)
    static let arrayEcho = RequestEcho(model: "model-a", fallbackID: "req-1", created: 0, framing: .jsonArray)

    static func object(_ text: String) throws -> JSONObject {
        try #require(try JSONValue(parsing: text).object)
    }

    // MARK: Requests

    static func decode(_ text: String) throws -> ChatRequest {
        try codec.decodeRequest(try object(text), model: "model-a")
    }

    /// The turns of a request, given as the elements of `contents`.
    static func decodeContents(_ contents: String) throws -> [Message] {
        try decode(#"{"contents":[\#(contents)]}"#).messages
    }

    /// A user's turn, given as the elements of `parts`.
    static func decodeParts(_ parts: String) throws -> [ContentPart] {
        try decodeContents(#"{"role":"user","parts":[\#(parts)]}"#)[0].parts
    }

    static func encode(
        _ request: ChatRequest, model: String = "model-a", traits: ModelTraits = ModelTraits()
    ) throws -> Encoded {
        var notes: [ConversionNote] = []
        let body = try codec.encodeRequest(
            request, for: ConversionTarget(model: model, traits: traits), notes: &notes)
        return Encoded(body: .object(body), notes: notes)
    }

    static func encode(_ messages: [Message], model: String = "model-a") throws -> Encoded {
        try encode(ChatRequest(model: "client-name", messages: messages), model: model)
    }

    /// A request that asks `Hi` and differs in what the closure sets.
    static func encode(model: String = "model-a", _ change: (inout ChatRequest) -> Void) throws -> Encoded {
        var request = ChatRequest(model: "client-name", messages: [.user("Hi")])
        change(&request)
        return try encode(request, model: model)
    }

    /// The request written back in its own format.
    static func rewritten(_ text: String) throws -> Encoded {
        try encode(try decode(text))
    }

    struct Encoded {
        var body: JSONValue
        var notes: [ConversionNote]

        var contents: String { body["contents"]?.serializedString ?? "" }
        var config: JSONValue { body["generationConfig"] ?? [:] }

        func has(_ action: ConversionNote.Action, _ pointer: String) -> Bool {
            notes.contains { $0.action == action && $0.pointer == pointer }
        }
    }

    // MARK: Replies

    static func decodeReply(_ text: String) throws -> ChatReply {
        try codec.decodeReply(try object(text))
    }

    static func encodeReply(_ parts: [ContentPart], stop: StopReason? = .endOfTurn) -> JSONObject {
        codec.encodeReply(ChatReply(candidates: [Candidate(parts: parts, stop: stop)]), for: echo)
    }

    // MARK: Streams

    static func events(_ frames: [String], finishing: Bool = true) throws -> [StreamEvent] {
        var decoder = codec.makeStreamDecoder()
        var events: [StreamEvent] = []
        for text in frames { try decoder.decode(Frame(data: Array(text.utf8)), into: &events) }
        if finishing { decoder.finish(into: &events) }
        return events
    }

    /// A frame of one candidate: the elements of its parts, and what else the candidate has.
    static func frame(_ parts: String, _ rest: String = "") -> String {
        let rest = rest.isEmpty ? "" : ",\(rest)"
        return #"{"candidates":[{"content":{"parts":[\#(parts)],"role":"model"},"index":0\#(rest)}],"responseId":"r1"}"#
    }

    static let stop =
        #"{"candidates":[{"content":{"role":"model"},"finishReason":"STOP","index":0}],"responseId":"r1"}"#

    static func encodeStream(_ events: [StreamEvent], for echo: RequestEcho = echo) -> String {
        var encoder = codec.makeStreamEncoder(for: echo)
        var output: [UInt8] = []
        for event in events { encoder.encode(event, into: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    /// What a client reads of the stream in SSE.
    static func frames(_ events: [StreamEvent]) throws -> [JSONValue] {
        var decoder = SSEDecoder()
        decoder.append(Array(encodeStream(events).utf8))
        var frames: [JSONValue] = []
        while let frame = try decoder.next() { frames.append(try JSONValue(parsing: frame.data)) }
        return frames
    }

    static func fold(_ events: [StreamEvent]) -> ChatReply { ReplyAccumulator.fold(events).reply }
}
