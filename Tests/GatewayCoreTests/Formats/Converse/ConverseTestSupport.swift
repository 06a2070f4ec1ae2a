import Testing

@testable import GatewayCore

/// Short ways to the codec for its tests.
enum ConverseTest {
    static let codec = ConverseCodec()
    static let echo = RequestEcho(model: "model-a", fallbackID: "req-1", created: 1_700_000_000)
    static let claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
    static let nova = "amazon.nova-lite-v1:0"
    static let llama = "us.meta.llama3-3-70b-instruct-v1:0"

    struct Encoded {
        var body: JSONValue
        var notes: [ConversionNote]

        func has(_ action: ConversionNote.Action, _ pointer: String) -> Bool {
            notes.contains { $0.action == action && $0.pointer == pointer }
        }

        subscript(_ pointer: String) -> JSONValue? { JSONPointer(pointer).flatMap { body[$0] } }
    }

    static func encode(_ request: ChatRequest, model: String = claude) throws -> Encoded {
        var notes: [ConversionNote] = []
        let body = try codec.encodeRequest(request, for: ConversionTarget(model: model), notes: &notes)
        return Encoded(body: .object(body), notes: notes)
    }

    static func encode(_ messages: [Message], model: String = claude) throws -> Encoded {
        try encode(ChatRequest(model: "m", messages: messages), model: model)
    }

    static func decode(_ text: String) throws -> ChatRequest {
        let object = try #require(try JSONValue(parsing: text).object)
        return try codec.decodeRequest(object, model: "m")
    }

    static func decodeParts(_ content: String) throws -> [ContentPart] {
        try decode(#"{"messages":[{"role":"user","content":\#(content)}]}"#).messages[0].parts
    }

    /// Decodes frames told as their event and payload.
    static func events(_ frames: [(String, String)], finishing: Bool = true) throws -> [StreamEvent] {
        var decoder = codec.makeStreamDecoder()
        var events: [StreamEvent] = []
        for (event, payload) in frames {
            try decoder.decode(Frame(event: event, data: Array(payload.utf8)), into: &events)
        }
        if finishing { decoder.finish(into: &events) }
        return events
    }

    /// The frames that events become, as their event and payload.
    static func frames(_ events: [StreamEvent]) -> (frames: [String], error: FramingError?) {
        var encoder = codec.makeStreamEncoder(for: echo)
        var bytes: [UInt8] = []
        for event in events { encoder.encode(event, into: &bytes) }
        let stream = DecodedStream([bytes[...]], with: AWSEventStreamDecoder())
        return (
            stream.frames.map { ($0.event ?? "") + " " + String(decoding: $0.data, as: UTF8.self) }, stream.error
        )
    }

    static let weather = FunctionTool(name: "get_weather", parameters: ["type": "object", "properties": [:]])
}
