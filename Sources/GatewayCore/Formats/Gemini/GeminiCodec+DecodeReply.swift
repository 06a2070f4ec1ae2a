extension GeminiCodec {
    /// A reply without candidates says that the prompt was blocked; why stands in the extras (`promptFeedback`).
    package func decodeReply(_ body: JSONObject) throws(ConversionError) -> ChatReply {
        var fields = FieldReader(body)
        guard ["candidates", "promptFeedback", "usageMetadata"].contains(where: { fields.peek($0) != nil }) else {
            throw ConversionError("/candidates", "is required")
        }
        var reply = ChatReply()
        let head = Self.decodeHead(&fields)
        reply.id = head.id
        reply.model = head.model
        reply.created = head.created
        for reader in try fields.optionalReaders("candidates") ?? [] {
            reply.candidates.append(try Self.decodeCandidate(reader, replyID: reply.id))
        }
        reply.usage = try fields.optionalObject("usageMetadata").map(Self.decodeUsage)
        reply.extras = fields.rest(origin: .gemini)
        return reply
    }

    /// What names a reply. Of the time of creation the text stays with the extras, too.
    static func decodeHead(_ fields: inout FieldReader) -> ReplyHead {
        ReplyHead(
            id: fields.value("responseId")?.string.flatMap { $0.isEmpty ? nil : $0 },
            model: fields.value("modelVersion")?.string.flatMap { $0.isEmpty ? nil : $0 },
            created: fields.peek("createTime")?.string.flatMap(UTCTime.seconds(ofRFC3339:)))
    }

    private static func decodeCandidate(
        _ reader: FieldReader, replyID: String?
    ) throws(ConversionError) -> Candidate {
        var fields = reader
        var candidate = Candidate(index: try decodeIndex(&fields))
        var calls = GeminiCallIDs(replyID: replyID, candidate: candidate.index)
        var content: Extras?
        if var inner = try fields.geminiReader("content") {
            for part in try decodeParts(of: &inner, calls: &calls) where !part.isEmptyText {
                candidate.parts.append(part)
            }
            content = inner.rest(origin: .gemini)
        }
        candidate.logprobs = decodeLogprobs(&fields)
        let word = try fields.optionalString("finishReason")
        candidate.extras = fields.rest(origin: .gemini)
        candidate.extras.nest(content, under: "content")
        if let word {
            candidate.stop = decodeStopReason(word, callsTools: !candidate.parts.toolCalls.isEmpty)
            keep(word, for: candidate.stop, in: &candidate.extras)
        }
        return candidate
    }

    /// Absent is 0, as proto3's JSON has it.
    static func decodeIndex(_ fields: inout FieldReader) throws(ConversionError) -> Int {
        let index = try fields.optionalInt("index") ?? 0
        guard (0..<128).contains(index) else { throw ConversionError(fields.pointer(to: "index"), "is out of range") }
        return index
    }
}

extension ContentPart {
    /// A text that says nothing and proves nothing: the API sends it beside a finish reason.
    var isEmptyText: Bool {
        guard case .text(let part) = self else { return false }
        return part.text.isEmpty && part.signature == nil && part.extras == nil
    }
}

/// Times as protocol buffers write them in JSON: RFC 3339 in UTC.
private enum UTCTime {
    /// Seconds since 1970; nil for anything but `YYYY-MM-DDThh:mm:ss`, a fraction and `Z`.
    static func seconds(ofRFC3339 text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] | 0x20 == 0x74, bytes[13] == 0x3A,
            bytes[16] == 0x3A, bytes[bytes.count - 1] | 0x20 == 0x7A,
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        // Days since 1970 with years that start in March, so that the leap day comes last.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * 146_097 + dayOfEra - 719_468) * 86_400 + hour * 3600 + minute * 60 + second
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var number = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
