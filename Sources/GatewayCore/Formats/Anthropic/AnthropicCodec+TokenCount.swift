/// `POST /v1/messages/count_tokens`: WIRE_FORMATS 5.5.
extension AnthropicCodec: TokenCountCodec {
    private static let counted: Set<String> = [
        "model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control", "speed",
    ]

    package func countRequest(of request: JSONObject, model: String) -> JSONObject { request.keeping(Self.counted) }

    package func decodeTokenCount(_ reply: JSONObject) -> Int? { reply["input_tokens"]?.int }

    package func encodeTokenCount(_ count: Int) -> JSONObject { ["input_tokens": .number(JSONNumber(count))] }
}
