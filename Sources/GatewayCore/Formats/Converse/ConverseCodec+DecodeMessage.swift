extension ConverseCodec {
    static func decodeMessage(_ reader: FieldReader) throws(ConversionError) -> Message {
        var fields = reader
        let word = try fields.string("role")
        let parts = try decodeContent("content", of: &fields)
        let role = try Message.Role(turnOf: word, holding: parts, at: fields.pointer(to: "role"))
        return Message(role: role, parts: parts, extras: fields.rest(origin: .converse))
    }

    /// Content is a list of blocks everywhere. Absent is empty. A cache point belongs to the block before it.
    static func decodeContent(_ key: String, of fields: inout FieldReader) throws(ConversionError) -> [ContentPart] {
        try decodeBlocks(try fields.optionalReaders(key) ?? []).map(\.piece)
    }

    /// The parts with their places among the blocks.
    static func decodeBlocks(_ blocks: [FieldReader]) throws(ConversionError) -> [PlacedPiece<ContentPart>] {
        var parts: [PlacedPiece<ContentPart>] = []
        parts.reserveCapacity(blocks.count)
        for (index, reader) in blocks.enumerated() {
            if let cache = decodeCachePoint(reader), let last = parts.indices.last, parts[last].piece.mark(cache) {
                parts[last].cachePoint = index
            } else {
                parts.append(PlacedPiece(piece: try decodePart(reader), index: index))
            }
        }
        return parts
    }

    /// A block is an object whose one member names its kind. Kinds that only this format knows are kept whole.
    static func decodePart(_ reader: FieldReader) throws(ConversionError) -> ContentPart {
        var fields = reader
        switch reader.object.members.first?.key {
        case "text"?:
            var part = TextPart(try fields.string("text"))
            part.extras = fields.rest(origin: .converse)
            return .text(part)
        case "image"?: return try decodeMedia(.image, &fields)
        case "document"?: return try decodeMedia(.document, &fields)
        case "video"?: return try decodeMedia(.video, &fields)
        case "audio"?: return try decodeMedia(.audio, &fields)
        case "reasoningContent"?: return try decodeReasoning(&fields)
        case "toolUse"?: return try decodeToolCall(&fields)
        case "toolResult"?: return try decodeToolResult(&fields)
        case "citationsContent"?: return try decodeCitedText(&fields)
        case "json"?:
            // Only in results. Models read the text of it, and so do clients of other formats.
            guard let value = fields.object["json"] else { throw fields.missing("json") }
            return .text(value.serializedString)
        case nil, _?: return whole(reader)
        }
    }

    static func whole(_ reader: FieldReader) -> ContentPart {
        .foreign(Foreign(origin: .converse, value: .object(reader.object)))
    }

    private static func decodeReasoning(_ fields: inout FieldReader) throws(ConversionError) -> ContentPart {
        var content = try fields.reader("reasoningContent")
        var part = ReasoningPart(text: "")
        if var text = try content.optionalReader("reasoningText") {
            part.text = try text.string("text")
            if let signature = try text.optionalString("signature"), !signature.isEmpty {
                part.signature = Signature(origin: .anthropic, value: signature)
            }
            guard text.rest(origin: .converse) == nil else { return whole(fields) }
        } else if let blob = try content.optionalString("redactedContent"), let redacted = redactedReasoning(blob) {
            part = redacted
        } else {
            return whole(fields)
        }
        guard content.rest(origin: .converse) == nil else { return whole(fields) }
        return .reasoning(part)
    }

    /// Tools that the provider runs itself are no business of the client's.
    private static func decodeToolCall(_ fields: inout FieldReader) throws(ConversionError) -> ContentPart {
        var use = try fields.reader("toolUse")
        guard use.peek("type") == nil else { return whole(fields) }
        let input = use.value("input") ?? .object([:])
        var call = ToolCall(
            id: try use.string("toolUseId"), name: try use.string("name"), arguments: input.serializedString)
        call.extras.nest(use.rest(origin: .converse), under: "toolUse")
        return .toolCall(call)
    }

    private static func decodeToolResult(_ fields: inout FieldReader) throws(ConversionError) -> ContentPart {
        var inner = try fields.reader("toolResult")
        guard inner.peek("type") == nil else { return whole(fields) }
        var result = ToolResult(
            callID: try inner.string("toolUseId"), content: try decodeContent("content", of: &inner))
        switch try inner.optionalString("status") {
        case "error"?: result.isError = true
        case "success"?, nil: break
        case _?: inner.unread("status")
        }
        result.extras.nest(inner.rest(origin: .converse), under: "toolResult")
        return .toolResult(result)
    }

    private static func decodeCitedText(_ fields: inout FieldReader) throws(ConversionError) -> ContentPart {
        var cited = try fields.reader("citationsContent")
        let pieces = try cited.optionalReaders("content") ?? []
        let citations = try cited.optionalArray("citations") ?? []
        guard pieces.count == 1, var piece = pieces.first, !citations.isEmpty,
            let text = try piece.optionalString("text"), piece.rest(origin: .converse) == nil,
            cited.rest(origin: .converse) == nil
        else { return whole(fields) }
        var part = TextPart(text)
        part.citations = citations.map { Foreign(origin: .converse, value: $0) }
        return .text(part)
    }

    /// Nil for every other block, and for a point with members that the hub has no name for.
    static func decodeCachePoint(_ reader: FieldReader) -> CacheBreakpoint? {
        guard reader.object.count == 1, let object = reader.peek("cachePoint")?.object else { return nil }
        var point = FieldReader(object)
        guard point.value("type")?.string == "default" else { return nil }
        var breakpoint = CacheBreakpoint()
        if let ttl = point.value("ttl") {
            guard let lifetime = ttl.string.flatMap(CacheBreakpoint.Lifetime.init(rawValue:)) else { return nil }
            breakpoint.lifetime = lifetime
        }
        return point.rest(origin: .converse) == nil ? breakpoint : nil
    }
}

/// A part or a tool, where it stands in its list, and where its cache point does.
struct PlacedPiece<Piece> {
    var piece: Piece
    var index: Int
    var cachePoint: Int?
}
