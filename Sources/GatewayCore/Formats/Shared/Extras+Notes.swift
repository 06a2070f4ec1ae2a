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
        self.noteLoss(of: self.fields, at: "", in: pointer, for: format, &notes)
        return [:]
    }

    /// Says that the hub took the member of that name, too: other formats do not lose it.
    package mutating func markCopy(of key: String) {
        guard self?.fields[key] != nil else { return }
        self?.copies.insert(JSONPointer.appending(key, to: ""))
    }

    /// Keeps what is left of an object that stood under `key`; `append(extras:)` puts it back there.
    package mutating func nest(_ inner: Extras?, under key: String) {
        guard let inner, !inner.fields.isEmpty else { return }
        var outer = self ?? Extras(origin: inner.origin)
        outer.fields[key] = .object(inner.fields)
        let place = JSONPointer.appending(key, to: "")
        outer.remainders.insert(place)
        for remainder in inner.remainders { outer.remainders.insert(place + remainder) }
        for copy in inner.copies { outer.copies.insert(place + copy) }
        self = outer
    }
}

extension Extras {
    /// A note for each member, and for the members inside where an object is only what was left of one.
    fileprivate func noteLoss(
        of fields: JSONObject, at place: String, in owner: String, for format: WireFormat,
        _ notes: inout [ConversionNote]
    ) {
        for member in fields {
            let inner = JSONPointer.appending(member.key, to: place)
            if member.value.isNull || copies.contains(inner) || origin.codec.isBookkeeping(member) { continue }
            if let object = member.value.object, remainders.contains(inner) {
                noteLoss(of: object, at: inner, in: owner, for: format, &notes)
                continue
            }
            let isUnseen = origin.codec.unseenFields.contains(inner)
            notes.append(
                ConversionNote(
                    .dropped, owner + inner, "\(format.displayName) has no counterpart of this field.",
                    level: isUnseen ? .info : .warning))
        }
    }
}

extension WireFormat {
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
