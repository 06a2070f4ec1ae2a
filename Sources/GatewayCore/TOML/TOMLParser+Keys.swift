extension TOMLParser {
    /// `a."b c".d` with the blanks around it.
    mutating func parseKeyPath() throws(TOMLError) -> [TOMLKey] {
        var path: [TOMLKey] = []
        repeat {
            cursor.skipBlanks()
            path.append(try parseKey())
            cursor.skipBlanks()
            if path.count > Self.maximumDepth { throw tooDeep(at: cursor.offset) }
        } while cursor.take(UInt8(ascii: "."))
        return path
    }

    private mutating func parseKey() throws(TOMLError) -> TOMLKey {
        let position = cursor.position()
        let offset = cursor.offset
        return TOMLKey(text: try parseKeyText(), position: position, offset: offset)
    }

    private mutating func parseKeyText() throws(TOMLError) -> String {
        switch cursor.peek {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            guard !cursor.starts(with: "\"\"\""), !cursor.starts(with: "'''") else {
                throw cursor.error("a key cannot be a multi-line string", hint: "quote it with one \" on each side")
            }
            return try parseString()
        default:
            let bare = cursor.take(while: \.isBareKey)
            guard bare.isEmpty else { return String(decoding: bare, as: UTF8.self) }
            try refuseBareCarriageReturn()
            throw cursor.error(
                "a key should stand here, not \(cursor.nextDescription)",
                hint: "keys are letters, digits, '_' and '-'; put any other in quotes")
        }
    }
}

extension UInt8 {
    fileprivate var isBareKey: Bool {
        isASCIILetter || isASCIIDigit || self == UInt8(ascii: "_") || self == UInt8(ascii: "-")
    }
}
