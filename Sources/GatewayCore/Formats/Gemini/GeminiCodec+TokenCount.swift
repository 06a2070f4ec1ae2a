/// `POST /v1beta/models/{model}:countTokens`: WIRE_FORMATS 6.5.
///
/// The body holds `contents` alone, or a whole request under `generateContentRequest`, which names its model again.
extension GeminiCodec: TokenCountCodec {
    private static let wholeKey = "generateContentRequest"

    package func decodeCountRequest(_ body: JSONObject, model: String?) throws(ConversionError) -> ChatRequest {
        guard let whole = (body[Self.wholeKey] ?? body["generate_content_request"])?.object else {
            return try decodeRequest(body, model: model)
        }
        var request = whole
        request.removeValue(forKey: "model")
        return try decodeRequest(request, model: model)
    }

    package func countRequest(of request: JSONObject, model: String) -> JSONObject {
        let counted = request.keeping(["contents", "systemInstruction", "tools", "toolConfig"])
        if counted.count == 1, let contents = counted["contents"] { return ["contents": contents] }
        var whole: JSONObject = ["model": .string(model.contains("/") ? model : "models/" + model)]
        whole.append(extras: counted)
        return [Self.wholeKey: .object(whole)]
    }

    package func decodeTokenCount(_ reply: JSONObject) -> Int? { reply["totalTokens"]?.int }

    package func encodeTokenCount(_ count: Int) -> JSONObject { ["totalTokens": .number(JSONNumber(count))] }
}
