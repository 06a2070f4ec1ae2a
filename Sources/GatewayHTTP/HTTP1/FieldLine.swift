/// One header or trailer line (RFC 9112 section 5).
enum FieldLine {
    /// The name in lower case and the value without the blanks around it.
    static func split(
        _ line: UnsafeBufferPointer<UInt8>
    ) throws(RequestRefusal) -> (name: String, value: UnsafeBufferPointer<UInt8>) {
        guard let first = line.first, !first.isBlank else { throw .malformed(.foldedLine) }
        guard let colon = line.first(UInt8(ascii: ":"), from: 0) else { throw .malformed(.fieldName) }
        let written = UnsafeBufferPointer(rebasing: line[..<colon])
        let usual = FieldName.usual(written)
        guard usual != nil || written.isToken else { throw .malformed(.fieldName) }
        let value = UnsafeBufferPointer(rebasing: line[(colon + 1)...]).trimmed
        guard value.isFieldValue else { throw .malformed(.fieldValue) }
        if let usual { return (usual, value) }
        let name = String(unsafeUninitializedCapacity: colon) { buffer in
            for index in 0..<colon { buffer.initializeElement(at: index, to: written[index].asciiLowercased) }
            return colon
        }
        return (name, value)
    }

    /// Values are UTF-8 in practice; other bytes are opaque and become replacement characters.
    static func text(_ value: UnsafeBufferPointer<UInt8>) -> String {
        // Nearly every request has it, one byte too long for a string without memory of its own.
        if value.isExactly("application/json") { return "application/json" }
        return String(decoding: value, as: UTF8.self)
    }
}
