/// Recognises a frame that differs from an earlier one in its text and its counts only, and reads just those.
///
/// Nearly all frames of a text look alike: the same model, identifier and ratings around a few characters, and counts that
/// grow. The template holds the bytes between these, learned from a frame that was parsed; a frame that is not made of
/// exactly these bytes is parsed, too.
struct GeminiDeltaTemplate {
    let part: PartID
    /// What the last frame counted; nil where the frames have no counts.
    private(set) var counts: GeminiCounts?
    private let extras: Extras?
    /// Up to and with the quote that opens the text.
    private let prefix: [UInt8]
    /// From the quote that closes the text: the bytes before each count, and those after the last.
    private let literals: [[UInt8]]
    private let keys: [GeminiCounts.Key]

    /// - Parameters:
    ///   - text: what the frame told of the part.
    ///   - usage: what it told of the counts, or an earlier one.
    /// - Returns: nil when the frame is none that can be repeated.
    init?(_ data: [UInt8], part: PartID, text: String, usage: TokenUsage?) {
        // Whoever can parse the frame can peek into it; if not, there is no template.
        guard let peek = try? JSONPeek(data), let place = peek[Self.text], peek.string(place) == text else {
            return nil
        }
        self.part = part
        prefix = Array(data[...place.range.lowerBound])
        var start = place.range.upperBound - 1
        var literals: [[UInt8]] = []
        var keys: [GeminiCounts.Key] = []
        if let object = peek["usageMetadata"], object.kind == .object, object.range.lowerBound > start {
            var counts = GeminiCounts()
            for member in peek.members(of: object) {
                guard let key = GeminiCounts.Key(rawValue: peek.key(of: member)), let count = peek.int(member.value),
                    String(count).utf8.elementsEqual(peek.text(of: member.value)), !keys.contains(key)
                else { continue }
                counts[key] = count
                keys.append(key)
                literals.append(Array(data[start..<member.value.range.lowerBound]))
                start = member.value.range.upperBound
            }
            self.counts = counts
        } else if peek["usageMetadata"] != nil {
            return nil
        }
        literals.append(Array(data[start...]))
        self.literals = literals
        self.keys = keys
        extras = usage?.extras
        // Counts that are written otherwise than as plain numbers are not understood here.
        guard counts == nil || counts?.usage(extras: extras) == usage else { return nil }
    }

    private static let text: JSONPointer = "/candidates/0/content/parts/0/text"

    /// The text of a frame that fits, and its usage where that is news; nil for every other, and for an empty text.
    mutating func read(_ data: [UInt8]) -> (text: String, usage: TokenUsage?)? {
        guard let (end, hasEscape, found) = place(in: data), end > prefix.count else { return nil }
        let text: String?
        if hasEscape {
            // By the rules of JSON. When it is no string the frame is parsed, and that says why.
            text = (try? JSONValue(parsing: data[(prefix.count - 1)...end]))?.string
        } else {
            text = data.withUnsafeBytes { bytes in
                // SAFETY: the end of the string was found in these bytes, behind the prefix.
                String(validUTF8: UnsafeRawBufferPointer(rebasing: bytes[prefix.count..<end]))
            }
        }
        guard let text else { return nil }
        guard let found, found != counts else { return (text, nil) }
        counts = found
        return (text, found.usage(extras: extras))
    }

    private func place(in data: [UInt8]) -> (end: Int, hasEscape: Bool, counts: GeminiCounts?)? {
        // SAFETY: the pointer is used inside the closure only; every read is behind a comparison with the count.
        data.withUnsafeBytes { bytes in
            guard TemplateBytes.matches(prefix, bytes, at: 0) else { return nil }
            var hasEscape = false
            let end = TemplateBytes.stringEnd(in: bytes, from: prefix.count, hasEscape: &hasEscape)
            var place = end
            var found = counts
            for (index, literal) in literals.enumerated() {
                guard TemplateBytes.matches(literal, bytes, at: place) else { return nil }
                place += literal.count
                guard index < keys.count else { break }
                guard let count = Self.count(in: bytes, at: &place) else { return nil }
                found?[keys[index]] = count
            }
            return place == bytes.count ? (end, hasEscape, found) : nil
        }
    }

    /// Digits as JSON writes an integer, at most 15 of them.
    private static func count(in bytes: UnsafeRawBufferPointer, at place: inout Int) -> Int? {
        let start = place
        var count = 0
        while place < bytes.count, place - start <= 15, case let digit = bytes[place] &- UInt8(ascii: "0"), digit < 10 {
            count = count * 10 + Int(digit)
            place += 1
        }
        let length = place - start
        guard 1...15 ~= length, length == 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
        return count
    }
}
