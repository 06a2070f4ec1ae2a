/// `POST /v1/responses/input_tokens`: openai types/responses/input_token_count_params.py.
extension ResponsesCodec: TokenCountCodec {
    private static let counted: Set<String> = [
        "model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "reasoning", "text",
        "truncation", "previous_response_id", "conversation",
    ]

    package func countRequest(of request: JSONObject, model: String) -> JSONObject { request.keeping(Self.counted) }

    package func decodeTokenCount(_ reply: JSONObject) -> Int? { reply["input_tokens"]?.int }

    package func encodeTokenCount(_ count: Int) -> JSONObject {
        ["object": "response.input_tokens", "input_tokens": .number(JSONNumber(count))]
    }
}
