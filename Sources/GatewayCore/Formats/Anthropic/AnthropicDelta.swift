/// A piece of text, thinking or arguments, nearly all that a stream consists of.
struct AnthropicDelta {
    enum Kind {
        case text, thinking, input
    }

    var index: Int
    var kind: Kind
    var text: String

    init(_ index: Int, _ kind: Kind, _ text: String) {
        self.index = index
        self.kind = kind
        self.text = text
    }
}

extension AnthropicDelta {
    /// Reads a frame spelled as the API spells it, without making a tree. Nil for every other spelling, which the careful
    /// way reads: white space, other members or another order.
    init?(scanning data: [UInt8]) {
        let found = data.withUnsafeBufferPointer { buffer in DeltaScanner(bytes: buffer).scan() }
        guard let found else { return nil }
        self = found
    }
}

/// SAFETY: every access is inside `bytes`: `skip` compares lengths first and `place` never passes `bytes.count`.
private struct DeltaScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var place = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    consuming func scan() -> AnthropicDelta? {
        guard skip("{\"type\":\"content_block_delta\",\"index\":"), let index = scanIndex(),
            skip(",\"delta\":{\"type\":\""), let kind = scanKind(), let text = scanString(), skip("}}"),
            bytes[place...].allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 })
        else { return nil }
        return AnthropicDelta(index, kind, text)
    }

    private mutating func skip(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard bytes.count - place >= count else { return false }
        let expected = UnsafeBufferPointer(start: literal.utf8Start, count: count)
        guard expected.hasSameBytes(as: bytes[place..<place + count]) else { return false }
        place += count
        return true
    }

    private mutating func scanIndex() -> Int? {
        let start = place
        var index = 0
        while place < bytes.count, place - start < 6, case let digit = bytes[place] &- UInt8(ascii: "0"), digit < 10 {
            index = index * 10 + Int(digit)
            place += 1
        }
        // JSON knows no leading zeros.
        guard place > start, place == start + 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
        return index
    }

    private mutating func scanKind() -> AnthropicDelta.Kind? {
        if skip("text_delta\",\"text\":\"") { return .text }
        if skip("input_json_delta\",\"partial_json\":\"") { return .input }
        if skip("thinking_delta\",\"thinking\":\"") { return .thinking }
        return nil
    }

    /// Stands after the opening quote. What is no string is for the careful way to report.
    private mutating func scanString() -> String? {
        guard var scanner = try? JSONScanner(bytes, limits: .standard) else { return nil }
        scanner.offset = place - 1
        guard let token = try? scanner.scanString(), UTF8Check.firstMistake(in: scanner.content(of: token)) == nil
        else { return nil }
        place = scanner.offset
        return scanner.text(of: token)
    }
}
