extension Extras? {
    /// The kept members when they come from `format`. For every other origin nothing, and a note for each lost member.
    ///
    /// - Parameter pointer: JSON pointer of the object the members stood in.
    package func fields(
        for format: WireFormat, at pointer: String, notes: inout [ConversionNote]
    ) -> JSONObject {
        guard let self else { return [:] }
        if self.origin == format { return self.fields }
        for member in self.fields {
            notes.append(
                ConversionNote(
                    .dropped, JSONPointer.appending(member.key, to: pointer),
                    "\(format.displayName) has no counterpart of this field."))
        }
        return [:]
    }
}

extension WireFormat {
    /// The format's name in messages to people.
    package var displayName: String {
        switch self {
        case .openAI: "OpenAI Chat"
        case .anthropic: "Anthropic Messages"
        case .gemini: "Gemini"
        }
    }
}

extension JSONObject {
    /// Appends members kept as extras, except those that are already written.
    package mutating func append(extras: JSONObject) {
        for member in extras where self[member.key] == nil {
            append(member.key, member.value)
        }
    }
}
