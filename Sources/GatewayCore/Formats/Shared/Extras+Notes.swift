extension Extras? {
    /// The kept members when they come from `format`. For every other origin nothing, and a note for each lost member that
    /// said something.
    ///
    /// - Parameter pointer: JSON pointer of the object the members stood in.
    package func fields(
        for format: WireFormat, at pointer: String, notes: inout [ConversionNote]
    ) -> JSONObject {
        guard let self else { return [:] }
        if self.origin == format { return self.fields }
        for member in self.fields where !self.origin.isBookkeeping(member) {
            notes.append(
                ConversionNote(
                    .dropped, JSONPointer.appending(member.key, to: pointer),
                    "\(format.displayName) has no counterpart of this field."))
        }
        return [:]
    }

    /// Keeps what is left of an object that stood under `key`; `append(extras:)` puts it back there.
    package mutating func nest(_ inner: Extras?, under key: String) {
        guard let inner, !inner.fields.isEmpty else { return }
        var outer = self ?? Extras(origin: inner.origin)
        outer.fields[key] = .object(inner.fields)
        self = outer
    }
}

extension WireFormat {
    /// Whether a member of this format says nothing that another format could miss.
    fileprivate func isBookkeeping(_ member: JSONObject.Member) -> Bool {
        self == .responses && ResponsesCodec.isBookkeeping(member)
    }

    /// The format's name in messages to people.
    package var displayName: String {
        switch self {
        case .openAI: "OpenAI Chat"
        case .responses: "OpenAI Responses"
        case .completions: "OpenAI Completions"
        case .anthropic: "Anthropic Messages"
        case .gemini: "Gemini"
        case .converse: "Bedrock Converse"
        }
    }
}

extension JSONObject {
    /// Appends members kept as extras. What is already written stays; objects on both sides are merged.
    package mutating func append(extras: JSONObject) {
        for member in extras {
            switch (self[member.key], member.value) {
            case (nil, let value):
                append(member.key, value)
            case (.object(var own)?, .object(let kept)):
                own.append(extras: kept)
                self[member.key] = .object(own)
            case (.some, _):
                continue
            }
        }
    }
}
