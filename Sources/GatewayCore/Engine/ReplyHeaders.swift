/// The headers an answer carries besides those of HTTP itself.
enum ReplyHeaders {
    /// Longer ledgers are cut: header fields must stay well below what clients and proxies accept.
    private static let maxWarningBytes = 4096

    static func common(requestID: String, format: WireFormat) -> HTTPFields {
        var headers: HTTPFields = [:]
        headers.append("x-request-id", requestID)
        // Anthropic's SDKs read the identifier under its own name.
        if format == .anthropic { headers.append("request-id", requestID) }
        return headers
    }

    static func success(_ call: InboundCall, _ outline: AttemptOutline) -> HTTPFields {
        var headers = common(requestID: call.id, format: call.format)
        headers.append("x-provider", outline.instance.providerKey)
        if let warnings = warnings(outline.notes) { headers.append("x-llm-gateway-warnings", warnings) }
        for field in outline.headers where isPassedOn(field.name) { headers.append(field.name, field.value) }
        return headers
    }

    /// Whole seconds, rounded up, as RFC 9110 section 10.2.3 wants them.
    static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return String(max(0, seconds + (attoseconds > 0 ? 1 : 0)))
    }

    /// What a provider says of its limits concerns its clients too.
    private static func isPassedOn(_ name: String) -> Bool {
        guard let first = name.utf8.first?.asciiLowercased,
            first == UInt8(ascii: "x") || first == UInt8(ascii: "a") || first == UInt8(ascii: "o")
        else { return false }
        let name = name.lowercased()
        return name.hasPrefix("x-ratelimit-") || name.hasPrefix("anthropic-ratelimit-")
            || name == "openai-processing-ms" || name == "openai-version"
    }

    /// The loss ledger as a JSON array in ASCII; nil when nothing was lost.
    private static func warnings(_ notes: [ConversionNote]) -> String? {
        guard !notes.isEmpty else { return nil }
        var text = "["
        for (index, note) in notes.enumerated() {
            let entry = JSONValue.object([
                "level": .string(note.level.rawValue), "pointer": .string(note.pointer),
                "action": .string(note.action.rawValue), "message": .string(note.message),
            ]).serializedString.escapedToASCII
            if text.utf8.count + entry.utf8.count > maxWarningBytes {
                let rest = notes.count - index
                text += index == 0 ? "" : ","
                text += "{\"level\":\"warning\",\"message\":\"\(rest) more notes do not fit this header.\"}"
                break
            }
            text += (index == 0 ? "" : ",") + entry
        }
        return text + "]"
    }
}

extension String {
    /// JSON text with DEL and everything beyond ASCII written as `\u` escapes, fit for a header field.
    fileprivate var escapedToASCII: String {
        if utf8.allSatisfy({ $0 < 0x7F }) { return self }
        var text = ""
        for unit in utf16 {
            if unit < 0x7F {
                text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            } else {
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return text
    }
}
