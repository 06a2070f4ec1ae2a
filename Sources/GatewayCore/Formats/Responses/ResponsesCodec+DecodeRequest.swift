extension ResponsesCodec {
    /// Reads a request that another provider is to answer. What only the API's own storage can do is refused: such a request
    /// goes to a provider of this format as it is, or nowhere.
    package func decodeRequest(_ body: JSONObject, model: String?) throws(ConversionError) -> ChatRequest {
        var fields = FieldReader(body)
        let named = try fields.optionalString("model")
        guard let model = model ?? named else { throw fields.missing("model") }
        try refuseStoredState(fields)
        var request = ChatRequest(model: model, messages: try decodeInput(&fields))
        request.tools = try decodeTools(&fields)
        request.toolChoice = try decodeToolChoice(&fields)
        request.parallelToolCalls = try fields.optionalBool("parallel_tool_calls")
        request.maxOutputTokens = try fields.optionalInt("max_output_tokens")
        request.sampling.temperature = try fields.optionalNumber("temperature")
        request.sampling.topP = try fields.optionalNumber("top_p")
        try decodeLogprobsWish(fields, into: &request.sampling)
        request.sampling.topLogprobs = try fields.optionalInt("top_logprobs")
        request.endUser = try fields.optionalString("user")
        request.serviceTier = try fields.optionalString("service_tier")
        request.isStreaming = try fields.optionalBool("stream") ?? false
        request.wantsStreamUsage = true
        let reasoningRest = try decodeReasoning(&fields, into: &request)
        let textRest = try decodeText(&fields, into: &request)
        // Also when empty they say that the client knows how this API keeps replies.
        request.extras = fields.rest(origin: format) ?? Extras(origin: format)
        request.extras.nest(reasoningRest, under: "reasoning")
        request.extras.nest(textRest, under: "text")
        return request
    }

    /// Refuses what lies in the API's storage, or must be put there.
    private func refuseStoredState(_ fields: FieldReader) throws(ConversionError) {
        let kept: [(key: String, what: String)] = [
            (
                "previous_response_id",
                "the gateway does not know the response, and can only go on from one that it keeps"
            ),
            ("conversation", "conversations are kept by OpenAI; this model is another provider's"),
            ("prompt", "prompt templates are kept by OpenAI; this model is another provider's"),
        ]
        for field in kept where fields.peek(field.key) != nil {
            throw ConversionError(fields.pointer(to: field.key), field.what)
        }
        if fields.peek("background") == true {
            throw ConversionError(
                fields.pointer(to: "background"), "this model's provider cannot answer in the background")
        }
    }

    // MARK: Input

    private func decodeInput(_ fields: inout FieldReader) throws(ConversionError) -> [Message] {
        var items = ResponsesItemDecoder()
        if let instructions = try fields.optionalString("instructions"), !instructions.isEmpty {
            items.messages.append(.system(instructions))
        }
        let count = items.messages.count
        switch fields.value("input") {
        case nil:
            break
        case .string(let text)?:
            items.messages.append(.user(text))
        case .array(let elements)?:
            for (index, element) in elements.enumerated() {
                try items.decode(try FieldReader(checking: element, at: "\(fields.pointer(to: "input"))/\(index)"))
            }
        case let value?:
            throw fields.mismatch("input", value, "a string or an array of items")
        }
        guard items.messages.count > count else {
            throw ConversionError(fields.pointer(to: "input"), "must hold at least one item")
        }
        return items.messages
    }

    // MARK: Settings

    /// `include` stays among the extras whole: what else it asks for only the API itself can add.
    private func decodeLogprobsWish(
        _ fields: FieldReader, into sampling: inout Sampling
    ) throws(ConversionError) {
        var fields = fields
        if try fields.optionalStrings("include")?.contains(Self.logprobsInclude) == true {
            sampling.wantsLogprobs = true
        }
    }

    /// A level that is not known stays among the extras: only the provider can tell whether it is one.
    private func decodeReasoning(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) -> Extras? {
        guard var reader = try fields.optionalReader("reasoning") else { return nil }
        var settings = ReasoningSettings()
        if let word = try reader.optionalString("effort") {
            settings.effort = ReasoningEffort(rawValue: word)
            if settings.effort == nil { reader.unread("effort") }
        }
        if let summary = try reader.optionalString("summary") {
            settings.includesText = true
            if summary != "auto" { reader.unread("summary") }
        }
        if settings != ReasoningSettings() { request.reasoning = settings }
        return reader.rest(origin: format)
    }

    private func decodeText(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) -> Extras? {
        guard var text = try fields.optionalReader("text") else { return nil }
        guard var reader = try text.optionalReader("format") else { return text.rest(origin: format) }
        switch try reader.string("type") {
        case "text": request.responseFormat = .text
        case "json_object": request.responseFormat = .jsonObject
        case "json_schema":
            guard let schema = reader.value("schema") else { throw reader.missing("schema") }
            request.responseFormat = .jsonSchema(
                ResponseSchema(
                    name: try reader.string("name"), description: try reader.optionalString("description"),
                    schema: schema, isStrict: try reader.optionalBool("strict")))
        default:
            text.unread("format")
            return text.rest(origin: format)
        }
        var rest = text.rest(origin: format)
        rest.nest(reader.rest(origin: format), under: "format")
        return rest
    }

    /// Members that say nothing of the conversation itself: identifiers and states of the API's own storage, what the
    /// gateway keeps itself, and what every bridged reply has anyway.
    package func isBookkeeping(_ member: JSONObject.Member) -> Bool {
        switch member.key {
        case "id", "status", "type", "store": true
        case "stream_options": member.value["include_obfuscation"] != true
        case "truncation": member.value == "disabled"
        // A custom tool takes any text unless told otherwise.
        case "format": member.value == ["type": "text"]
        case "background": member.value == false
        case "include":
            member.value.array?.allSatisfy { $0 == "reasoning.encrypted_content" || $0.string == Self.logprobsInclude }
                ?? false
        default: member.value.isNull
        }
    }
}
