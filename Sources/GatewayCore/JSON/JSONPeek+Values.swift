extension JSONPeek {
    /// The members of an object inside the text; empty for every other kind.
    package func members(of value: Value) -> [Member] {
        guard value.kind == .object else { return [] }
        return scan(value) { (scanner) throws(JSONError) in try scanner.scanMembers(depth: 0) } ?? []
    }

    /// The elements of an array inside the text; empty for every other kind.
    package func elements(of value: Value) -> [Value] {
        guard value.kind == .array else { return [] }
        return scan(value) { (scanner) throws(JSONError) in try scanner.scanElements(depth: 0) } ?? []
    }

    /// The first element of an array inside the text, which alone is read; nil for every other kind and without one.
    package func firstElement(of value: Value) -> Value? {
        guard value.kind == .array else { return nil }
        return scan(value) { (scanner) throws(JSONError) in try scanner.scanFirstElement(depth: 0) } ?? nil
    }

    /// The key without quotes and escapes.
    package func key(of member: Member) -> String {
        text(in: member.keyRange) ?? ""
    }

    /// The text of a string; nil for every other kind.
    package func string(_ value: Value?) -> String? {
        guard let value, value.kind == .string else { return nil }
        return text(in: value.range)
    }

    /// The value of `true` or `false`; nil for every other kind.
    package func bool(_ value: Value?) -> Bool? {
        guard let value, value.kind == .bool else { return nil }
        return bytes[value.range.lowerBound] == UInt8(ascii: "t")
    }

    /// The integer; nil for every other kind, for fractions and what does not fit 64 bits.
    package func int(_ value: Value?) -> Int? {
        guard let value, value.kind == .number else { return nil }
        return plainInt(value.range) ?? tree(of: value).int
    }

    /// The number where it is only digits, as counts are, and fits for sure.
    private func plainInt(_ range: Range<Int>) -> Int? {
        guard range.count <= 18 else { return nil }
        var number = 0
        for index in range {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number * 10 + Int(digit)
        }
        return number
    }

    /// Parses the part of the text where the value stands.
    package func tree(of value: Value) -> JSONValue {
        scan(value) { (scanner) throws(JSONError) in try JSONParser.parseValue(&scanner) } ?? .null
    }

    /// The bytes of the value as they are written.
    package func text(of value: Value) -> ArraySlice<UInt8> { bytes[value.range] }

    private func text(in range: Range<Int>) -> String? {
        scan(Value(kind: .string, range: range)) { (scanner) throws(JSONError) in
            scanner.text(of: try scanner.scanString())
        }
    }

    private func scan<Result>(
        _ value: Value, _ body: (inout JSONScanner) throws(JSONError) -> Result
    ) -> Result? {
        bytes.span.withUnsafeBufferPointer { buffer in
            // The text was checked as a whole, so scanning a part of it again cannot fail; how deep the part is nested
            // was within the limits from further out.
            guard var scanner = try? JSONScanner(buffer, limits: JSONLimits(depth: .max)) else { return nil }
            scanner.offset = value.range.lowerBound
            return try? body(&scanner)
        }
    }
}
