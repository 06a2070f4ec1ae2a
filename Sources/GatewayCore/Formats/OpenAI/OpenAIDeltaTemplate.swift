/// Recognises a frame that differs from an earlier one in a single string, the delta, and reads just that.
///
/// All frames of a text look alike: the same id, model, index and nulls around a few characters. The template holds the
/// bytes before and after the delta, learned from a frame that was parsed; a frame that is not made of exactly these bytes
/// is parsed, too. Of OpenAI's `obfuscation`, a string of random length at the end of the frame, the content is ignored.
struct OpenAIDeltaTemplate {
    let part: PartID
    private let isArguments: Bool
    /// Up to and with the quote that opens the delta.
    private let prefix: [UInt8]
    /// From the quote that closes the delta; up to and with the quote that opens the obfuscation, where there is one.
    private let suffix: [UInt8]
    /// From the quote that closes the obfuscation; empty where there is none.
    private let tail: [UInt8]

    /// - Parameter delta: what the frame told. Nil when the frame is none that can be repeated.
    init?(_ data: [UInt8], part: PartID, delta: PartDelta) {
        let (text, pointers): (String, [JSONPointer])
        switch delta {
        case .text(let told): (text, pointers) = (told, Self.textPointers)
        case .arguments(let told): (text, pointers) = (told, [Self.argumentsPointer])
        case .signature, .citation, .extras: return nil
        }
        // Whoever can parse the frame can peek into it; if not, there is no template.
        guard let peek = try? JSONPeek(data), Self.others.allSatisfy({ peek[$0] == nil }),
            let range = pointers.lazy.compactMap({ peek[$0] }).first(where: { peek.string($0) == text })?.range
        else { return nil }
        self.part = part
        isArguments = if case .arguments = delta { true } else { false }
        prefix = Array(data[...range.lowerBound])
        let rest = data[(range.upperBound - 1)...]
        guard let obfuscation = peek["obfuscation"], obfuscation.kind == .string else {
            suffix = Array(rest)
            tail = []
            return
        }
        guard obfuscation.range.lowerBound > range.upperBound else { return nil }
        suffix = Array(rest[...obfuscation.range.lowerBound])
        tail = Array(data[(obfuscation.range.upperBound - 1)...])
    }

    private static let textPointers: [JSONPointer] = [
        "/choices/0/delta/content", "/choices/0/delta/reasoning_content", "/choices/0/delta/reasoning",
        "/choices/0/delta/refusal",
    ]
    /// Where a second delta could stand.
    private static let others: [JSONPointer] = ["/choices/1", "/choices/0/delta/tool_calls/1"]
    private static let argumentsPointer: JSONPointer = "/choices/0/delta/tool_calls/0/function/arguments"

    func delta(_ text: String) -> PartDelta {
        isArguments ? .arguments(text) : .text(text)
    }

    /// The delta of a frame that fits; nil for every other, and for an empty delta.
    func text(in data: [UInt8]) -> String? {
        guard data.count > prefix.count + suffix.count + tail.count else { return nil }
        // SAFETY: the pointer is used inside the closure only; every read is behind a comparison with the count.
        return data.withUnsafeBytes { bytes in
            guard TemplateBytes.matches(prefix, bytes, at: 0) else { return nil }
            var hasEscape = false
            let end = TemplateBytes.stringEnd(in: bytes, from: prefix.count, hasEscape: &hasEscape)
            guard end > prefix.count, end + suffix.count + tail.count <= bytes.count,
                TemplateBytes.matches(suffix, bytes, at: end), endsWell(bytes, after: end + suffix.count)
            else { return nil }
            if hasEscape { return Self.unescaped(data[(prefix.count - 1)...end]) }
            return String(validUTF8: UnsafeRawBufferPointer(rebasing: bytes[prefix.count..<end]))
        }
    }

    /// Whether the frame ends as the template does; between are at most the letters of an obfuscation.
    private func endsWell(_ bytes: UnsafeRawBufferPointer, after place: Int) -> Bool {
        if tail.isEmpty { return place == bytes.count }
        let end = bytes.count - tail.count
        let isPlain = bytes[place..<end].allSatisfy { (0x20..<0x80).contains($0) && $0 != 0x22 && $0 != 0x5C }
        return isPlain && TemplateBytes.matches(tail, bytes, at: end)
    }

    /// Parses the string with its quotes by the rules of JSON. Nil when it is none: then the frame is parsed, and says why.
    private static func unescaped(_ string: ArraySlice<UInt8>) -> String? {
        (try? JSONValue(parsing: string))?.string
    }
}
