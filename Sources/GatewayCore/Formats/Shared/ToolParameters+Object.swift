extension JSONValue? {
    /// The schema of a tool's arguments for an API that demands an object's, even of tools without any.
    func objectSchema(for format: WireFormat, at pointer: String, _ notes: inout [ConversionNote]) -> JSONValue {
        guard let self, !self.isNull else { return ["type": "object", "properties": [:]] }
        guard case .object(var schema) = self else {
            notes.append(
                ConversionNote(
                    .changed, "\(pointer)/parameters",
                    "\(format.displayName) takes only objects as schemas; an open one was written."))
            return ["type": "object"]
        }
        guard schema["type"] == nil else { return self }
        schema = JSONObject(members: [JSONObject.Member(key: "type", value: "object")] + schema.members)
        if schema.count == 1 { schema.append("properties", [:]) }
        return .object(schema)
    }
}
