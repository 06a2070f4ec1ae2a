/// The form of the reply's text.
extension AnthropicRequestEncoder {
    /// The `output_config.format`, or nil after an instruction took its place.
    mutating func encodeResponseFormat() -> JSONObject? {
        switch request.responseFormat {
        case nil, .text?:
            return nil
        case .jsonObject?:
            note(.emulated, "/response_format", "Anthropic has no JSON mode; an instruction asks for an object.")
            instructions.append(FormInstruction.anyObject)
            return nil
        case .jsonSchema(let schema)? where traits.structuredOutputs:
            let pointer = "/response_format/json_schema"
            schema.noteNaming(for: .anthropic, &notes)
            let enforced = SchemaRules.anthropic.rewrite(
                schema.schema, at: "\(pointer)/schema", isEnforced: true, &notes)
            return ["type": "json_schema", "schema": enforced]
        case .jsonSchema(let schema)?:
            note(.emulated, "/response_format", "This model takes no schema; an instruction shows it the schema.")
            instructions.append(FormInstruction.matching(schema.schema))
            return nil
        }
    }
}
