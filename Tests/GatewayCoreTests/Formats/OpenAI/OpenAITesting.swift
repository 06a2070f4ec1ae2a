import Testing

@testable import GatewayCore

/// JSON text of a test as an object.
func object(_ text: String) throws -> JSONObject {
    try #require(JSONValue(parsing: text).object)
}

extension OpenAICodec {
    func decoded(_ text: String) throws -> ChatRequest {
        try decodeRequest(try object(text), model: nil)
    }

    /// The request on the wire and the notes, for a model by that name.
    func encoded(
        _ request: ChatRequest, for model: String = "gpt-4o", traits: ModelTraits = ModelTraits()
    ) throws -> (body: JSONValue, notes: [ConversionNote]) {
        var notes: [ConversionNote] = []
        let body = try encodeRequest(request, for: ConversionTarget(model: model, traits: traits), notes: &notes)
        return (.object(body), notes)
    }

    /// The messages on the wire as JSON text.
    func encodedMessages(_ messages: [Message], for model: String = "gpt-4o") throws -> String {
        try encoded(ChatRequest(model: "m", messages: messages), for: model).body["messages"]?.serializedString ?? ""
    }

    /// What the decoder tells of frames with the given data, including the end of the stream.
    func events(_ frames: [String]) throws -> [StreamEvent] {
        var decoder = makeStreamDecoder()
        var events: [StreamEvent] = []
        for frame in frames { try decoder.decode(Frame(data: Array(frame.utf8)), into: &events) }
        decoder.finish(into: &events)
        return events
    }
}

/// A chunk with one choice.
func chunk(_ delta: String, finish: String? = nil, index: Int = 0, more: String = "") -> String {
    let finish = finish.map { "\"\($0)\"" } ?? "null"
    return """
        {"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":\(index),"delta":\(delta),\
        "finish_reason":\(finish)}]\(more)}
        """
}
