extension GeminiCodec {
    /// - Parameter model: from the address, where it always stands; a body that names one itself is an older client's.
    package func decodeRequest(_ body: JSONObject, model: String?) throws(ConversionError) -> ChatRequest {
        var fields = FieldReader(body).camelCased
        let named = try fields.optionalString("model")
        guard let model = model ?? named else { throw fields.missing("model") }

        var calls = GeminiCallIDs()
        var request = ChatRequest(model: model, messages: try Self.decodeSystem(&fields))
        guard let contents = try fields.geminiReaders("contents") else { throw fields.missing("contents") }
        for reader in contents {
            request.messages.append(try Self.decodeMessage(reader, calls: &calls))
        }
        request.tools = try Self.decodeTools(&fields)
        let toolConfig = try Self.decodeToolConfig(&fields, into: &request)
        let generationConfig = try Self.decodeGenerationConfig(&fields, into: &request)
        Self.decodeServiceTier(&fields, into: &request)

        request.extras = fields.rest(origin: .gemini)
        request.extras.nest(toolConfig, under: "toolConfig")
        request.extras.nest(generationConfig, under: "generationConfig")
        return request
    }

    /// The system instruction becomes the first message.
    private static func decodeSystem(_ fields: inout FieldReader) throws(ConversionError) -> [Message] {
        guard var content = try fields.geminiReader("systemInstruction") else { return [] }
        var calls = GeminiCallIDs()
        let parts = try decodeParts(of: &content, calls: &calls)
        return parts.isEmpty
            ? [] : [Message(role: .system, parts: parts, extras: content.rest(origin: .gemini))]
    }

    private static func decodeServiceTier(_ fields: inout FieldReader, into request: inout ChatRequest) {
        guard let tier = fields.peek("serviceTier")?.string, serviceTiers.contains(tier) else { return }
        fields.skip("serviceTier")
        request.serviceTier = tier
    }

    static let serviceTiers: Set<String> = ["unspecified", "standard", "flex", "priority"]
}
