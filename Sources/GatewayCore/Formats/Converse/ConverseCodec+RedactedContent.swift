/// Encrypted reasoning: a blob, which JSON writes in base64. Of Claude its bytes are the text of `redacted_thinking.data` of
/// Anthropic's own API, which is base64 itself.
///
/// Source: `ReasoningContentBlock` in botocore's model of `bedrock-runtime`; replies of Claude 3.7 recorded from Converse and
/// ConverseStream in the tests of pydantic-ai (`test_bedrock_model_thinking_part_redacted`), where one delta has all of a block.
extension ConverseCodec {
    /// Nil for a blob that is no text, which is another model's and goes through as it is.
    static func redactedReasoning(_ blob: String) -> ReasoningPart? {
        guard let bytes = Base64.decode(blob), let data = String(validating: bytes, as: UTF8.self), !data.isEmpty,
            Base64.encode(bytes) == blob
        else { return nil }
        return ReasoningPart(text: "", redacted: Signature(origin: .anthropic, value: data))
    }

    static func redactedContent(_ data: Signature) -> JSONValue {
        ["reasoningContent": ["redactedContent": .string(Base64.encode(Array(data.value.utf8)))]]
    }
}
