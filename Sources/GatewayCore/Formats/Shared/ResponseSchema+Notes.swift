extension ResponseSchema {
    /// Notes the name and the description of a reply's schema, for formats that have a place for neither.
    func noteNaming(for format: WireFormat, _ notes: inout [ConversionNote]) {
        let members: [(key: String, value: String?)] = [("name", name), ("description", description)]
        for member in members where member.value != nil {
            notes.append(
                ConversionNote(
                    .dropped, "/response_format/json_schema/\(member.key)",
                    "\(format.displayName) has no place for the \(member.key) of a schema.", level: .info))
        }
    }
}
