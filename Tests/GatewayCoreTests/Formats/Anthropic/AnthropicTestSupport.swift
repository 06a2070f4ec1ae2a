import Testing

@testable import GatewayCore

/// Short ways to the codec for its tests.
enum AnthropicTest {
    static let codec = AnthropicCodec()
    static let echo = RequestEcho(model: "model-a", fallbackID: "req-1", created: 1_700_000_000)

    static func object(_ text: String) throws -> JSONObject {
        try #require(try JSONValue(parsing: text).object)
    }

    static func decode(_ text: String) throws -> ChatRequest {
        try codec.decodeRequest(try object(text), model: nil)
    }

    /// A user's turn in a request, for tests of its content.
    static func decodeParts(_ content: String) throws -> [ContentPart] {
        try decode(#"{"model":"m","messages":[{"role":"user","content":\#(content)}]}"#).messages[0].parts
    }

    static func encode(_ request: ChatRequest, model: String = "model-a", traits: ModelTraits = ModelTraits()) throws
        -> Encoded
    {
        var notes: [ConversionNote] = []
        let target = ConversionTarget(model: model, traits: traits, defaultMaxTokens: 4096)
        let body = try codec.encodeRequest(request, for: target, notes: &notes)
        return Encoded(body: .object(body), notes: notes)
    }

    static func encode(
        _ messages: [Message], model: String = "model-a", traits: ModelTraits = ModelTraits()
    ) throws -> Encoded {
        try encode(
            ChatRequest(model: "client-name", messages: messages, maxOutputTokens: 1024), model: model, traits: traits)
    }

    struct Encoded {
        var body: JSONValue
        var notes: [ConversionNote]

        var messages: String { body["messages"]?.serializedString ?? "" }
        var warnings: [String] { notes.filter { $0.level == .warning }.map(\.pointer) }
        var infos: [String] { notes.filter { $0.level == .info }.map(\.pointer) }

        func has(_ action: ConversionNote.Action, _ pointer: String) -> Bool {
            notes.contains { $0.action == action && $0.pointer == pointer }
        }
    }

    // MARK: Streams

    /// Decodes frames given as their data, without `event:` names unless told.
    static func events(_ data: [String], finishing: Bool = true) throws -> [StreamEvent] {
        var decoder = codec.makeStreamDecoder()
        var events: [StreamEvent] = []
        for text in data { try decoder.decode(Frame(data: Array(text.utf8)), into: &events) }
        if finishing { decoder.finish(into: &events) }
        return events
    }

    static let start =
        #"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":5,"output_tokens":1}}}"#
    static let end = [
        #"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":9}}"#,
        #"{"type":"message_stop"}"#,
    ]

    static func blockStart(_ index: Int, _ block: String) -> String {
        #"{"type":"content_block_start","index":\#(index),"content_block":\#(block)}"#
    }

    static func blockDelta(_ index: Int, _ delta: String) -> String {
        #"{"type":"content_block_delta","index":\#(index),"delta":\#(delta)}"#
    }

    static func blockStop(_ index: Int) -> String {
        #"{"type":"content_block_stop","index":\#(index)}"#
    }

    static func encodeStream(_ events: [StreamEvent]) -> String {
        var encoder = codec.makeStreamEncoder(for: echo)
        var output: [UInt8] = []
        for event in events { encoder.encode(event, into: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    /// The stream's events as the name of each line `event:` and what a client reads under it.
    static func frames(_ events: [StreamEvent]) throws -> [(event: String, data: JSONValue)] {
        var decoder = SSEDecoder()
        decoder.append(Array(encodeStream(events).utf8))
        var frames: [(event: String, data: JSONValue)] = []
        while let frame = try decoder.next() {
            frames.append((try #require(frame.event), try JSONValue(parsing: frame.data)))
        }
        return frames
    }

    static func fold(_ events: [StreamEvent]) -> ChatReply {
        var accumulator = ReplyAccumulator()
        for event in events { accumulator.apply(event) }
        return accumulator.reply
    }
}
