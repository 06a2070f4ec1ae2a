extension JSONValue {
    /// Parses one whole document by RFC 8259.
    ///
    /// Where the RFC leaves a choice: numbers keep their text whatever their size, members that stand twice are both
    /// kept, an escaped surrogate without its other half becomes U+FFFD, and a byte order mark is refused.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        try self.init(parsing: bytes.span, limits: limits)
    }

    /// Error offsets count from the start of the slice.
    public init(parsing bytes: ArraySlice<UInt8>, limits: JSONLimits = .standard) throws(JSONError) {
        try self.init(parsing: bytes.span, limits: limits)
    }

    public init(parsing text: String, limits: JSONLimits = .standard) throws(JSONError) {
        try self.init(parsing: text.utf8.span, limits: limits)
    }

    /// Parses bytes in place, wherever they are.
    package init(parsing bytes: Span<UInt8>, limits: JSONLimits = .standard) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) -> JSONValue in
            try JSONScanner.scanDocument(buffer, limits: limits, JSONParser.parseValue)
        }
    }
}

/// Builds the tree over the tokens of a scanner.
struct JSONParser {
    /// Room for most objects and arrays of the wire formats, which spares them allocations.
    private static let usualMembers = 8
    private static let usualElements = 2

    private var scanner: JSONScanner
    private var remainingValues: Int

    /// Parses the value that comes next in a text that is known to be UTF-8.
    static func parseValue(_ scanner: inout JSONScanner) throws(JSONError) -> JSONValue {
        var parser = JSONParser(scanner: scanner, remainingValues: scanner.limits.values)
        let value = try parser.parseValue(depth: 0)
        scanner = parser.scanner
        return value
    }

    private mutating func parseValue(depth: Int) throws(JSONError) -> JSONValue {
        let first = try scanner.peekToken()
        remainingValues -= 1
        guard remainingValues >= 0 else {
            throw JSONError(offset: scanner.offset, kind: .tooManyValues(limit: scanner.limits.values))
        }
        switch first {
        case UInt8(ascii: "\""):
            let token = try scanner.scanString()
            return .string(scanner.text(of: token))
        case UInt8(ascii: "{"):
            return try parseObject(depth: depth)
        case UInt8(ascii: "["):
            return try parseArray(depth: depth)
        case UInt8(ascii: "t"):
            try scanner.skipLiteral("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try scanner.skipLiteral("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try scanner.skipLiteral("null")
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try parseNumber()
        default:
            throw scanner.unexpected(.value)
        }
    }

    private mutating func parseNumber() throws(JSONError) -> JSONValue {
        let start = scanner.offset
        try scanner.skipNumber()
        return .number(JSONNumber(validText: scanner.text(of: start..<scanner.offset)))
    }

    private mutating func parseObject(depth: Int) throws(JSONError) -> JSONValue {
        guard try scanner.enterObject(depth: depth) else { return .object(JSONObject()) }
        var members: [JSONObject.Member] = []
        members.reserveCapacity(Self.usualMembers)
        repeat {
            let key = try scanner.scanKey()
            let value = try parseValue(depth: depth + 1)
            members.append(JSONObject.Member(key: scanner.text(of: key), value: value))
        } while try scanner.continueObject()
        return .object(JSONObject(members: members))
    }

    private mutating func parseArray(depth: Int) throws(JSONError) -> JSONValue {
        guard try scanner.enterArray(depth: depth) else { return .array([]) }
        var elements: [JSONValue] = []
        elements.reserveCapacity(Self.usualElements)
        repeat {
            elements.append(try parseValue(depth: depth + 1))
        } while try scanner.continueArray()
        return .array(elements)
    }
}
