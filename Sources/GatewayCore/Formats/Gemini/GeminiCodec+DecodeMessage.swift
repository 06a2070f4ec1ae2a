extension GeminiCodec {
    static func decodeMessage(
        _ reader: FieldReader, calls: inout GeminiCallIDs
    ) throws(ConversionError) -> Message {
        var fields = reader
        let word = try fields.optionalString("role") ?? "user"
        calls.beginContent(ofModel: word == "model")
        let parts = try decodeParts(of: &fields, calls: &calls)
        let role: Message.Role =
            switch word {
            case "user", "function", "": parts.holdOnlyToolResults ? .tool : .user
            case "model": .assistant
            default: throw ConversionError(fields.pointer(to: "role"), "must be user or model")
            }
        return Message(role: role, parts: parts.map(markedAsOwn), extras: fields.rest(origin: .gemini))
    }

    /// Thoughts without a signature have to be told from those of other providers.
    private static func markedAsOwn(_ part: ContentPart) -> ContentPart {
        guard case .reasoning(var reasoning) = part, reasoning.extras == nil else { return part }
        reasoning.extras = Extras(origin: .gemini)
        return .reasoning(reasoning)
    }

    /// The parts of a `Content`; it may have none.
    static func decodeParts(
        of fields: inout FieldReader, calls: inout GeminiCallIDs
    ) throws(ConversionError) -> [ContentPart] {
        fields.skip("role")
        var parts: [ContentPart] = []
        for reader in try fields.geminiReaders("parts") ?? [] {
            parts.append(try decodePart(reader, calls: &calls))
        }
        return parts
    }

    /// Parts that only this format knows, such as code the provider ran, are kept whole.
    static func decodePart(_ reader: FieldReader, calls: inout GeminiCallIDs) throws(ConversionError) -> ContentPart {
        var fields = reader
        if fields.peek("text") != nil { return try decodeText(&fields) }
        if let call = try fields.geminiReader("functionCall") {
            guard let call = try decodeCall(call, &fields, calls: &calls) else { return foreign(reader) }
            return .toolCall(call)
        }
        if let response = try fields.geminiReader("functionResponse") {
            return .toolResult(try decodeResponse(response, &fields, calls: &calls))
        }
        if let blob = try fields.geminiReader("inlineData") {
            return .media(try decodeInlineData(blob, &fields))
        }
        if let file = try fields.geminiReader("fileData") {
            return .media(try decodeFileData(file, &fields))
        }
        return foreign(reader)
    }

    private static func foreign(_ reader: FieldReader) -> ContentPart {
        .foreign(Foreign(origin: .gemini, value: .object(reader.object)))
    }

    private static func decodeText(_ fields: inout FieldReader) throws(ConversionError) -> ContentPart {
        let text = try fields.string("text")
        let signature = try decodeSignature(&fields)
        if try fields.optionalBool("thought") == true {
            var part = ReasoningPart(text: text, signature: signature)
            part.extras = fields.rest(origin: .gemini)
            return .reasoning(part)
        }
        var part = TextPart(text)
        part.signature = signature
        part.extras = fields.rest(origin: .gemini)
        return .text(part)
    }

    static func decodeSignature(_ fields: inout FieldReader) throws(ConversionError) -> Signature? {
        guard let value = try fields.optionalString("thoughtSignature"), !value.isEmpty else { return nil }
        return Signature(origin: .gemini, value: value)
    }

    /// Nil for a call whose arguments come in pieces (Vertex, where asked for): no other format could say it.
    private static func decodeCall(
        _ reader: FieldReader, _ fields: inout FieldReader, calls: inout GeminiCallIDs
    ) throws(ConversionError) -> ToolCall? {
        var inner = reader
        guard inner.peek("partialArgs") == nil, inner.peek("willContinue") != true, inner.peek("name") != nil else {
            return nil
        }
        let name = try inner.string("name")
        let arguments = JSONValue.object(try inner.optionalObject("args") ?? [:]).serializedString
        let id = calls.id(ofCall: name, arguments: arguments, given: try inner.optionalString("id"))
        var call = ToolCall(id: id, name: name, arguments: arguments)
        call.signature = try decodeSignature(&fields)
        call.extras = fields.rest(origin: .gemini)
        call.extras.nest(inner.rest(origin: .gemini), under: "functionCall")
        return call
    }

    private static func decodeResponse(
        _ reader: FieldReader, _ fields: inout FieldReader, calls: inout GeminiCallIDs
    ) throws(ConversionError) -> ToolResult {
        var inner = reader
        let name = try inner.string("name")
        let id = calls.id(ofResultFor: name, given: try inner.optionalString("id"))
        var result = ToolResult(callID: id, name: name, content: [])
        if let response = try inner.optionalObject("response") {
            decodeOutput(response, into: &result)
            if response != encodeOutput(of: result) { inner.unread("response") }
        }
        var none = GeminiCallIDs()
        for part in try inner.geminiReaders("parts") ?? [] {
            result.content.append(try decodePart(part, calls: &none))
        }
        result.extras = fields.rest(origin: .gemini)
        var rest = inner.rest(origin: .gemini)
        rest.markCopy(of: "response")
        result.extras.nest(rest, under: "functionResponse")
        return result
    }

    /// `output` holds what the function gave, `error` why it failed; without either the whole object is the output.
    private static func decodeOutput(_ response: JSONObject, into result: inout ToolResult) {
        let only = response.count == 1 ? response.members.first : nil
        switch (only?.key, only?.value) {
        case ("output"?, .string(let text)?):
            result.content = [.text(text)]
        case ("error"?, let value?):
            result.content = [.text(value.string ?? value.serializedString)]
            result.isError = true
        case ("output"?, let value?):
            result.content = [.text(value.serializedString)]
        case (_, _):
            result.content = [.text(JSONValue.object(response).serializedString)]
        }
    }

    /// The `response` of a result: its text under the key that says whether the function failed.
    static func encodeOutput(of result: ToolResult) -> JSONObject {
        let texts = result.content.compactMap { part -> String? in
            switch part {
            case .text(let text): text.text
            case .refusal(let text): text
            case .media(let media): if case .text(let text) = media.source { text } else { nil }
            case .toolCall, .toolResult, .reasoning, .foreign: nil
            }
        }
        return [result.isError ? "error" : "output": .string(texts.joined(separator: "\n"))]
    }
}
