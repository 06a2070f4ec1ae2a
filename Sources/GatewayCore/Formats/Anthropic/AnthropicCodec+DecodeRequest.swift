extension AnthropicCodec {
    /// - Parameter model: Bedrock and Vertex name it in the address and leave it out of the body.
    package func decodeRequest(_ body: JSONObject, model: String?) throws(ConversionError) -> ChatRequest {
        var fields = FieldReader(body)
        let named = try fields.optionalString("model")
        guard let model = model ?? named else { throw fields.missing("model") }

        var request = ChatRequest(model: model, messages: try Self.decodeSystem(&fields))
        for reader in try fields.readers("messages") {
            request.messages.append(try Self.decodeMessage(reader))
        }
        request.tools = try Self.decodeTools(&fields)
        try Self.decodeToolChoice(&fields, into: &request)
        request.maxOutputTokens = try fields.optionalInt("max_tokens")
        request.sampling.temperature = try fields.optionalNumber("temperature")
        request.sampling.topP = try fields.optionalNumber("top_p")
        request.sampling.topK = try fields.optionalNumber("top_k")
        request.stopSequences = try fields.optionalStrings("stop_sequences") ?? []
        request.isStreaming = try fields.optionalBool("stream") ?? false
        request.wantsStreamUsage = request.isStreaming
        request.serviceTier = try fields.optionalString("service_tier")

        let metadata = try Self.decodeMetadata(&fields, into: &request)
        let outputConfig = try Self.decodeOutputConfig(&fields, into: &request)
        try Self.decodeThinking(&fields, into: &request)
        request.extras = fields.rest(origin: .anthropic)
        request.extras.nest(metadata, under: "metadata")
        request.extras.nest(outputConfig, under: "output_config")
        return request
    }

    /// The top-level prompt becomes the first message.
    private static func decodeSystem(_ fields: inout FieldReader) throws(ConversionError) -> [Message] {
        guard fields.peek("system") != nil else { return [] }
        let parts = try decodeContent("system", of: &fields)
        return parts.isEmpty ? [] : [Message(role: .system, parts: parts)]
    }

    /// - Returns: the members besides `user_id`.
    private static func decodeMetadata(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) -> Extras? {
        guard var metadata = try fields.optionalReader("metadata") else { return nil }
        request.endUser = try metadata.optionalString("user_id")
        return metadata.rest(origin: .anthropic)
    }

    /// - Returns: the members besides effort and format.
    private static func decodeOutputConfig(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) -> Extras? {
        guard var config = try fields.optionalReader("output_config") else { return nil }
        if let word = try config.optionalString("effort") {
            if let effort = ReasoningEffort(rawValue: word) {
                request.reasoning = nativeReasoning(effort: effort)
            } else {
                config.unread("effort")
            }
        }
        if var format = try config.optionalReader("format") {
            guard try format.optionalString("type") == "json_schema", let schema = format.value("schema") else {
                throw ConversionError(config.pointer(to: "format"), "must be a json_schema with its schema")
            }
            request.responseFormat = .jsonSchema(ResponseSchema(schema: schema))
        }
        return config.rest(origin: .anthropic)
    }

    /// A kind of thinking the hub has no word for (`between_tools`) is kept whole with the request's extras.
    static func decodeThinking(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) {
        guard var thinking = try fields.optionalReader("thinking") else { return }
        var reasoning = request.reasoning ?? nativeReasoning(effort: nil)
        switch try thinking.string("type") {
        case "enabled": reasoning.mode = .budget(try thinking.int("budget_tokens"))
        case "adaptive": reasoning.mode = .adaptive
        case "disabled": reasoning.mode = .disabled
        default:
            fields.unread("thinking")
            return
        }
        switch try thinking.optionalString("display") {
        case "summarized"?: reasoning.includesText = true
        case "omitted"?: reasoning.includesText = false
        case nil: break
        case _?: thinking.unread("display")
        }
        reasoning.extras?.fields = thinking.rest(origin: .anthropic)?.fields ?? [:]
        request.reasoning = reasoning
    }

    /// The extras, empty at first, say that the settings came in this format: there effort alone does not ask for
    /// thinking, as it does in others.
    static func nativeReasoning(effort: ReasoningEffort?) -> ReasoningSettings {
        var reasoning = ReasoningSettings(effort: effort)
        reasoning.extras = Extras(origin: .anthropic)
        return reasoning
    }
}
