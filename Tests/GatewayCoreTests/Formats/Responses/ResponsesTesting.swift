import Testing

@testable import GatewayCore

extension ResponsesCodec {
    func decoded(_ text: String) throws -> ChatRequest {
        try decodeRequest(try object(text), model: nil)
    }

    /// A request that holds these items.
    func decoded(items: String) throws -> ChatRequest {
        try decoded("{\"model\":\"m\",\"input\":[\(items)]}")
    }

    /// The request on the wire and the notes, for a model by that name.
    func encoded(
        _ request: ChatRequest, for model: String = "gpt-4.1", traits: ModelTraits = ModelTraits()
    ) throws -> (body: JSONValue, notes: [ConversionNote]) {
        var notes: [ConversionNote] = []
        let body = try encodeRequest(request, for: ConversionTarget(model: model, traits: traits), notes: &notes)
        return (.object(body), notes)
    }

    /// The items on the wire as JSON text.
    func encodedItems(_ messages: [Message]) throws -> String {
        try encoded(ChatRequest(model: "m", messages: messages)).body["input"]?.serializedString ?? ""
    }

    /// What the decoder tells of frames with the given data, including the end of the stream.
    func events(_ frames: [String]) throws -> [StreamEvent] {
        var decoder = makeStreamDecoder()
        var events: [StreamEvent] = []
        for frame in frames { try decoder.decode(Frame(data: Array(frame.utf8)), into: &events) }
        decoder.finish(into: &events)
        return events
    }

    /// The data of the events that a client reads.
    func frames(_ events: [StreamEvent], repeated: JSONObject = [:]) throws -> [JSONValue] {
        var echo = RequestEcho(model: "asked", fallbackID: "0198-a", created: 42)
        echo.repeated = repeated
        let stream = stream(of: events, for: echo)
        return try DecodedStream([stream[...]], with: SSEDecoder()).texts.map { try JSONValue(parsing: $0) }
    }
}

/// A response as it stands in the first and last events.
func response(_ status: String, output: String = "[]", more: String = "") -> String {
    """
    {"id":"resp_1","object":"response","created_at":7,"model":"m","status":"\(status)","output":\(output),\
    "error":null,"incomplete_details":null,"usage":null\(more)}
    """
}

/// The first event of a stream.
let created = "{\"type\":\"response.created\",\"sequence_number\":0,\"response\":\(response("in_progress"))}"
/// The last event of a stream that ended well.
let completed = "{\"type\":\"response.completed\",\"sequence_number\":99,\"response\":\(response("completed"))}"
