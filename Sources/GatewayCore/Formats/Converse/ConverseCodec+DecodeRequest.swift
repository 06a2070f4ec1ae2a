extension ConverseCodec {
    /// - Parameter model: stands in the address; Bedrock's prompts, which are named there too, are not understood.
    package func decodeRequest(_ body: JSONObject, model: String?) throws(ConversionError) -> ChatRequest {
        var fields = FieldReader(body)
        guard let model else { throw fields.missing("modelId") }

        var request = ChatRequest(model: model, messages: [])
        let system = try Self.decodeContent("system", of: &fields)
        if !system.isEmpty { request.messages.append(Message(role: .system, parts: system)) }
        for reader in try fields.readers("messages") {
            request.messages.append(try Self.decodeMessage(reader))
        }
        var kept = JSONObject()
        kept.append("toolConfig", ifPresent: try Self.decodeToolConfig(&fields, into: &request))
        kept.append("inferenceConfig", ifPresent: try Self.decodeInferenceConfig(&fields, into: &request))
        kept.append("outputConfig", ifPresent: try Self.decodeOutputConfig(&fields, into: &request))
        kept.append(
            "additionalModelRequestFields", ifPresent: try Self.decodeAdditionalFields(&fields, into: &request))
        kept.append("serviceTier", ifPresent: try Self.decodeServiceTier(&fields, into: &request))
        kept.append(extras: fields.rest(origin: .converse)?.fields ?? [:])
        request.extras = kept.isEmpty ? nil : Extras(origin: .converse, fields: kept)
        return request
    }

    // Each of these returns the members that the hub has no name for.

    private static func decodeInferenceConfig(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) -> JSONValue? {
        guard var config = try fields.optionalReader("inferenceConfig") else { return nil }
        request.maxOutputTokens = try config.optionalInt("maxTokens")
        request.sampling.temperature = try config.optionalNumber("temperature")
        request.sampling.topP = try config.optionalNumber("topP")
        request.stopSequences = try config.optionalStrings("stopSequences") ?? []
        return rest(of: config)
    }

    /// The schema is a JSON text inside a string here.
    private static func decodeOutputConfig(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) -> JSONValue? {
        guard var config = try fields.optionalReader("outputConfig") else { return nil }
        if let word = try config.optionalString("effort") {
            if let effort = ReasoningEffort(rawValue: word) {
                request.reasoning = AnthropicCodec.nativeReasoning(effort: effort)
            } else {
                config.unread("effort")
            }
        }
        if var format = try config.optionalReader("textFormat") {
            var structure = try format.reader("structure")
            guard try format.string("type") == "json_schema", var schema = try structure.optionalReader("jsonSchema")
            else { throw ConversionError(format.pointer, "must be a json_schema with its schema") }
            let text = try schema.string("schema")
            // What the parser says of the client's schema is not worth more than this.
            guard let value = try? JSONValue(parsing: text) else {
                throw ConversionError(schema.pointer(to: "schema"), "must be a JSON Schema as a string")
            }
            request.responseFormat = .jsonSchema(
                ResponseSchema(
                    name: try schema.optionalString("name"), description: try schema.optionalString("description"),
                    schema: value))
        }
        return rest(of: config)
    }

    /// Claude's own settings, which this API has no members for.
    private static func decodeAdditionalFields(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) -> JSONValue? {
        guard var additional = try fields.optionalReader("additionalModelRequestFields") else { return nil }
        request.sampling.topK = try additional.optionalNumber("top_k")
        try AnthropicCodec.decodeThinking(&additional, into: &request)
        return rest(of: additional)
    }

    private static func decodeServiceTier(
        _ fields: inout FieldReader, into request: inout ChatRequest
    ) throws(ConversionError) -> JSONValue? {
        guard var tier = try fields.optionalReader("serviceTier") else { return nil }
        request.serviceTier = try tier.string("type")
        return rest(of: tier)
    }

    static func rest(of fields: FieldReader) -> JSONValue? {
        fields.rest(origin: .converse).map { .object($0.fields) }
    }
}
